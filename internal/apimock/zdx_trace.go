package apimock

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// keptFor is how long an ended trace stays in history (zdx.md 5).
const keptFor = 14 * 24 * time.Hour

// firstTraceID is the first trace's identifier: 2^53 + 1. No later one fits a
// float64 either, so that a client that reads numbers as floats is found out.
const firstTraceID = 9007199254740993

// Trace is a deep trace as it stands by the mock's clock. StartedAt and EndedAt
// are zero until it has started and ended. Status is in snake case.
type Trace struct {
	ID, DeviceID, Status, SessionName string
	CreatedAt, StartedAt, EndedAt     time.Time
	Request                           map[string]any
}

// trace holds what decides a trace's life: when it was made and when somebody
// ended it. Where it stands follows from the clock.
type trace struct {
	id, deviceID string
	request      map[string]any
	created      time.Time
	startDelay   time.Duration
	length       time.Duration
	expiresAfter time.Duration // 0 = the device is online
	abortDelay   time.Duration
	aborted      time.Time // when a stop was asked for
	forced       string    // status given by EndTrace, at forcedAt
	forcedAt     time.Time
}

// at is the trace at a moment: created → started → completed, or expired if the
// device is offline, or abort_initiated → aborted after a stop (zdx.md 5).
func (t *trace) at(now time.Time) Trace {
	v := Trace{
		ID: t.id, DeviceID: t.deviceID, SessionName: text(t.request, "session_name"),
		CreatedAt: t.created, Request: as[map[string]any](clone(t.request)), Status: "not_started",
	}
	end, ending := t.created.Add(t.startDelay+t.length), "completed"
	if t.expiresAfter > 0 {
		end, ending = t.created.Add(t.expiresAfter), "expired"
	}
	if !t.aborted.IsZero() {
		end, ending = t.aborted.Add(t.abortDelay), "aborted"
	}
	if t.forced != "" {
		end, ending = t.forcedAt, t.forced
	}
	start := t.created.Add(t.startDelay)
	stopped := t.aborted
	if t.forced != "" {
		stopped = t.forcedAt
	}
	if t.expiresAfter == 0 && !now.Before(start) && (stopped.IsZero() || start.Before(stopped) || start.Equal(stopped)) {
		v.StartedAt, v.Status = start, "started"
	}
	switch {
	case !now.Before(end):
		v.EndedAt, v.Status = end, ending
	case !t.aborted.IsZero():
		v.Status = "abort_initiated"
	}
	return v
}

// active tells whether the trace counts for the limits: one that is being
// aborted has left the running ones.
func (t *trace) active(now time.Time) bool {
	return t.at(now).EndedAt.IsZero() && t.aborted.IsZero()
}

// settle drops traces whose history has run out.
func (s *Server) settle() {
	now := s.now()
	for device, list := range s.traces {
		s.traces[device] = slices.DeleteFunc(list, func(t *trace) bool {
			ended := t.at(now).EndedAt
			return !ended.IsZero() && now.Sub(ended) >= keptFor
		})
	}
}

// trace finds a trace that is still kept; nil if there is none.
func (s *Server) trace(deviceID, id string) *trace {
	s.settle()
	for _, t := range s.traces[deviceID] {
		if t.id == id {
			return t
		}
	}
	return nil
}

func (s *Server) mustTrace(deviceID, id string) *trace {
	t := s.trace(deviceID, id)
	if t == nil {
		panic(fmt.Sprintf("apimock: device %s has no trace %s", deviceID, id))
	}
	return t
}

func (s *Server) removeTrace(t *trace) {
	s.traces[t.deviceID] = slices.DeleteFunc(s.traces[t.deviceID], func(o *trace) bool { return o == t })
}

// startOn makes a trace without a question.
func (s *Server) startOn(device *record, request map[string]any) *trace {
	t := &trace{
		id: fmt.Sprint(firstTraceID + 2*s.started), deviceID: device.id, request: request, created: s.now(),
		startDelay: s.switches.StartDelay, length: time.Duration(minutes(request)) * time.Minute, abortDelay: s.switches.AbortDelay,
	}
	if device.members["offline"] == true {
		t.expiresAfter = s.switches.ExpireAfter
	}
	s.started++
	s.traces[device.id] = append(s.traces[device.id], t)
	return t
}

// minutes is a session's length: 5 unless the request says otherwise.
func minutes(request map[string]any) int {
	length := 5
	if sent := request["session_length_minutes"]; sent != nil {
		_, _ = fmt.Sscan(fmt.Sprint(sent), &length) // the contract allows four numbers
	}
	return length
}

// Traces returns a device's traces, oldest first.
func (s *Server) Traces(deviceID string) []Trace {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.settle()
	found := []Trace{}
	for _, t := range s.traces[deviceID] {
		found = append(found, t.at(s.now()))
	}
	return found
}

// EndTrace ends a trace now with any status: aborted, failed, incomplete, or
// one that nobody has heard of. It panics if there is no such trace.
func (s *Server) EndTrace(deviceID, traceID, status string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	t := s.mustTrace(deviceID, traceID)
	t.forced, t.forcedAt = status, s.now()
}

// RemoveTrace deletes a trace as the portal would. It panics if there is none.
func (s *Server) RemoveTrace(deviceID, traceID string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.removeTrace(s.mustTrace(deviceID, traceID))
}

// StartTrace starts a trace as if from the portal and returns its ID. It panics
// on an unknown device and on what the API would refuse.
func (s *Server) StartTrace(deviceID string, request map[string]any) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	device := s.mustKnow("devices", deviceID)
	members := normal(request)
	if p := s.checkStart(deviceID, members); p != nil {
		panic("apimock: " + p.text)
	}
	return s.startOn(device, members).id
}

// spelled writes a status as the switch wants it.
func spelled(status string, how StatusSpelling) string {
	if how != SpellingTitle {
		return status
	}
	words := strings.Split(status, "_")
	for i, w := range words {
		if w != "" {
			words[i] = strings.ToUpper(w[:1]) + w[1:]
		}
	}
	return strings.Join(words, " ")
}
