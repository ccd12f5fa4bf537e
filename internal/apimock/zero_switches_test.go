package apimock

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

// full is a route with secrets, durations, empty collections and unset members.
func (l *lab) full(policies ...any) map[string]any {
	return l.route("policyIds", append([]any{}, policies...), "timeout", "300s",
		"kubernetesServiceAccountToken", "k8s-secret", "identityProviderClientSecret", "idp-secret",
		"allowUpgrades", []any{}, "setRequestHeaders", map[string]any{}, "healthCheck", health("interval", "90s"),
		"mcp", map[string]any{"server": map[string]any{"upstreamOAuth2": map[string]any{"clientId": "id", "clientSecret": "mcp-secret"}}})
}

// member walks into an object; absent is the text "absent".
func member(object map[string]any, path ...string) any {
	var value any = object
	for _, name := range path {
		inner, _ := value.(map[string]any)
		next, ok := inner[name]
		if !ok {
			return "absent"
		}
		value = next
	}
	return value
}

func TestRouteSwitches(t *testing.T) {
	t.Parallel()
	absent := any("absent")
	for name, c := range map[string]struct {
		set  func(*Switches)
		path []string
		off  any // by default
		on   any
	}{
		"unset text":               {func(w *Switches) { w.UnsetAs = UnsetEmpty }, []string{"prefix"}, absent, ""},
		"unset list":               {func(w *Switches) { w.UnsetAs = UnsetEmpty }, []string{"dependsOn"}, absent, []any{}},
		"unset map":                {func(w *Switches) { w.UnsetAs = UnsetEmpty }, []string{"setResponseHeaders"}, absent, map[string]any{}},
		"unset object":             {func(w *Switches) { w.UnsetAs = UnsetEmpty }, []string{"redirect"}, absent, absent},
		"unset boolean":            {func(w *Switches) { w.UnsetAs = UnsetEmpty }, []string{"passIdentityHeaders"}, absent, absent},
		"unset enum without empty": {func(w *Switches) { w.UnsetAs = UnsetEmpty }, []string{"jwtIssuerFormat"}, absent, absent},
		"unset enum with empty":    {func(w *Switches) { w.UnsetAs = UnsetEmpty }, []string{"bearerTokenFormat"}, absent, ""},
		"unset text inside":        {func(w *Switches) { w.UnsetAs = UnsetEmpty }, []string{"healthCheck", "host"}, absent, ""},
		"unset member of a branch": {func(w *Switches) { w.UnsetAs = UnsetEmpty }, []string{"healthCheck", "authority"}, absent, absent},
		"null text":                {func(w *Switches) { w.UnsetAs = UnsetNull }, []string{"prefix"}, absent, nil},
		"null text inside":         {func(w *Switches) { w.UnsetAs = UnsetNull }, []string{"healthCheck", "host"}, absent, nil},
		"null list":                {func(w *Switches) { w.UnsetAs = UnsetNull }, []string{"dependsOn"}, absent, absent},
		"empty list":               {func(w *Switches) { w.EmptyAs = EmptyUnset }, []string{"allowUpgrades"}, []any{}, absent},
		"empty map":                {func(w *Switches) { w.EmptyAs = EmptyUnset }, []string{"setRequestHeaders"}, map[string]any{}, absent},
		"empty required list":      {func(w *Switches) { w.EmptyAs = EmptyUnset }, []string{"enforcedPolicyIds"}, []any{}, []any{}},
		"identity headers":         {func(w *Switches) { w.PassIdentityHeadersFalse = true }, []string{"passIdentityHeaders"}, absent, false},
		"duration":                 {func(w *Switches) { w.CanonicalDurations = true }, []string{"timeout"}, "300s", "5m0s"},
		"duration inside":          {func(w *Switches) { w.CanonicalDurations = true }, []string{"healthCheck", "interval"}, "90s", "1m30s"},
		"health check codec":       {func(w *Switches) { w.HealthCheckCodecFilled = true }, []string{"healthCheck", "codecClientType"}, absent, "http1"},
		"masked secret":            {func(w *Switches) { w.SecretsOnRead = SecretsMasked }, []string{"kubernetesServiceAccountToken"}, "k8s-secret", "********"},
		"omitted secret":           {func(w *Switches) { w.SecretsOnRead = SecretsOmitted }, []string{"identityProviderClientSecret"}, "idp-secret", absent},
		"omitted but required":     {func(w *Switches) { w.SecretsOnRead = SecretsOmitted }, []string{"mcp", "server", "upstreamOAuth2", "clientSecret"}, "mcp-secret", ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for position, want := range map[string]any{"off": c.off, "on": c.on} {
				l := zeroLab(t, func(w *Switches) {
					if position == "on" {
						c.set(w)
					}
				})
				made := l.do("POST", l.zeroPath("/routes"), l.full()).want(201).object()
				read := l.do("GET", l.zeroPath("/routes/"+as[string](made["id"])), nil).want(200).object()
				listed := l.do("GET", l.zeroPath("/routes?namespaceId="+l.ClusterNamespaceID), nil).want(200).list()[0]
				for where, object := range map[string]map[string]any{"made": made, "read": read, "listed": listed} {
					if diff := cmp.Diff(want, member(object, c.path...)); diff != "" {
						t.Errorf("%s, %s: %s", position, where, diff)
					}
				}
				if stored := l.Object("routes", as[string](made["id"])); stored["identityProviderClientSecret"] != "idp-secret" {
					t.Errorf("%s: the switch changed what is stored: %v", position, stored)
				}
			}
		})
	}
}

func TestSortPolicyIDs(t *testing.T) {
	t.Parallel()
	l := zeroLab(t)
	a, b := l.create("policies", l.policy("name", "a")), l.create("policies", l.policy("name", "b"))
	path := l.zeroPath("/routes/" + l.create("routes", l.route("policyIds", []any{a, b})))
	if diff := cmp.Diff([]any{a, b}, l.do("GET", path, nil).object()["policyIds"]); diff != "" {
		t.Error(diff)
	}
	l.SetSwitches(func(w *Switches) { w.SortPolicyIDs = true })
	for range 2 { // the answer must not turn around what is stored
		if diff := cmp.Diff([]any{b, a}, l.do("GET", path, nil).object()["policyIds"]); diff != "" {
			t.Error(diff)
		}
	}
}

func TestZeroStatusSwitches(t *testing.T) {
	t.Parallel()
	l := zeroLab(t, func(w *Switches) { w.TakenNameStatus, w.InUseStatus, w.DeletedStatus = 400, 400, 404 })
	policy := l.create("policies", l.policy())
	l.create("routes", l.route("policyIds", []any{policy}))
	l.do("POST", l.zeroPath("/routes"), l.route()).want(400, "taken")
	l.do("DELETE", l.zeroPath("/policies/"+policy), nil).want(400, "in use")
	l.do("GET", l.zeroPath("/routes/gone"), nil).want(404, "not found")
	l.do("GET", "/api/v0/organizations/gone", nil).want(404)
}

func TestEnforcedReach(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		stays bool
		want  int
	}{"reaches below": {false, 1}, "stays": {true, 0}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			l := zeroLab(t, func(w *Switches) { w.EnforcedStaysInNamespace = c.stays })
			l.create("policies", l.policy("enforced", true, "namespaceId", l.RootNamespaceID))
			below := l.do("POST", l.zeroPath("/routes"), l.route()).want(201).object()
			beside := l.do("POST", l.zeroPath("/routes"), l.route("namespaceId", l.RootNamespaceID)).want(201).object()
			if got := len(as[[]any](below["enforcedPolicyIds"])); got != c.want {
				t.Errorf("%d enforced policies below, want %d", got, c.want)
			}
			if got := len(as[[]any](beside["enforcedPolicyIds"])); got != 1 {
				t.Errorf("%d enforced policies in the namespace, want 1", got)
			}
		})
	}
}

func TestPPLRewritten(t *testing.T) {
	t.Parallel()
	l := zeroLab(t)
	group := map[string]any{"or": []any{map[string]any{"email": map[string]any{"is": "a@example.com"}}}}
	sent := map[string]any{"deny": group, "allow": group}
	path := l.zeroPath("/policies/" + l.create("policies", l.policy("ppl", sent)))
	if diff := cmp.Diff(any(sent), l.do("GET", path, nil).object()["ppl"]); diff != "" {
		t.Error(diff)
	}
	l.SetSwitches(func(w *Switches) { w.PPLRewritten, w.UnsetAs = true, UnsetEmpty })
	want := []any{map[string]any{"allow": group}, map[string]any{"deny": group}}
	if diff := cmp.Diff(any(want), l.do("GET", path, nil).object()["ppl"]); diff != "" {
		t.Error(diff)
	}
}

func TestOrganizationAsInGuide(t *testing.T) {
	t.Parallel()
	l := zeroLab(t, func(w *Switches) { w.OrganizationAsInGuide, w.UnsetAs = true, UnsetEmpty })
	one := l.do("GET", l.zeroPath(""), nil).want(200).object()
	listed := l.do("GET", "/api/v0/organizations", nil).want(200).list()[0]
	for _, o := range []map[string]any{one, listed} {
		if o["name"] != "Lab" || o["quotas"] != nil || o["readOnly"] != nil || o["logoURL"] != nil {
			t.Errorf("organization %v", o)
		}
	}
}

func TestFutureMembers(t *testing.T) {
	t.Parallel()
	l := zeroLab(t)
	l.do("POST", l.zeroPath("/routes"), l.route("shinyMode", map[string]any{"x": 1})).want(400, "/shinyMode")
	l.SetSwitches(func(w *Switches) { w.FutureMembers = []string{"shinyMode"} })
	id := l.create("routes", l.route("shinyMode", map[string]any{"x": 1}))
	l.EditObject("routes", id, func(m map[string]any) { m["shinyMode"] = "on" })
	listed := l.do("GET", l.zeroPath("/routes?namespaceId="+l.ClusterNamespaceID), nil).want(200).list()[0]
	if listed["shinyMode"] != "on" {
		t.Errorf("listed %v", listed)
	}
	l.do("PATCH", l.zeroPath("/routes/"+id), `[{"op":"remove","path":"/shinyMode"}]`).want(200)
	l.do("POST", l.zeroPath("/routes"), l.route("name", "b", "matteMode", 1)).want(400, "/matteMode")
}

func TestSwitchesThatDoNotExist(t *testing.T) {
	t.Parallel()
	for name, set := range map[string]func(*Switches){
		"text":   func(w *Switches) { w.UnsetAs = "nothing" },
		"status": func(w *Switches) { w.TakenNameStatus = 418 },
		"size":   func(w *Switches) { w.MaxPageSize = -1 },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			mustPanic(t, func() { var w Switches; set(&w); New(w) })
			mustPanic(t, func() { New(Switches{}).SetSwitches(set) })
		})
	}
}

// mustPanic fails the test unless f panics.
func mustPanic(t *testing.T, f func()) {
	t.Helper()
	defer func() {
		t.Helper()
		if recover() == nil {
			t.Error("did not panic")
		}
	}()
	f()
}

func TestPositionsAreWhatTheySay(t *testing.T) {
	t.Parallel()
	standard := New(Switches{}).switches
	seen := map[string]bool{}
	for _, p := range Positions() {
		var w Switches
		p.Set(&w)
		w = w.withDefaults()
		if err := w.check(); err != nil || cmp.Equal(w, standard) || seen[p.Name] {
			t.Errorf("%s: %v, or a default, or listed twice", p.Name, err)
		}
		seen[p.Name] = true
	}
}

// TestEveryPositionObeysTheContract runs one life of each kind in every
// position; the lab's end asserts that no answer broke the contract.
func TestEveryPositionObeysTheContract(t *testing.T) {
	t.Parallel()
	for _, p := range Positions() {
		t.Run(p.Name, func(t *testing.T) {
			t.Parallel()
			l := zeroLab(t, p.Set)
			policy := l.create("policies", l.policy("enforced", true))
			route := l.create("routes", l.full(policy))
			l.create("keyPairs", l.pair())
			l.create("customDomains", map[string]any{"clusterId": l.ClusterNamespaceID, "domainName": "a.example.com"})
			l.create("clusters/"+l.ClusterNamespaceID+"/serviceAccounts", map[string]any{"description": "bot", "userId": "bot"})
			l.autoApply(false)
			l.do("POST", l.zeroPath("/changesets/"+l.pending(l.ClusterNamespaceID)+"/apply"), nil).want(200)
			for _, path := range []string{
				"", "/namespaces", "/routes/" + route, "/policies/" + policy, "/routes/" + route + "/certificates",
				"/routes?namespaceId=" + l.ClusterNamespaceID, "/policies?namespaceId=" + l.ClusterNamespaceID,
				"/keyPairs?namespaceId=" + l.ClusterNamespaceID, "/customDomains?clusterId=" + l.ClusterNamespaceID,
				"/clusters", "/clusters/" + l.ClusterNamespaceID, "/clusters/" + l.ClusterNamespaceID + "/settings",
				"/clusters/" + l.ClusterNamespaceID + "/serviceAccounts", "/clusters/" + l.ClusterNamespaceID + "/health",
				"/changesets", "/changesets/compare?clusterId=" + l.ClusterNamespaceID, "/activityLogs", "/users", "/quotas",
			} {
				l.do("GET", l.zeroPath(path), nil).want(200)
			}
			l.do("PUT", l.zeroPath("/routes/"+route), l.full()).want(200)
			l.do("DELETE", l.zeroPath("/routes/"+route), nil).want(204)
		})
	}
}
