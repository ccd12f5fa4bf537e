package provider

import (
	"fmt"
	"net/http"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/pomerium-zdx/terraform-provider-pomerium/internal/apimock"
)

// checked runs a test with plan checks on.
func checked(t *testing.T, test func(t *testing.T, l *lab, p *protocol)) {
	t.Helper()
	l := newLab(t, unpaced())
	l.planChecks = true
	test(t, l, l.protocol(t, knobs{retry: impatient}, nil))
}

func (p *protocol) warns(o resourceState, arguments map[string]any) []*tfprotov6.Diagnostic {
	p.t.Helper()
	_, problems := p.plan(p.t.Context(), o, arguments)
	if hasError(problems) {
		p.t.Fatal(listed(problems))
	}
	return problems
}

// The lab's organization may have five policies (pomerium-zero.md 6).
func TestPlanChecksQuota(t *testing.T) {
	t.Parallel()
	checked(t, func(t *testing.T, l *lab, p *protocol) {
		policy := func(name string) map[string]any {
			return map[string]any{"name": name, "namespace_id": l.ClusterNamespaceID, "ppl": "{}"}
		}
		kept := p.mustChange(p.none("pomerium_zero_policy"), policy("kept"))
		warned := 0
		for i := range 6 {
			problems := p.warns(p.none("pomerium_zero_policy"), policy(fmt.Sprint("new-", i)))
			if len(problems) > 0 {
				warned++
				if i != 4 || !says(problems, tfprotov6.DiagnosticSeverityWarning, "exceeds a quota", `"policy" the organization may have 5 and has 0`) {
					t.Errorf("at policy %d: %s", i+2, listed(problems))
				}
			}
		}
		if warned != 1 {
			t.Errorf("%d warnings, want 1", warned)
		}
		if reads := l.Sent(http.MethodGet, zeroPath+"/quotas"); len(reads) != 1 {
			t.Errorf("the quotas were read %d times", len(reads))
		}
		p.warns(kept, nil)
	})
}

// What goes makes room for what comes.
func TestPlanChecksQuotaOfReplacements(t *testing.T) {
	t.Parallel()
	checked(t, func(t *testing.T, l *lab, p *protocol) {
		var policies []resourceState
		for i := range 5 {
			policies = append(policies, p.mustChange(p.none("pomerium_zero_policy"),
				map[string]any{"name": fmt.Sprint("p-", i), "namespace_id": l.ClusterNamespaceID, "ppl": "{}"}))
		}
		fresh := l.protocol(t, knobs{retry: impatient}, nil) // another run
		for i, policy := range policies {
			moved := map[string]any{"name": fmt.Sprint("p-", i), "namespace_id": l.RootNamespaceID, "ppl": "{}"}
			problems := append(fresh.warns(policy, moved), fresh.warns(fresh.none("pomerium_zero_policy"), moved)...)
			if len(problems) > 0 {
				t.Errorf("a replacement warns: %s", listed(problems))
			}
		}
	})
}

func TestPlanChecksRoutes(t *testing.T) {
	t.Parallel()
	checked(t, func(t *testing.T, l *lab, p *protocol) {
		l.CreateObject("routes", l.OrganizationID, map[string]any{
			"name": "old", "namespaceId": l.ClusterNamespaceID, "from": "https://crm.example.pomerium.app", "to": []string{"http://old:80"},
		})
		problems := p.warns(p.none("pomerium_zero_route"), l.aRoute("crm"))
		if !says(problems, tfprotov6.DiagnosticSeverityWarning, "same address", `"old"`) {
			t.Errorf("a route of the service does not warn: %s", listed(problems))
		}
		with := func(name, attribute, value string) map[string]any {
			arguments := l.aRoute("wiki")
			arguments["name"], arguments[attribute] = name, value
			return arguments
		}
		for _, test := range []struct {
			arguments map[string]any
			warns     bool
		}{
			{with("wiki-a", "prefix", "/a"), false}, {with("wiki-b", "prefix", "/b"), false}, {with("wiki-c", "prefix", "/a"), true},
			{with("wiki-d", "path", "/a"), false}, {with("wiki-a", "prefix", "/a"), true /* wiki-c is planned by now */},
		} {
			if problems := p.warns(p.none("pomerium_zero_route"), test.arguments); (len(problems) > 0) != test.warns {
				t.Errorf("%v: %s", test.arguments, listed(problems))
			}
		}
		unknown := l.aRoute("later")
		unknown["from"] = tftypes.UnknownValue
		if problems := p.warns(p.none("pomerium_zero_route"), unknown); len(problems) > 0 {
			t.Errorf("an unknown address warns: %s", listed(problems))
		}
		if lists := l.Sent(http.MethodGet, zeroPath+"/routes"); len(lists) > 2 {
			t.Errorf("the routes were listed with %d requests", len(lists))
		}
	})
}

// A policy that goes warns of the routes of others that use it, not of those of the same run.
func TestPlanChecksPolicyInUse(t *testing.T) {
	t.Parallel()
	checked(t, func(t *testing.T, l *lab, p *protocol) {
		policy := p.mustChange(p.none("pomerium_zero_policy"), map[string]any{"name": "staff", "namespace_id": l.ClusterNamespaceID, "ppl": "{}"})
		ours := l.aRoute("ours")
		ours["policy_ids"] = []string{p.state(policy)["id"].(string)} //nolint:errcheck // a text
		route := p.mustChange(p.none("pomerium_zero_route"), ours)
		if problems := p.warns(policy, nil); len(problems) > 0 {
			t.Errorf("in a process that has read nothing: %s", listed(problems))
		}
		if _, problems := p.refresh(policy); len(problems) > 0 {
			t.Fatal(listed(problems))
		}
		if problems := p.warns(policy, nil); !says(problems, tfprotov6.DiagnosticSeverityWarning, "in use", "ours") {
			t.Errorf("a route that was not read yet: %s", listed(problems))
		}
		if _, problems := p.refresh(route); len(problems) > 0 {
			t.Fatal(listed(problems))
		}
		if problems := p.warns(policy, nil); len(problems) > 0 {
			t.Errorf("a route of the same run: %s", listed(problems))
		}
		l.CreateObject("routes", l.OrganizationID, map[string]any{
			"name": "theirs", "namespaceId": l.ClusterNamespaceID, "from": "https://x.acme.test", "to": []string{"http://x:80"}, "policyIds": []any{p.state(policy)["id"]},
		})
		if problems := p.warns(policy, nil); !says(problems, tfprotov6.DiagnosticSeverityWarning, "in use", "theirs") || says(problems, tfprotov6.DiagnosticSeverityWarning, "ours") {
			t.Errorf("a route of another: %s", listed(problems))
		}
	})
}

func TestPlanChecksEnds(t *testing.T) {
	t.Parallel()
	ends := newPair("soon.acme.test", time.Now().Add(10*24*time.Hour))
	checked(t, func(t *testing.T, l *lab, p *protocol) {
		arguments := keyPairCase.minimal(l)
		arguments["certificate"] = ends.certificate
		if problems := p.warns(p.none(keyPairCase.typeName), arguments); !says(problems, tfprotov6.DiagnosticSeverityWarning, "needs renewal", "soon.acme.test") {
			t.Errorf("a certificate that ends soon: %s", listed(problems))
		}
		o, _ := p.change(p.none(keyPairCase.typeName), arguments)
		if _, problems := p.refresh(o); !says(problems, tfprotov6.DiagnosticSeverityWarning, "needs renewal") || hasError(problems) {
			t.Errorf("one that is unchanged: %s", listed(problems))
		}
		account := serviceAccountCase.minimal(l)
		account["expires_at"] = "2020-01-31T08:00:00Z"
		o, _ = p.change(p.none(serviceAccountCase.typeName), account)
		if _, problems := p.refresh(o); !says(problems, tfprotov6.DiagnosticSeverityWarning, "has expired", "2020-01-31") || hasError(problems) {
			t.Errorf("a service account that has expired: %s", listed(problems))
		}
	})
}

// Nothing is asked and nothing is said with plan_checks = false; and a service that refuses to tell is no error.
func TestPlanChecksOffAndRefused(t *testing.T) {
	t.Parallel()
	onSockets(t, unpaced(), func(t *testing.T, l *lab, p *protocol) {
		for i := range 6 {
			p.mustChange(p.none("pomerium_zero_policy"), map[string]any{"name": fmt.Sprint("p-", i), "namespace_id": l.ClusterNamespaceID, "ppl": "{}"})
		}
		if reads := l.Sent(http.MethodGet, zeroPath+"/quotas"); len(reads) != 0 {
			t.Errorf("the quotas were read %d times", len(reads))
		}
	})
	checked(t, func(t *testing.T, l *lab, p *protocol) {
		for _, template := range []string{"/quotas", "/routes", "/policies/{policyId}"} {
			l.AddFault(apimock.Fault{Method: http.MethodGet, Template: zeroPath + template, Status: http.StatusForbidden})
		}
		p.mustChange(p.none("pomerium_zero_route"), l.aRoute("crm"))
		policy := p.mustChange(p.none("pomerium_zero_policy"), map[string]any{"name": "staff", "namespace_id": l.ClusterNamespaceID, "ppl": "{}"})
		p.mustChange(policy, nil)
	})
}
