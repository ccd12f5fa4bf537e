package provider

import (
	"encoding/json"
	"net/http"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/pomerium-zdx/terraform-provider-pomerium/internal/apimock"
)

const policyHCL = `
resource "pomerium_zero_policy" "this" {
  name         = "first"
  namespace_id = "<namespace>"
  ppl          = <<-EOT
    allow:
      and:
        - domain: {is: acme.test}
  EOT
}
`

const fullPolicyHCL = `
resource "pomerium_zero_policy" "this" {
  name            = "second"
  namespace_id    = "<namespace>"
  organization_id = "<organization>"
  ppl             = jsonencode([{ allow = { or = [{ email = "ana@acme.test" }, { "claim/groups" = "ops" }] } }])
  description     = "Staff <only> & \"friends\""
  explanation     = "You are not on the list."
  remediation     = "Ask for access."
  enforced        = true
  originator_id   = "terraform"
}
`

var policyCase = zeroCase{
	typeName: "pomerium_zero_policy", kind: "policies", minimal: policyHCL, full: fullPolicyHCL,
	moved: `
resource "pomerium_zero_policy" "this" {
  name         = "first"
  namespace_id = "<root>"
  ppl          = "{}"
}
`,
	drift:   func(object map[string]any) { object["explanation"] = "changed in the console" },
	drifted: "explanation",
	unknown: `
resource "terraform_data" "later" { input = "acme.test" }
resource "pomerium_zero_policy" "this" {
  name         = "first-${terraform_data.later.output}"
  namespace_id = "<namespace>"
  ppl          = jsonencode({ allow = { and = [{ domain = terraform_data.later.output }] } })
}
`,
}

func TestZeroPolicy(t *testing.T) {
	t.Parallel()
	policyCase.test(t)
	refusals(t, "pomerium_zero_policy", map[string]any{"name": "first", "namespace_id": "n", "ppl": "{}"}, map[string]refusal{
		"grammar of YAML": {map[string]any{"ppl": "allow:\n  xor:\n    - domain: acme.test\n"}, `AttributeName("ppl")`, "line 2, column 3"},
		"grammar of JSON": {map[string]any{"ppl": `{"Allow":{"and":[{"authenticated_user":true}]}}`}, `AttributeName("ppl")`, "line 1, column 2"},
		"no policy":       {map[string]any{"ppl": ""}, `AttributeName("ppl")`, "Policy cannot be read"},
		"empty name":      {map[string]any{"name": ""}, `AttributeName("name")`, "length must be at least 1"},
	})
}

// A policy is sent as a JSON value in the form it was written in, never as text, and with all its texts.
func TestZeroPolicySent(t *testing.T) {
	t.Parallel()
	lab := newLab(t, unpaced())
	lab.run(t, lab.step(policyHCL), lab.step(fullPolicyHCL))
	post, put := lab.Sent(http.MethodPost, policyCase.template()), lab.Sent(http.MethodPut, policyCase.item())
	if len(post) != 1 || len(put) != 1 {
		t.Fatalf("%d creates and %d updates were sent, want one of each", len(post), len(put))
	}
	want := map[string]string{
		string(post[0].Body): `{"description":"","enforced":false,"explanation":"","name":"first","namespaceId":"` + lab.ClusterNamespaceID +
			`","ppl":{"allow":{"and":[{"domain":{"is":"acme.test"}}]}},"remediation":""}`,
		string(put[0].Body): `{"description":"Staff <only> & \"friends\"","enforced":true,"explanation":"You are not on the list.","name":"second",` +
			`"namespaceId":"` + lab.ClusterNamespaceID + `","originatorId":"terraform",` +
			`"ppl":[{"allow":{"or":[{"email":"ana@acme.test"},{"claim/groups":"ops"}]}}],"remediation":"Ask for access."}`,
	}
	for sent, wanted := range want {
		if !sameJSON(t, sent, wanted) {
			t.Errorf("sent    %s\nwant %s", sent, wanted)
		}
	}
}

func sameJSON(t *testing.T, a, b string) bool {
	t.Helper()
	var left, right any
	if err := json.Unmarshal([]byte(a), &left); err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal([]byte(b), &right); err != nil {
		t.Fatal(err)
	}
	leftText, _ := json.Marshal(left)   //nolint:errchkjson // it was just decoded
	rightText, _ := json.Marshal(right) //nolint:errchkjson // it was just decoded
	return string(leftText) == string(rightText)
}

// The same policy in YAML, in JSON and as the service rewrites it is no difference, and what the user wrote
// first stays in the state.
func TestZeroPolicySpellings(t *testing.T) {
	t.Parallel()
	lab := newLab(t, apimock.Switches{PPLRewritten: true})
	inJSON := lab.step(`
resource "pomerium_zero_policy" "this" {
  name         = "first"
  namespace_id = "<namespace>"
  ppl          = jsonencode([{ allow = { and = [{ domain = { is = "acme.test" } }] } }])
}
`)
	inJSON.ConfigPlanChecks = resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{plancheck.ExpectEmptyPlan()}}
	inJSON.ConfigStateChecks = []statecheck.StateCheck{statecheck.ExpectKnownValue("pomerium_zero_policy.this", tfjsonpath.New("ppl"),
		knownvalue.StringExact("allow:\n  and:\n    - domain: {is: acme.test}\n"))}
	lab.run(t, lab.step(policyHCL), inJSON)
}
