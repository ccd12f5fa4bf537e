package main

import (
	"context"
	"embed"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/pomerium-zdx/terraform-provider-pomerium/internal/apimock"
	"github.com/pomerium-zdx/terraform-provider-pomerium/internal/clitest"
)

//go:embed config
var config embed.FS

// demo is what the steps work with.
type demo struct {
	verbose bool
	cli     *clitest.CLI
	mock    *apimock.Server
	env     []string
	root    string // holds the configurations' folders

	last string // the CLI's output in this step, shown if it fails

	policyID, routeID string // what apply made
}

// step is one of the demo: what happens, in words, and what does it.
type step struct {
	title string
	do    func(*demo, context.Context) error
}

// play runs the steps and tells what happens.
func (d *demo) play(ctx context.Context) error {
	for i, s := range story {
		fmt.Printf("\n%2d. %s\n", i+1, s.title)
		d.last = ""
		if err := s.do(d, ctx); err != nil {
			if d.last != "" && !d.verbose {
				d.quote(d.last)
			}
			return fmt.Errorf("step %d (%s): %w", i+1, s.title, err)
		}
	}
	fmt.Printf("\nAll %d steps ended as they should.\n", len(story))
	return nil
}

// say tells what was seen.
func (d *demo) say(format string, values ...any) { fmt.Printf("    "+format+"\n", values...) }

// quote prints lines of the CLI.
func (d *demo) quote(lines string) {
	for line := range strings.Lines(lines) {
		fmt.Println(strings.TrimRight("      | "+line, " \n"))
	}
}

// copyConfig copies folders of config/ into a working folder, over what is there.
func (d *demo) copyConfig(folder string, parts ...string) error {
	target := filepath.Join(d.root, folder)
	if err := os.MkdirAll(target, 0o700); err != nil {
		return err
	}
	for _, part := range parts {
		files, err := config.ReadDir("config/" + part)
		if err != nil {
			return err
		}
		for _, file := range files {
			text, err := config.ReadFile("config/" + part + "/" + file.Name())
			if err != nil {
				return err
			}
			if err := os.WriteFile(filepath.Join(target, file.Name()), text, 0o600); err != nil {
				return err
			}
		}
	}
	return nil
}

// terraform runs the CLI in a working folder, requires the exit code, and quotes the lines of the output that hold one
// of the marks. Each mark must be there.
func (d *demo) terraform(ctx context.Context, folder string, code int, marks []string, args ...string) error {
	d.say("$ %s %s", d.program(), strings.Join(args, " "))
	result, err := d.cli.Run(ctx, filepath.Join(d.root, folder), d.env, args...)
	d.last = result.Output
	// Whatever else goes wrong, no credential leaves this program.
	for _, secret := range d.mock.Secrets() {
		if strings.Contains(d.last, secret) {
			d.last = strings.ReplaceAll(d.last, secret, "(secret)")
			err = errors.New("the output holds a credential")
		}
	}
	if err == nil && result.Code != code {
		err = fmt.Errorf("exit code %d instead of %d", result.Code, code)
	}
	quoted := d.last
	if !d.verbose {
		quoted = linesWith(d.last, marks)
	}
	for _, mark := range marks {
		if err == nil && !strings.Contains(quoted, mark) {
			err = fmt.Errorf("the output lacks %q", mark)
		}
	}
	if err == nil || d.verbose {
		d.quote(quoted)
	}
	return err
}

// program is how users call the CLI.
func (d *demo) program() string {
	if strings.HasPrefix(d.cli.Version, "OpenTofu") {
		return "tofu"
	}
	return "terraform"
}

func linesWith(text string, marks []string) string {
	var found strings.Builder
	for line := range strings.Lines(text) {
		for _, mark := range marks {
			if strings.Contains(line, mark) {
				found.WriteString(line)
				break
			}
		}
	}
	return found.String()
}
