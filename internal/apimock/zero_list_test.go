package apimock

import (
	"fmt"
	"net/url"
	"testing"
	"time"
)

func TestPages(t *testing.T) {
	t.Parallel()
	l := zeroLab(t, func(w *Switches) { w.DefaultPageSize, w.MaxPageSize = 3, 4 })
	for i := range 6 {
		l.CreateObject("routes", l.OrganizationID, map[string]any{
			"name": fmt.Sprintf("r%d", i), "namespaceId": l.ClusterNamespaceID, "from": "https://a", "to": []string{"http://b"},
		})
	}
	for query, want := range map[string]string{
		"": "r0 r1 r2", "&limit=0": "r0 r1 r2", "&limit=2": "r0 r1", "&limit=100": "r0 r1 r2 r3",
		"&limit=2&offset=4": "r4 r5", "&offset=5": "r5", "&offset=6": "", "&offset=99": "",
	} {
		if got := l.do("GET", l.zeroPath("/routes?namespaceId="+l.ClusterNamespaceID+query), nil).want(200).names(); got != want {
			t.Errorf("%s: %q, want %q", query, got, want)
		}
	}
	l.SetSwitches(func(w *Switches) { w.IgnoreOffset = true })
	if got := l.do("GET", l.zeroPath("/routes?offset=3&namespaceId="+l.ClusterNamespaceID), nil).names(); got != "r0 r1 r2" {
		t.Errorf("offset was not ignored: %q", got)
	}
}

func TestDescendants(t *testing.T) {
	t.Parallel()
	l := zeroLab(t)
	deep := l.AddNamespace(l.OrganizationID, "deep", "regular", l.ClusterNamespaceID)
	for name, home := range map[string]string{"a": l.RootNamespaceID, "b": l.ClusterNamespaceID, "c": deep} {
		l.create("policies", l.policy("name", name, "namespaceId", home))
	}
	for query, want := range map[string]string{
		"namespaceId=" + l.RootNamespaceID:                                 "a",
		"namespaceId=" + l.RootNamespaceID + "&includeDescendants=true":    "a b c",
		"namespaceId=" + l.ClusterNamespaceID + "&includeDescendants=true": "b c",
		"namespaceId=" + l.RootNamespaceID + "&includeDescendants=false":   "a",
	} {
		if got := l.do("GET", l.zeroPath("/policies?orderBy=name&"+query), nil).want(200).names(); got != want {
			t.Errorf("%s: %q, want %q", query, got, want)
		}
	}
	l.do("GET", l.zeroPath("/policies?namespaceId=nowhere"), nil).want(403)
}

// threePolicies makes policies b, A and c, a minute apart; A is enforced and
// assigned to a route.
func threePolicies(t *testing.T) *lab {
	t.Helper()
	l := zeroLab(t)
	l.create("policies", l.policy("name", "b"))
	l.Advance(time.Minute)
	a := l.create("policies", l.policy("name", "A", "enforced", true))
	l.Advance(time.Minute)
	l.create("policies", l.policy("name", "c"))
	l.create("routes", l.route("policyIds", []any{a}))
	return l
}

func TestOrderBy(t *testing.T) {
	t.Parallel()
	l := threePolicies(t)
	for order, want := range map[string]string{
		"name": "A b c", "-name": "c b A", "-updatedAt": "c A b", "updatedAt,name": "b A c",
		"assigned,-name": "c b A", "-assigned,name": "A b c", "cluster,name": "A b c",
	} {
		if got := l.do("GET", l.zeroPath("/policies?namespaceId="+l.ClusterNamespaceID+"&orderBy="+order), nil).want(200).names(); got != want {
			t.Errorf("%s: %q, want %q", order, got, want)
		}
	}
	routes := l.do("GET", l.zeroPath("/routes?namespaceId="+l.ClusterNamespaceID+"&orderBy=to,-inherited,assigned,prefix,id"), nil)
	if got := routes.want(200).names(); got != "billing" {
		t.Errorf("routes %q", got)
	}
}

func TestFilter(t *testing.T) {
	t.Parallel()
	l := threePolicies(t)
	item := func(field, operator, value string) string {
		return fmt.Sprintf(`{"items":[{"field":%q,"operator":%q,"value":%s}]}`, field, operator, value)
	}
	for sent, want := range map[string]string{
		`{"items":[]}`:                                                   "b A c",
		item("name", "equals", `"a"`):                                    "A", // without case: the client has to look again
		item("name", "doesNotEqual", `"a"`):                              "b c",
		item("name", "contains", `"B"`):                                  "b",
		item("name", "doesNotContain", `"B"`):                            "A c",
		item("name", "startsWith", `"c"`):                                "c",
		item("name", "endsWith", `"c"`):                                  "c",
		item("name", "isEmpty", `null`):                                  "",
		item("name", "isNotEmpty", `null`):                               "b A c",
		item("name", "isAnyOf", `["a","c"]`):                             "A c",
		item("enforced", "is", `true`):                                   "A",
		item("enforced", "not", `"true"`):                                "b c",
		item("updatedAt", "after", `"2026-08-20T10:00:30Z"`):             "A c",
		item("updatedAt", "onOrBefore", `"2026-08-20T10:01:00.123456Z"`): "b A",
		item("updatedAt", "before", `"2026-08-20T10:01:00Z"`):            "b",
		item("updatedAt", "onOrAfter", `"2026-08-20T10:02:00.123456Z"`):  "c",
		item("updatedAt", "is", `"2026-08-20T10:01:00.123456Z"`):         "A",
		item("updatedAt", "!=", `"2026-08-20T10:01:00.123456Z"`):         "b c",
		`{"items":[{"field":"name","operator":"equals","value":"b"},{"field":"name","operator":"equals","value":"c"}]}`:                      "",
		`{"items":[{"field":"name","operator":"equals","value":"b"},{"field":"name","operator":"equals","value":"c"}],"logicOperator":"or"}`: "b c",
		`{"items":[],"quickFilterValues":["a"]}`:                                     "A",
		`{"items":[],"quickFilterValues":["a","b"]}`:                                 "",
		`{"items":[],"quickFilterValues":["a","b"],"quickFilterLogicOperator":"or"}`: "b A",
	} {
		if got := l.do("GET", l.zeroPath("/policies?namespaceId="+l.ClusterNamespaceID+"&filter="+url.QueryEscape(sent)), nil).want(200).names(); got != want {
			t.Errorf("%s: %q, want %q", sent, got, want)
		}
	}
	for sent, says := range map[string]string{
		item("name", "after", `"b"`):                           "does not suit",
		item("enforced", "contains", `"b"`):                    "does not suit",
		item("updatedAt", "after", `"b"`):                      "filter",
		item("updatedAt", "isEmpty", `"2026-08-20T10:01:00Z"`): "does not suit",
		item("name", "isAnyOf", `"b"`):                         "needs a list",
		item("ppl", "equals", `"b"`):                           "filter",
		item("name", "like", `"b"`):                            "filter",
		`{"items":{}}`:                                         "filter",
	} {
		l.do("GET", l.zeroPath("/policies?namespaceId="+l.ClusterNamespaceID+"&filter="+url.QueryEscape(sent)), nil).want(400, says)
	}
}
