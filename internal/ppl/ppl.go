// Package ppl reads, checks, compares and writes the Pomerium Policy
// Language (PPL): who may pass a route, written as YAML or as JSON.
//
// A policy is judged in two stages, and this package keeps them apart
// (ppl.md, introduction). What breaks the grammar is an Error: the service
// would refuse it. What the grammar allows but the public compiler refuses,
// such as a criterion nobody knows, is only a Warning, because the service
// knows criteria that are not public.
//
// Some things are refused although YAML or JSON allow them, since each can
// make a policy mean something other than what its author sees: duplicate
// keys, YAML anchors, aliases, tags, merge keys and directives, keys that are
// not text, and a second document.
//
// The package keeps no state, makes no requests and knows nothing of
// Terraform. It never panics, whatever it is given.
package ppl

import (
	"cmp"
	"fmt"
	"slices"
)

// Position is a place in the text of a policy. Both numbers begin at 1, a
// column is one character (not one byte), and a line ends at LF, CR LF or CR.
type Position struct {
	Line, Column int
}

// String names the place in words: "line 3, column 7".
func (p Position) String() string {
	return fmt.Sprintf("line %d, column %d", p.Line, p.Column)
}

// Severity says what a Problem means for the policy.
type Severity int

const (
	// Error marks a fault of grammar: the text is not a policy.
	Error Severity = iota
	// Warning marks a policy that can be sent, but that the service may
	// refuse or that may not mean what its author thinks.
	Warning
)

// String is "error" or "warning".
func (s Severity) String() string {
	if s == Warning {
		return "warning"
	}
	return "error"
}

// Problem is one thing found in the text of a policy.
type Problem struct {
	Severity Severity
	// Position is where the fault begins; 1:1 if no place can be named.
	Position Position
	// Path leads to the fault inside the policy, such as
	// "[1].allow.and[0].email". It is empty for the policy as a whole and
	// for text that could not be read as YAML or JSON.
	Path string
	// Message says what is wrong and what to write instead.
	Message string
}

// String is the problem in one line, its place first:
// "line 3, column 7: … (at allow.and[0].email)".
func (p Problem) String() string {
	if p.Path == "" {
		return p.Position.String() + ": " + p.Message
	}
	return p.Position.String() + ": " + p.Message + " (at " + p.Path + ")"
}

// Problems are all problems of one text, in the order of the text.
type Problems []Problem

// Errors are the problems that make the text unusable.
func (p Problems) Errors() Problems { return p.only(Error) }

// Warnings are the problems that a policy can be sent with.
func (p Problems) Warnings() Problems { return p.only(Warning) }

func (p Problems) only(s Severity) Problems {
	var found Problems
	for _, problem := range p {
		if problem.Severity == s {
			found = append(found, problem)
		}
	}
	return found
}

// Parse reads a policy from YAML or JSON and reports everything it finds
// wrong with it. The document is usable only when there are no errors;
// otherwise it is the empty policy, which lets nobody in.
//
// Text that begins like JSON, with brackets and then a double quote, is read as
// JSON and nothing else; all other text is read as YAML 1.2 (grammar: ppl.md 1).
func Parse(text string) (Document, Problems) {
	root, problem := read(text)
	if problem != nil {
		return Document{}, Problems{*problem}
	}
	var problems Problems
	checkPolicy(report{problems: &problems}, root)
	slices.SortStableFunc(problems, func(a, b Problem) int {
		return cmp.Or(
			cmp.Compare(a.Position.Line, b.Position.Line),
			cmp.Compare(a.Position.Column, b.Position.Column),
		)
	})
	if len(problems.Errors()) > 0 {
		return Document{}, problems
	}
	return Document{root: root}, problems
}
