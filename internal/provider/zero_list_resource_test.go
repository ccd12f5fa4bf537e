package provider

import (
	"fmt"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/querycheck"
	"github.com/hashicorp/terraform-plugin-testing/querycheck/queryfilter"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"
	"github.com/hashicorp/terraform-plugin-testing/tfversion"
)

// hasQueries tells whether the CLI knows `query`: Terraform does from 1.14 on, OpenTofu does not.
func hasQueries(version string) bool {
	minor := 0
	_, err := fmt.Sscanf(version, "Terraform v1.%d", &minor)
	return err == nil && minor >= 14
}

// query runs steps that list.
func (l *lab) query(t *testing.T, steps ...resource.TestStep) {
	t.Helper()
	for i := range steps {
		steps[i].Query = true
	}
	// The provider block of a first step serves the lists.
	first := resource.TestStep{Config: l.hcl("data \"pomerium_zero_namespace\" \"root\" {\n type = \"root\"\n}\n")}
	resource.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: factories(), Steps: append([]resource.TestStep{first}, steps...),
		TerraformVersionChecks: []tfversion.TerraformVersionCheck{tfversion.SkipBelow(tfversion.Version1_14_0)},
	})
}

func listHCL(kind, arguments, config string) string {
	return fmt.Sprintf("list %q \"these\" {\n  provider = pomerium\n  %s\n  config {\n    %s\n  }\n}\n", kind, arguments, config)
}

func TestZeroLists(t *testing.T) {
	t.Parallel()
	lab := newLab(t, unpaced())
	other := lab.AddNamespace(lab.OrganizationID, "other", "cluster", lab.RootNamespaceID)
	staff := lab.addPolicy(lab.RootNamespaceID, "staff", nil)
	wiki := lab.addRoute(lab.ClusterNamespaceID, "wiki", map[string]any{"policyIds": []string{staff}, "timeout": "90s"})
	for i := range 3 {
		lab.addRoute(other, fmt.Sprintf("other-%d", i), nil)
	}
	routes, policies := "pomerium_zero_route.these", "pomerium_zero_policy.these"
	identity := func(id string) map[string]knownvalue.Check {
		return map[string]knownvalue.Check{"id": exactly(id), "organization_id": exactly(lab.OrganizationID)}
	}
	own := func(id string) queryfilter.QueryFilter { return queryfilter.ByResourceIdentity(identity(id)) }
	step := func(config string, checks ...querycheck.QueryResultCheck) resource.TestStep {
		return resource.TestStep{Config: lab.fill(config), QueryResultChecks: checks}
	}
	lab.query(t,
		step(listHCL("pomerium_zero_route", "include_resource = true", `namespace_id = "<namespace>"`),
			querycheck.ExpectLength(routes, 1),
			querycheck.ExpectIdentity(routes, identity(wiki)),
			querycheck.ExpectResourceDisplayName(routes, own(wiki), exactly("wiki")),
			querycheck.ExpectResourceKnownValues(routes, own(wiki), []querycheck.KnownValueCheck{
				{Path: tfjsonpath.New("timeout"), KnownValue: exactly("90s")},
				{Path: tfjsonpath.New("prefix"), KnownValue: knownvalue.Null()},
				{Path: tfjsonpath.New("allow_spdy"), KnownValue: knownvalue.Bool(false)},
				{Path: tfjsonpath.New("policy_ids"), KnownValue: knownvalue.SetExact([]knownvalue.Check{exactly(staff)})},
			})),
		step(listHCL("pomerium_zero_route", "", ""), querycheck.ExpectLength(routes, 4)),
		step(listHCL("pomerium_zero_route", "limit = 2", ""), querycheck.ExpectLength(routes, 2)),
		step(listHCL("pomerium_zero_route", "", `namespace_id = "<root>"`), querycheck.ExpectLength(routes, 0)),
		step(listHCL("pomerium_zero_route", "", "namespace_id = \"<root>\"\n include_descendants = true"), querycheck.ExpectLength(routes, 4)),
		step(listHCL("pomerium_zero_policy", "", `organization_id = "<organization>"`),
			querycheck.ExpectLength(policies, 1), querycheck.ExpectIdentity(policies, identity(staff))),
		resource.TestStep{
			Config: lab.fill(listHCL("pomerium_zero_route", "", `namespace_id = "nowhere"`)), ExpectError: words(`has no namespace "nowhere"`),
		},
		resource.TestStep{
			Config: lab.fill(listHCL("pomerium_zero_route", "", "include_descendants = true")), ExpectError: words("must be specified when"),
		},
		resource.TestStep{
			Config: lab.fill(listHCL("pomerium_zero_policy", "", `organization_id = "nowhere"`)), ExpectError: words(`does not see organization "nowhere"`),
		},
	)
}
