package provider

import (
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"
)

func TestZeroNamespace(t *testing.T) {
	t.Parallel()
	for name, arguments := range map[string]string{
		"by id":              `id = "<namespace>"`,
		"by type":            `type = "cluster"`,
		"by type and parent": "type = \"cluster\"\n parent_id = \"<root>\"\n organization_id = \"<organization>\"",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			lab := newLab(t, unpaced())
			step := lab.step(`data "pomerium_zero_namespace" "this" {` + "\n" + arguments + "\n}")
			at := func(attribute string, check knownvalue.Check) statecheck.StateCheck {
				return statecheck.ExpectKnownValue("data.pomerium_zero_namespace.this", tfjsonpath.New(attribute), check)
			}
			step.ConfigStateChecks = []statecheck.StateCheck{
				at("id", knownvalue.StringExact(lab.ClusterNamespaceID)), at("type", knownvalue.StringExact("cluster")),
				at("parent_id", knownvalue.StringExact(lab.RootNamespaceID)), at("organization_id", knownvalue.StringExact(lab.OrganizationID)),
				at("name", knownvalue.NotNull()), at("role", knownvalue.NotNull()), at("created_at", knownvalue.NotNull()),
			}
			lab.run(t, step)
		})
	}
}

// Without exactly one match the error lists the candidates.
func TestZeroNamespaceCandidates(t *testing.T) {
	t.Parallel()
	lab := newLab(t, unpaced())
	east := lab.AddNamespace(lab.OrganizationID, "east", "cluster", lab.RootNamespaceID)
	for arguments, message := range map[string]string{
		`type = "cluster"`: "2 namespaces match",
		`name = "west"`:    east + " (east, type cluster)",
		`type = "regular"`: "No namespace matches",
		`type = "other"`:   "value must be one of",
		``:                 "At least one of these attributes must be configured",
	} {
		lab.run(t, resource.TestStep{
			Config: lab.hcl(`data "pomerium_zero_namespace" "this" {` + "\n" + arguments + "\n}"), ExpectError: words(message),
		})
	}
}
