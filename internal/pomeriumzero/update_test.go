package pomeriumzero_test

import (
	"errors"
	"net/http"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/pomerium-zdx/terraform-provider-pomerium/internal/apimock"
	"github.com/pomerium-zdx/terraform-provider-pomerium/internal/httpapi"
	"github.com/pomerium-zdx/terraform-provider-pomerium/internal/pomeriumzero"
)

// TestUpdateKeepsWhatIsNotManaged changes a flat member of a route that has more than the client knows.
func TestUpdateKeepsWhatIsNotManaged(t *testing.T) {
	t.Parallel()
	l := newLab(t, apimock.Switches{FutureMembers: []string{"tomorrow", "after"}})
	id := create(t, l.routes(), l.aRoute()).ID
	l.EditObject("routes", id, func(m map[string]any) {
		m["tomorrow"] = map[string]any{"exact": int64(9007199254740993), "list": []any{map[string]any{"a": "<&>"}, 1.5, false}}
		m["after"] = ""
	})
	before := l.Object("routes", id)
	changed := l.aRoute()
	changed.Description = new("changed")
	if _, err := l.routes().Update(t.Context(), id, changed); err != nil {
		t.Fatal(err)
	}
	after := l.Object("routes", id)
	if after["updatedAt"] == before["updatedAt"] {
		t.Error("nothing was put")
	}
	after["updatedAt"], before["description"] = before["updatedAt"], "changed"
	if diff := cmp.Diff(before, after); diff != "" { // numbers are compared by their digits
		t.Error(diff)
	}
}

// TestUpdateSendsNothingComputed looks at what only the service sets.
func TestUpdateSendsNothingComputed(t *testing.T) {
	t.Parallel()
	l := newLab(t, apimock.Switches{})
	enforced := l.aPolicy()
	enforced.Enforced = true
	policyID := create(t, l.policies(), enforced).ID
	properties := l.aRoute()
	properties.PolicyIDs = []string{policyID}
	routeID := create(t, l.routes(), properties).ID
	if _, err := l.routes().Update(t.Context(), routeID, properties); err != nil {
		t.Fatal(err)
	}
	if _, err := l.policies().Update(t.Context(), policyID, enforced); err != nil {
		t.Fatal(err)
	}
	for _, kind := range []struct{ list, item string }{{routes, route}, {policies, policy}} {
		if diff := cmp.Diff(l.sent(t, "POST", kind.list), l.sent(t, "PUT", kind.item)); diff != "" {
			t.Errorf("an update that changes nothing sends something else than the create: %s", diff)
		}
	}
}

// TestUpdateUnsets takes every optional member away again.
func TestUpdateUnsets(t *testing.T) {
	t.Parallel()
	l := newLab(t, apimock.Switches{})
	for name, properties := range l.fullRoutes() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			properties.Name = name
			id := create(t, l.routes(), properties).ID
			least := l.aRoute()
			least.Name = name
			if properties.To == nil { // a route needs one destination
				least.To, least.Redirect = nil, &pomeriumzero.Redirect{}
			}
			if _, err := l.routes().Update(t.Context(), id, least); err != nil {
				t.Fatal(err)
			}
			got, want := decode(t, l.Object("routes", id)), decode(t, least)
			for _, computed := range []string{"id", "createdAt", "updatedAt"} {
				delete(got, computed)
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// TestUpdateUnsetsByEmptyText sends no empty text for an optional member, and every one of a required member.
func TestUpdateUnsetsByEmptyText(t *testing.T) {
	t.Parallel()
	l := newLab(t, apimock.Switches{})
	id := create(t, l.routes(), l.aRoute()).ID
	properties := l.aRoute()
	properties.Description = new("")
	if _, err := l.routes().Update(t.Context(), id, properties); err != nil {
		t.Fatal(err)
	}
	if value, is := l.sent(t, "PUT", route)["description"]; is {
		t.Errorf("description was sent as %q", value)
	}
	texts := l.aPolicy()
	texts.Explanation = "because"
	policyID := create(t, l.policies(), texts).ID
	if _, err := l.policies().Update(t.Context(), policyID, l.aPolicy()); err != nil {
		t.Fatal(err)
	}
	if value, is := l.sent(t, "PUT", policy)["explanation"]; !is || value != "" {
		t.Errorf("explanation was sent as %v", value)
	}
}

func TestUpdateToATakenName(t *testing.T) {
	t.Parallel()
	for _, status := range []int{http.StatusConflict, http.StatusBadRequest} {
		t.Run(http.StatusText(status), func(t *testing.T) {
			t.Parallel()
			l := newLab(t, apimock.Switches{TakenNameStatus: status})
			other := l.stored(t, map[string]any{"name": "other"})
			id := create(t, l.routes(), l.aRoute()).ID
			properties := l.aRoute()
			properties.Name = "other"
			_, err := l.routes().Update(t.Context(), id, properties)
			var taken *pomeriumzero.NameTakenError
			if !errors.As(err, &taken) || taken.ID != other || taken.Name != "other" || taken.Noun != "route" {
				t.Errorf("got %v, want a NameTakenError with %s", err, other)
			}
			if !httpapi.IsConflict(err) && !httpapi.IsInvalid(err) {
				t.Errorf("got %v, want the service's refusal in it", err)
			}
			// A refusal for another reason is not about the name, which the object has itself.
			properties = l.aRoute()
			properties.From = "gopher://billing.example.com"
			_, err = l.routes().Update(t.Context(), id, properties)
			if !httpapi.IsInvalid(err) || errors.As(err, &taken) && taken.ID == id {
				t.Errorf("got %v, want the plain 400", err)
			}
		})
	}
}

// TestUpdateIsRepeated loses the answer of the PUT: it may be sent again without harm.
func TestUpdateIsRepeated(t *testing.T) {
	t.Parallel()
	l := newLab(t, apimock.Switches{})
	id := create(t, l.routes(), l.aRoute()).ID
	l.AddFault(apimock.Fault{Method: "PUT", Template: route, Drop: apimock.DropAfter, Times: 1})
	properties := l.aRoute()
	properties.Description = new("changed")
	got, err := l.routes().Update(t.Context(), id, properties)
	if err != nil {
		t.Fatal(err)
	}
	if diff := difference(properties, got.Properties); diff != "" {
		t.Error(diff)
	}
	l.wantSent(t, "PUT", route, 2)
}
