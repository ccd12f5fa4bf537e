package apimock

import (
	"encoding/json"
	"fmt"
	"net/http"
	"time"
)

func (c *call) device() (*record, *problem) {
	r := c.s.record("devices", c.path["deviceid"])
	if r == nil {
		return nil, &problem{http.StatusNotFound, "no such device"}
	}
	return r, nil
}

func (c *call) trace() (*trace, *record, *problem) {
	device, p := c.device()
	if p != nil {
		return nil, nil, p
	}
	t := c.s.trace(device.id, c.path["trace_id"])
	if t == nil {
		return nil, nil, &problem{http.StatusNotFound, "no such deep trace"}
	}
	return t, device, nil
}

func listTraces(c *call) reply {
	device, p := c.device()
	if p != nil {
		return c.refuse(p)
	}
	c.s.settle()
	list := []any{}
	for _, t := range c.s.traces[device.id] {
		list = append(list, c.s.traceBody(t, device))
	}
	r := reply{status: http.StatusOK, body: list}
	if c.s.switches.ListAsObject && len(list) == 1 {
		r.distort = func(body any) any { return as[[]any](body)[0] }
	}
	return r
}

func getTrace(c *call) reply {
	t, device, p := c.trace()
	if p != nil {
		return c.refuse(p)
	}
	return reply{status: http.StatusOK, body: c.s.traceBody(t, device)}
}

// startTrace refuses a second running trace on a device and more than the
// tenant's maximum (zdx.md 5, Limits).
func startTrace(c *call) reply {
	device, p := c.device()
	if p != nil {
		return c.refuse(p)
	}
	request := as[map[string]any](clone(c.body))
	if p := c.s.checkStart(device.id, request); p != nil {
		return c.refuse(p)
	}
	t, w := c.s.startOn(device, request), c.s.switches
	body := map[string]any{"trace_id": c.s.traceNumber(t.id), "status": spelled(string(w.FirstStatus), w.StatusSpelling)}
	if w.TraceIDZero {
		body["trace_id"] = c.s.traceNumber("0")
	}
	if w.ExpectedTimeMinutes {
		body["expected_time_minutes"] = 120
	} else {
		body["expected_time"] = 7200
	}
	return reply{status: w.StartStatusCode, body: body}
}

// startReferences are the members of a start that name an object, and the
// member of a trace's details that has its name. An application's name is the
// Go SDK's alone (zdx.md 4.3).
var startReferences = []struct{ member, kind, echo string }{
	{"app_id", "apps", ""},
	{"web_probe_id", "webProbes", "web_probe_name"},
	{"cloudpath_probe_id", "cloudPathProbes", "cloud_path_name"},
}

// checkStart holds a start against the limits and against what the device has:
// an unknown application or probe, a probe of another application and a probe
// without application are refused.
func (s *Server) checkStart(deviceID string, request map[string]any) *problem {
	if echoed := request["deviceid"]; echoed != nil && fmt.Sprint(echoed) != deviceID {
		return &problem{http.StatusBadRequest, "/deviceid: is not the device of the path"}
	}
	if p := s.checkProbes(deviceID, request); p != nil {
		return p
	}
	active := 0
	for device, list := range s.traces {
		for _, t := range list {
			if !t.active(s.now()) {
				continue
			}
			if active++; device == deviceID {
				return &problem{s.switches.BusyStatus, "the device has a running session"}
			}
		}
	}
	if active >= s.switches.MaxActiveTraces {
		return &problem{s.switches.BusyStatus, "the maximum of active sessions is reached"}
	}
	return nil
}

func (s *Server) checkProbes(deviceID string, request map[string]any) *problem {
	for _, reference := range startReferences {
		sent := request[reference.member]
		if sent == nil {
			continue
		}
		id, app := fmt.Sprint(sent), request["app_id"]
		found := s.record(reference.kind, id)
		known := found != nil
		switch {
		case known && reference.kind == "apps":
			known = hasApp(s.record("devices", deviceID), id)
		case known && app == nil:
			return &problem{http.StatusBadRequest, fmt.Sprintf("/%s: needs app_id", reference.member)}
		case known:
			known = fmt.Sprint(found.members["app_id"]) == fmt.Sprint(app)
		}
		if !known {
			return &problem{http.StatusBadRequest, fmt.Sprintf("/%s: the device has no %v", reference.member, sent)}
		}
	}
	return nil
}

// stopTrace stops a running trace and, by the vendor's article, removes its
// data; what it does to one that has ended is a switch (zdx.md 5, DELETE).
func stopTrace(c *call) reply {
	t, _, p := c.trace()
	if p != nil {
		return c.refuse(p)
	}
	now, w := c.s.now(), c.s.switches
	ended := !t.at(now).EndedAt.IsZero()
	switch {
	case ended && w.DeleteEndedStatus != http.StatusOK:
		return c.refuse(&problem{w.DeleteEndedStatus, "the deep trace has ended"})
	case ended || !w.StopKeepsTrace:
		c.s.removeTrace(t)
	case t.aborted.IsZero():
		t.aborted = now
	}
	r := reply{status: w.StopStatusCode}
	if w.StopStatusCode == http.StatusOK {
		r.body = map[string]any{"trace_id": c.s.traceNumber(t.id)}
	}
	return r
}

// traceBody is a trace as GET shows it.
func (s *Server) traceBody(t *trace, device *record) map[string]any {
	v, w := t.at(s.now()), s.switches
	body := map[string]any{
		"trace_id": s.traceNumber(t.id), "status": spelled(v.Status, w.StatusSpelling),
		"created_at": epoch(v.CreatedAt), "started_at": epoch(v.StartedAt), "ended_at": epoch(v.EndedAt),
	}
	if w.DetailsEcho == DetailsNone {
		return body
	}
	details := map[string]any{
		"session_name": v.SessionName, "device_id": s.traceNumber(device.id), "device_name": device.members["name"],
		"user_id": s.traceNumber(fmt.Sprint(device.members["userid"])), "username": text(s.userOf(device), "name"), "probe_device": t.request["probe_device"] == true,
	}
	for _, reference := range startReferences {
		id := t.request[reference.member]
		if id == nil {
			continue
		}
		details[reference.member] = s.traceNumber(fmt.Sprint(id))
		if named := s.record(reference.kind, fmt.Sprint(id)); named != nil && reference.echo != "" {
			details[reference.echo] = named.members["name"]
		}
	}
	if w.LengthEcho != LengthEchoNone {
		details[string(w.LengthEcho)] = minutes(t.request)
	}
	body["trace_details"] = details
	return body
}

// traceNumber prints an identifier as a number or, by switch, as text.
func (s *Server) traceNumber(id string) any {
	if s.switches.TraceIDText {
		return id
	}
	return number(id)
}

// number is decimal text as an exact JSON number.
func number(decimal string) json.Number { return json.Number(decimal) }

// epoch is Unix seconds; 0 stands for "not yet".
func epoch(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.Unix()
}
