package provider

import (
	"net/http"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/pomerium-zdx/terraform-provider-pomerium/internal/apimock"
)

const (
	analysesTemplate = "/analysis"
	analysisTemplate = "/analysis/{analysis_id}"
	analysisAddress  = "zdx_analysis.this"
)

const analysisHCL = `
resource "zdx_analysis" "this" {
  provider        = pomerium
  device_id       = "<device>"
  app_id          = "<app>"
  wait_for_result = false
}
`

func thisAnalysis(l *lab, more map[string]any) map[string]any {
	return thisDevice(l, mergedWith(map[string]any{"app_id": l.AppID}, more))
}

func mergedWith(base, more map[string]any) map[string]any {
	for name, value := range more {
		base[name] = value
	}
	return base
}

func TestZDXAnalysisLife(t *testing.T) {
	t.Parallel()
	lab := newLab(t, unpaced())
	done := lab.step(analysisHCL)
	done.PreConfig = func() { lab.Advance(time.Hour) }
	done.ConfigPlanChecks = resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{plancheck.ExpectEmptyPlan()}}
	done.ConfigStateChecks = []statecheck.StateCheck{
		statecheck.ExpectKnownValue(analysisAddress, tfjsonpath.New("status"), knownvalue.StringExact("completed")),
		statecheck.ExpectKnownValue(analysisAddress, tfjsonpath.New("result").AtMapKey("issue"), knownvalue.NotNull()),
	}
	imported := resource.TestStep{
		ResourceName: analysisAddress, ImportState: true, ImportStateVerify: true,
		ImportStateVerifyIgnore: []string{"device_id", "app_id", "wait_for_result"}, // the service does not tell
	}
	lab.run(t, lab.step(analysisHCL), done, imported)
	starts := lab.Sent(http.MethodPost, analysesTemplate)
	if len(starts) != 1 || !sameJSON(t, string(starts[0].Body), lab.fill(`{"device_id":<device>,"app_id":<app>}`)) {
		t.Errorf("%d starts were sent, not one with device and application", len(starts))
	}
	if stops := lab.Sent(http.MethodDelete, ""); len(stops) != 0 {
		t.Errorf("an analysis that was done was stopped")
	}
}

// It waits for the result, no faster than the service can bear.
func TestZDXAnalysisWaits(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		more  map[string]any
		after time.Duration // of the start, when it fails or is stopped
		took  time.Duration // at least
		want  string        // a member that is set
		warns string
	}{
		"for its result": {nil, 0, 2 * time.Minute, "result", ""},
		"for a failure":  {nil, time.Minute, time.Minute, "err_msg", "device has no data"},
		"too long":       {map[string]any{"timeouts": map[string]any{"create": "30s"}}, 0, 30 * time.Second, "status", "timeouts.create"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			onVirtualTime(t, unpaced(), func(t *testing.T, lab *lab, p *protocol) {
				if test.after > 0 {
					time.AfterFunc(test.after, func() { lab.FailAnalysis(lab.Analyses()[0].ID, "the device has no data") })
				}
				began := time.Now()
				analysis, problems := p.change(p.none("zdx_analysis"), thisAnalysis(lab, test.more))
				if took := time.Since(began); took < test.took || took > test.took+time.Minute {
					t.Errorf("it took %s", took)
				}
				if test.warns == "" && len(problems) > 0 || test.warns != "" && !says(problems, isWarning, test.warns) || hasError(problems) {
					t.Errorf("the diagnostics are: %s", listed(problems))
				}
				if p.state(analysis)[test.want] == nil {
					t.Errorf("the state is %v", p.state(analysis))
				}
				looks := lab.Sent(http.MethodGet, analysisTemplate)
				for i := 1; i < len(looks); i++ {
					if wait := looks[i].Time.Sub(looks[i-1].Time); wait < defaultLookEvery {
						t.Errorf("two looks are %s apart", wait)
					}
				}
				if p.changes(analysis, thisAnalysis(lab, test.more)) {
					t.Error("the plan after it is not empty")
				}
			})
		})
	}
}

// The range of time is sent in the service's own form, and a duration counts back from the start.
func TestZDXAnalysisRange(t *testing.T) {
	t.Parallel()
	onVirtualTime(t, unpaced(), func(t *testing.T, lab *lab, p *protocol) {
		p.mustChange(p.none("zdx_analysis"), thisAnalysis(lab, map[string]any{"from": "2h", "to": lab.Now().Add(-time.Hour).Format(time.RFC3339)}))
		sent := lab.Sent(http.MethodPost, analysesTemplate)[0]
		want := lab.fill(`{"device_id":<device>,"app_id":<app>,"t0":`) + epoch(sent.Time.Add(-2*time.Hour)) + `,"t1":` + epoch(sent.Time.Add(-time.Hour)) + `}`
		if !sameJSON(t, string(sent.Body), want) {
			t.Errorf("sent %s\nwant %s", sent.Body, want)
		}
	})
}

// Each state in which an analysis can be destroyed.
func TestZDXAnalysisDestroy(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		switches func(*apimock.Switches)
		become   func(*lab)
		stops    int
	}{
		"running":                  {nil, nil, 1},
		"running, gone when it is": {func(w *apimock.Switches) { w.AnalysisGone = true }, nil, 1},
		"done, not seen":           {nil, func(lab *lab) { lab.Advance(10 * time.Minute) }, 1},
		"done, not seen, then 404": {func(w *apimock.Switches) { w.AnalysisDeleteEndedStatus = 404 }, func(lab *lab) { lab.Advance(10 * time.Minute) }, 1},
		"unknown to the service":   {nil, func(lab *lab) { lab.RemoveObject("analyses", lab.Analyses()[0].ID) }, 1},
		"refused because it failed": {nil, func(lab *lab) {
			lab.FailAnalysis(lab.Analyses()[0].ID, "no data")
			lab.AddFault(apimock.Fault{Method: http.MethodDelete, Status: 409})
		}, 1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			onVirtualTime(t, unpaced(), func(t *testing.T, lab *lab, p *protocol) {
				if test.switches != nil {
					lab.SetSwitches(test.switches)
				}
				analysis := p.mustChange(p.none("zdx_analysis"), thisAnalysis(lab, map[string]any{"wait_for_result": false}))
				if test.become != nil {
					test.become(lab)
				}
				p.mustChange(analysis, nil)
				if stops := len(lab.Sent(http.MethodDelete, analysisTemplate)); stops != test.stops {
					t.Errorf("%d stops were sent, want %d", stops, test.stops)
				}
			})
		})
	}
}

// A refusal to stop one that still runs is an error, and so is one to start.
func TestZDXAnalysisRefused(t *testing.T) {
	t.Parallel()
	onVirtualTime(t, unpaced(), func(t *testing.T, lab *lab, p *protocol) {
		analysis := p.mustChange(p.none("zdx_analysis"), thisAnalysis(lab, map[string]any{"wait_for_result": false}))
		lab.AddFault(apimock.Fault{Status: http.StatusForbidden})
		if _, problems := p.change(analysis, nil); !says(problems, isError, "Could not stop analysis", "lack the role") {
			t.Errorf("stopping: %s", listed(problems))
		}
		if after, problems := p.refresh(analysis); !says(problems, isError, "lack the role") || p.state(after) == nil {
			t.Errorf("reading: %s", listed(problems))
		}
		lab.ClearFaults()
		lab.AddFault(apimock.Fault{Method: http.MethodPost, Template: analysesTemplate, Status: http.StatusBadGateway})
		lab.ResetJournal()
		if after, problems := p.change(p.none("zdx_analysis"), thisAnalysis(lab, nil)); !says(problems, isError, "cannot be found out") || p.state(after) != nil {
			t.Errorf("starting: %s", listed(problems))
		}
		if starts := len(lab.Sent(http.MethodPost, analysesTemplate)); starts != 1 {
			t.Errorf("%d starts were sent, and a lost one cannot be looked up", starts)
		}
	})
}

// One that is gone is made anew only if it had no result.
func TestZDXAnalysisGone(t *testing.T) {
	t.Parallel()
	onVirtualTime(t, unpaced(), func(t *testing.T, lab *lab, p *protocol) {
		done := p.mustChange(p.none("zdx_analysis"), thisAnalysis(lab, nil))
		running := p.mustChange(p.none("zdx_analysis"), thisAnalysis(lab, map[string]any{"wait_for_result": false}))
		for _, analysis := range lab.Analyses() {
			lab.RemoveObject("analyses", analysis.ID)
		}
		if after, problems := p.refresh(done); len(problems) > 0 || p.state(after) == nil || p.changes(after, thisAnalysis(lab, nil)) {
			t.Errorf("the one that was done: %v %s", p.state(after), listed(problems))
		}
		if after, problems := p.refresh(running); !says(problems, isWarning, "Someone else stopped it") || p.state(after) != nil {
			t.Errorf("the one that ran: %v %s", p.state(after), listed(problems))
		}
	})
}

func TestZDXAnalysisRefusedInput(t *testing.T) {
	t.Parallel()
	at := func(name string) string { return `AttributeName("` + name + `")` }
	refusals(t, "zdx_analysis", map[string]any{"device_id": "30989301", "app_id": "7"}, map[string]refusal{
		"device by name": {map[string]any{"device_id": "laptop"}, at("device_id"), "by whole numbers"},
		"app by name":    {map[string]any{"app_id": "Teams"}, at("app_id"), "by whole numbers"},
		"from":           {map[string]any{"from": "yesterday"}, at("from"), "duration back from now"},
		"to":             {map[string]any{"to": "-2h"}, at("to"), "duration back from now"},
	})
}
