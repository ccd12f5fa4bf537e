//go:build unix

// Command bench measures what this provider costs beside one that does nothing with the same schemas, and beside itself
// with gathered reads switched off, on the mock of Pomerium Zero at several latencies:
//
//	go run ./internal/cmd/bench [-routes 10,100,1000,5000] [-latency 0,20ms,100ms] [-alone 1000] [-large 1000] [-repeat 3] [-o FILE]
//
// It prints a table in Markdown, ratios first: absolute times say something about one machine only. Nothing fails for
// being slow. With -o the table is also put into the file, between the two lines that mark its place.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/pomerium-zdx/terraform-provider-pomerium/internal/apimock"
	"github.com/pomerium-zdx/terraform-provider-pomerium/internal/clitest"
)

type options struct {
	routes    []int
	latencies []time.Duration
	alone     int // the most routes that are also read one by one
	applied   int // the most routes that are also applied and destroyed
	large     int // from so many routes on only the longest latency is measured
	repeat    int
}

func main() {
	var o options
	flag.Func("routes", "how many routes, separated by commas (default 10,100,1000,5000)", list(&o.routes, strconv.Atoi))
	flag.Func("latency", "how long the service takes (default 0,20ms,100ms)", list(&o.latencies, time.ParseDuration))
	flag.IntVar(&o.alone, "alone", 1000, "the most routes that are also read one by one, which takes long")
	flag.IntVar(&o.applied, "applied", 1000, "the most routes that are also applied and destroyed; the CLI takes half an hour for 5,000")
	flag.IntVar(&o.large, "large", 1000, "from so many routes on only the longest latency is measured, which is what counts then")
	flag.IntVar(&o.repeat, "repeat", 3, "how often a plan is measured; the median counts")
	file := flag.String("o", "", "file that holds the table between two marks")
	flag.Parse()
	if o.routes == nil {
		o.routes = []int{10, 100, 1000, 5000}
	}
	if o.latencies == nil {
		o.latencies = []time.Duration{0, 20 * time.Millisecond, 100 * time.Millisecond}
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	err := run(ctx, o, *file)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "\nThe benchmark failed:", err)
		os.Exit(1)
	}
}

func list[T any](to *[]T, parse func(string) (T, error)) func(string) error {
	return func(text string) error {
		for _, element := range strings.Split(text, ",") {
			value, err := parse(element)
			if err != nil {
				return err
			}
			*to = append(*to, value)
		}
		return nil
	}
}

func run(ctx context.Context, o options, file string) (err error) {
	mock := apimock.New(apimock.Switches{})
	address, closeAll, err := apimock.Listen(ctx, mock)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, closeAll()) }()
	cli, err := clitest.OpenWith(ctx, "github.com/pomerium-zdx/terraform-provider-pomerium/internal/cmd/bench/provider")
	defer func() { err = errors.Join(err, clitest.Remove()) }()
	if err != nil {
		return err
	}
	dir, err := os.MkdirTemp("", "pomerium-bench-")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	b := &bench{options: o, cli: cli, mock: mock, url: address, root: dir}
	for _, latency := range o.latencies {
		for _, routes := range o.routes {
			if routes >= o.large && latency != slices.Max(o.latencies) {
				continue
			}
			if err := b.measure(ctx, routes, latency); err != nil {
				return err
			}
		}
	}
	table := b.table()
	fmt.Print("\n", table)
	if file == "" {
		return nil
	}
	return insert(file, table)
}
