package provider

import (
	"cmp"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// byHand is what is left to do by hand after some faults, with the reason. Everything else converges with the next apply.
var byHand = []struct {
	operation string   // beginning of its title
	faults    []string // names of faults; "after the work" stands for all of those; nil for all
	left      string   // what the case finds
	note      string   // for the page
}{
	{
		"route: look-up after a lost create", nil, "import",
		"Two things fail at once: the answer to the create is lost, and so is the look for what it made. The error says so; the next apply says that the " +
			"name is taken, or that the device is busy, and with which command to import what is there.",
	},
	{"policy: look-up after a lost create", nil, "import", ""},
	{"deep trace: list, after a lost start", nil, "import", ""},
	{
		"analysis: start", []string{afterTheWork, "cut", "types", "missing members"}, "the service holds 2",
		"ZDX has no list of analyses and none of snapshots, so what a lost answer made cannot be found. The error says so, and the next apply makes another " +
			"one. The first ends by itself.",
	},
	{"alert snapshot: share", []string{afterTheWork, "cut", "types", "missing members"}, "the service holds 2", ""},
	{
		"analysis: read", []string{"404", "410"}, "the service holds 2",
		"ZDX has no list that could confirm that an analysis is gone. It counts as gone, with a warning, and another one is started. The first ends by itself.",
	},
	{
		"deep trace: stop", []string{"an empty body"}, "the object is not in the state",
		"What ZDX answers to a stop is not documented, so an answer without a word counts as a success. What was not stopped ends by itself.",
	},
	{"analysis: stop", []string{"an empty body"}, "the object is not in the state", ""},
}

// note returns the number of the note that explains what is left; 0 if nothing does.
func (o faultOperation) note(f labFault, left string) int {
	number := 0
	for _, step := range byHand {
		if step.note != "" {
			number++
		}
		named := func(part string) bool { return strings.Contains(f.name, part) }
		if step.operation == o.title() && strings.Contains(left, step.left) && (step.faults == nil || slices.ContainsFunc(step.faults, named)) {
			return number
		}
	}
	return 0
}

// cell says in words what an operation and a fault come to, as long as the fault lasts.
func cell(o faultOperation, f labFault, plain int, found []faultOutcome) string {
	once, last := found[0], found[len(found)-1]
	words := "error"
	switch tries := once.tries - plain + 1; {
	case once.failed:
	case once.warned:
		words = "a warning"
	case once.differs:
		words = "shows what came"
	case tries <= 1 || plain > 3: // one that looks again and again tells nothing by its tries
		words = "succeeds"
	default:
		words = fmt.Sprintf("succeeds after %d tries", tries)
	}
	switch {
	case last.failed && !once.failed:
		words += ", error if it lasts"
	case last.warned && !once.warned && !once.failed:
		words += ", a warning if it lasts"
	case last.differs && !once.differs && !once.failed:
		words += ", shows what came if it lasts"
	}
	notes := map[int]bool{}
	for _, outcome := range found {
		if outcome.left != "" {
			notes[o.note(f, outcome.left)] = true
		}
	}
	for number := range notes {
		words += fmt.Sprintf(" (%d)", number)
	}
	return words
}

// faultTable is one service's part of the page.
type faultTable struct {
	operations []faultOperation
	faults     []labFault
	cells      map[[2]string]string // by titles
}

func (t faultTable) row(o faultOperation) string {
	var row []string
	for _, f := range t.faults {
		row = append(row, t.cells[[2]string{o.title(), f.name}])
	}
	return strings.Join(row, "|")
}

// groups puts together what has the same key, in the order of the first of each.
func groups[T any](all []T, key func(T) string) [][]T {
	var found [][]T
	at := map[string]int{}
	for _, one := range all {
		k := key(one)
		i, known := at[k]
		if !known {
			i = len(found)
			at[k] = i
			found = append(found, nil)
		}
		found[i] = append(found[i], one)
	}
	return found
}

// write writes one section for each group of operations with equal outcomes, with one row for each outcome.
func (t faultTable) write(page *strings.Builder, service string) {
	fmt.Fprintf(page, "\n## %s\n", service)
	for _, same := range groups(t.operations, t.row) {
		var names []string
		for _, object := range groups(same, func(o faultOperation) string { return o.object }) {
			var verbs []string
			for _, o := range object {
				verbs = append(verbs, o.name)
			}
			names = append(names, fmt.Sprintf("**%s**: %s", object[0].object, strings.Join(verbs, "; ")))
		}
		outcome := func(f labFault) string { return t.cells[[2]string{same[0].title(), f.name}] }
		fmt.Fprintf(page, "\n%s\n\n| Outcome | Faults |\n| --- | --- |\n", strings.Join(names, "<br>\n"))
		kinds := slices.DeleteFunc(groups(t.faults, outcome), func(kind []labFault) bool { return outcome(kind[0]) == "" })
		slices.SortStableFunc(kinds, func(a, b []labFault) int { return cmp.Compare(rank(outcome(a[0])), rank(outcome(b[0]))) })
		for _, kind := range kinds {
			fmt.Fprintf(page, "| %s | %s |\n", outcome(kind[0]), strings.Join(inShort(kind), "; "))
		}
	}
	page.WriteString("\n")
}

// families are faults that are called by one name where they have the same outcome.
var families = []struct {
	name    string
	members []string
}{
	{"403", []string{"403 for one object", "403 for all objects"}},
	{"429", []string{"429, Retry-After in seconds", "429, Retry-After as a date", "429, Retry-After absurd", "429, Retry-After absent"}},
	{"429, unless Retry-After is absurd", []string{"429, Retry-After in seconds", "429, Retry-After as a date", "429, Retry-After absent"}},
	{"500 to 504", []string{"500", "502", "503", "504"}},
	{"502 to 504", []string{"502", "503", "504"}},
	{"500 to 504" + afterTheWork, []string{"500" + afterTheWork, "502" + afterTheWork, "503" + afterTheWork, "504" + afterTheWork}},
	{"502 to 504" + afterTheWork, []string{"502" + afterTheWork, "503" + afterTheWork, "504" + afterTheWork}},
}

// inShort names faults, families of them by one name, and those before and after the work by one.
func inShort(faults []labFault) []string {
	var names []string
	for _, f := range faults {
		names = append(names, f.name)
	}
	for _, family := range families {
		if first := slices.Index(names, family.members[0]); first >= 0 && !slices.ContainsFunc(family.members, func(n string) bool { return !slices.Contains(names, n) }) {
			names[first] = family.name
			names = slices.DeleteFunc(names, func(n string) bool { return slices.Contains(family.members, n) })
		}
	}
	for i, name := range names {
		if slices.Contains(names, name+afterTheWork) {
			names[i] += ", before or" + afterTheWork
		}
	}
	return slices.DeleteFunc(names, func(n string) bool {
		plain, after := strings.CutSuffix(n, afterTheWork)
		return after && slices.Contains(names, plain+", before or"+afterTheWork)
	})
}

// notes are the reasons for what is left to do by hand.
func notes() string {
	var text strings.Builder
	number := 0
	for _, step := range byHand {
		if step.note != "" {
			number++
			fmt.Fprintf(&text, "%d. %s\n", number, step.note)
		}
	}
	return text.String()
}

func rank(words string) int {
	return slices.Index([]string{"s", "a", "e"}, words[:min(1, len(words))])
}

// faultsPage is where the outcomes are shown.
const faultsPage = "../../templates/guides/faults.md"

const (
	tableBegins = "<!-- outcomes: written by TestFaultMatrix -->\n"
	tableEnds   = "<!-- end of outcomes -->\n"
)

// holdPage holds the page against the outcomes, or writes them into it when UPDATE is set.
func holdPage(t *testing.T, outcomes string) {
	t.Helper()
	data, err := os.ReadFile(faultsPage)
	if err != nil {
		t.Fatal(err)
	}
	before, rest, found := strings.Cut(string(data), tableBegins)
	_, after, ended := strings.Cut(rest, tableEnds)
	if !found || !ended {
		t.Fatalf("%s has no place for the outcomes", faultsPage)
	}
	page := before + tableBegins + outcomes + tableEnds + after
	switch {
	case page == string(data):
	case os.Getenv("UPDATE") != "":
		if err := os.WriteFile(filepath.Clean(faultsPage), []byte(page), 0o600); err != nil {
			t.Fatal(err)
		}
	default:
		t.Errorf("%s is out of date: UPDATE=1 go test ./internal/provider -run TestFaultMatrix, then make generate", faultsPage)
	}
}
