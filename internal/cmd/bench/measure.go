//go:build unix

package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"syscall"
	"time"

	"github.com/pomerium-zdx/terraform-provider-pomerium/internal/apimock"
	"github.com/pomerium-zdx/terraform-provider-pomerium/internal/clitest"
)

// The providers that are measured, as the program in provider/ calls them.
const (
	floor     = "floor"
	idle      = "idle"
	gathering = "gathering"
	alone     = "alone"
)

type bench struct {
	options

	cli  *clitest.CLI
	mock *apimock.Server
	url  string
	root string
	rows []row
}

// cost is what one command took.
type cost struct {
	wall, cpu     time.Duration // cpu of the CLI and its provider
	requests      int
	cli, provider int64 // peak memory in bytes; the CLI's is the larger of the two, as the system tells it
}

// row is one command with all providers that ran it.
type row struct {
	command string
	routes  int
	latency time.Duration
	costs   map[string]cost
}

const configuration = `
terraform {
  required_providers {
    pomerium = { source = "pomerium-zdx/pomerium" }
  }
}

variable "namespace_id" { type = string }
`

// team is a block of routes. CLIs take a time for each block that grows with the square of what it makes, whatever the
// provider does, and who has thousands of routes has them in many blocks.
const team = `
resource "pomerium_zero_route" "team%[1]d" {
  for_each = { for n in range(%[2]d) : format("team%[1]d-service-%%03d", n) => "http://service-${n}:8080" }

  name                 = each.key
  namespace_id         = var.namespace_id
  from                 = "https://${each.key}.example.com"
  to                   = [each.value]
  description          = "Service ${each.key}"
  timeout              = "30s"
  allow_websockets     = true
  set_response_headers = { "X-Frame-Options" = "DENY" }
}
`

const mostOfTeam = 100

func configure(routes int) string {
	text := configuration
	for number := 0; routes > 0; number++ {
		text += fmt.Sprintf(team, number, min(routes, mostOfTeam))
		routes -= mostOfTeam
	}
	return text
}

// step is a command and who runs it how often.
type step struct {
	command string
	args    []string
	by      []string
	times   int
}

// measure runs the life of so many routes with each provider: apply, plan, refresh-only plan, destroy. Of very many it
// runs the two plans.
func (b *bench) measure(ctx context.Context, routes int, latency time.Duration) error {
	b.mock.ClearFaults()
	if latency > 0 {
		b.mock.AddFault(apimock.Fault{Delay: latency})
	}
	fmt.Printf("%d routes, %s latency\n", routes, latency)
	readers := []string{idle, gathering}
	if routes <= b.alone {
		readers = append(readers, alone)
	}
	readers, writers := append(readers, floor), readers[:2]
	steps := []step{
		{"init", []string{"init"}, writers, 1},
		{"apply", []string{"apply", "-auto-approve"}, writers, 1},
		{"plan", []string{"plan", "-detailed-exitcode"}, readers, b.repeat},
		{"refresh", []string{"plan", "-refresh-only"}, readers, 1},
		{"destroy", []string{"destroy", "-auto-approve"}, writers, 1},
	}
	if routes > b.applied {
		if err := b.seed(ctx, routes); err != nil {
			return err
		}
		steps = steps[2:4]
	}
	for _, step := range steps {
		taken := map[string][]cost{}
		for range step.times {
			for _, provider := range step.by { // side by side, so that a busy machine is busy for all
				cost, err := b.run(ctx, provider, routes, step.args)
				if err != nil {
					return err
				}
				taken[provider] = append(taken[provider], cost)
			}
		}
		if step.command == "init" {
			continue
		}
		r := row{step.command, routes, latency, map[string]cost{}}
		for provider, costs := range taken {
			slices.SortFunc(costs, func(a, b cost) int { return int(a.wall - b.wall) })
			r.costs[provider] = costs[len(costs)/2]
		}
		b.rows = append(b.rows, r)
		fmt.Println(" ", r)
	}
	return nil
}

// run runs a command in the folder of a provider: two of them plan what another has made.
func (b *bench) run(ctx context.Context, provider string, routes int, args []string) (cost, error) {
	of := provider
	switch provider {
	case alone:
		of = gathering
	case floor:
		of = idle
	}
	dir := filepath.Join(b.root, of)
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return cost{}, err
	}
	if err := os.WriteFile(filepath.Join(dir, "main.tf"), []byte(configure(routes)), 0o600); err != nil {
		return cost{}, err
	}
	memory := filepath.Join(dir, "memory")
	env := []string{
		"BENCH_PROVIDER=" + provider, "BENCH_MEMORY=" + memory,
		"TF_VAR_namespace_id=" + b.mock.ClusterNamespaceID,
		"POMERIUM_ZERO_API_USER_TOKEN=" + b.mock.APIUserToken, "POMERIUM_ZERO_URL=" + b.url + "/api/v0",
	}
	b.mock.ResetJournal()
	runtime.GC() // not while the CLI runs
	began := time.Now()
	result, err := b.cli.Run(ctx, dir, env, args...)
	wall := time.Since(began)
	switch {
	case err != nil:
		return cost{}, err
	case result.Code != 0:
		return cost{}, fmt.Errorf("%v with the %s provider ended with %d:\n%s", args, provider, result.Code, result.Output)
	}
	usage, ok := result.Process.SysUsage().(*syscall.Rusage)
	if !ok {
		return cost{}, fmt.Errorf("the system does not tell what a process cost")
	}
	taken := cost{
		wall: wall, cpu: result.Process.UserTime() + result.Process.SystemTime(),
		requests: len(b.mock.Journal()), cli: usage.Maxrss * 1024,
	}
	if runtime.GOOS == "darwin" { // which counts bytes; others count kilobytes
		taken.cli = usage.Maxrss
	}
	if peak, err := os.ReadFile(memory); err == nil { //nolint:gosec // a file of ours
		taken.provider, err = strconv.ParseInt(string(peak), 10, 64)
		if err != nil {
			return cost{}, err
		}
	}
	return taken, nil
}
