package apimock

import (
	"bytes"
	"net/http"
	"strings"
	"time"
)

// DropKind says when a connection is dropped.
type DropKind int

// The connection is kept, or lost before or after the work was done.
const (
	NoDrop DropKind = iota
	DropBefore
	DropAfter
)

// Fault makes matching requests go wrong. The first fault added that matches
// and is due applies. A fault with neither Status nor Body nor RedirectTo nor
// Drop nor Hang leaves the answer as it is, Delay, CutBody and Edit apart.
type Fault struct {
	Method, Template string // "" = any; Template as in the contract
	// Object chooses the requests whose path, query or body holds this text,
	// such as an ID or a name; "" = any.
	Object string
	Skip   int // let that many through first
	Times  int // 0 = for ever
	// Status answers instead of the service, without doing the work. Body, or
	// an error in the service's own form, is the body.
	Status      int
	Header      http.Header
	Body        string
	ContentType string        // default application/json
	Delay       time.Duration // real time, before anything else
	Hang        bool          // no answer until the client gives up
	Drop        DropKind
	CutBody     bool // the answer is cut in the middle, after the work
	// AnswerAfterWork does the work first, then applies Status, Hang or
	// RedirectTo: the client does not learn that it was done.
	AnswerAfterWork bool
	RedirectTo      string // Location, with Status or 307
	// Edit changes the body of the answer, after the work, whatever the contract
	// says of the result. The body of a Status below 400 only.
	Edit func(body []byte) []byte
}

// armed is a fault with the counts of its life.
type armed struct {
	Fault
	skipped, applied int
}

// AddFault arms a fault.
func (s *Server) AddFault(f Fault) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.faults = append(s.faults, &armed{Fault: f})
}

// ClearFaults disarms all faults.
func (s *Server) ClearFaults() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.faults = nil
}

// dueFault counts the request on the armed faults and returns the one that
// applies, or a fault that does nothing. The caller holds the lock.
func (s *Server) dueFault(e *Exchange) Fault {
	for _, f := range s.faults {
		switch {
		case !f.concerns(e):
		case f.skipped < f.Skip:
			f.skipped++
		case f.Times == 0 || f.applied < f.Times:
			f.applied++
			return f.Fault
		}
	}
	return Fault{}
}

// concerns tells whether a request is one that the fault is for.
func (f Fault) concerns(e *Exchange) bool {
	if f.Method != "" && f.Method != e.Method || f.Template != "" && f.Template != e.Template {
		return false
	}
	if f.Object == "" || strings.Contains(e.Path, f.Object) || bytes.Contains(e.Body, []byte(f.Object)) {
		return true
	}
	for _, values := range e.Query {
		for _, value := range values {
			if strings.Contains(value, f.Object) {
				return true
			}
		}
	}
	return false
}

// replacesAnswer tells whether the service's own answer is not to be sent.
func (f Fault) replacesAnswer() bool {
	return f.Status != 0 || f.Body != "" || f.RedirectTo != "" || f.Hang
}

// worksFirst tells whether the service does its work at all.
func (f Fault) worksFirst() bool {
	if f.Drop == DropBefore {
		return false
	}
	return f.AnswerAfterWork || f.Drop == DropAfter || !f.replacesAnswer()
}

// canned is the answer a fault gives instead of the service.
func (f Fault) canned(service string) reply {
	header := f.Header.Clone()
	if header == nil {
		header = http.Header{}
	}
	status := f.Status
	if f.RedirectTo != "" {
		header.Set("Location", f.RedirectTo)
		if status == 0 {
			status = http.StatusTemporaryRedirect
		}
	}
	if status == 0 {
		status = http.StatusOK
	}
	r := refusal(service, status, "a fault was set for this request")
	r.header = header
	if status == http.StatusNoContent || status == http.StatusNotModified {
		r.body = nil
	} else if f.Body != "" {
		r.raw = []byte(f.Body)
	}
	if f.ContentType != "" {
		header.Set("Content-Type", f.ContentType)
	}
	return r
}
