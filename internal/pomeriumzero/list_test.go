package pomeriumzero_test

import (
	"fmt"
	"net/http"
	"net/url"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/pomerium-zdx/terraform-provider-pomerium/internal/apimock"
	"github.com/pomerium-zdx/terraform-provider-pomerium/internal/httpapi"
	"github.com/pomerium-zdx/terraform-provider-pomerium/internal/pomeriumzero"
)

// TestListPages walks to the end with services that give less than was asked for.
func TestListPages(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		switches   apimock.Switches
		there      int
		want, asks int
	}{
		"empty":                    {there: 0, want: 0, asks: 1},
		"one page":                 {there: 3, want: 3, asks: 2},
		"small pages":              {switches: apimock.Switches{MaxPageSize: 2}, there: 5, want: 5, asks: 1 + 1 + 3 + 1},
		"small pages, all full":    {switches: apimock.Switches{MaxPageSize: 2}, there: 6, want: 6, asks: 1 + 1 + 3},
		"pages of one":             {switches: apimock.Switches{MaxPageSize: 1}, there: 3, want: 3, asks: 1 + 1 + 3},
		"more than asked at once":  {switches: apimock.Switches{MaxPageSize: 1000}, there: 103, want: 103, asks: 1 + 2 + 1},
		"pages together":           {there: 350, want: 350, asks: 1 + 2 + 4 + 1},
		"pages together, all full": {there: 300, want: 300, asks: 1 + 2 + 4},
		"offset ignored":           {switches: apimock.Switches{IgnoreOffset: true}, there: 3, want: 3, asks: 2},
		"offset ignored, more":     {switches: apimock.Switches{IgnoreOffset: true, MaxPageSize: 2}, there: 3, want: 2, asks: 2},
	}
	for name, test := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			l := newLab(t, test.switches)
			stored := map[string]bool{}
			for i := range test.there {
				stored[l.stored(t, map[string]any{"name": fmt.Sprint("route ", i)})] = true
			}
			objects, err := l.routes().List(t.Context(), pomeriumzero.ListOptions{Parent: l.ClusterNamespaceID})
			if err != nil {
				t.Fatal(err)
			}
			got := map[string]bool{}
			for _, id := range ids(objects) {
				if got[id] || !stored[id] {
					t.Errorf("%s is listed twice or does not exist", id)
				}
				got[id] = true
			}
			if len(got) != test.want {
				t.Errorf("%d are listed, want %d", len(got), test.want)
			}
			l.wantSent(t, "GET", routes, test.asks)
		})
	}
}

// TestListOptions looks at what is asked and what comes back for it.
func TestListOptions(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		options pomeriumzero.ListOptions
		query   url.Values // beside namespaceId, limit and offset
		want    []string   // names
	}{
		"all": {
			pomeriumzero.ListOptions{OrderBy: []string{"name"}}, url.Values{"orderBy": {"name"}}, []string{"root a", "root b"},
		},
		"downwards": {
			pomeriumzero.ListOptions{OrderBy: []string{"-name", "id"}}, url.Values{"orderBy": {"-name,id"}}, []string{"root b", "root a"},
		},
		"with descendants": {
			pomeriumzero.ListOptions{OrderBy: []string{"name"}, IncludeDescendants: true},
			url.Values{"orderBy": {"name"}, "includeDescendants": {"true"}}, []string{"below", "root a", "root b"},
		},
		"filtered": {
			pomeriumzero.ListOptions{Filter: &pomeriumzero.Filter{Items: []pomeriumzero.FilterItem{{Field: "name", Operator: "endsWith", Value: "b"}}}},
			url.Values{"orderBy": {"id"}, "filter": {`{"items":[{"field":"name","operator":"endsWith","value":"b"}]}`}}, []string{"root b"},
		},
		"filtered by two": {
			pomeriumzero.ListOptions{OrderBy: []string{"name"}, IncludeDescendants: true, Filter: &pomeriumzero.Filter{
				Items: []pomeriumzero.FilterItem{
					{Field: "name", Operator: "equals", Value: "below"}, {Field: "name", Operator: "isAnyOf", Value: []string{"root a", "nothing"}},
				},
				LogicOperator: "or",
			}},
			url.Values{"orderBy": {"name"}, "includeDescendants": {"true"}, "filter": {
				`{"items":[{"field":"name","operator":"equals","value":"below"},{"field":"name","operator":"isAnyOf","value":["root a","nothing"]}],"logicOperator":"or"}`,
			}}, []string{"below", "root a"},
		},
	}
	for name, test := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			l := newLab(t, apimock.Switches{})
			for name, namespace := range map[string]string{"root a": l.RootNamespaceID, "root b": l.RootNamespaceID, "below": l.ClusterNamespaceID} {
				l.stored(t, map[string]any{"name": name, "namespaceId": namespace})
			}
			test.options.Parent = l.RootNamespaceID
			objects, err := l.routes().List(t.Context(), test.options)
			if err != nil {
				t.Fatal(err)
			}
			var names []string
			for _, object := range objects {
				names = append(names, object.Properties.Name)
			}
			if diff := cmp.Diff(test.want, names); diff != "" {
				t.Error(diff)
			}
			test.query.Set("namespaceId", l.RootNamespaceID)
			test.query.Set("limit", "100")
			test.query.Set("offset", "0")
			if diff := cmp.Diff(test.query, l.Sent("GET", routes)[0].Query); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// TestListThatFails returns no half of a list.
func TestListThatFails(t *testing.T) {
	t.Parallel()
	l := newLab(t, apimock.Switches{MaxPageSize: 1})
	l.stored(t, nil)
	l.AddFault(apimock.Fault{Template: routes, Skip: 1, Status: http.StatusForbidden})
	objects, err := l.routes().List(t.Context(), pomeriumzero.ListOptions{Parent: l.ClusterNamespaceID})
	if objects != nil || !httpapi.IsForbidden(err) {
		t.Errorf("got %v, %v", ids(objects), err)
	}
	l.ClearFaults()
	options := pomeriumzero.ListOptions{Parent: l.ClusterNamespaceID, Filter: &pomeriumzero.Filter{Items: []pomeriumzero.FilterItem{{Value: func() {}}}}}
	if _, err := l.routes().List(t.Context(), options); err == nil {
		t.Error("a filter that is no JSON was sent")
	}
	l.wantSent(t, "GET", routes, 2)
}

// TestObjectsThatCannotBeRead are answers that are JSON and still no objects.
func TestObjectsThatCannotBeRead(t *testing.T) {
	t.Parallel()
	for name, body := range map[string]string{
		"no ID": `{"name":"a"}`, "null": `null`, "a list": `[]`, "ID is a number": `{"id":1}`, "name is a number": `{"id":"x","name":1}`,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			l := newLab(t, apimock.Switches{})
			l.AddFault(apimock.Fault{Template: route, Body: body})
			l.AddFault(apimock.Fault{Template: routes, Body: "[" + body + "]"})
			if object, err := l.routes().Get(t.Context(), "x", l.ClusterNamespaceID); err == nil {
				t.Errorf("got %+v", object)
			}
			if objects, err := l.routes().List(t.Context(), pomeriumzero.ListOptions{Parent: "x"}); err == nil {
				t.Errorf("got %+v", objects)
			}
		})
	}
}
