package apimock

import "time"

// stamp is how Pomerium Zero writes times: RFC 3339 in UTC with microseconds
// (pomerium-zero.md 2).
const stamp = "2006-01-02T15:04:05.000000Z"

// Advance moves the mock's clock forward by d. Tokens expire, traces start and
// end, rate windows empty and history ages by this clock alone.
func (s *Server) Advance(d time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.offset += d
}

// Now is the mock's clock: the real time plus every Advance, in UTC. It is also
// the Date header of every answer.
func (s *Server) Now() time.Time {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.now()
}

// now is Now for code that holds the lock.
func (s *Server) now() time.Time { return s.wall().Add(s.offset).UTC() }
