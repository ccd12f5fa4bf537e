package provider

import (
	"fmt"
	"net/http"
	"time"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
)

// liveTrace takes a deep trace through its life: it starts once, whatever happens; what can be changed in place is
// changed, and it does not run any more after it was destroyed.
func (l *life) liveTrace() {
	second := l.inPlace() // all else starts another trace
	l.must("validation of the first", l.validate(l.first))
	l.must("validation of the second", l.validate(second))

	trace := l.put("create", l.p.none(l.kind.typeName), l.first)
	l.step = "create"
	l.isEmpty(trace, l.plan(trace, l.first))
	l.isEmpty(trace, l.plan(trace, l.respelled(l.first)))
	trace = l.refreshed(trace, l.first)
	l.wait(oneAmong(l.chance, 0, time.Minute, 20*time.Minute, 2*time.Hour))
	trace = l.refreshed(trace, l.first)
	l.importedTrace(trace)

	trace = l.put("change", trace, second)
	l.isEmpty(trace, l.plan(trace, second))
	l.wait(oneAmong(l.chance, 0, time.Minute, 2*time.Hour, 20*24*time.Hour))
	trace = l.refreshed(trace, second)

	l.step = "destroy"
	if gone := l.apply(l.plan(trace, nil)); l.p.state(gone) != nil {
		l.fail("it is still in the state")
	}
	for _, left := range l.lab.Traces(fmt.Sprint(l.p.state(trace)["device_id"])) {
		if left.EndedAt.IsZero() && left.Status != "abort_initiated" {
			l.fail("trace %s runs on, with the status %s", left.ID, left.Status)
		}
	}
	if starts := len(l.lab.Sent(http.MethodPost, tracesTemplate)); starts != 1 {
		l.fail("%d starts were sent", starts)
	}
}

// refreshed wants an empty plan after a refresh, and that the refresh changed nothing but how far the trace has come.
func (l *life) refreshed(trace resourceState, arguments map[string]any) resourceState {
	l.step = "refresh"
	fresh := l.refresh(trace)
	for _, c := range l.differs(trace, fresh.state) {
		switch c.path {
		case "status", "started_at", "ended_at", "created_at", "expected_time":
		default:
			l.fail("the refresh changed %s", c)
		}
	}
	l.isEmpty(fresh, l.plan(fresh, arguments))
	return fresh
}

// importedTrace imports the trace. The service repeats what it was started with in part, or not at all: what it does not
// tell is taken from the configuration in place, and no other trace is started for it.
func (l *life) importedTrace(trace resourceState) {
	l.step = "import"
	request := &tfprotov6.ImportResourceStateRequest{TypeName: trace.name, ID: fmt.Sprint(l.p.state(trace)["id"])}
	if l.with(0.5) {
		request.ID, request.Identity = "", trace.identity
	}
	fresh := l.refresh(l.takeOver(request))
	for name, value := range l.p.state(fresh) {
		switch name {
		case "triggers", "wait_for", "timeouts", "delete_data_on_destroy", "created_at": // created_at of a start may be the clock's
			continue
		}
		if before := l.p.state(trace)[name]; value != nil && before != nil && fmt.Sprint(value) != fmt.Sprint(before) {
			l.fail("it has %v for %s, which was %v", value, name, before)
		}
	}
	sent := len(l.lab.Journal())
	plan := l.plan(fresh, l.first)
	if plan.replace {
		l.fail("another trace would be started")
	}
	l.spelling = len(l.differs(fresh, plan.state)) > 0
	if l.first["wait_for"] == nil {
		fresh = l.apply(plan)
		if more := len(l.lab.Journal()) - sent; more != 0 {
			l.fail("taking over the configuration sent %d requests", more)
		}
		l.isEmpty(fresh, l.plan(fresh, l.first))
	}
}
