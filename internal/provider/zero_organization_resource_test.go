package provider

import (
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
)

const organizationType = "pomerium_zero_organization"

// A new organization comes with its root namespace and a first cluster, whose token is shown once, and can be worked in
// by the same run.
func TestZeroOrganizationResource(t *testing.T) {
	t.Parallel()
	onSockets(t, unpaced(), func(t *testing.T, l *lab, p *protocol) {
		arguments := map[string]any{"name": "Acme"}
		o := p.mustChange(p.none(organizationType), arguments)
		state := p.state(o)
		if state["organization_id"] != state["id"] || state["organization_type"] != "professional" || state["first_cluster_token"] == nil || state["owner_user_id"] == nil {
			t.Errorf("the state is %v", state)
		}
		if namespace := l.Object("namespaces", state["root_namespace_id"].(string)); namespace["type"] != "root" { //nolint:errcheck // a text
			t.Errorf("the root namespace is %v", namespace)
		}
		if l.Object("clusters", state["first_cluster_id"].(string)) == nil { //nolint:errcheck // a text
			t.Errorf("there is no first cluster: %v", state)
		}
		policy := map[string]any{
			"name": "staff", "organization_id": state["id"], "namespace_id": state["first_cluster_id"], "ppl": `{"allow":{"or":[{"domain":{"is":"acme.test"}}]}}`,
		}
		p.mustChange(p.none("pomerium_zero_policy"), policy)
		fresh, problems := p.refresh(o)
		if len(problems) > 0 || p.changes(fresh, arguments) {
			t.Errorf("the plan is not empty: %s", listed(problems))
		}
		arguments = map[string]any{"name": "Acme Corp", "logo_url": "https://acme.test/logo.svg"}
		o = p.mustChange(fresh, arguments)
		if held := l.Object("organizations", state["id"].(string)); held["name"] != "Acme Corp" { //nolint:errcheck // a text
			t.Errorf("the service holds %v", held)
		}
		imported, problems := p.importIn(t.Context(), organizationType, state["id"].(string)) //nolint:errcheck // a text
		if found := p.state(imported); len(problems) > 0 || found["name"] != "Acme Corp" || found["root_namespace_id"] != state["root_namespace_id"] || found["first_cluster_token"] != nil {
			t.Errorf("imported %v: %s", found, listed(problems))
		}
		p.mustChange(o, nil)
		if left := l.Object("organizations", state["id"].(string)); left != nil { //nolint:errcheck // a text
			t.Errorf("it is left: %v", left)
		}
	})
}

func TestZeroOrganizationGone(t *testing.T) {
	t.Parallel()
	onSockets(t, unpaced(), func(t *testing.T, l *lab, p *protocol) {
		o := p.mustChange(p.none(organizationType), map[string]any{"name": "Acme"})
		l.GrantUser(l.APIUserToken, p.state(o)["id"].(string), "") //nolint:errcheck // a text
		// Nobody can tell whether it is gone or not ours to see any more, and Terraform would make another.
		fresh, problems := p.refresh(o)
		if !says(problems, tfprotov6.DiagnosticSeverityError, "read organization", "lack the role") || p.state(fresh) == nil {
			t.Errorf("the state is %v: %s", p.state(fresh), listed(problems))
		}
		answer, err := p.server.ImportResourceState(t.Context(), &tfprotov6.ImportResourceStateRequest{TypeName: organizationType, ID: "a/b"})
		if err != nil || !says(answer.Diagnostics, tfprotov6.DiagnosticSeverityError, "another form") {
			t.Errorf("%v: %s", err, listed(answer.Diagnostics))
		}
	})
}
