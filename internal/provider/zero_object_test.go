package provider

import (
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/pomerium-zdx/terraform-provider-pomerium/internal/apimock"
)

// objectCase is what the tests that all kinds pass need to know of one.
type objectCase struct {
	typeName   string // pomerium_zero_cluster
	kind       string // of the mock: clusters
	list, item string // templates, below the organization's
	create     string // template of the create; "" where it is the list's
	minimal    func(*lab) map[string]any
	change     string                    // the method of an update
	full       func(*lab) map[string]any // other values in place; nil if nothing can be changed
	replaced   func(*lab) map[string]any // changes that make another object
	drift      func(map[string]any)      // behind our back; nil if nothing can be changed
	drifted    string                    // the member that it changes
	taken      string                    // the attribute with the unique name; "" if none is
	holder     string                    // the attribute that names what holds it; "" for the organization
	within     string                    // in front of the ID of an import, filled with the holder's
	once       []string                  // attributes that only a creation brings
}

func (c objectCase) noun() string {
	return strings.Replace(strings.ReplaceAll(strings.TrimPrefix(c.typeName, "pomerium_zero_"), "_", " "), "api", "API", 1)
}
func (c objectCase) template() string { return zeroPath + c.list }
func (c objectCase) one() string      { return zeroPath + c.item }
func (c objectCase) post() string {
	if c.create != "" {
		return zeroPath + c.create
	}
	return c.template()
}

// made are the IDs of what is there beside the lab's own.
func (c objectCase) made(l *lab, before []string) (ids []string) {
	for _, id := range heldOf(c.kind)(l, true) {
		if !slices.Contains(before, id) {
			ids = append(ids, id)
		}
	}
	return ids
}

// objectRun is a test of a kind.
type objectRun struct {
	objectCase

	t      *testing.T
	lab    *lab
	p      *protocol
	before []string
}

func (c objectCase) test(t *testing.T) {
	for name, check := range map[string]func(*objectRun){
		"life": (*objectRun).life, "import": (*objectRun).imported, "replacement": (*objectRun).replacement, "drift": (*objectRun).drifts,
		"deleted behind our back": (*objectRun).deleted, "lost role": (*objectRun).lostRole, "lost answer": (*objectRun).lostAnswer,
		"taken name": (*objectRun).takenName, "known after apply": (*objectRun).unknown, "rate limited": (*objectRun).rateLimited,
		"deleted twice": (*objectRun).deletedTwice, "wrong holder": (*objectRun).wrongHolder, "wrong organization": (*objectRun).wrongOrganization,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			onSockets(t, unpaced(), func(t *testing.T, lab *lab, p *protocol) {
				check(&objectRun{c, t, lab, p, heldOf(c.kind)(lab, true)})
			})
		})
	}
}

func (r *objectRun) only() string {
	r.t.Helper()
	ids := r.made(r.lab, r.before)
	if len(ids) != 1 {
		r.t.Fatalf("the service holds %d %s more than before, want 1", len(ids), r.kind)
	}
	return ids[0]
}

func (r *objectRun) none() {
	r.t.Helper()
	if ids := r.made(r.lab, r.before); len(ids) != 0 {
		r.t.Errorf("%d %s are left", len(ids), r.kind)
	}
}

func (r *objectRun) applied() resourceState {
	r.t.Helper()
	return r.p.mustChange(r.p.none(r.typeName), r.minimal(r.lab))
}

// unchanged refreshes and plans the same: nothing.
func (r *objectRun) unchanged(o resourceState, arguments map[string]any) resourceState {
	r.t.Helper()
	fresh, problems := r.p.refresh(o)
	if len(problems) > 0 {
		r.t.Fatal(listed(problems))
	}
	if r.p.changes(fresh, arguments) {
		plan, _ := r.p.plan(r.t.Context(), fresh, arguments)
		r.t.Errorf("a plan of the same changes %v\nto %v", r.p.state(fresh), r.p.values(fresh.schema, plan.state))
	}
	return fresh
}

func (r *objectRun) life() {
	o := r.applied()
	id := r.only()
	state := r.p.state(o)
	if state["id"] != id || state["organization_id"] != r.lab.OrganizationID || state["created_at"] == nil || state["updated_at"] == nil {
		r.t.Errorf("the state is %v", state)
	}
	o = r.unchanged(o, r.minimal(r.lab))
	if r.full != nil {
		o = r.unchanged(r.p.mustChange(o, r.full(r.lab)), r.full(r.lab))
		o = r.unchanged(r.p.mustChange(o, r.minimal(r.lab)), r.minimal(r.lab))
		if now := r.only(); now != id {
			r.t.Errorf("the ID changed from %s to %s", id, now)
		}
	}
	r.p.mustChange(o, nil)
	r.none()
	if posts := r.lab.Sent(http.MethodPost, r.post()); len(posts) != 1 {
		r.t.Errorf("%d creates were sent, want 1", len(posts))
	}
}

// imported takes the object over by its ID, with and without the organization, and by its identity, and plans nothing.
func (r *objectRun) imported() {
	arguments := r.minimal(r.lab)
	if r.full != nil {
		arguments = r.full(r.lab)
	}
	o := r.p.mustChange(r.p.none(r.typeName), arguments)
	id := r.lab.fill(r.within) + r.only()
	for _, request := range []*tfprotov6.ImportResourceStateRequest{
		{ID: id}, {ID: r.lab.OrganizationID + "/" + id}, {Identity: o.identity},
	} {
		request.TypeName = r.typeName
		answer, err := r.p.server.ImportResourceState(r.t.Context(), request)
		if err != nil || len(answer.Diagnostics) > 0 {
			r.t.Fatal(err, listed(answer.Diagnostics))
		}
		found := answer.ImportedResources[0]
		fresh, problems := r.p.refresh(resourceState{r.typeName, o.schema, found.State, found.Private, found.Identity})
		if len(problems) > 0 {
			r.t.Fatal(listed(problems))
		}
		state, want := r.p.state(fresh), r.p.state(o)
		for _, name := range r.once {
			delete(state, name)
			delete(want, name)
		}
		if fmt.Sprint(state) != fmt.Sprint(want) && r.p.changes(fresh, arguments) {
			r.t.Errorf("imported as %v\nwant %v", state, want)
		}
	}
	for _, wrong := range []string{"/", id + "/", "a/b/c/d"} {
		answer, err := r.p.server.ImportResourceState(r.t.Context(), &tfprotov6.ImportResourceStateRequest{TypeName: r.typeName, ID: wrong})
		if err != nil || !says(answer.Diagnostics, tfprotov6.DiagnosticSeverityError, "another form", "<organization_id>/") {
			r.t.Errorf("%q is imported: %v %s", wrong, err, listed(answer.Diagnostics))
		}
	}
}

func (r *objectRun) replacement() {
	arguments := r.minimal(r.lab)
	o := r.applied()
	maps.Copy(arguments, r.replaced(r.lab))
	plan, problems := r.p.plan(r.t.Context(), o, arguments)
	if len(problems) > 0 || !plan.replace {
		r.t.Errorf("replaced %v: %s", plan.replace, listed(problems))
	}
}

// drifts changes the object behind Terraform's back: the plan shows it and the apply repairs it. A touch that changes
// nothing but the time is no difference.
func (r *objectRun) drifts() {
	o := r.applied()
	if r.drift == nil {
		return
	}
	id := r.only()
	was := fmt.Sprint(r.lab.Object(r.kind, id)[r.drifted])
	r.lab.EditObject(r.kind, id, r.drift)
	fresh, problems := r.p.refresh(o)
	if len(problems) > 0 || !r.p.changes(fresh, r.minimal(r.lab)) {
		r.t.Fatalf("the plan does not show the change: %s", listed(problems))
	}
	o = r.p.mustChange(fresh, r.minimal(r.lab))
	if is := fmt.Sprint(r.lab.Object(r.kind, id)[r.drifted]); is != was {
		r.t.Errorf("%s is %s after the repair, was %s", r.drifted, is, was)
	}
	r.lab.EditObject(r.kind, id, func(map[string]any) {})
	r.unchanged(o, r.minimal(r.lab))
}

func (r *objectRun) deleted() {
	o := r.applied()
	r.lab.RemoveObject(r.kind, r.only())
	fresh, problems := r.p.refresh(o)
	if len(problems) > 0 || r.p.state(fresh) != nil {
		r.t.Fatalf("it is still in the state: %s", listed(problems))
	}
	r.p.mustChange(fresh, r.minimal(r.lab))
	r.only()
}

// lostRole takes the role away: the 403 is an error, and the object is still in the state afterwards.
func (r *objectRun) lostRole() {
	o := r.applied()
	for _, template := range []string{r.one(), r.template()} {
		r.lab.AddFault(apimock.Fault{Method: http.MethodGet, Template: template, Status: http.StatusForbidden})
	}
	kept, problems := r.p.refresh(o)
	if !says(problems, tfprotov6.DiagnosticSeverityError, "lack the role", r.noun()) || r.p.state(kept) == nil {
		r.t.Errorf("the state is %v: %s", r.p.state(kept), listed(problems))
	}
	r.lab.ClearFaults()
	r.unchanged(o, r.minimal(r.lab))
}

func (r *objectRun) lostAnswer() {
	r.lab.AddFault(apimock.Fault{Method: http.MethodPost, Template: r.post(), Drop: apimock.DropAfter, Times: 1})
	o := r.applied()
	if state := r.p.state(o); state["id"] != r.only() {
		r.t.Errorf("the state is %v", state)
	}
	for _, name := range r.once {
		if r.p.state(o)[name] == nil {
			r.t.Errorf("%s was lost with the answer", name)
		}
	}
	r.p.mustChange(o, nil)
	r.none()
}

// takenName meets an object of the same name: it is not taken over, and the error says how to.
func (r *objectRun) takenName() {
	r.applied()
	_, problems := r.p.change(r.p.none(r.typeName), r.minimal(r.lab))
	if r.taken == "" {
		if len(problems) > 0 {
			r.t.Errorf("two of the same are refused: %s", listed(problems))
		}
		return
	}
	if !says(problems, tfprotov6.DiagnosticSeverityError, "exists already", "take that "+r.noun()+" over", "to = "+r.typeName+".NAME") {
		r.t.Errorf("the error is %s", listed(problems))
	}
	if problems[0].Attribute == nil || !problems[0].Attribute.Equal(tftypes.NewAttributePath().WithAttributeName(r.taken)) {
		r.t.Errorf("it stands at %v", problems[0].Attribute)
	}
	r.only()
}

// unknown plans with every argument known only after apply.
func (r *objectRun) unknown() {
	arguments := r.minimal(r.lab)
	for name, value := range arguments {
		if _, isText := value.(string); isText {
			arguments[name] = tftypes.UnknownValue
		}
	}
	plan, problems := r.p.plan(r.t.Context(), r.p.none(r.typeName), arguments)
	if len(problems) > 0 || r.p.values(plan.before.schema, plan.state)["id"] != tftypes.UnknownValue {
		r.t.Errorf("planned %v: %s", r.p.values(plan.before.schema, plan.state), listed(problems))
	}
}

func (r *objectRun) rateLimited() {
	for _, method := range []string{http.MethodPost, http.MethodGet, http.MethodPut, http.MethodPatch, http.MethodDelete} {
		r.lab.AddFault(apimock.Fault{Method: method, Status: http.StatusTooManyRequests, Times: 2, Header: http.Header{"Retry-After": {"0"}}})
	}
	o := r.applied()
	if r.full != nil {
		o = r.p.mustChange(o, r.full(r.lab))
	}
	r.p.mustChange(o, nil)
	r.none()
}

// deletedTwice loses the answer of the deletion.
func (r *objectRun) deletedTwice() {
	o := r.applied()
	r.lab.AddFault(apimock.Fault{Method: http.MethodDelete, Template: r.one(), Drop: apimock.DropAfter, Times: 1})
	r.p.mustChange(o, nil)
	r.none()
	if sent := r.lab.Sent(http.MethodDelete, r.one()); len(sent) != 2 {
		r.t.Errorf("%d deletes were sent, want 2: the lost one and one more", len(sent))
	}
}

func (r *objectRun) wrongHolder() {
	if r.holder == "" {
		return
	}
	arguments := r.minimal(r.lab)
	arguments[r.holder] = "nowhere"
	_, problems := r.p.plan(r.t.Context(), r.p.none(r.typeName), arguments)
	if !says(problems, tfprotov6.DiagnosticSeverityError, "has no "+strings.TrimSuffix(r.holder, "_id"), `"nowhere"`) {
		r.t.Errorf("the error is %s", listed(problems))
	}
}

func (r *objectRun) wrongOrganization() {
	arguments := r.minimal(r.lab)
	arguments["organization_id"] = "elsewhere"
	_, problems := r.p.plan(r.t.Context(), r.p.none(r.typeName), arguments)
	if !says(problems, tfprotov6.DiagnosticSeverityError, `does not see organization "elsewhere"`) {
		r.t.Errorf("the error is %s", listed(problems))
	}
}

// elsewhere names another cluster for what lies in one.
func elsewhere(l *lab) map[string]any {
	return map[string]any{"cluster_id": l.AddNamespace(l.OrganizationID, "Other", "cluster", l.RootNamespaceID)}
}
