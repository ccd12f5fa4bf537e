package provider

import (
	"fmt"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
)

func TestZeroPolicyDataSource(t *testing.T) {
	t.Parallel()
	lab := newLab(t, unpaced())
	staff := lab.addPolicy(lab.ClusterNamespaceID, "staff", map[string]any{"explanation": "Staff only."})
	everywhere := lab.addPolicy(lab.ClusterNamespaceID, "everywhere", map[string]any{"enforced": true})
	wiki := lab.addRoute(lab.ClusterNamespaceID, "wiki", map[string]any{"policyIds": []string{staff}})
	step := lab.step(fmt.Sprintf(`
data "pomerium_zero_policy" "this" {
  namespace_id = "<namespace>"
  name         = "staff"
}
data "pomerium_zero_policy" "enforced" {
  id = %q
}
data "pomerium_zero_policies" "these" {
  name = "staff"
}
`, everywhere))
	route := func() knownvalue.Check {
		return knownvalue.ListExact([]knownvalue.Check{knownvalue.ObjectPartial(map[string]knownvalue.Check{"id": exactly(wiki), "name": exactly("wiki")})})
	}
	none := knownvalue.ListSizeExact(0)
	step.ConfigStateChecks = []statecheck.StateCheck{
		expect("pomerium_zero_policy.this", "id", exactly(staff)), expect("pomerium_zero_policy.this", "routes", route()),
		expect("pomerium_zero_policy.this", "enforced_routes", none), expect("pomerium_zero_policy.this", "explanation", exactly("Staff only.")),
		expect("pomerium_zero_policy.this", "ppl", exactly(`{"allow":{"and":[{"domain":{"is":"acme.test"}}]}}`)),
		expect("pomerium_zero_policy.enforced", "name", exactly("everywhere")), expect("pomerium_zero_policy.enforced", "enforced", knownvalue.Bool(true)),
		expect("pomerium_zero_policy.enforced", "routes", none), expect("pomerium_zero_policy.enforced", "enforced_routes", route()),
		expect("pomerium_zero_policies.these", "policies", knownvalue.ListExact([]knownvalue.Check{
			knownvalue.ObjectPartial(map[string]knownvalue.Check{"id": exactly(staff), "routes": route()}),
		})),
		expect("pomerium_zero_policies.these", "ids", knownvalue.MapExact(map[string]knownvalue.Check{lab.ClusterNamespaceID + "/staff": exactly(staff)})),
	}
	lab.run(t, step)
}
