package provider

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/pomerium-zdx/terraform-provider-pomerium/internal/apimock"
)

const (
	isWarning = tfprotov6.DiagnosticSeverityWarning
	isError   = tfprotov6.DiagnosticSeverityError
)

// virtualHosts numbers the hosts of labs without sockets, because clients pace themselves by host.
var virtualHosts atomic.Int64

// onVirtualTime runs a test on virtual time, with a lab whose clock is that time and that no socket leads to. At the
// end no answer of it may have broken the contract.
func onVirtualTime(t *testing.T, switches apimock.Switches, test func(t *testing.T, lab *lab, p *protocol)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		mock := apimock.New(switches)
		lab := &lab{Server: mock, url: fmt.Sprintf("https://lab-%d.test", virtualHosts.Add(1))}
		test(t, lab, lab.protocol(t, knobs{transport: apimock.Direct{Server: mock}}, nil))
		for _, violation := range mock.ContractViolations() {
			t.Error(violation)
		}
	})
}

// onSockets runs a test on real time, for connections that break.
func onSockets(t *testing.T, switches apimock.Switches, test func(t *testing.T, lab *lab, p *protocol)) {
	t.Helper()
	lab := newLab(t, switches)
	test(t, lab, lab.protocol(t, knobs{retry: impatient}, nil))
}

func thisDevice(l *lab, more map[string]any) map[string]any {
	arguments := map[string]any{"device_id": l.DeviceID}
	for name, value := range more {
		arguments[name] = value
	}
	return arguments
}

// Each state in which a trace can be when it is destroyed, seen by a refresh before or not: no error, no request that
// the state makes needless, nothing of another trace touched, and the data of a trace that has ended left alone.
func TestZDXDeepTraceDestroyInEveryState(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		switches func(*apimock.Switches)
		become   func(lab *lab, id string)
		stops    int  // DELETE requests
		kept     bool // the trace is still known afterwards
	}{
		"not started":   {func(w *apimock.Switches) { w.StartDelay = time.Hour }, nil, 1, false},
		"running":       {nil, nil, 1, false},
		"stop is 202":   {func(w *apimock.Switches) { w.StopStatusCode = 202 }, nil, 1, false},
		"stop is 204":   {func(w *apimock.Switches) { w.StopStatusCode = 204 }, nil, 1, false},
		"stop is slow":  {func(w *apimock.Switches) { w.StopKeepsTrace = true }, nil, 1, true},
		"in title case": {func(w *apimock.Switches) { w.StatusSpelling = apimock.SpellingTitle }, nil, 1, false},
		"abort under way": {
			func(w *apimock.Switches) { w.StopKeepsTrace = true },
			func(lab *lab, id string) { lab.abort(id) }, 0, true,
		},
		"aborted": {
			func(w *apimock.Switches) { w.StopKeepsTrace = true },
			func(lab *lab, id string) { lab.abort(id); lab.Advance(3 * time.Minute) }, 0, true,
		},
		"completed":          {nil, func(lab *lab, _ string) { lab.Advance(time.Hour) }, 0, true},
		"failed":             {nil, func(lab *lab, id string) { lab.EndTrace(lab.DeviceID, id, "failed") }, 0, true},
		"incomplete":         {nil, func(lab *lab, id string) { lab.EndTrace(lab.DeviceID, id, "incomplete") }, 0, true},
		"ended, unheard of":  {nil, func(lab *lab, id string) { lab.EndTrace(lab.DeviceID, id, "evaporated") }, 0, true},
		"expired":            {nil, func(lab *lab, _ string) { lab.Advance(time.Hour) }, 0, true},
		"aged out":           {nil, func(lab *lab, _ string) { lab.Advance(20 * 24 * time.Hour) }, 0, false},
		"deleted by another": {nil, func(lab *lab, id string) { lab.RemoveTrace(lab.DeviceID, id) }, 0, false},
	} {
		for _, refreshed := range []bool{true, false} {
			t.Run(fmt.Sprintf("%s, refreshed %t", name, refreshed), func(t *testing.T) {
				t.Parallel()
				onVirtualTime(t, unpaced(), func(t *testing.T, lab *lab, p *protocol) {
					if test.switches != nil {
						lab.SetSwitches(test.switches)
					}
					if name == "expired" {
						lab.EditObject("devices", lab.DeviceID, func(d map[string]any) { d["offline"] = true })
					}
					lab.AddDevice("30989302", "another")
					other := lab.StartTrace("30989302", map[string]any{"session_name": "of the portal"})
					trace := p.mustChange(p.none("zdx_deeptrace"), thisDevice(lab, nil))
					id := theTrace(t, lab).ID
					if test.become != nil {
						test.become(lab, id)
					}
					if refreshed {
						trace, _ = p.refresh(trace)
					}
					lab.ResetJournal()
					if p.state(trace) != nil {
						p.mustChange(trace, nil)
					}
					if stops := len(lab.Sent(http.MethodDelete, "")); stops != test.stops {
						t.Errorf("%d stops were sent, want %d", stops, test.stops)
					}
					kept := slices.ContainsFunc(lab.Traces(lab.DeviceID), func(t apimock.Trace) bool { return t.ID == id })
					if kept != test.kept {
						t.Errorf("the trace is known to the service: %t", kept)
					}
					if left := lab.Traces("30989302"); len(left) > 0 && left[0].ID != other || len(left) == 0 && name != "aged out" {
						t.Errorf("the other device's traces are %v", left)
					}
				})
			})
		}
	}
}

// abort stops a trace through the API as somebody else would, with a token of its own.
func (l *lab) abort(id string) {
	_, token, _ := strings.Cut(l.send(http.MethodPost, "/oauth/token", fmt.Sprintf(`{"key_id":%q,"key_secret":%q}`, l.KeyID, l.KeySecret), ""), `"token":"`)
	token, _, _ = strings.Cut(token, `"`)
	l.send(http.MethodDelete, "/devices/"+l.DeviceID+"/deeptraces/"+id, "", token)
}

// send sends a request and returns the answer's body.
func (l *lab) send(method, path, body, token string) string {
	request := httptest.NewRequest(method, l.url+"/v1"+path, strings.NewReader(body)) //nolint:noctx // answered in memory
	if body != "" {
		request.Header.Set("Content-Type", "application/json")
	}
	if token != "" {
		request.Header.Set("Authorization", "Bearer "+token)
	}
	answer := httptest.NewRecorder()
	l.ServeHTTP(answer, request)
	return answer.Body.String()
}

// A trace that has run its course is no difference and is never started again by a plan, whatever the service still
// knows of it.
func TestZDXDeepTraceIsNotRunAgain(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		seen  time.Duration // how far a first refresh lies behind the start
		gone  time.Duration // how far the second
		warns bool
	}{
		"ended":                          {time.Hour, 2 * time.Hour, false},
		"aged out after it was seen":     {time.Hour, 20 * 24 * time.Hour, true},
		"aged out and was never seen":    {0, 20 * 24 * time.Hour, true},
		"seen running, then aged out":    {time.Minute, 20 * 24 * time.Hour, true},
		"seen running, then it vanished": {time.Minute, 21 * time.Minute, true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			onVirtualTime(t, unpaced(), func(t *testing.T, lab *lab, p *protocol) {
				arguments := thisDevice(lab, map[string]any{"session_name": "once"})
				trace := p.mustChange(p.none("zdx_deeptrace"), arguments)
				if test.seen > 0 {
					lab.Advance(test.seen)
					trace, _ = p.refresh(trace)
				}
				lab.Advance(test.gone - test.seen)
				if strings.Contains(name, "vanished") {
					lab.RemoveTrace(lab.DeviceID, theTrace(t, lab).ID)
				}
				trace, problems := p.refresh(trace)
				if says(problems, isWarning, "not started again", "Change triggers") != test.warns || hasError(problems) {
					t.Errorf("the refresh says: %s", listed(problems))
				}
				if p.state(trace) == nil || p.changes(trace, arguments) {
					t.Error("the plan is not empty")
				}
				arguments["triggers"] = map[string]string{"run": "2"}
				p.mustChange(p.none("zdx_deeptrace"), arguments)
				if starts := len(lab.Sent(http.MethodPost, tracesTemplate)); starts != 2 {
					t.Errorf("%d starts, want one and one for triggers", starts)
				}
			})
		})
	}
}

// A start that fails leaves neither an orphan nor a twin, and says what happened.
func TestZDXDeepTraceStartFails(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		fault   apimock.Fault
		busy    bool
		made    bool   // the trace is there and in the state
		starts  int    // POST requests
		message string // of the error
	}{
		"409, busy":               {apimock.Fault{}, true, false, 1, "ZDX allows one at a time for a device"},
		"429, busy":               {apimock.Fault{}, true, false, 1, "ZDX allows one at a time for a device"},
		"429, once":               {apimock.Fault{Status: 429, Times: 1}, false, true, 2, ""},
		"429, always":             {apimock.Fault{Status: 429}, false, false, 9, "as many sessions as it may"},
		"409, no session":         {apimock.Fault{Status: 409}, false, false, 1, "answered 409"},
		"400":                     {apimock.Fault{Status: 400}, false, false, 1, "answered 400"},
		"403":                     {apimock.Fault{Status: 403}, false, false, 1, "lack the role"},
		"404":                     {apimock.Fault{Status: 404}, false, false, 1, "check the IDs"},
		"500, nothing done":       {apimock.Fault{Status: 500, Times: 1}, false, true, 2, ""},
		"500 after the work":      {apimock.Fault{Status: 500, Times: 1, AnswerAfterWork: true}, false, true, 1, ""},
		"502 after the work":      {apimock.Fault{Status: 502, Times: 1, AnswerAfterWork: true}, false, true, 1, ""},
		"503, always":             {apimock.Fault{Status: 503}, false, false, 2, "answered 503"},
		"answer cut":              {apimock.Fault{CutBody: true, Times: 1}, false, true, 1, ""},
		"answer is no JSON":       {apimock.Fault{Status: 200, Body: "<html>", Times: 1, AnswerAfterWork: true}, false, true, 1, ""},
		"answer lost":             {apimock.Fault{Drop: apimock.DropAfter, Times: 1}, false, true, 1, ""},
		"request lost":            {apimock.Fault{Drop: apimock.DropBefore, Times: 1}, false, true, 2, ""},
		"answer without trace_id": {apimock.Fault{Status: 200, Body: `{"status":"started"}`, Times: 1, AnswerAfterWork: true}, false, true, 1, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			run := onVirtualTime
			if test.fault.Drop != apimock.NoDrop || test.fault.CutBody {
				run = onSockets
			}
			run(t, unpaced(), func(t *testing.T, lab *lab, p *protocol) {
				if strings.HasPrefix(name, "409") {
					lab.SetSwitches(func(w *apimock.Switches) { w.BusyStatus = 409 })
				}
				others := 0
				if test.busy {
					lab.StartTrace(lab.DeviceID, map[string]any{"session_name": "of the portal"})
					others = 1
				} else {
					test.fault.Method, test.fault.Template = http.MethodPost, tracesTemplate
					lab.AddFault(test.fault)
				}
				trace, problems := p.change(p.none("zdx_deeptrace"), thisDevice(lab, map[string]any{"session_name": "crm-slow"}))
				if test.message == "" && len(problems) > 0 || test.message != "" && !says(problems, isError, test.message) {
					t.Errorf("the diagnostics are: %s", listed(problems))
				}
				traces := lab.Traces(lab.DeviceID)
				want := others
				if test.made {
					want++
				}
				if len(traces) != want {
					t.Fatalf("the device has %d traces, want %d", len(traces), want)
				}
				if test.made && p.state(trace)["trace_id"] != traces[0].ID {
					t.Errorf("the state has %v, the service %s", p.state(trace)["trace_id"], traces[0].ID)
				}
				if !test.made && p.state(trace) != nil {
					t.Error("the state has a trace that was not started")
				}
				if starts := len(lab.Sent(http.MethodPost, tracesTemplate)); starts != test.starts {
					t.Errorf("%d starts were sent, want %d", starts, test.starts)
				}
			})
		})
	}
}

// The data of a trace that has ended goes only when asked for.
func TestZDXDeepTraceDeletesDataWhenAsked(t *testing.T) {
	t.Parallel()
	for _, status := range []int{200, 400, 404, 409} {
		onVirtualTime(t, unpaced(), func(t *testing.T, lab *lab, p *protocol) {
			lab.SetSwitches(func(w *apimock.Switches) { w.DeleteEndedStatus = status })
			trace := p.mustChange(p.none("zdx_deeptrace"), thisDevice(lab, map[string]any{"delete_data_on_destroy": true}))
			lab.Advance(30 * time.Minute)
			trace, _ = p.refresh(trace)
			p.mustChange(trace, nil)
			if left := len(lab.Traces(lab.DeviceID)); (left == 0) != (status == http.StatusOK) {
				t.Errorf("with %d for a trace that has ended, %d traces are left", status, left)
			}
			if stops := len(lab.Sent(http.MethodDelete, traceTemplate)); stops != 1 {
				t.Errorf("%d stops were sent", stops)
			}
		})
	}
}

// A change of an argument, or of triggers, starts a new trace. How Terraform treats the trace is changed in place.
func TestZDXDeepTraceReplacement(t *testing.T) {
	t.Parallel()
	onVirtualTime(t, unpaced(), func(t *testing.T, lab *lab, p *protocol) {
		lab.AddDevice("30989302", "another")
		whole := func(name string, value any) map[string]any {
			arguments := wholeTrace(lab, map[string]any{"session_length_minutes": 15, "triggers": map[string]string{"ticket": "1"}, "delete_data_on_destroy": false})
			if name != "" {
				arguments[name] = value
			}
			return arguments
		}
		trace := p.mustChange(p.none("zdx_deeptrace"), whole("", nil))
		for name, change := range map[string]struct {
			value    any
			replaces bool
		}{
			"device_id": {"30989302", true}, "session_name": {"crm-fast", true}, "session_length_minutes": {5, true}, "probe_device": {false, true},
			"app_id": {"8", true}, "web_probe_id": {nil, true}, "cloudpath_probe_id": {nil, true}, "triggers": {map[string]string{"ticket": "2"}, true},
			"wait_for": {"ended", false}, "delete_data_on_destroy": {true, false}, "timeouts": {map[string]any{"read": "1m"}, false},
		} {
			plan, problems := p.plan(t.Context(), trace, whole(name, change.value))
			if hasError(problems) || plan.replace != change.replaces {
				t.Errorf("a change of %s replaces: %t %s", name, plan.replace, listed(problems))
			}
			if !p.changes(trace, whole(name, change.value)) {
				t.Errorf("a change of %s changes nothing", name)
			}
		}
	})
}

// A trace that runs and vanishes was stopped by someone else: it is started again, with a warning.
func TestZDXDeepTraceDeleted(t *testing.T) {
	t.Parallel()
	onVirtualTime(t, unpaced(), func(t *testing.T, lab *lab, p *protocol) {
		trace := p.mustChange(p.none("zdx_deeptrace"), thisDevice(lab, nil))
		lab.RemoveTrace(lab.DeviceID, theTrace(t, lab).ID)
		if gone, problems := p.refresh(trace); p.state(gone) != nil || !says(problems, isWarning, "Someone else stopped it") {
			t.Errorf("the refresh says: %s", listed(problems))
		}
	})
}

// A refusal is not "gone".
func TestZDXDeepTraceForbidden(t *testing.T) {
	t.Parallel()
	onVirtualTime(t, unpaced(), func(t *testing.T, lab *lab, p *protocol) {
		trace := p.mustChange(p.none("zdx_deeptrace"), thisDevice(lab, nil))
		lab.AddFault(apimock.Fault{Template: traceTemplate, Status: http.StatusForbidden})
		if refused, problems := p.refresh(trace); p.state(refused) == nil || !says(problems, isError, "lack the role") {
			t.Errorf("the refresh says: %s", listed(problems))
		}
		if kept, problems := p.change(trace, nil); p.state(kept) == nil || !says(problems, isError, "Could not stop deep trace", "lack the role") {
			t.Errorf("the destruction says: %s", listed(problems))
		}
		if len(lab.Traces(lab.DeviceID)) != 1 {
			t.Error("the trace is gone")
		}
	})
}
