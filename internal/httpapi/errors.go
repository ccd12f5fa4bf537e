package httpapi

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// Error is a request that failed: refused by the service, or without an answer that could be used.
// It holds no credential: what the service said and what the transport reported are redacted.
type Error struct {
	Service    string // "Pomerium Zero", "ZDX"
	Method     string
	Path       string        // template, such as /organizations/{organizationId}/routes
	Status     int           // HTTP status; 0 when there was no answer
	Message    string        // what the service said, one line, shortened
	RequestID  string        // the service's own name for the exchange, if it gave one
	RetryAfter time.Duration // how long the service asks to wait; 0 when it does not say
	Sent       bool          // whether the request may have reached the service
	Err        error         // why there was no usable answer; nil for a plain refusal
}

func (e *Error) Error() string {
	var text strings.Builder
	if e.Status == 0 {
		fmt.Fprintf(&text, "%s gave no answer to %s %s", e.Service, e.Method, e.Path)
	} else {
		fmt.Fprintf(&text, "%s answered %d to %s %s", e.Service, e.Status, e.Method, e.Path)
	}
	if e.Err != nil {
		fmt.Fprintf(&text, ": %s", e.Err)
	}
	if e.Message != "" {
		fmt.Fprintf(&text, ": %s", e.Message)
	}
	if e.RequestID != "" {
		fmt.Fprintf(&text, " (request %s)", e.RequestID)
	}
	return text.String()
}

func (e *Error) Unwrap() error { return e.Err }

// because completes an error that has no usable answer.
func (e *Error) because(err error, redactor *Redactor) *Error {
	var urlError *url.Error
	if errors.As(err, &urlError) {
		err = urlError.Err // the address is in the template; the full one may hold names of people
	}
	if errors.Is(err, context.DeadlineExceeded) {
		err = fmt.Errorf("%w: %w", errTimeout, context.DeadlineExceeded)
	}
	e.Err = redacted{text: redactor.line(err.Error()), err: err}
	return e
}

// redacted shows an error's text without secrets and keeps the error for errors.Is.
type redacted struct {
	text string
	err  error
}

func (r redacted) Error() string { return r.text }
func (r redacted) Unwrap() error { return r.err }

// tokenError is a failure of the token call that a request needed: the request itself surely never left.
type tokenError struct{ error }

func (e tokenError) Unwrap() error { return e.error }

// IsNotFound tells whether the service said that there is no such object (404, 410).
func IsNotFound(err error) bool { return hasStatus(err, http.StatusNotFound, http.StatusGone) }

// IsForbidden tells whether the service refused for want of a role (403). Pomerium Zero says this
// of deleted objects too, so it proves nothing about existence (pomerium-zero.md 3, Errors).
func IsForbidden(err error) bool { return hasStatus(err, http.StatusForbidden) }

// IsUnauthorized tells whether the credential or the token was refused (401).
func IsUnauthorized(err error) bool { return hasStatus(err, http.StatusUnauthorized) }

// IsConflict tells whether the request collides with what is there (409).
func IsConflict(err error) bool { return hasStatus(err, http.StatusConflict) }

// IsRateLimited tells whether the service asked to slow down (429). ZDX answers so for a busy device too.
func IsRateLimited(err error) bool { return hasStatus(err, http.StatusTooManyRequests) }

// IsInvalid tells whether the service refused what was sent (400, 422).
func IsInvalid(err error) bool {
	return hasStatus(err, http.StatusBadRequest, http.StatusUnprocessableEntity)
}

// Ambiguous tells whether the request may have been carried out although no answer says so. Of a
// create, both an orphan and a twin are possible then.
func Ambiguous(err error) bool {
	var failure *Error
	if !errors.As(err, &failure) || !failure.Sent || errors.As(err, &tokenError{}) {
		return false
	}
	return failure.Status == 0 || failure.Status >= 500 || failure.Status < 300
}

func hasStatus(err error, statuses ...int) bool {
	var failure *Error
	if !errors.As(err, &failure) {
		return false
	}
	for _, status := range statuses {
		if failure.Status == status {
			return true
		}
	}
	return false
}

// message finds the service's own words in a refusal. Neither service publishes a format; these are
// the members that clients in the field look for (pomerium-zero.md 3, zdx.md 7).
func message(answer *http.Response, body []byte, redactor *Redactor) string {
	if answer.StatusCode < 400 {
		return "a redirect, which is never followed: check the configured url"
	}
	var members map[string]any
	if json.Unmarshal(body, &members) == nil {
		for _, name := range []string{
			"error_description", "message", "errorMessage", "detail", "reason", "exception", "title", "error", "code",
		} {
			if text, ok := members[name].(string); ok && text != "" {
				return text
			}
		}
	}
	if json.Valid(body) {
		// Not as it stands: a service may spell the same text, and a secret in it, with other escapes.
		return redactor.Body(body)
	}
	text := strings.TrimSpace(string(body))
	if strings.HasPrefix(text, "<") {
		return "a web page instead of JSON: a proxy or a wrong url may be in the way"
	}
	return text
}
