package provider

import (
	"errors"
	"fmt"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/pomerium-zdx/terraform-provider-pomerium/internal/apimock"
	"github.com/pomerium-zdx/terraform-provider-pomerium/internal/gather"
)

// longestRun bounds a run of Terraform in the matrix: the ten minutes that a verb has unless the configuration says, and
// what two verbs of the same run take.
const longestRun = 15 * time.Minute

// lasting is how long a fault lasts: for one request, for as many as are sent before it is given up, or for ever.
type lasting struct {
	name  string
	times func(o faultOperation, f labFault) int
}

func lastings() []lasting {
	return []lasting{
		{"once", func(faultOperation, labFault) int { return 1 }},
		{"for all tries of one request", func(o faultOperation, f labFault) int {
			switch {
			case o.service == zeroService:
				return 6
			case f.limited:
				return 30
			}
			return 8
		}},
		{"for ever", func(faultOperation, labFault) int { return 0 }},
	}
}

// concerns tells whether a fault makes sense at an operation.
func (f labFault) concerns(o faultOperation) bool { return !f.writes || o.changes() }

// matrix is the outcome of each case by operation, fault and how long the fault lasts.
type matrix struct {
	mu       sync.Mutex
	outcomes map[[3]string]faultOutcome
}

func (m *matrix) set(o faultOperation, f labFault, l lasting, outcome faultOutcome) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.outcomes[[3]string{o.title(), f.name, l.name}] = outcome
}

// noFault is a run as it should be, which the others are compared with.
var noFault = labFault{name: "no fault", fault: apimock.Fault{Edit: func(body []byte) []byte { return body }}}

// TestFaultMatrix holds every operation against every fault: a run ends in bounded time, with success or with one error
// that says what failed, on which object, and what to do. Afterwards state and service agree, or one more apply makes them
// agree and then plans nothing, and there is neither an orphan nor a twin. The guide on faults shows the outcomes.
func TestFaultMatrix(t *testing.T) { //nolint:tparallel // the faults of an operation run one after the other
	t.Parallel()
	if _, err := allSchemas(); err != nil {
		t.Fatal(err)
	}
	began := time.Now()
	m := &matrix{outcomes: map[[3]string]faultOutcome{}}
	t.Run("cases", func(t *testing.T) {
		for _, o := range allOperations() {
			t.Run(o.title(), func(t *testing.T) {
				t.Parallel()
				t.Run(noFault.name, func(t *testing.T) { m.run(t, o, noFault, lastings()[0]) }) //nolint:paralleltest // as above
				for _, f := range allFaults() {
					if !f.concerns(o) {
						continue
					}
					for _, l := range lastings() {
						t.Run(f.name+", "+l.name, func(t *testing.T) { m.run(t, o, f, l) }) //nolint:paralleltest // as above
					}
				}
			})
		}
	})
	summarize(t, "fault matrix: %d cases of %d operations and %d faults in %s", len(m.outcomes), len(allOperations()), len(allFaults()), time.Since(began).Round(time.Second))
	if !t.Failed() && gathered() == gather.Several { // the page is about the requests of a single object
		holdPage(t, m.page())
	}
}

// gathered is GATHER=all, with which the provider reads even a single object from a list, else what it does.
func gathered() gather.Mode {
	if os.Getenv("GATHER") == "all" {
		return gather.All
	}
	return gather.Several
}

// run runs one case and keeps its outcome.
func (m *matrix) run(t *testing.T, o faultOperation, f labFault, l lasting) {
	t.Helper()
	var outcome faultOutcome
	defer func() { m.set(o, f, l, outcome) }()
	runCase(t, o, f, l, &outcome)
	if outcome.left != "" && o.note(f, outcome.left) == 0 {
		t.Errorf("%s", outcome.left)
	}
	if f.name == noFault.name && (outcome.failed || outcome.warned || outcome.differs) {
		t.Errorf("without a fault: %+v", outcome)
	}
}

// page are the outcomes as the guide shows them.
func (m *matrix) page() string {
	var page strings.Builder
	for _, service := range []string{zeroService, zdxService} {
		table := faultTable{faults: allFaults(), cells: map[[2]string]string{}}
		for _, o := range allOperations() {
			if o.service != service {
				continue
			}
			table.operations = append(table.operations, o)
			plain := m.outcomes[[3]string{o.title(), noFault.name, lastings()[0].name}].tries
			for _, f := range table.faults {
				if !f.concerns(o) {
					continue
				}
				var found []faultOutcome
				for _, l := range lastings() {
					found = append(found, m.outcomes[[3]string{o.title(), f.name, l.name}])
				}
				table.cells[[2]string{o.title(), f.name}] = cell(o, f, plain, found)
			}
		}
		table.write(&page, service)
	}
	return page.String() + "\n## What is left to do\n\n" + notes() + "\n"
}

// summarize prints a line about a test. With go test and many packages, only what a file is told of is seen.
func summarize(t *testing.T, format string, values ...any) {
	t.Helper()
	line := fmt.Sprintf(format, values...)
	_, _ = fmt.Fprintln(os.Stdout, line)
	if name := os.Getenv("TEST_SUMMARY"); name != "" {
		file, err := os.OpenFile(name, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
		if err != nil {
			t.Fatal(err)
		}
		_, err = fmt.Fprintln(file, line)
		if err := errors.Join(err, file.Close()); err != nil {
			t.Fatal(err)
		}
	}
}
