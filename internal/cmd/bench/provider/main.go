//go:build unix

// Command provider is this provider with companions to measure it against, one of which the environment chooses:
//
//	BENCH_PROVIDER=gathering  the provider as it is released
//	BENCH_PROVIDER=alone      it asks for each object alone
//	BENCH_PROVIDER=idle       the same schemas on the same framework, and no method does anything
//	BENCH_PROVIDER=floor      the same schemas without the framework: what the CLI itself costs
//
// When it ends it writes its peak memory in bytes into the file $BENCH_MEMORY.
package main

import (
	"log"
	"os"
	"regexp"
	"runtime"
	"strconv"
	"syscall"

	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6/tf6server"

	"github.com/pomerium-zdx/terraform-provider-pomerium/internal/provider"
)

func main() {
	server := map[string]func() tfprotov6.ProviderServer{
		"gathering": provider.New("bench"),
		"alone":     provider.NewReadingAlone("bench"),
		"idle":      providerserver.NewProtocol6(idle{provider.Bare("bench")}),
		"floor":     func() tfprotov6.ProviderServer { return &floor{ProviderServer: provider.New("bench")()} },
	}[os.Getenv("BENCH_PROVIDER")]
	if server == nil {
		log.Fatal("BENCH_PROVIDER is none of gathering, alone, idle and floor")
	}
	if err := provider.Prepare(); err != nil { // all of them alike
		log.Fatal(err)
	}
	if err := tf6server.Serve("registry.terraform.io/pomerium-zdx/pomerium", server); err != nil {
		log.Fatal(err)
	}
	if err := writePeak(os.Getenv("BENCH_MEMORY")); err != nil {
		log.Fatal(err)
	}
}

func writePeak(path string) error {
	bytes, err := peak()
	if err != nil {
		return err
	}
	return os.WriteFile(path, []byte(strconv.FormatInt(bytes, 10)), 0o600) //nolint:gosec // the path is our caller's
}

// highWater is the line in which Linux tells a process its peak, in kilobytes.
var highWater = regexp.MustCompile(`VmHWM:\s+(\d+) kB`)

// peak is the most memory that the process has had, in bytes. What Linux tells of it with its usage begins with the
// memory of whoever started it, which is a CLI with a large state.
func peak() (int64, error) {
	if status, err := os.ReadFile("/proc/self/status"); err == nil {
		if line := highWater.FindSubmatch(status); line != nil {
			kilobytes, err := strconv.ParseInt(string(line[1]), 10, 64)
			return kilobytes * 1024, err
		}
	}
	var usage syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &usage); err != nil {
		return 0, err
	}
	if runtime.GOOS == "darwin" { // which counts bytes; others count kilobytes
		return usage.Maxrss, nil
	}
	return usage.Maxrss * 1024, nil
}
