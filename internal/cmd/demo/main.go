// Command demo shows the provider at work: real HCL, the CLI of this machine, and a mock of both services in this
// process. It needs no account and no network:
//
//	go run ./internal/cmd/demo [-v]
//
// It tells each step in words and quotes what the CLI said about it. A step that does not end as it should ends the
// demo with a status of 1 and the CLI's output; with -v that output is shown for every step. The configurations are in
// config/, beside this file. What a step made is checked on the mock, not only by what the CLI says.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"

	"github.com/pomerium-zdx/terraform-provider-pomerium/internal/apimock"
	"github.com/pomerium-zdx/terraform-provider-pomerium/internal/clitest"
)

func main() {
	verbose := flag.Bool("v", false, "show all output of the CLI")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	err := run(ctx, *verbose)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "\nThe demo failed:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, verbose bool) (err error) {
	// The demo does in seconds what takes users minutes: the limit for a minute would only make it wait.
	mock := apimock.New(apimock.Switches{RatePerMinute: apimock.Off})
	address, closeAll, err := apimock.Listen(ctx, mock)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, closeAll()) }()

	fmt.Println("Building the provider ...")
	cli, err := clitest.Open(ctx)
	defer func() { err = errors.Join(err, clitest.Remove()) }()
	if err != nil {
		return err
	}
	dir, err := os.MkdirTemp("", "pomerium-demo-")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()

	fmt.Printf("%s, with a mock of Pomerium Zero and Zscaler ZDX at %s.\n", cli.Version, address)
	d := &demo{verbose: verbose, cli: cli, mock: mock, env: credentials(mock, address), root: dir}
	return d.play(ctx)
}

// credentials are what users would export.
func credentials(mock *apimock.Server, address string) []string {
	return []string{
		"POMERIUM_ZERO_API_USER_TOKEN=" + mock.APIUserToken,
		"POMERIUM_ZERO_URL=" + address + "/api/v0",
		"ZDX_API_KEY_ID=" + mock.KeyID,
		"ZDX_API_SECRET=" + mock.KeySecret,
		"ZDX_URL=" + address + "/v1",
	}
}
