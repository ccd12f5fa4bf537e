package provider

import (
	"fmt"
	"net/http"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/pomerium-zdx/terraform-provider-pomerium/internal/apimock"
)

// Two runs start a trace on one device: one runs, and the other run is told which, also when its answer was lost.
func TestTwoRunsOnOneDevice(t *testing.T) {
	t.Parallel()
	kind := drawnKinds(t)["trace"]
	for name, test := range map[string]struct {
		busy int
		lost bool
	}{"429": {429, false}, "409": {409, false}, "429, answer lost": {429, true}, "409, answer lost": {409, true}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			twoRuns(t, kind, apimock.Switches{BusyStatus: test.busy}, func(r *runs) {
				none := r.p.none("zdx_deeptrace")
				var lose func()
				if test.lost {
					lose = func() {
						r.lab.AddFault(apimock.Fault{Method: http.MethodPost, Template: tracesTemplate, Status: http.StatusBadGateway, Times: 1})
					}
				}
				late, early, told, toldEarly := r.meanwhile(http.MethodPost, r.late.plan(none, aTrace("first")), r.plan(none, aTrace("second")), lose)
				r.wants(toldEarly)
				id := fmt.Sprint(r.p.state(early)["trace_id"])
				r.wants(told, "already has deep trace "+id, "import")
				if r.p.state(late) != nil {
					r.fail("the loser has a trace in its state")
				}
				traces := r.lab.Traces(r.lab.DeviceID)
				if len(traces) != 1 || traces[0].SessionName != "second" || traces[0].ID != id || !traces[0].EndedAt.IsZero() {
					r.fail("the device has %v", traces)
				}
				r.refreshed(early, aTrace("second"))
			})
		})
	}
}

func aTrace(session string) map[string]any {
	return map[string]any{"device_id": "<device>", "session_name": session}
}

// One run stops a trace that another one works on: it is stopped once or not at all, and nobody fails for it.
func TestTwoRunsOnOneTrace(t *testing.T) {
	t.Parallel()
	kind := drawnKinds(t)["trace"]
	for name, test := range map[string]func(r *runs, keeps bool){
		"stopped twice": func(r *runs, _ bool) {
			trace := r.put("create", r.p.none("zdx_deeptrace"), aTrace("once"))
			late, early, told, toldEarly := r.meanwhile(http.MethodDelete, r.late.plan(trace, nil), r.plan(trace, nil), nil)
			r.wants(told)
			r.wants(toldEarly)
			if r.p.state(late) != nil || r.p.state(early) != nil {
				r.fail("it is still in a state")
			}
		},
		"stopped before a refresh": func(r *runs, keeps bool) {
			trace := r.put("create", r.p.none("zdx_deeptrace"), aTrace("once"))
			r.apply(r.plan(trace, nil))
			fresh, problems := r.p.refresh(trace)
			if hasError(problems) || keeps == (r.p.state(fresh) == nil) {
				r.fail("the refresh says %s", listed(problems))
			}
		},
		"stopped while it is waited for": func(r *runs, keeps bool) {
			waits := aTrace("once")
			waits["wait_for"] = untilEnded
			var stopped bool
			stop := func() {
				stopped = true
				traces := r.lab.Traces(r.lab.DeviceID)
				trace := r.takeOver(&tfprotov6.ImportResourceStateRequest{TypeName: "zdx_deeptrace", ID: r.lab.DeviceID + "/" + traces[0].ID})
				r.apply(r.plan(r.refresh(trace), nil))
			}
			late, _, told, _ := r.meanwhile(http.MethodGet, r.late.plan(r.p.none("zdx_deeptrace"), waits), planned{}, stop)
			r.wants(told)
			if !stopped || r.p.state(late) == nil {
				r.fail("the run that waits has lost its trace")
			}
			if !keeps && !says(told, isWarning, "could not be read while it was waited for") {
				r.fail("it is told %s", listed(told))
			}
		},
	} {
		for _, keeps := range []bool{false, true} {
			t.Run(fmt.Sprintf("%s, kept %t", name, keeps), func(t *testing.T) {
				t.Parallel()
				twoRuns(t, kind, apimock.Switches{StopKeepsTrace: keeps}, func(r *runs) {
					test(r, keeps)
					r.wait(time.Hour)
					if starts := len(r.lab.Sent(http.MethodPost, tracesTemplate)); starts != 1 {
						r.fail("%d starts were sent", starts)
					}
					for _, left := range r.lab.Traces(r.lab.DeviceID) {
						if left.Status != "aborted" || !keeps {
							r.fail("the trace is %s", left.Status)
						}
					}
				})
			})
		}
	}
}

// One run assigns a policy to a route while another deletes it: whoever comes second is told, and the route is whole.
func TestTwoRunsOnRouteAndPolicy(t *testing.T) {
	t.Parallel()
	kinds := drawnKinds(t)
	for _, status := range []int{http.StatusConflict, http.StatusBadRequest} {
		for _, deleteFirst := range []bool{true, false} {
			t.Run(fmt.Sprintf("%d, deleted first %t", status, deleteFirst), func(t *testing.T) {
				t.Parallel()
				twoRuns(t, kinds["route"], apimock.Switches{InUseStatus: status}, func(r *runs) {
					plain := map[string]any{"name": "shared", "namespace_id": "<namespace>", "from": "https://app.example.com", "to": []any{"http://10.0.0.7"}}
					policy := r.p.mustChange(r.p.none("pomerium_zero_policy"), map[string]any{
						"name": "guard", "namespace_id": r.lab.ClusterNamespaceID, "ppl": "allow: {or: [{accept: true}]}",
					})
					route := r.made(plain)
					guarded := map[string]any{"policy_ids": []any{r.id(policy)}}
					for name, value := range plain {
						guarded[name] = value
					}
					assign := r.late.plan(route, guarded)
					end, problems := r.late.p.plan(r.t.Context(), policy, nil)
					r.wants(problems)
					if deleteFirst {
						late, _, told, toldEarly := r.meanwhile(http.MethodPut, assign, end, nil)
						r.wants(toldEarly)
						r.wants(told, "no such policy")
						r.holds(route, plain)
						r.late.settled("the route", r.late.refresh(late), plain)
						return
					}
					late, early, told, toldEarly := r.meanwhile(http.MethodDelete, end, assign, nil)
					r.wants(toldEarly)
					r.wants(told, "guard is in use")
					if r.p.state(late) == nil {
						r.fail("the policy is lost from the state")
					}
					r.holds(early, guarded)
					r.settled("the route", early, guarded)
				})
			})
		}
	}
}
