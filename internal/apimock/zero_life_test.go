package apimock

import (
	"net/http"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestRouteLife(t *testing.T) {
	t.Parallel()
	l := zeroLab(t)
	policy := l.create("policies", l.policy())
	over := l.create("policies", l.policy("name", "all", "enforced", true, "namespaceId", l.RootNamespaceID))
	made := l.do("POST", l.zeroPath("/routes"), l.route("policyIds", []any{policy}, "prefix", "", "timeout", "300s")).want(201).object()
	id := as[string](made["id"])
	path := l.zeroPath("/routes/" + id)

	if made["createdAt"] != "2026-08-20T10:00:00.123456Z" || len(id) != 27 {
		t.Errorf("made %v", made)
	}
	if _, ok := made["prefix"]; ok {
		t.Error(`prefix "" was not stored as unset`)
	}
	entity := func(id, name string) []any {
		return []any{map[string]any{"id": id, "name": name, "updatedAt": "2026-08-20T10:00:00.123456Z"}}
	}
	for name, want := range map[string]any{
		"policies": entity(policy, "staff"), "enforcedPolicies": entity(over, "all"),
		"enforcedPolicyIds": []any{over}, "timeout": "300s",
	} {
		if diff := cmp.Diff(want, made[name]); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
	used := l.do("GET", l.zeroPath("/policies/"+policy), nil).want(200).object()
	if diff := cmp.Diff(entity(id, "billing"), used["routes"]); diff != "" {
		t.Error(diff)
	}
	enforced := l.do("GET", l.zeroPath("/policies/"+over), nil).want(200).object()
	if diff := cmp.Diff(entity(id, "billing"), enforced["enforcedRoutes"]); diff != "" {
		t.Error(diff)
	}

	l.do("DELETE", l.zeroPath("/policies/"+policy), nil).want(409, "route billing")
	l.Advance(time.Hour - time.Second)
	put := l.do("PUT", path, l.route("description", "money")).want(200).object()
	if put["timeout"] != nil || put["description"] != "money" || put["updatedAt"] != "2026-08-20T10:59:59.123456Z" || put["createdAt"] != made["createdAt"] {
		t.Errorf("after PUT: %v", put)
	}
	l.do("PUT", path, l.route("namespaceId", l.RootNamespaceID)).want(400, "/namespaceId")
	l.do("DELETE", l.zeroPath("/policies/"+policy), nil).want(204)
	if a := l.do("DELETE", path, nil).want(204); a.body != "" {
		t.Errorf("DELETE has a body: %q", a.body)
	}
	for _, method := range []string{"GET", "DELETE"} {
		l.do(method, path, nil).want(403, "viewer user required")
	}
	l.do("PUT", path, l.route()).want(403)
	l.do("PATCH", path, []any{}).want(403)
}

func TestPolicyOfATunnelIsInUse(t *testing.T) {
	t.Parallel()
	l := zeroLab(t)
	policy := l.create("policies", l.policy())
	route := l.create("routes", l.route("upstreamTunnel", map[string]any{"sshPolicyId": policy}))
	l.do("DELETE", l.zeroPath("/policies/"+policy), nil).want(409, "route billing")
	l.do("DELETE", l.zeroPath("/routes/"+route), nil).want(204)
	l.do("DELETE", l.zeroPath("/policies/"+policy), nil).want(204)
}

func TestNamesAreUniqueByKindAndNamespace(t *testing.T) {
	t.Parallel()
	l := zeroLab(t)
	first := l.create("routes", l.route("name", "one"))
	second := l.create("routes", l.route("name", "two"))
	l.create("policies", l.policy("name", "one"))
	l.create("routes", l.route("name", "one", "namespaceId", l.RootNamespaceID))
	l.do("POST", l.zeroPath("/routes"), l.route("name", "one")).want(409, `\"one\" is taken`)
	l.do("PUT", l.zeroPath("/routes/"+second), l.route("name", "one")).want(409)
	l.do("PATCH", l.zeroPath("/routes/"+second), `[{"op":"replace","path":"/name","value":"one"}]`).want(409)
	l.do("PUT", l.zeroPath("/routes/"+first), l.route("name", "one")).want(200)
	if got := l.Object("routes", second)["name"]; got != "two" {
		t.Errorf("a refused rename left %v", got)
	}
}

func TestPatch(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		patch  string
		status int
		says   string
	}{
		"add":                      {`[{"op":"add","path":"/prefix","value":"/a"}]`, 200, `"prefix":"/a"`},
		"add over a member":        {`[{"op":"add","path":"/description","value":"b"}]`, 200, `"description":"b"`},
		"add empty is unset":       {`[{"op":"add","path":"/description","value":""}]`, 200, `"name":"billing"`},
		"add to list":              {`[{"op":"add","path":"/to/-","value":"https://b"}]`, 200, `"to":["https://10.0.0.1","https://b"]`},
		"insert into list":         {`[{"op":"add","path":"/to/0","value":"https://b"}]`, 200, `"to":["https://b","https://10.0.0.1"]`},
		"replace in list":          {`[{"op":"replace","path":"/to/0","value":"https://b"}]`, 200, `"to":["https://b"]`},
		"escaped name":             {`[{"op":"add","path":"/setRequestHeaders/a~1b~0c","value":"1"}]`, 200, `"a/b~c":"1"`},
		"remove":                   {`[{"op":"remove","path":"/description"}]`, 200, `"name":"billing"`},
		"move":                     {`[{"op":"move","from":"/description","path":"/prefix"}]`, 200, `"prefix":"old"`},
		"copy":                     {`[{"op":"copy","from":"/description","path":"/prefix"}]`, 200, `"prefix":"old"`},
		"test passes":              {`[{"op":"test","path":"/description","value":"old"},{"op":"remove","path":"/description"}]`, 200, ""},
		"nothing":                  {`[]`, 200, `"description":"old"`},
		"test fails":               {`[{"op":"test","path":"/description","value":"new"}]`, 400, "patch operation 0"},
		"remove a missing member":  {`[{"op":"remove","path":"/prefix"}]`, 400, `no member \"prefix\"`},
		"replace a missing member": {`[{"op":"replace","path":"/prefix","value":"/"}]`, 400, `no member \"prefix\"`},
		"below a missing member":   {`[{"op":"add","path":"/redirect/hostRedirect","value":"a"}]`, 400, `no member \"redirect\"`},
		"below a text":             {`[{"op":"add","path":"/name/x","value":"a"}]`, 400, "nothing below"},
		"move from missing":        {`[{"op":"move","from":"/prefix","path":"/path"}]`, 400, "from: no member"},
		"no value":                 {`[{"op":"add","path":"/prefix"}]`, 400, "needs a value"},
		"no pointer":               {`[{"op":"remove","path":"prefix"}]`, 400, "no JSON pointer"},
		"beyond the list":          {`[{"op":"remove","path":"/to/1"}]`, 400, `no element \"1\"`},
		"leading zero":             {`[{"op":"remove","path":"/to/00"}]`, 400, `no element \"00\"`},
		"remove everything":        {`[{"op":"remove","path":""}]`, 400, "whole document"},
		"replace by a list":        {`[{"op":"replace","path":"","value":[]}]`, 400, "after the patch"},
		"unknown member":           {`[{"op":"add","path":"/colour","value":"red"}]`, 400, "after the patch: /colour"},
		"computed member":          {`[{"op":"replace","path":"/id","value":"x"}]`, 400, `no member \"id\"`},
		"null":                     {`[{"op":"add","path":"/prefix","value":null}]`, 400, "after the patch: /prefix"},
		"required removed":         {`[{"op":"remove","path":"/policyIds"}]`, 400, "policyIds"},
		"semantics":                {`[{"op":"add","path":"/to","value":[]}]`, 400, "exactly one of to"},
		"namespace":                {`[{"op":"replace","path":"/namespaceId","value":"x"}]`, 400, "/namespaceId"},
		"second operation fails":   {`[{"op":"remove","path":"/description"},{"op":"remove","path":"/prefix"}]`, 400, "patch operation 1"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			l := zeroLab(t)
			id := l.create("routes", l.route("description", "old", "setRequestHeaders", map[string]any{}))
			l.do("PATCH", l.zeroPath("/routes/"+id), c.patch).want(c.status, c.says)
			if stored := l.Object("routes", id); c.status != 200 && stored["description"] != "old" {
				t.Errorf("a refused patch changed the route: %v", stored)
			}
		})
	}
}

func TestZeroTokens(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	l.do("POST", "/api/v0/token", map[string]any{"refreshToken": "nobody's"}).want(401)
	a := l.do("POST", "/api/v0/token", map[string]any{"refreshToken": l.APIUserToken}).want(200, `"expiresInSeconds":"3600"`)
	l.token = as[string](a.object()["idToken"])
	l.do("GET", "/api/v0/organizations", nil).want(200)

	for name, header := range map[string][]string{
		"none": nil, "twice": {"Bearer " + l.token, "Bearer " + l.token}, "other scheme": {"Pomerium " + l.token},
		"no scheme": {l.token}, "unknown": {"Bearer " + l.APIUserToken},
	} {
		l.do("GET", "/api/v0/organizations", nil, func(r *http.Request) { r.Header["Authorization"] = header }).want(401)
		if name == "none" {
			// The token is asked for before the contract is.
			l.do("GET", "/api/v0/organizations?x=1", nil, func(r *http.Request) { r.Header.Del("Authorization") }).want(401)
		}
	}
	l.Advance(time.Hour - time.Nanosecond)
	l.do("GET", "/api/v0/organizations", nil).want(200)
	l.Advance(time.Nanosecond)
	l.do("GET", "/api/v0/organizations", nil).want(401, "expired")

	l.signInZero(l.APIUserToken)
	l.RevokeTokens()
	l.do("GET", "/api/v0/organizations", nil).want(401, "unknown")

	l.SetSwitches(func(w *Switches) { w.TokenLifetime = time.Minute })
	l.token = ""
	l.do("POST", "/api/v0/token", map[string]any{"refreshToken": l.APIUserToken}).want(200, `"expiresInSeconds":"60"`)
}

func TestRoles(t *testing.T) {
	t.Parallel()
	for role, want := range map[string]struct {
		organizations             int
		organization, namespace   string
		list, get, create, delete int
	}{
		"owner":   {1, "owner", "admin", 200, 200, 201, 204},
		"admin":   {1, "admin", "admin", 200, 200, 201, 204},
		"manager": {1, "member", "manager", 200, 200, 201, 204},
		"viewer":  {1, "member", "viewer", 200, 200, 403, 403},
		"auditor": {1, "auditor", "viewer", 200, 200, 403, 403},
		"member":  {1, "member", "", 403, 403, 403, 403},
		"":        {0, "", "", 403, 403, 403, 403},
	} {
		t.Run("role "+role, func(t *testing.T) {
			t.Parallel()
			l := zeroLab(t)
			id := l.create("routes", l.route())
			l.GrantUser(l.APIUserToken, l.OrganizationID, role)
			organizations := l.do("GET", "/api/v0/organizations", nil).want(200).list()
			if len(organizations) != want.organizations || (len(organizations) == 1 && organizations[0]["role"] != want.organization) {
				t.Errorf("organizations %v", organizations)
			}
			if role != "" {
				namespaces := l.do("GET", l.zeroPath("/namespaces"), nil).want(200).list()
				if (want.namespace == "") != (len(namespaces) == 0) {
					t.Errorf("namespaces %v", namespaces)
				}
				for _, n := range namespaces {
					if n["role"] != want.namespace {
						t.Errorf("role %v in a namespace, want %s", n["role"], want.namespace)
					}
				}
			}
			l.do("GET", l.zeroPath("/routes?namespaceId="+l.ClusterNamespaceID), nil).want(want.list)
			l.do("GET", l.zeroPath("/routes/"+id), nil).want(want.get)
			l.do("POST", l.zeroPath("/routes"), l.route("name", "other")).want(want.create)
			l.do("DELETE", l.zeroPath("/routes/"+id), nil).want(want.delete)
		})
	}
}

func TestOrganizationsAreWalledOff(t *testing.T) {
	t.Parallel()
	l := zeroLab(t)
	route := l.create("routes", l.route())
	policy := l.create("policies", l.policy())
	other, token := l.AddOrganization("Other")
	l.signInZero(token)
	l.do("GET", l.zeroPath(""), nil).want(403, "viewer user required")
	l.do("GET", l.zeroPath("/routes/"+route), nil).want(403)
	l.do("GET", "/api/v0/organizations/"+other+"/routes/"+route, nil).want(403)
	l.do("GET", "/api/v0/organizations/"+other+"/routes?namespaceId="+l.ClusterNamespaceID, nil).want(403)
	home := l.AddNamespace(other, "n", "regular", "")
	body := l.route("namespaceId", home, "policyIds", []any{policy})
	l.do("POST", "/api/v0/organizations/"+other+"/routes", body).want(400, "/policyIds/0")
	if got := l.do("GET", "/api/v0/organizations", nil).names(); got != "Other" {
		t.Errorf("sees %q", got)
	}
	l.GrantUser(token, l.OrganizationID, "viewer")
	if got := l.do("GET", "/api/v0/organizations", nil).names(); got != "Lab Other" {
		t.Errorf("sees %q after the grant", got)
	}
	l.do("GET", l.zeroPath(""), nil).want(200, `"readOnly":false`, `"quotas"`)
}

func TestNamespaces(t *testing.T) {
	t.Parallel()
	l := zeroLab(t)
	list := l.do("GET", l.zeroPath("/namespaces"), nil).want(200).list()
	if len(list) != 2 || list[0]["type"] != "root" || list[1]["type"] != "cluster" || list[1]["parentId"] != list[0]["id"] {
		t.Errorf("namespaces %v", list)
	}
}
