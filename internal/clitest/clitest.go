// Package clitest runs Terraform or OpenTofu on real configurations, with a build of this provider and
// without a network. Tests and the demo use it where the CLI's own part matters: init, required_providers,
// exit codes, what a user reads.
//
// A configuration finds the provider by its source, pomerium-zdx/pomerium, as it would from a registry. Both
// registries' hosts are served from a folder, and there is no other installation method: asked for any
// other provider, init fails at once.
package clitest

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"time"
)

// CLI is Terraform or OpenTofu with a build of the provider at hand. It may be used from several goroutines,
// each in a folder of its own.
type CLI struct {
	// Version is what the CLI calls itself, such as "Terraform v1.15.0" or "OpenTofu v1.12.6".
	Version string

	path   string // the program
	config string // its configuration file, which knows the mirror only
}

// Result is what a command of the CLI left.
type Result struct {
	// Code is the exit code. `plan -detailed-exitcode` ends with 0 for no change, 1 for an error and 2 for changes.
	Code int
	// Output is standard output and standard error as they came, without colours. The CLI wraps the text of errors
	// and puts a border before it; Text undoes that.
	Output string
	// Process tells what the CLI and the providers that it started cost.
	Process *os.ProcessState
}

// Text is Output on one line: without borders, every run of white space a single space.
func (r Result) Text() string {
	plain := strings.NewReplacer("│", " ", "╷", " ", "╵", " ").Replace(r.Output)
	return strings.Join(strings.Fields(plain), " ")
}

// The provider is built once for the process: that takes longer than most of what is done with it.
var (
	mu     sync.Mutex
	opened *CLI
	folder string
)

// Open returns the CLI of this machine, $TF_ACC_TERRAFORM_PATH, else terraform or tofu on PATH, and builds the
// provider for it unless this process has done so. Whoever opens it calls Remove before the process ends.
func Open(ctx context.Context) (*CLI, error) { return OpenWith(ctx, module) }

// OpenWith is Open with another program in the provider's place, the path of a main package.
func OpenWith(ctx context.Context, program string) (*CLI, error) {
	mu.Lock()
	defer mu.Unlock()
	if opened != nil {
		return opened, nil
	}
	path, err := find()
	if err != nil {
		return nil, err
	}
	if folder == "" {
		if folder, err = os.MkdirTemp("", "pomerium-cli-"); err != nil {
			return nil, err
		}
	}
	c := &CLI{path: path}
	if c.config, err = install(ctx, folder, program); err != nil {
		return nil, err
	}
	version, err := c.Run(ctx, folder, nil, "version")
	if err != nil {
		return nil, err
	}
	if version.Code != 0 {
		return nil, fmt.Errorf("%s is not Terraform or OpenTofu: version ended with %d\n%s", path, version.Code, version.Output)
	}
	c.Version, _, _ = strings.Cut(version.Output, "\n")
	opened = c
	return c, nil
}

// Remove deletes the build and all that came with it, if there is one. No CLI that was opened works afterwards.
func Remove() error {
	mu.Lock()
	defer mu.Unlock()
	gone := folder
	opened, folder = nil, ""
	if gone == "" {
		return nil
	}
	return os.RemoveAll(gone)
}

// find looks for the CLI in the order of internal/tools/cli.sh.
func find() (string, error) {
	if path := os.Getenv("TF_ACC_TERRAFORM_PATH"); path != "" {
		program, err := exec.LookPath(path)
		if err != nil {
			return "", err
		}
		return filepath.Abs(program) // commands run in other folders
	}
	for _, name := range []string{"terraform", "tofu"} {
		if path, err := exec.LookPath(name); err == nil {
			return path, nil
		}
	}
	return "", errors.New("no terraform and no tofu on PATH, and TF_ACC_TERRAFORM_PATH is not set; the make targets build OpenTofu in this case")
}

// Run runs the CLI in a folder until it ends. env ("NAME=value") comes on top of an environment without any variable
// that Terraform or this provider reads. An exit code other than 0 is no error: an error means that the CLI could not
// run. When ctx ends, the CLI is interrupted and has some seconds to stop its providers.
func (c *CLI) Run(ctx context.Context, dir string, env []string, args ...string) (Result, error) {
	command := c.command(ctx, dir, env, args)
	command.Cancel = func() error { return command.Process.Signal(os.Interrupt) }
	command.WaitDelay = 10 * time.Second
	output, err := command.CombinedOutput()
	result := Result{Code: command.ProcessState.ExitCode(), Output: string(output), Process: command.ProcessState}
	if ctx.Err() != nil {
		return result, ctx.Err()
	}
	if ended := (*exec.ExitError)(nil); err != nil && !errors.As(err, &ended) {
		return result, fmt.Errorf("%s %s: %w", c.path, strings.Join(args, " "), err)
	}
	return result, nil
}

func (c *CLI) command(ctx context.Context, dir string, env, args []string) *exec.Cmd {
	command := exec.CommandContext(ctx, c.path, args...) //nolint:gosec // the CLI that the user chose
	command.Dir = dir
	command.Env = append(clean(os.Environ()),
		"TF_CLI_CONFIG_FILE="+c.config, "TF_CLI_ARGS=-no-color", "TF_IN_AUTOMATION=1", "TF_INPUT=0", "CHECKPOINT_DISABLE=1")
	command.Env = append(command.Env, env...)
	return command
}

// foreign are the beginnings of the variables that the CLI and this provider read: what the user has set must
// not change what is tested.
var foreign = []string{"TF_", "TOFU_", "POMERIUM_", "ZDX_", "ZSCALER_"}

func clean(environment []string) []string {
	var kept []string
	for _, entry := range environment {
		mine := true
		for _, prefix := range foreign {
			mine = mine && !strings.HasPrefix(strings.ToUpper(entry), prefix)
		}
		if mine {
			kept = append(kept, entry)
		}
	}
	return kept
}
