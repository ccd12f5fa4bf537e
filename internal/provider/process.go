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
	for _, name := range silenced(os.Environ()) {
		if err := os.Setenv(name, "OFF"); err != nil {
			return err
		}
	}
	return nil
}

// silenced are the variables of the logs that nobody asked for. The libraries below log everything unless they are told
// otherwise, and leave it to the CLI to throw it away: hundreds of lines for each object, a quarter of a plan's time.
func silenced(environment []string) []string {
	if asksForLog(environment) {
		return nil
	}
	return []string{"TF_LOG_SDK", "TF_LOG_SDK_PROTO", "TF_LOG_SDK_FRAMEWORK", "TF_LOG_PROVIDER"}
}
