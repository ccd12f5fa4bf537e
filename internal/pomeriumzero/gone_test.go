package pomeriumzero_test

import (
	"errors"
	"net/http"
	"testing"

	"github.com/pomerium-zdx/terraform-provider-pomerium/internal/apimock"
	"github.com/pomerium-zdx/terraform-provider-pomerium/internal/httpapi"
	"github.com/pomerium-zdx/terraform-provider-pomerium/internal/pomeriumzero"
)

// TestGone asks for an object in every condition in which the service refuses. Taking an object for gone that
// is not would make Terraform create a twin.
func TestGone(t *testing.T) {
	t.Parallel()
	forbidden := func(l *lab, method, template string) {
		l.AddFault(apimock.Fault{Method: method, Template: template, Status: http.StatusForbidden})
	}
	cases := map[string]struct {
		status    int // of the deleted; 0 for the default
		happens   func(l *lab, id string)
		namespace func(l *lab) string // where to look for proof; nil for the object's own
		gone      bool
	}{
		"deleted":      {happens: func(l *lab, id string) { l.RemoveObject("routes", id) }, gone: true},
		"deleted, 404": {status: 404, happens: func(l *lab, id string) { l.RemoveObject("routes", id) }, gone: true},
		"deleted, place unknown": {
			happens: func(l *lab, id string) { l.RemoveObject("routes", id) }, namespace: func(*lab) string { return "" },
		},
		"deleted, place unknown, 404": {
			status: 404, happens: func(l *lab, id string) { l.RemoveObject("routes", id) }, namespace: func(*lab) string { return "" }, gone: true,
		},
		"deleted with its namespace": {
			happens: func(l *lab, id string) {
				l.RemoveObject("routes", id)
				l.RemoveObject("namespaces", l.ClusterNamespaceID)
			}, gone: true,
		},
		"deleted, the list breaks": {
			happens: func(l *lab, id string) {
				l.RemoveObject("routes", id)
				l.AddFault(apimock.Fault{Method: "GET", Template: routes, Status: http.StatusInternalServerError})
			},
		},
		"deleted, the service breaks": {
			status: 404, // what breaks is no refusal, whatever the lists say
			happens: func(l *lab, id string) {
				l.RemoveObject("routes", id)
				l.AddFault(apimock.Fault{Template: route, Status: http.StatusInternalServerError})
			},
		},
		"there, role for it taken away": {happens: func(l *lab, _ string) {
			forbidden(l, "GET", route)
			forbidden(l, "DELETE", route)
		}},
		"there, role for all of them taken away": {happens: func(l *lab, _ string) {
			forbidden(l, "GET", route)
			forbidden(l, "DELETE", route)
			forbidden(l, "GET", routes)
		}},
		"there, no namespaces to be seen": {happens: func(l *lab, _ string) {
			forbidden(l, "GET", route)
			forbidden(l, "DELETE", route)
			forbidden(l, "GET", routes)
			forbidden(l, "GET", namespaces)
		}},
		"there, role in the organization taken away": {happens: func(l *lab, _ string) {
			l.GrantUser(l.APIUserToken, l.OrganizationID, "member")
		}},
		"there, role left in another namespace": {happens: func(l *lab, _ string) {
			l.GrantUser(l.APIUserToken, l.OrganizationID, "member")
			l.AddFault(apimock.Fault{Template: namespaces, Body: `[{"id":"x","name":"other","type":"regular","role":"manager"}]`})
		}},
		"there, organization taken away": {happens: func(l *lab, _ string) {
			l.GrantUser(l.APIUserToken, l.OrganizationID, "")
		}},
	}
	for name, test := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			l := newLab(t, apimock.Switches{DeletedStatus: test.status})
			id, namespace := l.stored(t, nil), l.ClusterNamespaceID
			if test.namespace != nil {
				namespace = test.namespace(l)
			}
			if object, err := l.routes().Get(t.Context(), id, namespace); err != nil || object.ID != id {
				t.Fatalf("before: %v", err)
			}
			test.happens(l, id)
			_, get := l.routes().Get(t.Context(), id, namespace)
			_, update := l.routes().Update(t.Context(), id, l.aRoute())
			for what, err := range map[string]error{"get": get, "update": update} {
				if what == "update" && namespace == "" {
					continue // the properties name the namespace
				}
				if errors.Is(err, pomeriumzero.ErrGone) != test.gone || err == nil {
					t.Errorf("%s: got %v, want gone %t", what, err, test.gone)
				}
				var failure *httpapi.Error
				if !errors.As(err, &failure) || failure.Path != route {
					t.Errorf("%s: %v lacks what the service said", what, err)
				}
			}
			l.wantSent(t, "PUT", route, 0)
			// What is gone needs no deletion.
			if err := l.routes().Delete(t.Context(), id, namespace); (err == nil) != test.gone || errors.Is(err, pomeriumzero.ErrGone) {
				t.Errorf("delete: got %v, want success %t", err, test.gone)
			}
		})
	}
}

// TestGonePolicy asks in the list of policies, not in that of routes.
func TestGonePolicy(t *testing.T) {
	t.Parallel()
	l := newLab(t, apimock.Switches{})
	id := create(t, l.policies(), l.aPolicy()).ID
	l.RemoveObject("policies", id)
	if _, err := l.policies().Get(t.Context(), id, l.ClusterNamespaceID); !errors.Is(err, pomeriumzero.ErrGone) {
		t.Errorf("got %v, want that it is gone", err)
	}
	l.wantSent(t, "GET", policies, 2) // all of the namespace, and by ID
	l.wantSent(t, "GET", routes, 0)
}

// TestGoneIsNothingThatASignInSays has a wrong address, where not even the token call is found.
func TestGoneIsNothingThatASignInSays(t *testing.T) {
	t.Parallel()
	for _, status := range []int{http.StatusNotFound, http.StatusGone, http.StatusForbidden} {
		t.Run(http.StatusText(status), func(t *testing.T) {
			t.Parallel()
			l := newLab(t, apimock.Switches{})
			id := l.stored(t, nil)
			l.AddFault(apimock.Fault{Template: token, Status: status})
			_, get := l.routes().Get(t.Context(), id, l.ClusterNamespaceID)
			_, update := l.routes().Update(t.Context(), id, l.aRoute())
			remove := l.routes().Delete(t.Context(), id, l.ClusterNamespaceID)
			for what, err := range map[string]error{"get": get, "update": update, "delete": remove} {
				var signIn *pomeriumzero.SignInError
				if !errors.As(err, &signIn) || errors.Is(err, pomeriumzero.ErrGone) {
					t.Errorf("%s: got %v, want the SignInError", what, err)
				}
			}
		})
	}
}

// TestGoneAmongMany looks for proof beyond the first page of the list, also where there is no second one.
func TestGoneAmongMany(t *testing.T) {
	t.Parallel()
	for _, ignored := range []bool{false, true} {
		l := newLab(t, apimock.Switches{MaxPageSize: 2, IgnoreOffset: ignored})
		var last string
		for _, name := range []string{"a", "b", "c", "d", "e"} {
			last = max(last, l.stored(t, map[string]any{"name": name})) // lists are sorted by ID
		}
		l.AddFault(apimock.Fault{Template: route, Status: http.StatusForbidden})
		if _, err := l.routes().Get(t.Context(), last, l.ClusterNamespaceID); !httpapi.IsForbidden(err) || errors.Is(err, pomeriumzero.ErrGone) {
			t.Errorf("offset ignored %t: got %v, want the 403", ignored, err)
		}
	}
}

// TestDeleteWhoseAnswerIsLost sends the deletion again, which is refused because the object is gone.
func TestDeleteWhoseAnswerIsLost(t *testing.T) {
	t.Parallel()
	for _, status := range []int{http.StatusForbidden, http.StatusNotFound} {
		t.Run(http.StatusText(status), func(t *testing.T) {
			t.Parallel()
			l := newLab(t, apimock.Switches{DeletedStatus: status})
			id := l.stored(t, nil)
			l.AddFault(apimock.Fault{Method: "DELETE", Drop: apimock.DropAfter, Times: 1})
			if err := l.routes().Delete(t.Context(), id, l.ClusterNamespaceID); err != nil {
				t.Error(err)
			}
			l.wantSent(t, "DELETE", route, 2)
			if l.Object("routes", id) != nil {
				t.Error("it is still there")
			}
		})
	}
}

// TestDeleteOfAPolicyInUse keeps the service's refusal.
func TestDeleteOfAPolicyInUse(t *testing.T) {
	t.Parallel()
	for _, status := range []int{http.StatusConflict, http.StatusBadRequest} {
		t.Run(http.StatusText(status), func(t *testing.T) {
			t.Parallel()
			l := newLab(t, apimock.Switches{InUseStatus: status})
			id := create(t, l.policies(), l.aPolicy()).ID
			l.stored(t, map[string]any{"policyIds": []string{id}})
			err := l.policies().Delete(t.Context(), id, l.ClusterNamespaceID)
			if !httpapi.IsConflict(err) && !httpapi.IsInvalid(err) || l.Object("policies", id) == nil {
				t.Errorf("got %v", err)
			}
		})
	}
}
