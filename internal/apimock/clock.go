package apimock

import (
	"fmt"
	"math"
	"time"
)

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

// SetSpeed lets the mock's clock run factor times as fast as the real one from
// now on; 1 is as fast. The time does not jump. It panics unless factor is a
// positive number.
func (s *Server) SetSpeed(factor float64) {
	if math.IsNaN(factor) || math.IsInf(factor, 0) || factor <= 0 {
		panic(fmt.Sprintf("apimock: the clock can't run %v times as fast", factor))
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	wall := s.wall()
	s.offset = s.at(wall).Sub(wall)
	s.speed, s.spedAt = factor, wall
}

// Now is the mock's clock: the real time, faster after SetSpeed, plus every
// Advance, in UTC. It is also the Date header of every answer.
func (s *Server) Now() time.Time {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.now()
}

// now is Now for code that holds the lock.
func (s *Server) now() time.Time { return s.at(s.wall()) }

// at is the mock's time at a moment of the real clock.
func (s *Server) at(wall time.Time) time.Time {
	now := wall.Add(s.offset)
	if s.speed > 0 {
		now = now.Add(time.Duration(float64(wall.Sub(s.spedAt)) * (s.speed - 1)))
	}
	return now.UTC()
}
