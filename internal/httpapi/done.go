package httpapi

import (
	"bytes"
	"encoding/json"
	"errors"
	"net/http"
)

// Done takes the answer to a request whose success needs no answer, such as a deletion.
type Done struct {
	// Certain tells whether the answer is one that a service gives: none at all and a status that says so, or an
	// object. A page of a network's own, sent with 200, is neither, and nothing may have been done.
	Certain bool
	// Empty tells that nothing came.
	Empty bool
}

func (d *Done) read(status int, body []byte) {
	body = bytes.TrimSpace(body)
	d.Empty = len(body) == 0
	d.Certain = status == http.StatusNoContent || status == http.StatusAccepted && d.Empty ||
		!d.Empty && body[0] == '{' && json.Valid(body)
}

// ErrContradicted tells that a service says of an object that it does not exist, or that it was removed, and shows it
// all the same.
var ErrContradicted = errors.New("the service contradicts itself, or something between answers in its place")

// Contradicted is a refusal ("not found") with what contradicts it. errors.Is finds both it and ErrContradicted.
func Contradicted(refusal error, by string) error { return contradicted{refusal, by} }

type contradicted struct {
	error
	by string
}

func (c contradicted) Error() string { return c.error.Error() + ", " + c.by }

func (c contradicted) Unwrap() []error { return []error{c.error, ErrContradicted} }

// errUnconfirmed stands for a success that something else than the service told.
var errUnconfirmed = errors.New("the answer is not the service's own, and nothing was done")

// Unconfirmed is the failure of a request of which the answer was not certain and nothing was done.
func Unconfirmed(service, method, path string) *Error {
	return &Error{Service: service, Method: method, Path: path, Status: http.StatusOK, Sent: true, Err: errUnconfirmed}
}
