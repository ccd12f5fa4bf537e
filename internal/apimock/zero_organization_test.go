package apimock

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestInvitations(t *testing.T) {
	t.Parallel()
	l := zeroLab(t)
	path := l.zeroPath("/invitations")
	invite := func(role string, emails ...any) map[string]any { return map[string]any{"emails": emails, "role": role} }
	made := l.do("POST", path, invite("auditor", "a@example.com", "b@example.com")).want(201).list()
	if len(made) != 2 || made[0]["email"] != "a@example.com" || made[1]["role"] != "auditor" {
		t.Errorf("made %v", made)
	}
	for name, c := range map[string]struct {
		body   map[string]any
		status int
		says   string
	}{
		"again":       {invite("admin", "c@example.com", "b@example.com"), 409, "invited already"},
		"a user":      {invite("admin", "console.user@example.com"), 409, "invited already"},
		"twice":       {invite("admin", "c@example.com", "c@example.com"), 400, "/emails/1"},
		"nobody":      {invite("admin"), 400, "/emails"},
		"no address":  {invite("admin", "c"), 400, "/emails"},
		"with a name": {invite("admin", "C <c@example.com>"), 400, "/emails"},
		"role":        {invite("king", "c@example.com"), 400, "/role"},
		"owner":       {invite("owner", "c@example.com"), 400, "/role"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			l.in(t).do("POST", path, c.body).want(c.status, c.says)
		})
	}
	one := path + "/" + as[string](made[0]["id"])
	l.do("DELETE", one, nil).want(204)
	l.do("DELETE", one, nil).want(403)
	if got := l.do("GET", path, nil).want(200).list(); len(got) != 1 || got[0]["id"] != made[1]["id"] {
		t.Errorf("left %v", got)
	}
	if id := l.CreateObject("invitations", l.OrganizationID, map[string]any{"email": "d@example.com"}); l.Object("invitations", id)["role"] != "member" {
		t.Errorf("made %v", l.Object("invitations", id))
	}
	viewer := zeroLab(t)
	viewer.GrantUser(viewer.APIUserToken, viewer.OrganizationID, "manager")
	viewer.do("POST", viewer.zeroPath("/invitations"), invite("admin", "c@example.com")).want(403, "admin user required")
}

func TestUserLife(t *testing.T) {
	t.Parallel()
	l := zeroLab(t)
	path := l.zeroPath("/users")
	made := l.do("POST", path+"/apiAccess", map[string]any{"name": "robot", "role": "auditor"}).want(201).object()
	id, token := as[string](made["id"]), as[string](made["refreshToken"])
	if made["type"] != "user_type_api_access" || made["displayName"] != "robot" || !slices.Contains(l.Secrets(), token) {
		t.Errorf("made %v", made)
	}
	listed := func(query string) string {
		var all []string
		for _, user := range l.do("GET", path+query, nil).want(200).list() {
			all = append(all, fmt.Sprint(user["displayName"], "/", user["organizationRole"]))
		}
		return strings.Join(all, " ")
	}
	for query, want := range map[string]string{
		"": "Console User/owner API user of Lab/admin robot/auditor", "?userType=user_type_interactive": "Console User/owner",
		"?userType=user_type_api_access": "API user of Lab/admin robot/auditor",
	} {
		if got := listed(query); got != want {
			t.Errorf("users%s: %q, want %q", query, got, want)
		}
	}
	admin := l.token
	l.signInZero(token)
	l.do("GET", l.zeroPath(""), nil).want(200, `"role":"auditor"`)
	l.do("POST", path+"/apiAccess", map[string]any{"name": "x"}).want(403, "admin user required")
	auditor := l.token
	l.token = admin

	renewed := as[string](l.do("POST", path+"/"+id+"/refreshToken", nil).want(200).object()["refreshToken"])
	l.do("POST", "/api/v0/token", map[string]any{"refreshToken": token}).want(401)
	l.do("POST", "/api/v0/token", map[string]any{"refreshToken": renewed}).want(200)
	l.do("POST", path+"/"+l.ConsoleUserID+"/refreshToken", nil).want(400, "person")
	l.do("DELETE", path+"/"+l.ConsoleUserID, nil).want(400, "owner")
	l.do("DELETE", path+"/"+id, nil).want(204)
	l.do("DELETE", path+"/"+id, nil).want(403)
	l.do("POST", "/api/v0/token", map[string]any{"refreshToken": renewed}).want(401)
	l.token = auditor
	l.do("GET", l.zeroPath(""), nil).want(403)
	l.token = admin
	l.do("POST", path+"/apiAccess", map[string]any{"name": ""}).want(400, "/name")
	l.do("POST", path+"/apiAccess", map[string]any{"name": "x", "role": "owner"}).want(400, "/role")

	plain := l.do("POST", path+"/apiAccess", map[string]any{"name": "plain"}).want(201).object()
	if got := listed("?userType=user_type_api_access"); got != "API user of Lab/admin plain/member" {
		t.Errorf("users %q", got)
	}
	l.signInZero(as[string](plain["refreshToken"]))
	l.do("GET", path, nil).want(403, "viewer user required")
}

func TestOrganizationLife(t *testing.T) {
	t.Parallel()
	l := zeroLab(t)
	l.do("POST", "/api/v0/organizations", map[string]any{"name": ""}).want(400, "/name")
	made := l.do("POST", "/api/v0/organizations", map[string]any{"name": "New", "logoURL": "https://a.example.com/l.png"}).want(201).object()
	id := as[string](member(made, "organization", "id"))
	path := "/api/v0/organizations/" + id
	if member(made, "organization", "role") != "owner" || member(made, "organization", "ownerUserId") != l.APIUserID ||
		member(made, "namespace", "type") != "root" || member(made, "cluster", "refreshToken") == "absent" {
		t.Errorf("made %v", made)
	}
	l.do("GET", path+"/clusters/"+as[string](member(made, "cluster", "id"))+"/settings", nil).want(200)
	l.do("PUT", path, map[string]any{"name": "Newer"}).want(200, `"name":"Newer"`)
	if got := l.Object("organizations", id)["logoURL"]; got != nil {
		t.Errorf("the logo is still %v", got)
	}
	l.do("PUT", path, map[string]any{"name": "Newer", "ownerUserId": l.ConsoleUserID}).want(400, "/ownerUserId")
	if got := l.do("GET", path+"/activityLogs", nil).want(200).list(); len(got) != 3 {
		t.Errorf("logs %v", got)
	}
	heir := l.do("POST", path+"/users/apiAccess", map[string]any{"name": "heir"}).want(201).object()
	l.do("PUT", path, map[string]any{"name": "Newer", "ownerUserId": heir["id"]}).want(200, `"role":"admin"`)
	l.do("DELETE", path, nil).want(403, "owner user required")
	l.signInZero(as[string](heir["refreshToken"]))
	l.do("DELETE", path, nil).want(204)
	l.do("GET", path, nil).want(403)
	l.signInZero(l.APIUserToken)
	if n := len(l.Objects("clusters")) + len(l.Objects("namespaces")) + len(l.Objects("organizations")); n != 4 {
		t.Errorf("%d objects are left", n)
	}
	l.do("DELETE", l.zeroPath(""), nil).want(403, "owner user required")
	l.do("PUT", l.zeroPath(""), map[string]any{"name": "Lab", "ownerUserId": l.APIUserID}).want(403, "owner user required")
	l.GrantUser(l.APIUserToken, l.OrganizationID, "manager")
	l.do("PUT", l.zeroPath(""), map[string]any{"name": "x"}).want(403, "admin user required")
}

func TestQuotas(t *testing.T) {
	t.Parallel()
	l := zeroLab(t)
	l.create("routes", l.route())
	l.CreateObject("policies", l.OrganizationID, map[string]any{"name": "all"})
	counts := func(query string) any {
		t.Helper()
		return l.do("GET", l.zeroPath("/quotas"+query), nil).want(200, `"routes":10`).object()["counts"]
	}
	want := map[string]any{}
	for name, n := range map[string]string{
		"administrators": "1", "apiUsers": "1", "certificates": "0", "clusters": "1", "customDomains": "0", "hostedClusters": "0",
		"policies": "1", "replicas": "1", "routes": "1", "serviceAccounts": "0",
	} {
		want[name] = number(n)
	}
	if diff := cmp.Diff(any(want), counts("")); diff != "" {
		t.Error(diff)
	}
	want["policies"] = number("0")
	if diff := cmp.Diff(any(want), counts("?namespaceId="+l.ClusterNamespaceID)); diff != "" {
		t.Error(diff)
	}
	l.do("GET", l.zeroPath("/quotas?namespaceId=none"), nil).want(403)
}

func TestQuotasAreEnforcedBySwitch(t *testing.T) {
	t.Parallel()
	l := zeroLab(t)
	for i := range 5 {
		l.create("policies", l.policy("name", fmt.Sprint(i)))
	}
	l.cluster("beyond")
	l.SetSwitches(func(w *Switches) { w.EnforceQuotas = true })
	l.do("POST", l.zeroPath("/policies"), l.policy()).want(403, "quota of policies")
	l.SetSwitches(func(w *Switches) { w.QuotaStatus = 400 })
	l.do("POST", l.zeroPath("/policies"), l.policy()).want(400, "quota of policies")
	domain := l.do("GET", "/api/v0/generateSubdomainName", nil).want(200).object()["name"]
	l.do("POST", l.zeroPath("/clusters"), map[string]any{"name": "x", "domain": domain}).want(400, "quota of clusters")
	domains, accounts := l.zeroPath("/customDomains"), l.zeroPath("/clusters/"+l.ClusterNamespaceID+"/serviceAccounts")
	l.do("POST", domains, map[string]any{"clusterId": l.ClusterNamespaceID, "domainName": "a.example.com"}).want(201)
	l.do("POST", domains, map[string]any{"clusterId": l.ClusterNamespaceID, "domainName": "b.example.com"}).want(400, "quota of customDomains")
	for _, status := range []int{201, 201, 400} {
		l.do("POST", accounts, map[string]any{"description": "bot", "userId": "bot"}).want(status)
	}
	for _, status := range []int{201, 400} {
		l.do("POST", l.zeroPath("/users/apiAccess"), map[string]any{"name": "robot"}).want(status)
	}
	l.CreateObject("policies", l.OrganizationID, map[string]any{"name": "the console is not held to it"})
}

func TestSmallReads(t *testing.T) {
	t.Parallel()
	l := zeroLab(t)
	l.do("GET", "/api/v0/version", nil).want(200, `"version"`)
	l.do("GET", l.zeroPath("/featureFlags"), nil).want(200, `"enabled":true`, `"enabled":false`)
	for kind, holds := range map[string]string{"settings": `"address":":443"`, "route": `"allowSpdy":false`, "policy": `"enforced":false`} {
		l.do("GET", "/api/v0/defaultTemplates/"+kind, nil).want(200, `"recordType":"`+kind+`"`, holds)
	}
	l.do("GET", "/api/v0/defaultTemplates/user", nil).want(400, "recordType")
}
