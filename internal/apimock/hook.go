package apimock

import (
	"context"
	"net/http"
)

// Moment is where a request stands when a hook is called.
type Moment struct {
	Number           int // of the request, from 1; ResetJournal does not reset it
	Method, Template string
	// Done is false when the request has arrived, and true when the service has done its work and nothing was
	// answered yet.
	Done bool
	// Context ends when the client gives up.
	Context context.Context //nolint:containedctx // it is the request's, and lives no longer
}

// SetHook has hook called at both moments of every request from now on, faulty ones included; nil ends that. The request
// waits for the hook, other requests do not: a hook may hold a request for as long as a test likes. Where it
// returns false the connection is dropped, on arrival without any work being done.
func (s *Server) SetHook(hook func(Moment) bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.hook = hook
}

// reach tells the hook of a moment. The caller does not hold the lock.
func (s *Server) reach(r *http.Request, number int, entry *Exchange, done bool) {
	s.mu.Lock()
	hook := s.hook
	s.mu.Unlock()
	if hook == nil {
		return
	}
	if !hook(Moment{Number: number, Method: entry.Method, Template: entry.Template, Done: done, Context: r.Context()}) {
		panic(http.ErrAbortHandler)
	}
}
