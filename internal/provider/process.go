package provider

import (
	"os"
	"runtime/debug"
)

const (
	// garbage is how much of it may come together, in percent of what is in use. A provider uses little and makes
	// much, so with Go's 100 it collects without a pause.
	garbage = 400
	// mostMemory is where it collects sooner all the same, in bytes.
	mostMemory = 128 << 20
)

// Prepare fits the process to a provider's work. Whoever sets Go's or Terraform's variables has the last word.
func Prepare() error {
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(garbage)
	}
	if os.Getenv("GOMEMLIMIT") == "" {
		debug.SetMemoryLimit(mostMemory)
	}
	if logWanted() {
		return nil
	}
	// The libraries below log everything unless they are told otherwise, and leave it to the CLI to throw it away:
	// hundreds of lines for each object, a quarter of the time of a plan.
	for _, name := range []string{"TF_LOG_SDK", "TF_LOG_SDK_PROTO", "TF_LOG_SDK_FRAMEWORK", "TF_LOG_PROVIDER"} {
		if err := os.Setenv(name, "OFF"); err != nil {
			return err
		}
	}
	return nil
}
