//go:build unix

package main

import (
	"fmt"
	"os"
	"strings"
	"time"
)

// The lines of a file that hold the table between them.
const (
	tableBegins = "<!-- make bench writes from here -->\n"
	tableEnds   = "<!-- to here -->\n"
)

// String is a row in words.
func (r row) String() string {
	text := r.command
	for _, provider := range []string{floor, idle, gathering, alone} {
		if c, ok := r.costs[provider]; ok {
			text += fmt.Sprintf("; %s %s, cpu %s, %d requests, %d MB", provider, seconds(c.wall), seconds(c.cpu), c.requests, c.provider>>20)
		}
	}
	return text
}

func seconds(d time.Duration) string { return fmt.Sprintf("%.2f s", d.Seconds()) }

// over is how much longer a command takes with one provider than with another.
func (r row) over(provider, other string) string {
	one, measured := r.costs[provider]
	base, known := r.costs[other]
	if !measured || !known {
		return "–"
	}
	return fmt.Sprintf("%.2f", float64(one.wall)/float64(base.wall))
}

func (r row) requests(provider string) string {
	if c, ok := r.costs[provider]; ok {
		return fmt.Sprint(c.requests)
	}
	return "–"
}

func (b *bench) table() string {
	var table strings.Builder
	fmt.Fprintf(&table, "Measured with %s.\n\n", b.cli.Version)
	table.WriteString("| Routes | Latency | Command | Time / idle | One by one / idle | Time / floor | Requests | One by one | " +
		"Time | CPU | Idle | CPU, idle | Memory |\n")
	table.WriteString("| ---: | ---: | --- " + strings.Repeat("| ---: ", 10) + "|\n")
	for _, r := range b.rows {
		none, ours := r.costs[idle], r.costs[gathering]
		fmt.Fprintf(&table, "| %d | %s | %s | **%s** | %s | %s | %s | %s | %s | %s | %s | %s | %d MB |\n", r.routes, r.latency, r.command,
			r.over(gathering, idle), r.over(alone, idle), r.over(gathering, floor), r.requests(gathering), r.requests(alone),
			seconds(ours.wall), seconds(ours.cpu), seconds(none.wall), seconds(none.cpu), ours.provider>>20)
	}
	return table.String()
}

// insert replaces what stands between the marks.
func insert(file, table string) error {
	content, err := os.ReadFile(file) //nolint:gosec // the file that the user named
	if err != nil {
		return err
	}
	before, rest, begins := strings.Cut(string(content), tableBegins)
	_, after, ends := strings.Cut(rest, tableEnds)
	if !begins || !ends {
		return fmt.Errorf("%s lacks the lines between which the table stands", file)
	}
	return os.WriteFile(file, []byte(before+tableBegins+"\n"+table+"\n"+tableEnds+after), 0o600) //nolint:gosec // as above
}
