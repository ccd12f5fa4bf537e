package provider

import (
	"net/http"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/pomerium-zdx/terraform-provider-pomerium/internal/apimock"
)

func TestZeroOrganization(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		config string
		quotas knownvalue.Check
		guide  bool
	}{
		"own":             {`data "pomerium_zero_organization" "this" {}`, knownvalue.NotNull(), false},
		"by id":           {`data "pomerium_zero_organization" "this" { id = "<organization>" }`, knownvalue.NotNull(), false},
		"as in the guide": {`data "pomerium_zero_organization" "this" {}`, knownvalue.Null(), true},
		"by its own name": {"data \"pomerium_zero_organization\" \"own\" {}\ndata \"pomerium_zero_organization\" \"this\" { name = data.pomerium_zero_organization.own.name }", knownvalue.NotNull(), false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			lab := newLab(t, apimock.Switches{OrganizationAsInGuide: test.guide})
			step := lab.step(test.config)
			at := func(attribute string, check knownvalue.Check) statecheck.StateCheck {
				return statecheck.ExpectKnownValue("data.pomerium_zero_organization.this", tfjsonpath.New(attribute), check)
			}
			step.ConfigStateChecks = []statecheck.StateCheck{
				at("id", knownvalue.StringExact(lab.OrganizationID)), at("name", knownvalue.NotNull()),
				at("organization_type", knownvalue.StringExact("personal")), at("role", knownvalue.NotNull()),
				at("joined_at", knownvalue.NotNull()), at("quotas", test.quotas),
			}
			lab.run(t, step)
		})
	}
}

func TestZeroOrganizationNotFound(t *testing.T) {
	t.Parallel()
	lab := newLab(t, unpaced())
	for config, message := range map[string]string{
		`data "pomerium_zero_organization" "this" { name = "Initech" }`: "No organization matches",
		`data "pomerium_zero_organization" "this" { id = "nowhere" }`:   `does not see organization "nowhere"; it sees: ` + lab.OrganizationID,
		`data "pomerium_zero_organization" "this" {
           id = "a"
           name = "b"
         }`: "cannot be specified when",
	} {
		lab.run(t, resource.TestStep{Config: lab.hcl(config), ExpectError: words(message)})
	}
}

// With two organizations and no choice nothing is guessed, and nothing is written.
func TestZeroOrganizationChoice(t *testing.T) {
	t.Parallel()
	lab := newLab(t, unpaced())
	second, _ := lab.AddOrganization("Second")
	lab.GrantUser(lab.APIUserToken, second, "admin")
	lab.refusedPlan(t, lab.hcl(policyHCL), "the API user token does not see exactly one; it sees:")
	lab.run(t,
		lab.step(fullPolicyHCL), // it names its organization
	)
	if posts := lab.Sent(http.MethodPost, policyCase.template()); len(posts) != 1 {
		t.Errorf("%d creates were sent, want 1", len(posts))
	}
}
