package apimock

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func (l *lab) tracesPath() string { return "/v1/devices/" + l.DeviceID + "/deeptraces" }

// start starts a trace on the lab's device and returns its path; the ID comes
// from the mock, because the answer may hide it.
func (l *lab) start(request map[string]any) string {
	l.t.Helper()
	l.do("POST", l.tracesPath(), request).want(l.switches.StartStatusCode)
	all := l.Traces(l.DeviceID)
	return l.tracesPath() + "/" + all[len(all)-1].ID
}

func (l *lab) wantStatus(path, status string, started, ended time.Duration) {
	l.t.Helper()
	o := l.do("GET", path, nil).want(200).object()
	zero := time.Date(2026, 8, 20, 10, 0, 0, 0, time.UTC)
	for name, after := range map[string]time.Duration{"started_at": started, "ended_at": ended} {
		want := int64(0)
		if after >= 0 {
			want = zero.Add(after).Unix()
		}
		if fmt.Sprint(o[name]) != fmt.Sprint(want) {
			l.t.Errorf("%s is %v, want %d", name, o[name], want)
		}
	}
	if o["status"] != status {
		l.t.Errorf("status %v, want %s", o["status"], status)
	}
}

const never = time.Duration(-1)

func TestTraceLife(t *testing.T) {
	t.Parallel()
	l := zdxLab(t, func(w *Switches) { w.StartDelay, w.TokenLifetime = 2*time.Minute, 365*24*time.Hour })
	path := l.start(map[string]any{
		"deviceid": l.DeviceID, "session_name": "wifi", "session_length_minutes": 15, "probe_device": true,
		"app_id": number(l.AppID), "web_probe_id": l.WebProbeID,
	})
	l.wantStatus(path, "not_started", never, never)
	l.Advance(2*time.Minute - time.Second)
	l.wantStatus(path, "not_started", never, never)
	l.Advance(time.Second)
	l.wantStatus(path, "started", 2*time.Minute, never)
	l.do("POST", l.tracesPath(), map[string]any{}).want(429, "running session")
	l.Advance(15*time.Minute - time.Second)
	l.wantStatus(path, "started", 2*time.Minute, never)
	l.Advance(time.Second)
	l.wantStatus(path, "completed", 2*time.Minute, 17*time.Minute)
	o := l.do("GET", path, nil).object()
	if id := fmt.Sprint(o["trace_id"]); id != "9007199254740993" || !strings.HasSuffix(path, id) {
		t.Errorf("trace_id %s", id)
	}
	want := map[string]any{
		"session_name": "wifi", "device_id": number(l.DeviceID), "device_name": "lab-laptop",
		"user_id": number("1001"), "username": "lab user", "probe_device": true, "session_length": number("15"),
		"app_id": number(l.AppID), "web_probe_id": number(l.WebProbeID), "web_probe_name": "Teams web probe",
	}
	if diff := cmp.Diff(any(want), o["trace_details"]); diff != "" {
		t.Error(diff)
	}
	second := l.start(map[string]any{}) // the device is free again, and the default is five minutes
	l.Advance(7 * time.Minute)
	l.wantStatus(second, "completed", 19*time.Minute, 24*time.Minute)
	if n := len(l.do("GET", l.tracesPath(), nil).want(200).list()); n != 2 {
		t.Errorf("%d traces listed", n)
	}
	l.Advance(14*24*time.Hour - 7*time.Minute - time.Second)
	l.do("GET", path, nil).want(200)
	l.Advance(time.Second) // 14 days after the first ended
	l.do("GET", path, nil).want(404)
	l.do("GET", second, nil).want(200)
}

func TestTraceOfAnOfflineDeviceExpires(t *testing.T) {
	t.Parallel()
	l := zdxLab(t)
	l.EditObject("devices", l.DeviceID, func(m map[string]any) { m["offline"] = true })
	path := l.start(map[string]any{})
	l.Advance(10*time.Minute - time.Second)
	l.wantStatus(path, "not_started", never, never)
	l.Advance(time.Second)
	l.wantStatus(path, "expired", never, 10*time.Minute)
}

func TestStop(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		set    func(*Switches)
		status int
		kept   bool
	}{
		"removed":   {func(*Switches) {}, 200, false},
		"202":       {func(w *Switches) { w.StopStatusCode = 202 }, 202, false},
		"204":       {func(w *Switches) { w.StopStatusCode = 204 }, 204, false},
		"kept":      {func(w *Switches) { w.StopKeepsTrace = true }, 200, true},
		"kept, 204": {func(w *Switches) { w.StopKeepsTrace, w.StopStatusCode = true, 204 }, 204, true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			l := zdxLab(t, c.set)
			path := l.start(map[string]any{})
			l.Advance(time.Minute)
			a := l.do("DELETE", path, nil).want(c.status)
			if got := strings.Contains(a.body, `{"trace_id":9007199254740993}`); got != (c.status == 200) {
				t.Errorf("body %q", a.body)
			}
			if !c.kept {
				l.do("GET", path, nil).want(404)
				l.do("DELETE", path, nil).want(404)
				return
			}
			l.wantStatus(path, "abort_initiated", 0, never)
			l.do("DELETE", path, nil).want(c.status) // a second time changes nothing
			l.Advance(2*time.Minute - time.Second)
			l.wantStatus(path, "abort_initiated", 0, never)
			l.do("POST", l.tracesPath(), map[string]any{}).want(200) // it runs no more
			l.Advance(time.Second)
			l.wantStatus(path, "aborted", 0, 3*time.Minute)
		})
	}
}

func TestStopBeforeTheStart(t *testing.T) {
	t.Parallel()
	l := zdxLab(t, func(w *Switches) { w.StopKeepsTrace, w.StartDelay = true, 3*time.Minute })
	path := l.start(map[string]any{})
	l.do("DELETE", path, nil).want(200)
	l.Advance(2 * time.Minute)
	l.wantStatus(path, "aborted", never, 2*time.Minute)
	l.Advance(30 * time.Minute)
	l.wantStatus(path, "aborted", never, 2*time.Minute)
}

func TestDeleteEnded(t *testing.T) {
	t.Parallel()
	for _, status := range []int{200, 400, 404, 409} {
		t.Run(fmt.Sprint(status), func(t *testing.T) {
			t.Parallel()
			// That stops keep a trace does not keep one that has ended.
			l := zdxLab(t, func(w *Switches) { w.DeleteEndedStatus, w.StopKeepsTrace = status, true })
			path := l.start(map[string]any{})
			l.Advance(5 * time.Minute)
			l.do("DELETE", path, nil).want(status)
			want := 200
			if status == 200 {
				want = 404
			}
			l.do("GET", path, nil).want(want)
		})
	}
}

func TestTraceSwitches(t *testing.T) {
	t.Parallel()
	details := func(name string) []string { return []string{"trace_details", name} }
	for name, c := range map[string]struct {
		set    func(*Switches)
		start  bool // look at the start answer, not at the read
		path   []string
		off    any
		on     any
		status int
	}{
		"identifier as text": {func(w *Switches) { w.TraceIDText = true }, false, []string{"trace_id"}, number("9007199254740993"), "9007199254740993", 0},
		"started identifier": {func(w *Switches) { w.TraceIDText = true }, true, []string{"trace_id"}, number("9007199254740993"), "9007199254740993", 0},
		"device as text":     {func(w *Switches) { w.TraceIDText = true }, false, details("device_id"), number(labDeviceID), labDeviceID, 0},
		"identifier 0":       {func(w *Switches) { w.TraceIDZero = true }, true, []string{"trace_id"}, number("9007199254740993"), number("0"), 0},
		"read identifier":    {func(w *Switches) { w.TraceIDZero = true }, false, []string{"trace_id"}, number("9007199254740993"), number("9007199254740993"), 0},
		"start code":         {func(w *Switches) { w.StartStatusCode = 201 }, true, []string{"status"}, "started", "started", 201},
		"first status":       {func(w *Switches) { w.FirstStatus = FirstNotStarted }, true, []string{"status"}, "started", "not_started", 0},
		"title case":         {func(w *Switches) { w.StatusSpelling, w.StartDelay = SpellingTitle, time.Minute }, false, []string{"status"}, "started", "Not Started", 0},
		"expected time":      {func(w *Switches) { w.ExpectedTimeMinutes = true }, true, []string{"expected_time"}, number("7200"), "absent", 0},
		"in minutes":         {func(w *Switches) { w.ExpectedTimeMinutes = true }, true, []string{"expected_time_minutes"}, "absent", number("120"), 0},
		"length":             {func(w *Switches) { w.LengthEcho = LengthEchoMinutes }, false, details("session_length"), number("30"), "absent", 0},
		"length in minutes":  {func(w *Switches) { w.LengthEcho = LengthEchoMinutes }, false, details("session_length_minutes"), "absent", number("30"), 0},
		"no length":          {func(w *Switches) { w.LengthEcho = LengthEchoNone }, false, details("session_length"), number("30"), "absent", 0},
		"no details":         {func(w *Switches) { w.DetailsEcho = DetailsNone }, false, details("session_name"), "x", "absent", 0},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for position, want := range map[string]any{"off": c.off, "on": c.on} {
				set, status := func(*Switches) {}, 200
				if position == "on" {
					set = c.set
					status = max(status, c.status)
				}
				l := zdxLab(t, set)
				body := l.do("POST", l.tracesPath(), map[string]any{"session_name": "x", "session_length_minutes": 30}).want(status).object()
				if !c.start {
					body = l.do("GET", l.tracesPath()+"/"+l.Traces(l.DeviceID)[0].ID, nil).want(200).object()
				}
				if diff := cmp.Diff(want, member(body, c.path...)); diff != "" {
					t.Errorf("%s: %s", position, diff)
				}
			}
		})
	}
}

func TestListAsObject(t *testing.T) {
	t.Parallel()
	l := zdxLab(t, func(w *Switches) { w.ListAsObject = true })
	l.do("GET", l.tracesPath(), nil).want(200, "[]")
	l.start(map[string]any{})
	if got := l.do("GET", l.tracesPath(), nil).want(200).object()["status"]; got != "started" {
		t.Errorf("the only trace: %v", got)
	}
	l.Advance(time.Hour - time.Minute)
	l.start(map[string]any{})
	if n := len(l.do("GET", l.tracesPath(), nil).want(200).list()); n != 2 {
		t.Errorf("%d traces", n)
	}
}

func TestStartRefusals(t *testing.T) {
	t.Parallel()
	l := zdxLab(t)
	for name, c := range map[string]struct {
		body any
		says string
	}{
		"unknown member":    {map[string]any{"sessionname": "x"}, "/sessionname: the contract has no such member"},
		"deprecated length": {map[string]any{"session_length": 300}, "/session_length: deprecated"},
		"deprecated probe":  {map[string]any{"app_id": 7, "cloud_path_probe_id": 311205}, "/cloud_path_probe_id: deprecated"},
		"other device":      {map[string]any{"deviceid": "1"}, "/deviceid"},
		"length":            {map[string]any{"session_length_minutes": 10}, "/session_length_minutes"},
		"length as text":    {map[string]any{"session_length_minutes": "5"}, "/session_length_minutes"},
		"empty name":        {map[string]any{"session_name": ""}, "/session_name"},
		"null":              {map[string]any{"session_name": nil}, "/session_name"},
		"probe without app": {map[string]any{"web_probe_id": number(labWebProbeID)}, "/web_probe_id: needs app_id"},
		"unknown app":       {map[string]any{"app_id": 9}, "/app_id: the device has no 9"},
		"unknown probe":     {map[string]any{"app_id": 7, "cloudpath_probe_id": 1}, "/cloudpath_probe_id"},
		"zero for unset":    {map[string]any{"app_id": 0}, "/app_id"},
		"list":              {[]any{}, "body"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			l.in(t).do("POST", l.tracesPath(), c.body).want(400, `"code":"BAD_REQUEST"`, c.says)
		})
	}
	t.Run("paths", func(t *testing.T) {
		t.Parallel()
		l := zdxLab(t)
		l.do("POST", "/v1/devices/1/deeptraces", map[string]any{}).want(404, "no such device")
		l.do("GET", "/v1/devices/1/deeptraces", nil).want(404)
		l.do("GET", "/v1/devices/1/deeptraces/1", nil).want(404)
		l.do("DELETE", l.tracesPath()+"/1", nil).want(404, "no such deep trace")
		l.do("GET", "/v1/devices/abc/deeptraces", nil).want(400, "deviceid")
		l.do("POST", "/v1/device/"+l.DeviceID+"/deeptraces", map[string]any{}).want(404)
		l.do("POST", l.tracesPath(), map[string]any{"app_id": l.AppID}).want(200) // an application needs no probe
	})
}

func TestActiveLimit(t *testing.T) {
	t.Parallel()
	for status := range map[int]bool{429: true, 409: true} {
		t.Run(fmt.Sprint(status), func(t *testing.T) {
			t.Parallel()
			l := zdxLab(t, func(w *Switches) { w.MaxActiveTraces, w.BusyStatus = 2, status })
			for i := range 2 {
				id := fmt.Sprint(500 + i)
				l.AddDevice(id, "pc")
				l.StartTrace(id, map[string]any{"session_length_minutes": 60})
			}
			l.do("POST", l.tracesPath(), map[string]any{}).want(status, "maximum")
			l.do("POST", "/v1/devices/500/deeptraces", map[string]any{}).want(status, "the device")
			l.Advance(time.Hour - time.Second)
			l.EndTrace("500", l.Traces("500")[0].ID, "failed")
			l.do("POST", l.tracesPath(), map[string]any{}).want(200)
		})
	}
}

func TestTracesBehindTheClient(t *testing.T) {
	t.Parallel()
	l := zdxLab(t)
	id := l.StartTrace(l.DeviceID, map[string]any{"session_name": "portal", "session_length_minutes": 30})
	l.Advance(time.Minute)
	l.EndTrace(l.DeviceID, id, "incomplete")
	l.wantStatus(l.tracesPath()+"/"+id, "incomplete", 0, time.Minute)
	created := time.Date(2026, 8, 20, 10, 0, 0, 123456000, time.UTC)
	want := []Trace{{
		ID: id, DeviceID: l.DeviceID, Status: "incomplete", SessionName: "portal",
		CreatedAt: created, StartedAt: created, EndedAt: created.Add(time.Minute),
		Request: map[string]any{"session_name": "portal", "session_length_minutes": number("30")},
	}}
	if diff := cmp.Diff(want, l.Traces(l.DeviceID)); diff != "" {
		t.Error(diff)
	}
	l.RemoveTrace(l.DeviceID, id)
	l.do("GET", l.tracesPath()+"/"+id, nil).want(404)
	mustPanic(t, func() { l.RemoveTrace(l.DeviceID, id) })
	mustPanic(t, func() { l.EndTrace(l.DeviceID, id, "failed") })
	mustPanic(t, func() { l.StartTrace("1", nil) })
	mustPanic(t, func() { l.StartTrace(l.DeviceID, map[string]any{"app_id": 1}) })
}

func TestDevices(t *testing.T) {
	t.Parallel()
	l := zdxLab(t)
	for i := range 11 {
		l.AddDevice(fmt.Sprint(100+i), "pc")
	}
	first := l.do("GET", "/v1/devices", nil).want(200, `"id":30989301`, `"userid":1001`).object()
	if n := len(as[[]any](first["devices"])); n != 10 {
		t.Errorf("first page has %d", n)
	}
	next := as[string](first["next_offset"])
	last := l.do("GET", "/v1/devices?offset="+next, nil).want(200).object()
	if n := len(as[[]any](last["devices"])); n != 2 || last["next_offset"] != nil {
		t.Errorf("last page has %d, next %v", n, last["next_offset"])
	}
	l.SetSwitches(func(w *Switches) { w.PageEndEmptyText = true })
	l.do("GET", "/v1/devices?limit=5&offset="+next, nil).want(200, `"next_offset":""`)
	l.do("GET", "/v1/devices?userids=1002&userids=1003", nil).want(200, `"id":100`, `"id":101`)
	l.do("GET", "/v1/devices?limit=0", nil).want(400, "limit")
	l.do("GET", "/v1/devices?offset=20", nil).want(400, "next_offset")
	mustPanic(t, func() { l.AddDevice("100", "again") })
	mustPanic(t, func() { l.AddDevice("pc", "no number") })
}
