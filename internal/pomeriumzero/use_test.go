package pomeriumzero_test

import (
	"fmt"
	"net/http"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/pomerium-zdx/terraform-provider-pomerium/internal/apimock"
	"github.com/pomerium-zdx/terraform-provider-pomerium/internal/pomeriumzero"
)

// All namespaces are listed with one walk if the root is seen, and each by itself for who sees only some.
func TestListAll(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		rootSeen bool
		asks     int
	}{
		"root seen": {true, 2}, "only clusters seen": {false, 4},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			l := newLab(t, apimock.Switches{})
			other := l.AddNamespace(l.OrganizationID, "other", "cluster", l.RootNamespaceID)
			want := []string{
				l.stored(t, map[string]any{"name": "one"}), l.stored(t, map[string]any{"name": "two", "namespaceId": other}),
			}
			if !test.rootSeen {
				visible := fmt.Sprintf(`[{"id":%q,"name":"a","type":"cluster","parentId":%q},{"id":%q,"name":"b","type":"cluster"}]`,
					l.ClusterNamespaceID, l.RootNamespaceID, other)
				l.AddFault(apimock.Fault{Method: http.MethodGet, Template: namespaces, Status: http.StatusOK, Body: visible})
			}
			objects, err := l.routes().ListAll(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			got := ids(objects)
			slices.Sort(got)
			slices.Sort(want)
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("-want +got\n%s", diff)
			}
			l.wantSent(t, "GET", routes, test.asks)
		})
	}
}

func TestListAllThatFails(t *testing.T) {
	t.Parallel()
	for _, template := range []string{namespaces, routes} {
		l := newLab(t, apimock.Switches{})
		l.AddFault(apimock.Fault{Method: http.MethodGet, Template: template, Status: http.StatusForbidden})
		if objects, err := l.routes().ListAll(t.Context()); err == nil {
			t.Errorf("%s is refused, and %d routes are listed", template, len(objects))
		}
	}
}

// What only the service sets comes out of its answer.
func TestDecode(t *testing.T) {
	t.Parallel()
	l := newLab(t, apimock.Switches{})
	staff := l.CreateObject("policies", l.OrganizationID, map[string]any{"name": "staff", "enforced": true})
	id := l.stored(t, map[string]any{"name": "wiki", "policyIds": []string{staff}})
	route, err := l.routes().Get(t.Context(), id, "")
	if err != nil {
		t.Fatal(err)
	}
	var use pomeriumzero.RouteUse
	if err := route.Decode(&use); err != nil {
		t.Fatal(err)
	}
	updated := fmt.Sprint(l.Object("policies", staff)["updatedAt"])
	reference := []pomeriumzero.Reference{{ID: staff, Name: "staff", UpdatedAt: &updated}}
	want := pomeriumzero.RouteUse{Policies: reference, EnforcedPolicies: reference, EnforcedPolicyIDs: []string{staff}}
	if diff := cmp.Diff(want, use); diff != "" {
		t.Errorf("-want +got\n%s", diff)
	}
}
