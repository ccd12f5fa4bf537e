package apimock

import (
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// cluster makes a cluster over HTTP with a minted domain and returns its ID.
func (l *lab) cluster(name string) string {
	l.t.Helper()
	domain := l.do("GET", "/api/v0/generateSubdomainName", nil).want(200).object()["name"]
	return l.create("clusters", map[string]any{"name": name, "domain": domain})
}

func TestClusterLife(t *testing.T) {
	t.Parallel()
	l := zeroLab(t)
	domain := as[string](l.do("GET", "/api/v0/generateSubdomainName", nil).want(200).object()["name"])
	made := l.do("POST", l.zeroPath("/clusters"), map[string]any{
		"name": "east", "domain": domain, "manualOverrideIpAddress": "10.0.0.1",
	}).want(201).object()
	id, token := as[string](made["id"]), as[string](made["refreshToken"])
	path := l.zeroPath("/clusters/" + id)
	for name, want := range map[string]any{
		"namespaceId": id, "fqdn": domain + ".pomerium.app", "flavor": "standard", "manualOverrideIpAddress": "10.0.0.1",
		"onboardingStatus": "in_progress", "hasFailingHealthChecks": false,
	} {
		if made[name] != want {
			t.Errorf("made with %s %v, want %v", name, made[name], want)
		}
	}
	if !slices.Contains(l.Secrets(), token) {
		t.Error("the cluster token is not among the secrets")
	}
	delete(made, "refreshToken")
	if diff := cmp.Diff(made, l.do("GET", path, nil).want(200).object()); diff != "" {
		t.Errorf("read differs from made: %s", diff)
	}
	space := l.Object("namespaces", id)
	if space["name"] != "east" || space["type"] != "cluster" || space["parentId"] != l.RootNamespaceID {
		t.Errorf("namespace %v", space)
	}

	l.Advance(time.Minute)
	put := l.do("PUT", path, map[string]any{"name": "west", "flavor": "hosted"}).want(200).object()
	if put["manualOverrideIpAddress"] != nil || put["name"] != "west" || put["domain"] != domain || put["flavor"] != "hosted" ||
		put["updatedAt"] != "2026-08-20T10:01:00.123456Z" {
		t.Errorf("after PUT: %v", put)
	}
	if name := l.Object("namespaces", id)["name"]; name != "west" {
		t.Errorf("the namespace is still %v", name)
	}
	if got := l.do("GET", l.zeroPath("/clusters"), nil).want(200).names(); got != "Lab cluster west" {
		t.Errorf("listed %q", got)
	}
	rotated := l.do("POST", path+"/token", nil).want(200).object()["refreshToken"]
	if rotated == token || !slices.Contains(l.Secrets(), as[string](rotated)) {
		t.Error("the rotated token is the old one, or no secret")
	}
	l.do("POST", "/api/v0/token", map[string]any{"refreshToken": rotated}).want(401)

	l.do("DELETE", path, nil).want(204)
	l.do("GET", path, nil).want(403)
	l.do("GET", path+"/settings", nil).want(403)
}

func TestClusterRefusals(t *testing.T) {
	t.Parallel()
	l := zeroLab(t)
	used := l.cluster("used")
	fresh := l.do("GET", "/api/v0/generateSubdomainName", nil).want(200).object()["name"]
	body := func(changes ...any) map[string]any {
		return change(map[string]any{"name": "east", "domain": fresh}, changes)
	}
	for name, c := range map[string]struct {
		body   map[string]any
		status int
		says   string
	}{
		"chosen domain":  {body("domain", "my-choice"), 400, "/domain"},
		"used domain":    {body("domain", l.Object("clusters", used)["domain"]), 400, "/domain"},
		"no domain":      {body("domain", nil), 400, "domain"},
		"empty name":     {body("name", ""), 400, "/name"},
		"taken name":     {body("name", "used"), 409, "taken"},
		"address":        {body("manualOverrideIpAddress", "10.0.0"), 400, "/manualOverrideIpAddress"},
		"flavor":         {body("flavor", "large"), 400, "/flavor"},
		"computed":       {body("fqdn", "x.pomerium.app"), 400, "/fqdn"},
		"unknown member": {body("colour", "red"), 400, "/colour"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			l.in(t).do("POST", l.zeroPath("/clusters"), c.body).want(c.status, c.says)
		})
	}
}

func TestClusterWrites(t *testing.T) {
	t.Parallel()
	l := zeroLab(t)
	id := l.cluster("used")
	path := l.zeroPath("/clusters/" + id)
	l.do("PUT", path, map[string]any{"name": "Lab cluster"}).want(409, "taken")
	l.do("PUT", path, map[string]any{"name": "used", "domain": "x"}).want(400, "/domain")
	other, _ := l.AddOrganization("Other")
	l.do("GET", "/api/v0/organizations/"+other+"/clusters/"+id, nil).want(403)
	l.GrantUser(l.APIUserToken, l.OrganizationID, "viewer")
	l.do("GET", path, nil).want(200)
	for _, write := range []struct{ method, path string }{{"DELETE", path}, {"POST", path + "/token"}, {"PUT", path}} {
		var sent any
		if write.method == "PUT" {
			sent = map[string]any{"name": "used"}
		}
		l.do(write.method, write.path, sent).want(403, "manager user required")
	}
}

func TestClusterTakesEverythingAlong(t *testing.T) {
	t.Parallel()
	l := zeroLab(t)
	id := l.cluster("east")
	deep := l.AddNamespace(l.OrganizationID, "deep", "regular", id)
	policy := l.create("policies", l.policy("namespaceId", id))
	l.create("routes", l.route("namespaceId", deep))
	outside := l.create("routes", l.route("policyIds", []any{policy}))
	l.create("keyPairs", map[string]any{"namespaceId": id})
	l.create("customDomains", map[string]any{"clusterId": id, "domainName": "east.example.com"})
	l.create("clusters/"+id+"/serviceAccounts", map[string]any{"description": "bot", "userId": "bot"})
	l.do("DELETE", l.zeroPath("/clusters/"+id), nil).want(204)
	for kind, want := range map[string]int{
		"clusters": 1, "namespaces": 2, "settings": 1, "policies": 0, "routes": 1, "keyPairs": 0, "customDomains": 0, "serviceAccounts": 0,
	} {
		if got := len(l.Objects(kind)); got != want {
			t.Errorf("%d %s are left, want %d", got, kind, want)
		}
	}
	if diff := cmp.Diff(any([]any{}), l.Object("routes", outside)["policyIds"]); diff != "" {
		t.Error(diff)
	}
	for _, set := range l.Objects("changesets") {
		if set["clusterId"] != l.ClusterNamespaceID {
			t.Errorf("left: %v", set)
		}
	}
}

func TestClusterHealth(t *testing.T) {
	t.Parallel()
	l := zeroLab(t)
	path := l.zeroPath("/clusters/" + l.ClusterNamespaceID)
	window := "/replicas?startTime=2026-08-20T09:00:00Z&endTime=2026-08-20T11:00:00Z"
	l.do("POST", path+"/ping", nil).want(200, `{"success":true}`)
	l.Advance(time.Hour - time.Minute)
	l.do("POST", path+"/health", map[string]any{}).want(204)
	l.do("GET", path+"/health", nil).want(200, `"status":"success"`, `"updatedAt":"2026-08-20T10:59:00.123456Z"`)
	if got := len(l.do("GET", path+window, nil).want(200).list()); got != 1 {
		t.Errorf("%d replicas", got)
	}
	l.do("GET", path+"/replicas?startTime=2026-08-20T09:00:00Z&endTime=2026-08-20T09:30:00Z", nil).want(200, "[]")
	l.do("GET", path+"/replicas?startTime=2026-08-20T09:00:00Z", nil).want(400, "endTime")
	l.do("GET", path+"/replicas?startTime=2026-08-20T11:00:00Z&endTime=2026-08-20T09:00:00Z", nil).want(400, "endTime")

	l.EditObject("clusters", l.ClusterNamespaceID, func(m map[string]any) {
		m["hasFailingHealthChecks"], m["onboardingStatus"], m["name"] = true, "in_progress", "moved"
	})
	l.do("GET", path+"/health", nil).want(200, `"status":"error"`)
	l.do("GET", path, nil).want(200, `"hasFailingHealthChecks":true`)
	l.do("POST", path+"/ping", nil).want(200, "err_cluster_ping_connection_error")
	l.do("GET", path+window, nil).want(200, "[]")
	if got := l.Object("namespaces", l.ClusterNamespaceID)["name"]; got != "moved" {
		t.Errorf("the namespace is called %v", got)
	}
}
