package provider

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptrace"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/pomerium-zdx/terraform-provider-pomerium/internal/apimock"
)

// cutMoment is where a request stands when its run is interrupted.
type cutMoment string

const (
	cutBeforeSending cutMoment = "before it is sent"
	cutBeforeWork    cutMoment = "sent and not carried out"
	cutAfterWork     cutMoment = "carried out and not answered"
	cutInBody        cutMoment = "in the middle of the answer"
	cutAfterAnswer   cutMoment = "after the answer"
)

var cutMoments = []cutMoment{cutBeforeSending, cutBeforeWork, cutAfterWork, cutInBody, cutAfterAnswer}

// interruption carries requests to a mock and cancels the run at one of them, as a CLI does that gets a signal. What
// the provider does in its own time, whatever becomes of the run, goes on as it would on a network.
type interruption struct {
	direct apimock.Direct
	at     int // number of the request, from 1
	moment cutMoment
	cancel context.CancelFunc

	mu   sync.Mutex
	seen int
}

func (i *interruption) RoundTrip(request *http.Request) (*http.Response, error) {
	i.mu.Lock()
	i.seen++
	here := i.seen == i.at
	i.mu.Unlock()
	ctx := request.Context()
	cut := func(moment cutMoment) error {
		if here && i.moment == moment {
			i.cancel()
		}
		return ctx.Err()
	}
	if err := cut(cutBeforeSending); err != nil {
		return nil, err
	}
	if trace := httptrace.ContextClientTrace(ctx); trace != nil && trace.GotConn != nil {
		trace.GotConn(httptrace.GotConnInfo{})
	}
	if err := cut(cutBeforeWork); err != nil {
		return nil, err
	}
	answer, err := i.direct.RoundTrip(request)
	if err != nil {
		return nil, err
	}
	if err := cut(cutAfterWork); err != nil {
		return nil, err
	}
	if err := cut(cutInBody); err != nil {
		answer.Body = brokenBody{err}
	}
	_ = cut(cutAfterAnswer)
	return answer, nil
}

// reached tells whether the request at which to cancel has come.
func (i *interruption) reached() bool {
	i.mu.Lock()
	defer i.mu.Unlock()
	return i.seen >= i.at
}

type brokenBody struct{ err error }

func (b brokenBody) Read([]byte) (int, error) { return 0, b.err }
func (b brokenBody) Close() error             { return nil }

// interruptedObject is an object whose life is cut off at every request.
type interruptedObject struct {
	typeName  string
	arguments func(l *lab) map[string]any
	changed   map[string]any // what an update changes; nil where there is none
	replaced  map[string]any // what makes another object; nil where there is none
	held      func(t *testing.T, l *lab) int
	importID  func(l *lab) string // nil where there is no import
	// unlisted objects cannot be looked up: that is said when the answer to a create was lost. They end by themselves.
	unlisted bool
}

func interruptedObjects() map[string]interruptedObject {
	zero := func(kind string) (func(*testing.T, *lab) int, func(*lab) string) {
		return func(_ *testing.T, l *lab) int { return len(l.Objects(kind)) },
			func(l *lab) string { return fmt.Sprint(l.Objects(kind)[0]["id"]) }
	}
	policies, policyID := zero("policies")
	routes, routeID := zero("routes")
	return map[string]interruptedObject{
		"policy": {
			typeName: "pomerium_zero_policy", held: policies, importID: policyID,
			arguments: func(l *lab) map[string]any {
				return map[string]any{"name": "first", "namespace_id": l.ClusterNamespaceID, "ppl": "allow:\n  and:\n    - authenticated_user: true\n"}
			},
			changed: map[string]any{"explanation": "other"}, replaced: map[string]any{"namespace_id": "<root>"},
		},
		"route": {
			typeName: "pomerium_zero_route", held: routes, importID: routeID,
			arguments: func(l *lab) map[string]any {
				return map[string]any{
					"name": "first", "namespace_id": l.ClusterNamespaceID, "from": "https://first.example.com", "to": []string{"http://first:80"},
					"identity_provider_client_secret_wo": "write-only-secret", "identity_provider_client_secret_wo_version": 1,
				}
			},
			changed: map[string]any{"identity_provider_client_secret_wo_version": 2}, replaced: map[string]any{"namespace_id": "<root>"},
		},
		"deep trace": {
			typeName: "zdx_deeptrace", held: runningTraces,
			importID:  func(l *lab) string { return l.DeviceID + "/" + l.Traces(l.DeviceID)[0].ID },
			arguments: func(l *lab) map[string]any { return thisDevice(l, map[string]any{"session_name": "after deploy"}) },
			changed:   map[string]any{"wait_for": "ended"}, replaced: map[string]any{"session_length_minutes": 15},
		},
		"analysis": {
			typeName: "zdx_analysis", unlisted: true, held: func(_ *testing.T, l *lab) int { return len(l.Objects("analyses")) },
			arguments: func(l *lab) map[string]any { return map[string]any{"device_id": l.DeviceID, "app_id": l.AppID} },
		},
		"alert snapshot": {
			typeName: "zdx_alert_snapshot", unlisted: true, held: func(_ *testing.T, l *lab) int { return len(l.Objects("snapshots")) },
			arguments: func(l *lab) map[string]any { return map[string]any{"name": "for the provider", "alert_id": l.AlertID} },
		},
	}
}

func runningTraces(t *testing.T, l *lab) (running int) {
	t.Helper()
	for _, trace := range l.Traces(l.DeviceID) {
		if !isOneOf(trace.Status, "aborted", "completed") {
			running++
		}
	}
	return running
}

func isOneOf(text string, list ...string) bool { return slices.Contains(list, strings.ToLower(text)) }

// interruptedRun is one run of a CLI: what the state held, what the configuration asks for, and how it went.
type interruptedRun struct {
	before, after resourceState
	problems      []*tfprotov6.Diagnostic
	finished      bool // all steps were taken
}

// runOnce refreshes, plans and applies as a CLI does, and ends at the first error. A replacement deletes first.
func (p *protocol) runOnce(ctx context.Context, o resourceState, arguments map[string]any) (run interruptedRun) {
	p.t.Helper()
	run.before, run.after = o, o
	heard := func(more []*tfprotov6.Diagnostic) bool {
		run.problems = append(run.problems, more...)
		return !hasError(more)
	}
	if p.state(o) != nil {
		refreshed, problems := p.refreshIn(ctx, o)
		if !heard(problems) {
			return run
		}
		run.after = refreshed
	}
	plan, problems := p.plan(ctx, run.after, arguments)
	if !heard(problems) {
		return run
	}
	if plan.replace || arguments == nil && p.state(run.after) != nil {
		end, problems := p.plan(ctx, run.after, nil)
		if !heard(problems) {
			return run
		}
		run.after, problems = p.apply(ctx, end)
		if !heard(problems) {
			return run
		}
		run.after = p.none(o.name)
		if arguments != nil {
			if plan, problems = p.plan(ctx, run.after, arguments); !heard(problems) {
				return run
			}
		}
	}
	if arguments != nil {
		run.after, problems = p.apply(ctx, plan)
		if !heard(problems) {
			return run
		}
	}
	run.finished = true
	return run
}

// refreshIn is refresh in a context of its own.
func (p *protocol) refreshIn(ctx context.Context, o resourceState) (resourceState, []*tfprotov6.Diagnostic) {
	p.t.Helper()
	answer, err := p.server.ReadResource(ctx, &tfprotov6.ReadResourceRequest{
		TypeName: o.name, CurrentState: o.state, Private: o.private, CurrentIdentity: o.identity,
	})
	if err != nil {
		p.t.Fatal(err)
	}
	if answer.NewState == nil || hasError(answer.Diagnostics) {
		return o, answer.Diagnostics
	}
	return resourceState{o.name, o.schema, answer.NewState, answer.Private, answer.NewIdentity}, answer.Diagnostics
}

// interruptedVerb takes an object from one configuration to another; nil is none.
type interruptedVerb struct {
	name     string
	from, to map[string]any
}

func (o interruptedObject) verbs(l *lab) []interruptedVerb {
	whole := o.arguments(l)
	all := []interruptedVerb{{"create", nil, whole}, {"read", whole, whole}, {"delete", whole, nil}}
	for verb, change := range map[string]map[string]any{"update": o.changed, "replace": o.replaced} {
		if change != nil {
			changed := mergedWith(o.arguments(l), change)
			if changed["namespace_id"] == "<root>" {
				changed["namespace_id"] = l.RootNamespaceID
			}
			all = append(all, interruptedVerb{verb, whole, changed})
		}
	}
	return all
}

// A run that is cancelled at any request of any verb, at any moment of that request, loses nothing: what was made is in
// the state, what was not done is told, and the next run ends where it should, with one object and an empty plan.
func TestInterruptedRun(t *testing.T) {
	t.Parallel()
	for name, object := range interruptedObjects() {
		for _, verb := range []string{"create", "read", "update", "replace", "delete"} {
			if verb == "update" && object.changed == nil || verb == "replace" && object.replaced == nil || name == "alert snapshot" && verb != "create" {
				continue // there is nothing that would be sent
			}
			t.Run(name+", "+verb, func(t *testing.T) {
				t.Parallel()
				cases := 0
				for _, moment := range cutMoments {
					for at := 1; object.interrupt(t, verb, at, moment); at++ {
						cases++
					}
				}
				if cases < 2*len(cutMoments) {
					t.Errorf("only %d interruptions were tried", cases)
				}
				t.Logf("%s: %d interruptions", t.Name(), cases)
			})
		}
	}
}

// interrupt runs one case. It is false once the verb has fewer requests than that.
func (o interruptedObject) interrupt(t *testing.T, verb string, at int, moment cutMoment) (reached bool) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		mock := apimock.New(unpaced())
		l := &lab{Server: mock, url: fmt.Sprintf("https://lab-%d.test", virtualHosts.Add(1))}
		where := fmt.Sprintf("request %d, %s", at, moment)

		var change interruptedVerb
		for _, candidate := range o.verbs(l) {
			if candidate.name == verb {
				change = candidate
			}
		}
		p := l.protocol(t, knobs{transport: apimock.Direct{Server: mock}}, nil)
		state := p.none(o.typeName)
		if change.from != nil {
			state = p.mustChange(state, change.from)
		}

		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		cut := &interruption{direct: apimock.Direct{Server: mock}, at: at, moment: moment, cancel: cancel}
		run := l.protocol(t, knobs{transport: cut}, nil).runOnce(ctx, state, change.to)
		synctest.Wait()
		if reached = cut.reached(); reached {
			o.check(t, where, l, p, run)
			o.converge(t, where, l, p, run.after, change.to)
		}
		for _, violation := range mock.ContractViolations() {
			t.Error(violation)
		}
	})
	return reached
}

// check looks at what an interrupted run left.
func (o interruptedObject) check(t *testing.T, where string, l *lab, p *protocol, run interruptedRun) {
	t.Helper()
	inState, held := p.state(run.after) != nil, o.held(t, l)
	switch {
	case !run.finished && !hasError(run.problems):
		t.Errorf("%s: the run ended early and says nothing", where)
	case p.state(run.before) == nil && hasError(run.problems) && inState:
		t.Errorf("%s: the object would be replaced for an error: %s", where, listed(run.problems))
	case inState || held == 0:
	case !o.unlisted:
		t.Errorf("%s: the service holds an object that the state lacks: %s", where, listed(run.problems))
	case !run.finished && !says(run.problems, isError, "cannot be found out"):
		t.Errorf("%s: that an object may be left is not told: %s", where, listed(run.problems))
	}
}

// converge runs again and expects the end that the first run should have had.
func (o interruptedObject) converge(t *testing.T, where string, l *lab, p *protocol, state resourceState, want map[string]any) {
	t.Helper()
	run := p.runOnce(t.Context(), state, want)
	if !run.finished || hasError(run.problems) {
		t.Errorf("%s: the next run fails: %s", where, listed(run.problems))
		return
	}
	held := o.held(t, l)
	if !o.unlisted && (want == nil && held != 0 || want != nil && held != 1 && !isOneOf(fmt.Sprint(p.state(run.after)["status"]), "completed")) {
		t.Errorf("%s: the service holds %d", where, held)
	}
	if want == nil {
		return
	}
	refreshed, problems := p.refreshIn(t.Context(), run.after)
	if len(problems) > 0 || p.changes(refreshed, want) {
		t.Errorf("%s: the plan after the next run is not empty: %s", where, listed(problems))
	}
}
