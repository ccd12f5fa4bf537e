package apimock

import (
	"bytes"
	"net/http"
	"net/url"
	"time"
)

// Exchange is one request and what was answered.
type Exchange struct {
	Time    time.Time // arrival, by the mock's clock
	Service string    // "pomerium_zero" or "zdx"; "" when the path belongs to neither
	Method  string
	Path    string // as sent (escaped), without the service's base
	// Template is the contract's path, such as
	// /organizations/{organizationId}/routes; "" when the contract has none.
	Template    string
	OperationID string
	Query       url.Values
	Header      http.Header
	Body        []byte
	// Status is 0 while the answer is pending and for ever if none was sent
	// (Hang, Drop).
	Status int
	Answer []byte
}

// Journal returns every request since New or ResetJournal, in order of
// arrival, refused and faulty ones included.
func (s *Server) Journal() []Exchange { return s.Sent("", "") }

// Sent returns the requests with this method and contract path; "" is any.
func (s *Server) Sent(method, template string) []Exchange {
	s.mu.Lock()
	defer s.mu.Unlock()
	found := []Exchange{}
	for _, e := range s.journal {
		if (method == "" || e.Method == method) && (template == "" || e.Template == template) {
			c := *e
			c.Header, c.Body, c.Answer = e.Header.Clone(), bytes.Clone(e.Body), bytes.Clone(e.Answer)
			found = append(found, c)
		}
	}
	return found
}

// ResetJournal forgets the requests so far.
func (s *Server) ResetJournal() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.journal = nil
}

// ContractViolations lists answers that broke the contract: bugs of the mock.
// A test that ends with a look at it keeps the mock honest.
func (s *Server) ContractViolations() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]string{}, s.violations...)
}
