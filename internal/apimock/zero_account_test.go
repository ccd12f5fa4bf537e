package apimock

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestServiceAccountLife(t *testing.T) {
	t.Parallel()
	l := zeroLab(t)
	all := l.zeroPath("/clusters/" + l.ClusterNamespaceID + "/serviceAccounts")
	body := map[string]any{"description": "bot", "userId": "bot@example.com", "expiresAt": "2027-01-01T00:00:00Z", "originatorId": ""}
	made := l.do("POST", all, body).want(201).object()
	token := as[string](made["token"])
	if strings.Count(token, ".") != 2 || !slices.Contains(l.Secrets(), token) {
		t.Errorf("token %q is no JWT or no secret", token)
	}
	path := all + "/" + as[string](made["id"])
	delete(made, "token")
	if diff := cmp.Diff(made, l.do("GET", path, nil).want(200).object()); diff != "" || made["originatorId"] != nil {
		t.Errorf("read differs from made: %s", diff)
	}
	l.do("GET", path+"/token", nil).want(200, token)
	l.do("POST", all, body).want(201) // nothing is unique
	if got := l.do("GET", all+"?limit=1&offset=1", nil).want(200).list(); len(got) != 1 || got[0]["id"] == made["id"] {
		t.Errorf("second page %v", got)
	}

	patched := l.do("PATCH", path, `[{"op":"replace","path":"/description","value":"robot"},{"op":"remove","path":"/expiresAt"}]`).want(200).object()
	if patched["description"] != "robot" || patched["expiresAt"] != nil || patched["userId"] != "bot@example.com" {
		t.Errorf("patched %v", patched)
	}
	l.do("PATCH", path, `[{"op":"remove","path":"/userId"}]`).want(400, "userId")
	l.do("PATCH", path, `[{"op":"replace","path":"/userId","value":""}]`).want(400, "/userId")
	l.do("PATCH", path, `[{"op":"add","path":"/token","value":"x"}]`).want(400, "/token")

	east := l.zeroPath("/clusters/" + l.cluster("east") + "/serviceAccounts")
	l.do("GET", strings.Replace(path, all, east, 1), nil).want(403)
	l.do("GET", east, nil).want(200, "[]")
	l.GrantUser(l.APIUserToken, l.OrganizationID, "viewer")
	l.do("GET", path, nil).want(200)
	l.do("GET", path+"/token", nil).want(403, "manager user required")
	l.do("DELETE", path, nil).want(403)
	l.GrantUser(l.APIUserToken, l.OrganizationID, "manager")
	l.do("DELETE", path, nil).want(204)
	for _, rest := range []string{"", "/token"} {
		l.do("GET", path+rest, nil).want(403, "viewer user required")
	}
}

func TestServiceAccountRefusals(t *testing.T) {
	t.Parallel()
	l := zeroLab(t)
	all := l.zeroPath("/clusters/" + l.ClusterNamespaceID + "/serviceAccounts")
	for name, c := range map[string]struct {
		changes []any
		says    string
	}{
		"no description":    {[]any{"description", nil}, "description"},
		"empty description": {[]any{"description", ""}, "/description"},
		"no user":           {[]any{"userId", nil}, "userId"},
		"empty user":        {[]any{"userId", ""}, "/userId"},
		"expiry":            {[]any{"expiresAt", "tomorrow"}, "/expiresAt"},
		"null":              {[]any{"originatorId", number("1")}, "/originatorId"},
		"unknown member":    {[]any{"name", "x"}, "/name"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			l.in(t).do("POST", all, change(map[string]any{"description": "bot", "userId": "bot"}, c.changes)).want(400, c.says)
		})
	}
	id := l.CreateObject("serviceAccounts", l.OrganizationID, map[string]any{"description": "bot", "userId": "bot"})
	if got := l.Object("serviceAccounts", id)["clusterId"]; got != l.ClusterNamespaceID {
		t.Errorf("made in %v", got)
	}
	l.EditObject("serviceAccounts", id, func(m map[string]any) { m["description"] = "robot" })
	l.do("GET", all+"/"+id, nil).want(200, `"description":"robot"`)
	mustPanic(t, func() { l.EditObject("serviceAccounts", id, func(m map[string]any) { m["description"] = "" }) })
	mustPanic(t, func() { l.CreateObject("serviceAccounts", l.OrganizationID, map[string]any{"userId": "bot"}) })
	l.RemoveObject("serviceAccounts", id)
	l.do("GET", all+"/"+id, nil).want(403)
}
