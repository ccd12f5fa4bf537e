package apimock

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestBehindTheClient(t *testing.T) {
	t.Parallel()
	l := zeroLab(t)
	policy := l.CreateObject("policies", l.OrganizationID, map[string]any{"name": "p"})
	route := l.CreateObject("routes", l.OrganizationID, map[string]any{
		"name": "r", "from": "https://a", "to": []string{"http://b"}, "policyIds": []string{policy},
	})
	path := l.zeroPath("/routes/" + route)
	if got := l.do("GET", path, nil).want(200).object(); got["namespaceId"] != l.RootNamespaceID || got["allowSpdy"] != false {
		t.Errorf("made %v", got)
	}
	l.Advance(time.Minute)
	l.EditObject("routes", route, func(m map[string]any) {
		m["prefix"], m["healthyPanicThreshold"], m["id"] = "/x", 50, "mine"
		l.Now() // the edit may use the mock
	})
	want := l.Object("routes", route)
	if want["prefix"] != "/x" || want["healthyPanicThreshold"] != number("50") || want["id"] != route ||
		want["updatedAt"] != "2026-08-20T10:01:00.123456Z" || want["createdAt"] != "2026-08-20T10:00:00.123456Z" {
		t.Errorf("edited %v", want)
	}
	want["name"] = "changed outside"
	if got := l.Object("routes", route)["name"]; got != "r" {
		t.Errorf("Object is shared: %v", got)
	}
	l.RemoveObject("policies", policy)
	if diff := cmp.Diff(any([]any{}), l.do("GET", path, nil).object()["policyIds"]); diff != "" {
		t.Error(diff)
	}
	l.RemoveObject("routes", route)
	l.do("GET", path, nil).want(403)
	if got := l.Object("routes", route); got != nil {
		t.Errorf("Object of a removed route: %v", got)
	}
	if n := len(l.Objects("namespaces")); n != 2 {
		t.Errorf("%d namespaces", n)
	}
}

func TestSlipsInASetupPanic(t *testing.T) {
	t.Parallel()
	l := zeroLab(t)
	route := l.create("routes", l.route())
	for name, slip := range map[string]func(){
		"unknown kind":           func() { l.RemoveObject("rutes", route) },
		"unknown object":         func() { l.EditObject("routes", "none", func(map[string]any) {}) },
		"edit out of contract":   func() { l.EditObject("routes", route, func(m map[string]any) { m["colour"] = "red" }) },
		"edit against the rules": func() { l.EditObject("routes", route, func(m map[string]any) { delete(m, "to") }) },
		"no JSON":                func() { l.EditObject("routes", route, func(m map[string]any) { m["name"] = func() {} }) },
		"create unfit":           func() { l.CreateObject("routes", l.OrganizationID, map[string]any{"name": "x"}) },
		"create nothing":         func() { l.CreateObject("policies", l.OrganizationID, nil) },
		"create a kind":          func() { l.CreateObject("devices", l.OrganizationID, nil) },
		"unknown organization":   func() { l.CreateObject("policies", "none", nil) },
		"namespace kind":         func() { l.AddNamespace(l.OrganizationID, "n", "branch", "") },
		"namespace parent":       func() { l.AddNamespace(l.OrganizationID, "n", "regular", "none") },
		"unknown user":           func() { l.GrantUser("none", l.OrganizationID, "admin") },
		"unknown role":           func() { l.GrantUser(l.APIUserToken, l.OrganizationID, "king") },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			mustPanic(t, slip)
		})
	}
}
