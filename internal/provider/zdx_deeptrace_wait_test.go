package provider

import (
	"context"
	"net/http"
	"testing"
	"time"

	"github.com/pomerium-zdx/terraform-provider-pomerium/internal/apimock"
)

// Waiting ends when the trace has come far enough, is slow enough for the service, and what goes wrong meanwhile never
// costs the trace.
func TestZDXDeepTraceWaits(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		waitFor  string
		switches func(*apimock.Switches)
		before   func(*lab)
		timeout  string
		took     [2]time.Duration // at least, at most
		status   string
		warns    string
	}{
		"until started":           {"started", func(w *apimock.Switches) { w.StartDelay = 3 * time.Minute }, nil, "", [2]time.Duration{3 * time.Minute, 5 * time.Minute}, "started", ""},
		"until it starts at once": {"started", nil, nil, "", [2]time.Duration{0, time.Second}, "started", ""},
		"until ended":             {"ended", nil, nil, "", [2]time.Duration{5 * time.Minute, 7 * time.Minute}, "completed", ""},
		"in title case":           {"ended", func(w *apimock.Switches) { w.StatusSpelling = apimock.SpellingTitle }, nil, "", [2]time.Duration{5 * time.Minute, 7 * time.Minute}, "Completed", ""},
		"offline": {
			"started", nil, func(lab *lab) {
				lab.EditObject("devices", lab.DeviceID, func(d map[string]any) { d["offline"] = true })
			}, "30m",
			[2]time.Duration{10 * time.Minute, 12 * time.Minute}, "expired", "ended without having started",
		},
		"too long": {"ended", nil, nil, "90s", [2]time.Duration{90 * time.Second, 90 * time.Second}, "started", "timeouts.create"},
		"forbidden": {"ended", nil, func(lab *lab) {
			lab.AddFault(apimock.Fault{Method: http.MethodGet, Template: traceTemplate, Status: 403})
		}, "", [2]time.Duration{0, time.Second}, "started", "could not be read"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			onVirtualTime(t, unpaced(), func(t *testing.T, lab *lab, p *protocol) {
				if test.switches != nil {
					lab.SetSwitches(test.switches)
				}
				if test.before != nil {
					test.before(lab)
				}
				more := map[string]any{"wait_for": test.waitFor}
				if test.timeout != "" {
					more["timeouts"] = map[string]any{"create": test.timeout}
				}
				began := time.Now()
				trace, problems := p.change(p.none("zdx_deeptrace"), thisDevice(lab, more))
				took := time.Since(began)
				if took < test.took[0] || took > test.took[1] {
					t.Errorf("it took %s, want %s", took, test.took)
				}
				if test.warns == "" && len(problems) > 0 || test.warns != "" && !says(problems, isWarning, test.warns) || hasError(problems) {
					t.Errorf("the diagnostics are: %s", listed(problems))
				}
				if status := p.state(trace)["status"]; status != test.status {
					t.Errorf("the status is %v", status)
				}
				looks := lab.Sent(http.MethodGet, traceTemplate)
				for i := 1; i < len(looks); i++ {
					if wait := looks[i].Time.Sub(looks[i-1].Time); wait < defaultLookEvery {
						t.Errorf("two looks are %s apart", wait)
					}
				}
				lab.ClearFaults()
				if trace, _ = p.refresh(trace); p.changes(trace, thisDevice(lab, more)) {
					t.Error("the plan after it is not empty")
				}
			})
		})
	}
}

// defaultLookEvery is the least time between two looks at a trace (zdx.md 8).
const defaultLookEvery = 15 * time.Second

// A run that is interrupted while it waits keeps the trace in its state.
func TestZDXDeepTraceWaitInterrupted(t *testing.T) {
	t.Parallel()
	onVirtualTime(t, unpaced(), func(t *testing.T, lab *lab, p *protocol) {
		arguments := thisDevice(lab, map[string]any{"wait_for": "ended"})
		plan, _ := p.plan(t.Context(), p.none("zdx_deeptrace"), arguments)
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		trace, problems := p.apply(ctx, plan)
		if hasError(problems) || !says(problems, isWarning, "Stopped waiting") {
			t.Errorf("the diagnostics are: %s", listed(problems))
		}
		if p.state(trace)["trace_id"] != theTrace(t, lab).ID || p.changes(trace, arguments) {
			t.Errorf("the state is %v", p.state(trace))
		}
	})
}

// A wait that is new for a trace that is there waits, and starts nothing.
func TestZDXDeepTraceWaitsLater(t *testing.T) {
	t.Parallel()
	onVirtualTime(t, unpaced(), func(t *testing.T, lab *lab, p *protocol) {
		trace := p.mustChange(p.none("zdx_deeptrace"), thisDevice(lab, nil))
		waiting := thisDevice(lab, map[string]any{"wait_for": "ended"})
		began := time.Now()
		trace = p.mustChange(trace, waiting)
		if took := time.Since(began); took < 4*time.Minute || p.state(trace)["status"] != "completed" || p.state(trace)["ended_at"] == nil {
			t.Errorf("after %s the state is %v", took, p.state(trace))
		}
		began = time.Now()
		trace = p.mustChange(trace, thisDevice(lab, map[string]any{"wait_for": "started"}))
		if took := time.Since(began); took > 0 || p.changes(trace, thisDevice(lab, nil)) == false {
			t.Errorf("it waited %s for a trace that has ended", took)
		}
		if starts := len(lab.Sent(http.MethodPost, tracesTemplate)); starts != 1 {
			t.Errorf("%d starts were sent", starts)
		}
	})
}
