package provider

import (
	"fmt"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
)

// objectSource is how an object of a kind is looked up.
type objectSource struct {
	objectCase

	plural  string   // type of the data source of many
	key     string   // the attribute that finds one by name; "" for none
	only    []string // attributes that the data source alone has, and that are set
	lacking []string // attributes that only the resource has

}

func objectSources() []objectSource {
	return []objectSource{
		{clusterCase, "pomerium_zero_clusters", "name", []string{"onboarding_status", "component_versions"}, []string{"refresh_token"}},
		{serviceAccountCase, "pomerium_zero_service_accounts", "", nil, []string{"store_token", "token"}},
		{keyPairCase, "pomerium_zero_key_pairs", "name", []string{"origin", "status", "certificate_info", "expires_at", "has_key"}, []string{"key", "key_wo", "key_wo_version"}},
		{customDomainCase, "pomerium_zero_custom_domains", "domain_name", []string{"key_pair_id"}, []string{"wait_for_certificate", "cname_name", "cname_target"}},
		{invitationCase, "pomerium_zero_invitations", "email", nil, nil},
	}
}

// The data sources of further kinds show an object as the resource does, by its ID, by its name, and among all; secrets
// are left out.
func TestZeroObjectDataSources(t *testing.T) {
	t.Parallel()
	for _, source := range objectSources() {
		t.Run(source.noun(), func(t *testing.T) {
			t.Parallel()
			onSockets(t, unpaced(), func(t *testing.T, l *lab, p *protocol) { source.test(t, l, p) })
		})
	}
}

func (s objectSource) test(t *testing.T, l *lab, p *protocol) {
	t.Helper()
	o := p.mustChange(p.none(s.typeName), s.minimal(l))
	state := p.state(o)
	id := state["id"]
	where := map[string]any{}
	if s.holder != "" && s.holder != "namespace_id" {
		where[s.holder] = l.ClusterNamespaceID
	}
	requireShown := func(found map[string]any) {
		t.Helper()
		for name, value := range s.minimal(l) {
			if name != "organization_id" && fmt.Sprint(found[name]) != fmt.Sprint(value) {
				t.Errorf("%s is %v, want %v", name, found[name], value)
			}
		}
		if found["id"] != id || found["created_at"] != state["created_at"] {
			t.Errorf("found %v, want %v", found["id"], id)
		}
		for _, name := range s.only {
			if found[name] == nil {
				t.Errorf("%s is not shown", name)
			}
		}
		for _, name := range s.lacking {
			if _, has := found[name]; has {
				t.Errorf("%s is shown", name)
			}
		}
	}
	if p.schemas.DataSourceSchemas[s.typeName] != nil {
		requireShown(p.mustRead(s.typeName, with(where, map[string]any{"id": id})))
		if _, problems := p.read(s.typeName, with(where, map[string]any{"id": "nobody"})); !says(problems, tfprotov6.DiagnosticSeverityError, s.noun(), "nobody") {
			t.Errorf("the error is %s", listed(problems))
		}
		if s.key != "" {
			named := with(where, map[string]any{s.key: s.minimal(l)[s.key]})
			if s.holder == "namespace_id" {
				named["namespace_id"] = l.ClusterNamespaceID
			}
			requireShown(p.mustRead(s.typeName, named))
			if _, problems := p.read(s.typeName, with(named, map[string]any{s.key: "no-such.acme.test"})); !says(problems, tfprotov6.DiagnosticSeverityError, "No "+s.noun()+" matches") {
				t.Errorf("the error is %s", listed(problems))
			}
		}
	}
	for _, scope := range []map[string]any{nil, where} {
		found := p.mustRead(s.plural, scope)
		all := found[strings.TrimPrefix(s.plural, "pomerium_zero_")].([]any) //nolint:errcheck // a list
		seen := 0
		for _, one := range all {
			if one := one.(map[string]any); one["id"] == id { //nolint:errcheck // an object
				requireShown(one)
				seen++
			}
		}
		if seen != 1 {
			t.Errorf("it is %d times among the %d of %s", seen, len(all), s.plural)
		}
		importID := ""
		for _, value := range found["ids"].(map[string]any) { //nolint:errcheck // a map
			if strings.HasSuffix(fmt.Sprint(value), fmt.Sprint(id)) {
				importID = fmt.Sprint(value)
			}
		}
		if imported, problems := p.importIn(t.Context(), s.typeName, importID); hasError(problems) || p.state(imported)["id"] != id {
			t.Errorf("%q of ids does not import it: %s", importID, listed(problems))
		}
	}
}
