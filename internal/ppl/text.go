package ppl

import (
	"bytes"
	"encoding/json"
	"errors"
)

// Text is a policy as a user writes it, YAML or JSON. In a request or an
// answer of the API it is the JSON value itself, never a string: the API has
// no text form (ppl.md 1, canonical form).
type Text string

// MarshalJSON is the policy as the value to send, see Document.JSON. Text
// that breaks the grammar, empty text included, is an error that lists the
// faults: an access policy that cannot be read must never be sent as null or
// as something else.
func (t Text) MarshalJSON() ([]byte, error) {
	document, problems := Parse(string(t))
	var faults []error
	for _, problem := range problems.Errors() {
		faults = append(faults, errors.New(problem.String()))
	}
	if len(faults) > 0 {
		return nil, errors.Join(faults...)
	}
	return document.JSON(), nil
}

// UnmarshalJSON keeps the value as compact JSON text and does not judge it:
// what the service stores is a fact, even if this package would refuse to
// send it. null becomes the empty text.
func (t *Text) UnmarshalJSON(value []byte) error {
	var compact bytes.Buffer
	if err := json.Compact(&compact, value); err != nil {
		return err
	}
	*t = Text(compact.String())
	if *t == "null" {
		*t = ""
	}
	return nil
}
