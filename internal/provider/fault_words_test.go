package provider

import (
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
)

var (
	advises = regexp.MustCompile(`(?i)(^|[.:;,(]\s*|\n|\band |\bor )(add|allow|ask|change|check|choose|correct|import|look|raise|report|run|set|stop|take|use|wait)\b`)
	markup  = regexp.MustCompile(`(?i)</?(!doctype|html|body|h1)`)
)

// longestError bounds an error, advice included.
const longestError = 1600

// check holds what a run said against the promise: at most one error, and see complaints.
func (c *faultCase) check(problems []*tfprotov6.Diagnostic) {
	c.t.Helper()
	names := slices.Clone(c.o.names(c.lab))
	if i := slices.Index(names, "the-id"); i >= 0 {
		names[i] = c.stateID()
		if names[i] == "" {
			names = slices.Delete(names, i, i+1)
		}
	}
	failures := 0
	for _, problem := range problems {
		if problem.Severity == isError {
			failures++
			for _, complaint := range complaints(problem.Summary, problem.Detail, names, c.causes(), c.lab.Secrets()) {
				c.t.Error(complaint)
			}
		} else {
			for _, complaint := range unfit(problem.Summary+"\n"+problem.Detail, c.lab.Secrets()) {
				c.t.Error(complaint)
			}
		}
	}
	if failures > 1 {
		c.t.Errorf("%d errors: %s", failures, listed(problems))
	}
	if host := c.wire.lost.Load(); host != nil {
		c.t.Errorf("something was sent to %s", host)
	}
}

// complaints tell what an error lacks: it names the object, what happened and what to do, in few words.
func complaints(summary, detail string, names, causes, secrets []string) []string {
	text := summary + "\n" + detail
	found := unfit(text, secrets)
	named := func(part string) bool { return strings.Contains(text, part) }
	if !slices.ContainsFunc(names, named) {
		found = append(found, fmt.Sprintf("the error names none of %q: %s", names, text))
	}
	if !slices.ContainsFunc(causes, named) {
		found = append(found, fmt.Sprintf("the error tells none of %q: %s", causes, text))
	}
	if !advises.MatchString(detail) {
		found = append(found, "the error does not say what to do: "+text)
	}
	if len(text) > longestError {
		found = append(found, fmt.Sprintf("the error has %d characters: %s", len(text), text))
	}
	return found
}

// unfit tells what must not stand in any message.
func unfit(text string, secrets []string) (found []string) {
	for _, secret := range secrets {
		if strings.Contains(text, secret) {
			found = append(found, "a credential stands in: "+text)
		}
	}
	if markup.MatchString(text) {
		found = append(found, "a web page stands in: "+text)
	}
	return found
}

// causes are what an error may say, one of them at least.
func (c *faultCase) causes() []string {
	causes := slices.Clone(c.f.causes)
	if c.o.behind != nil {
		causes = append(causes, "403") // what the list was to explain, and could not
	}
	if c.f.limited {
		causes = append(causes, "no answer in time") // who stands in line behind a limit does not get one
	}
	if c.o.data != nil && (c.f.fault.Status == http.StatusNotFound || c.f.fault.Status == http.StatusGone) {
		causes = append(causes, "that these credentials see")
	}
	return causes
}
