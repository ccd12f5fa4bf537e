package provider

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/pomerium-zdx/terraform-provider-pomerium/internal/apimock"
)

// gate holds the next request of a method until it is opened.
type gate struct {
	apimock.Direct
	method string        // of the request that is held
	held   chan struct{} // closed when it has come
	once   sync.Once
	open   chan struct{}
	opened sync.Once
}

func (g *gate) letThrough() { g.opened.Do(func() { close(g.open) }) }

func (g *gate) RoundTrip(request *http.Request) (*http.Response, error) {
	if request.Method == g.method && !strings.HasSuffix(request.URL.Path, "/token") {
		g.once.Do(func() {
			close(g.held)
			<-g.open
		})
	}
	return g.Direct.RoundTrip(request)
}

// sinceThen is a member that the service has gained since this provider was made.
const sinceThen = "sinceThen"

// runs are two processes at work on the same object. The first is held at one of its requests while the second works.
type runs struct {
	*life
	late *life // the first, which ends last
	gate *gate
	kind string // of the mock
}

// twoRuns opens a lab with two providers on virtual time.
func twoRuns(t *testing.T, kind kindOfCase, switches apimock.Switches, test func(r *runs)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		switches.RatePerSecond, switches.RatePerMinute = apimock.Off, apimock.Off
		switches.FutureMembers = []string{sinceThen}
		l := &life{chance: newDrawer(1, 0, nil).chance, randomCase: randomCase{kind: kind}, t: t, switches: switches}
		l.open()
		gate := &gate{Direct: apimock.Direct{Server: l.lab.Server}, held: make(chan struct{}), open: make(chan struct{})}
		late := *l
		late.p = l.lab.protocol(t, knobs{transport: gate}, l.credentials())
		defer func() {
			if reason := recover(); reason != nil {
				t.Errorf("%v\n%s", reason, requests(l.lab))
			}
			gate.letThrough()
		}()
		test(&runs{l, &late, gate, map[string]string{"route": "routes", "policy": "policies"}[kind.name]})
	})
}

// meanwhile plans both works, begins the first, holds it at its request of the method, does the second, and lets the
// first go on. It returns the results of both.
func (r *runs) meanwhile(method string, first, second planned, between func()) (late, early resourceState, told, toldEarly []*tfprotov6.Diagnostic) {
	r.gate.method = method
	done := make(chan struct{})
	go func() {
		defer close(done)
		late, told = r.late.p.apply(r.t.Context(), first)
	}()
	select {
	case <-r.gate.held:
	case <-done:
		r.fail("the first run has sent no %s: %s", method, listed(told))
	}
	if second.config != nil {
		early, toldEarly = r.p.apply(r.t.Context(), second)
	}
	if between != nil {
		between()
	}
	r.gate.letThrough()
	<-done
	return late, early, told, toldEarly
}

// writes are two configurations of one object.
func (r *runs) writes(number uint64) (first, second map[string]any) {
	for _, arguments := range []*map[string]any{&first, &second} {
		*arguments = newDrawer(7, number, map[string]map[string]int{}).arguments(r.randomCase.kind)
		(*arguments)["name"] = "shared"
		number += 1000
	}
	first["description"], second["description"] = "of the first", "of the second"
	return first, second
}

// one wants exactly one object of the name, and returns its ID; "" wants none.
func (r *runs) one(id string) {
	var found []string
	for _, object := range r.lab.Objects(r.kind) {
		if object["name"] == "shared" {
			found = append(found, fmt.Sprint(object["id"]))
		}
	}
	if id == "" && len(found) > 0 || id != "" && !slices.Equal(found, []string{id}) {
		r.fail("the service holds the objects %v, want %s", found, id)
	}
}

func (r *runs) wants(problems []*tfprotov6.Diagnostic, texts ...string) {
	if len(texts) == 0 && hasError(problems) || len(texts) > 0 && !says(problems, isError, texts...) {
		r.fail("told %q, want %q", listed(problems), texts)
	}
}

// made makes the object, with a member that neither run manages.
func (r *runs) made(arguments map[string]any) resourceState {
	object := r.put("create", r.p.none(r.randomCase.kind.typeName), arguments)
	r.lab.EditObject(r.kind, r.id(object), func(stored map[string]any) { stored[sinceThen] = "kept" })
	return r.settled("create", object, arguments)
}

func (r *runs) kept(id string) {
	if value := r.lab.Object(r.kind, id)[sinceThen]; value != "kept" {
		r.fail("the member that neither run manages is %v", value)
	}
}

// Two runs at once on one object, in each order that matters: afterwards there is one object, whole and as one of them
// wrote it, and who lost is told where the service can tell.
func TestTwoRunsOnOneObject(t *testing.T) {
	t.Parallel()
	kinds := drawnKinds(t)
	for name, test := range map[string]func(r *runs, number uint64){
		"both read, then both write":           bothWrite,
		"deleted between read and write":       deletedBeforeWrite,
		"deleted before the read":              deletedBeforeRead,
		"written before the delete":            writtenBeforeDelete,
		"deleted twice":                        deletedTwice,
		"created twice":                        createdTwice,
		"created twice, the answer lost":       createdTwiceLost,
		"changed in the portal before a write": changedInPortal,
	} {
		for _, kind := range []string{"route", "policy"} {
			for _, deleted := range []int{http.StatusForbidden, http.StatusNotFound} {
				t.Run(fmt.Sprintf("%s %s, %d", kind, name, deleted), func(t *testing.T) {
					t.Parallel()
					for number := range uint64(3) {
						switches := apimock.Switches{DeletedStatus: deleted, TakenNameStatus: map[int]int{403: 409, 404: 400}[deleted]}
						twoRuns(t, kinds[kind], switches, func(r *runs) { test(r, number) })
					}
				})
			}
		}
	}
}

func bothWrite(r *runs, number uint64) {
	first, second := r.writes(number)
	third, _ := r.writes(number + 500)
	object := r.made(third)
	late, early, told, toldEarly := r.meanwhile(http.MethodPut, r.late.plan(object, first), r.plan(object, second), nil)
	r.wants(told)
	r.wants(toldEarly)
	r.one(r.id(object))
	r.kept(r.id(object))
	r.step = "the last write wins"
	r.holds(late, first)
	r.late.settled("the winner", late, first)
	r.step = "the loser sees it by the next plan"
	fresh := r.refresh(early)
	if plan := r.plan(fresh, second); plan.replace || len(r.differs(fresh, plan.state)) == 0 {
		r.fail("the plan is empty")
	}
	r.settled("the loser's repair", r.put("repair", fresh, second), second)
	r.holds(fresh, second)
	r.kept(r.id(object))
}

func deletedBeforeWrite(r *runs, number uint64) {
	first, second := r.writes(number)
	object := r.made(second)
	late, _, told, toldEarly := r.meanwhile(http.MethodPut, r.late.plan(object, first), r.plan(object, nil), nil)
	r.wants(toldEarly)
	r.wants(told, "Could not update", "deleted by someone else")
	r.one("")
	if gone, problems := r.late.p.refresh(late); r.p.state(gone) != nil || hasError(problems) {
		r.fail("the next refresh does not see that it is gone: %s", listed(problems))
	}
}

func deletedBeforeRead(r *runs, number uint64) {
	first, second := r.writes(number)
	object := r.made(second)
	_, _, told, toldEarly := r.meanwhile(http.MethodGet, r.late.plan(object, first), r.plan(object, nil), nil)
	r.wants(toldEarly)
	r.wants(told, "Could not update", "deleted by someone else")
	r.one("")
}

func writtenBeforeDelete(r *runs, number uint64) {
	first, second := r.writes(number)
	object := r.made(first)
	_, early, told, toldEarly := r.meanwhile(http.MethodDelete, r.late.plan(object, nil), r.plan(object, second), nil)
	r.wants(told)
	r.wants(toldEarly)
	r.one("")
	if gone, problems := r.p.refresh(early); r.p.state(gone) != nil || hasError(problems) {
		r.fail("the next refresh does not see that it is gone: %s", listed(problems))
	}
}

func deletedTwice(r *runs, number uint64) {
	first, _ := r.writes(number)
	object := r.made(first)
	late, early, told, toldEarly := r.meanwhile(http.MethodDelete, r.late.plan(object, nil), r.plan(object, nil), nil)
	r.wants(told)
	r.wants(toldEarly)
	r.one("")
	if r.p.state(late) != nil || r.p.state(early) != nil {
		r.fail("it is still in a state")
	}
}

func createdTwice(r *runs, number uint64) {
	first, second := r.writes(number)
	none := r.p.none(r.randomCase.kind.typeName)
	late, early, told, toldEarly := r.meanwhile(http.MethodPost, r.late.plan(none, first), r.plan(none, second), nil)
	r.wants(toldEarly)
	r.one(r.id(early))
	r.wants(told, `named "shared" exists already`, r.id(early), "import")
	if r.p.state(late) != nil {
		r.fail("the loser has it in its state")
	}
	r.step = "the first to come wins"
	r.holds(early, second)
	r.settled("the winner", early, second)
}

// createdTwiceLost loses the answer of the create that comes second: it must not be taken for done.
func createdTwiceLost(r *runs, number uint64) {
	first, second := r.writes(number)
	none := r.p.none(r.randomCase.kind.typeName)
	late, early, told, toldEarly := r.meanwhile(http.MethodPost, r.late.plan(none, first), r.plan(none, second), func() {
		r.lab.AddFault(apimock.Fault{Method: http.MethodPost, Template: "/organizations/{organizationId}/" + r.kind, Status: http.StatusBadGateway})
	})
	r.wants(toldEarly)
	r.one(r.id(early))
	r.wants(told, `named "shared" exists already`, r.id(early))
	if r.p.state(late) != nil {
		r.fail("the loser has it in its state")
	}
	r.step = "the first to come wins"
	r.holds(early, second)
}

// changedInPortal changes the object in the portal after the run has read it: the run's write wins as a whole, and a change
// after that is drift, which the next plan repairs.
func changedInPortal(r *runs, number uint64) {
	first, second := r.writes(number)
	object := r.made(second)
	edit := func() {
		r.lab.EditObject(r.kind, r.id(object), func(stored map[string]any) { stored["description"] = "of the portal" })
	}
	late, _, told, _ := r.meanwhile(http.MethodPut, r.late.plan(object, first), planned{}, edit)
	r.wants(told)
	r.step = "the run's write wins"
	r.one(r.id(object))
	r.holds(late, first)
	r.kept(r.id(object))
	edit()
	fresh := r.late.refresh(late)
	if drift := r.late.differs(late, fresh.state); !slices.ContainsFunc(drift, func(c changed) bool { return c.path == "description" }) {
		r.fail("the refresh shows %v", drift)
	}
	late = r.late.put("repair", fresh, first)
	r.holds(late, first)
	r.kept(r.id(object))
}
