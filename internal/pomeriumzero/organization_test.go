package pomeriumzero_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/pomerium-zdx/terraform-provider-pomerium/internal/apimock"
	"github.com/pomerium-zdx/terraform-provider-pomerium/internal/httpapi"
	"github.com/pomerium-zdx/terraform-provider-pomerium/internal/pomeriumzero"
)

// TestOrganization goes through what a token sees, what is configured, and what is asked for.
func TestOrganization(t *testing.T) {
	t.Parallel()
	const none, first, second, foreign = "", "Lab", "Other", "Foreign"
	cases := map[string]struct {
		sees              []string
		configured, asked string
		want              string // name; empty for an error
		wrong             pomeriumzero.OrganizationError
	}{
		"the only one":                {sees: []string{first}, want: first},
		"the only one, by ID":         {sees: []string{first}, asked: first, want: first},
		"the only one, configured":    {sees: []string{first}, configured: first, want: first},
		"configured, of several":      {sees: []string{first, second}, configured: second, want: second},
		"by ID, of several":           {sees: []string{first, second}, asked: second, want: second},
		"by ID beside the configured": {sees: []string{first, second}, configured: first, asked: second, want: second},

		"several":            {sees: []string{first, second}},
		"none":               {},
		"unknown":            {sees: []string{first, second}, asked: foreign, wrong: pomeriumzero.OrganizationError{Wanted: foreign}},
		"configured unknown": {sees: []string{first}, configured: foreign, wrong: pomeriumzero.OrganizationError{Wanted: foreign, Configured: true}},
		"configured unknown, by ID": {
			sees: []string{first}, configured: foreign, asked: first, wrong: pomeriumzero.OrganizationError{Wanted: foreign, Configured: true},
		},
		"unknown beside the configured": {
			sees: []string{first}, configured: first, asked: foreign, wrong: pomeriumzero.OrganizationError{Wanted: foreign},
		},
	}
	for name, test := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			l := newLab(t, apimock.Switches{})
			byName := map[string]string{none: ""}
			byName[first] = l.OrganizationID
			byName[second], _ = l.AddOrganization(second)
			byName[foreign], _ = l.AddOrganization(foreign)
			l.GrantUser(l.APIUserToken, l.OrganizationID, "")
			for _, name := range test.sees {
				l.GrantUser(l.APIUserToken, byName[name], "admin")
			}
			client := l.client(t, func(c *pomeriumzero.Config) { c.OrganizationID = byName[test.configured] })
			got, err := client.Organization(t.Context(), byName[test.asked])
			if test.want != "" {
				if err != nil || got.ID != byName[test.want] || got.Name != test.want {
					t.Errorf("got %s (%s), %v, want %s", got.ID, got.Name, err, test.want)
				}
				return
			}
			var wrong *pomeriumzero.OrganizationError
			if !errors.As(err, &wrong) {
				t.Fatalf("got %+v, %v, want an OrganizationError", got, err)
			}
			var seen []string
			for _, organization := range wrong.Seen {
				seen = append(seen, organization.Name)
			}
			if wrong.Wanted != byName[test.wrong.Wanted] || wrong.Configured != test.wrong.Configured || !cmp.Equal(seen, test.sees) {
				t.Errorf("got wanted %q, configured %t, seen %q", wrong.Wanted, wrong.Configured, seen)
			}
		})
	}
}

// TestOrganizationErrorTells reads what a person has to choose from.
func TestOrganizationErrorTells(t *testing.T) {
	t.Parallel()
	two := []pomeriumzero.Organization{{ID: "2", Name: "Beta"}, {ID: "1", Name: "Alpha"}}
	for want, err := range map[string]pomeriumzero.OrganizationError{
		"no organization was named, and the API user token does not see exactly one; it sees: 1 (Alpha), 2 (Beta)": {Seen: two},
		"no organization was named, and the API user token does not see exactly one; it sees: none":                {},
		`the API user token does not see organization "3"; it sees: 1 (Alpha), 2 (Beta)`:                           {Wanted: "3", Seen: two},
	} {
		if got := err.Error(); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}

func TestOrganizationMembers(t *testing.T) {
	t.Parallel()
	for name, asInGuide := range map[string]bool{"as in the contract": false, "as in the guide": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			l := newLab(t, apimock.Switches{OrganizationAsInGuide: asInGuide})
			got, err := l.Organization(t.Context(), "")
			if err != nil {
				t.Fatal(err)
			}
			stored := l.Object("organizations", l.OrganizationID)
			want := pomeriumzero.Organization{
				ID: l.OrganizationID, Name: "Lab", OrganizationType: new("personal"), Role: new("admin"),
				OwnerUserID: new(fmt.Sprint(stored["ownerUserId"])), JoinedAt: new(fmt.Sprint(stored["createdAt"])),
				CreatedAt: new(fmt.Sprint(stored["createdAt"])), UpdatedAt: new(fmt.Sprint(stored["updatedAt"])),
			}
			if !asInGuide {
				want.ReadOnly = new(false)
				want.Quotas = &pomeriumzero.Quotas{
					Administrators: new(int64(1)), APIUsers: new(int64(2)), Certificates: new(int64(10)), Clusters: new(int64(1)),
					CustomDomains: new(int64(1)), HostedClusters: new(int64(1)), Policies: new(int64(5)), Replicas: new(int64(3)),
					Routes: new(int64(10)), ServiceAccounts: new(int64(2)),
				}
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestNamespaces(t *testing.T) {
	t.Parallel()
	l := newLab(t, apimock.Switches{})
	got, err := l.Namespaces(t.Context(), l.OrganizationID)
	if err != nil {
		t.Fatal(err)
	}
	var want []pomeriumzero.Namespace
	for _, stored := range l.Objects("namespaces") {
		namespace := pomeriumzero.Namespace{
			ID: fmt.Sprint(stored["id"]), Name: fmt.Sprint(stored["name"]), Type: fmt.Sprint(stored["type"]), Role: new("admin"),
			CreatedAt: new(fmt.Sprint(stored["createdAt"])), UpdatedAt: new(fmt.Sprint(stored["updatedAt"])),
		}
		if parent, ok := stored["parentId"].(string); ok {
			namespace.ParentID = &parent
		}
		want = append(want, namespace)
	}
	if diff := cmp.Diff(want, got); diff != "" || len(want) != 2 {
		t.Errorf("%d namespaces: %s", len(want), diff)
	}
}

// lookups are the look-ups that a client does once for its life.
var lookups = map[string]struct {
	path string
	ask  func(context.Context, *lab) (int, error)
	want int
}{
	"organizations": {organizations, func(ctx context.Context, l *lab) (int, error) {
		list, err := l.Organizations(ctx)
		return len(list), err
	}, 1},
	"namespaces": {namespaces, func(ctx context.Context, l *lab) (int, error) {
		list, err := l.Namespaces(ctx, l.OrganizationID)
		return len(list), err
	}, 2},
	"organization": {organizations, func(ctx context.Context, l *lab) (int, error) {
		organization, err := l.Organization(ctx, "")
		return len(organization.Name), err
	}, len("Lab")},
}

func TestLookupIsDoneOnce(t *testing.T) {
	t.Parallel()
	for name, lookup := range lookups {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			virtual(t, func(t *testing.T, l *lab) {
				l.AddFault(apimock.Fault{Template: lookup.path, Delay: time.Second})
				var group sync.WaitGroup
				for range 10 {
					group.Go(func() {
						if n, err := lookup.ask(t.Context(), l); n != lookup.want || err != nil {
							t.Errorf("got %d, %v", n, err)
						}
					})
				}
				group.Wait()
				if n, err := lookup.ask(t.Context(), l); n != lookup.want || err != nil {
					t.Errorf("got %d, %v", n, err)
				}
				l.wantSent(t, "GET", lookup.path, 1)
			})
		})
	}
}

func TestLookupThatFailedIsDoneAgain(t *testing.T) {
	t.Parallel()
	for name, lookup := range lookups {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			l := newLab(t, apimock.Switches{})
			l.AddFault(apimock.Fault{Template: lookup.path, Status: http.StatusForbidden, Times: 1})
			if n, err := lookup.ask(t.Context(), l); !httpapi.IsForbidden(err) || n != 0 {
				t.Errorf("got %d, %v, want the 403", n, err)
			}
			if n, err := lookup.ask(t.Context(), l); n != lookup.want || err != nil {
				t.Errorf("after the failure got %d, %v", n, err)
			}
			l.wantSent(t, "GET", lookup.path, 2)
		})
	}
}

// TestLookupOutlivesItsFirstCaller cancels the caller whose look-up the others wait for.
func TestLookupOutlivesItsFirstCaller(t *testing.T) {
	t.Parallel()
	for name, lookup := range lookups {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			virtual(t, func(t *testing.T, l *lab) {
				l.AddFault(apimock.Fault{Template: lookup.path, Delay: time.Second})
				interrupted := errors.New("interrupted")
				ctx, cancel := context.WithCancelCause(t.Context())
				first, second := make(chan error, 1), make(chan error, 1)
				go func() { _, err := lookup.ask(ctx, l); first <- err }()
				synctest.Wait()
				go func() { _, err := lookup.ask(t.Context(), l); second <- err }()
				synctest.Wait()
				cancel(interrupted)
				if err := <-first; !errors.Is(err, interrupted) {
					t.Errorf("the first caller got %v", err)
				}
				if err := <-second; err != nil {
					t.Errorf("the second caller got %v", err)
				}
				l.wantSent(t, "GET", lookup.path, 1)
			})
		})
	}
}

// TestNamespacesOfEachOrganization asks for those of two at the same time, and again.
func TestNamespacesOfEachOrganization(t *testing.T) {
	t.Parallel()
	virtual(t, func(t *testing.T, l *lab) {
		l.AddFault(apimock.Fault{Template: namespaces, Delay: time.Second})
		other, _ := l.AddOrganization("Other")
		l.GrantUser(l.APIUserToken, other, "admin")
		for range 2 {
			var group sync.WaitGroup
			for organization, want := range map[string]int{l.OrganizationID: 2, other: 1} {
				group.Go(func() {
					if got, err := l.Namespaces(t.Context(), organization); len(got) != want || err != nil {
						t.Errorf("got %d namespaces, %v, want %d", len(got), err, want)
					}
				})
			}
			group.Wait()
		}
		l.wantSent(t, "GET", namespaces, 2)
	})
}
