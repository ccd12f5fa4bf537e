package provider

import (
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfversion"
)

// call calls a function of the provider, which nobody configured. argument is a text or a list of texts.
func call(t *testing.T, name string, argument any) (string, *tfprotov6.FunctionError) {
	t.Helper()
	var value tftypes.Value
	switch argument := argument.(type) {
	case string:
		value = tftypes.NewValue(tftypes.String, argument)
	case []string:
		items := []tftypes.Value{}
		for _, item := range argument {
			items = append(items, tftypes.NewValue(tftypes.String, item))
		}
		value = tftypes.NewValue(tftypes.List{ElementType: tftypes.String}, items)
	}
	sent, err := tfprotov6.NewDynamicValue(value.Type(), value)
	if err != nil {
		t.Fatal(err)
	}
	answer, err := providerServer().CallFunction(t.Context(), &tfprotov6.CallFunctionRequest{Name: name, Arguments: []*tfprotov6.DynamicValue{&sent}})
	if err != nil {
		t.Fatal(err)
	}
	if answer.Error != nil {
		return "", answer.Error
	}
	result, err := answer.Result.Unmarshal(tftypes.String)
	if err != nil {
		t.Fatal(err)
	}
	var text string
	if err := result.As(&text); err != nil {
		t.Fatal(err)
	}
	return text, nil
}

func TestFunctions(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		function string
		argument any
		want     string
		refused  string
	}{
		"YAML":        {"ppl_normalize", "deny: {or: [user: 1.0]}\nallow: {or: [], and: [{email: {not: b, is: <a>}}]}\n", `[{"allow":{"and":[{"email":{"is":"<a>","not":"b"}}]}},{"deny":{"or":[{"user":1}]}}]`, ""},
		"JSON":        {"ppl_normalize", `{"allow":{"and":[{"domain":"acme.test"}]}}`, `[{"allow":{"and":[{"domain":"acme.test"}]}}]`, ""},
		"nothing":     {"ppl_normalize", `{}`, `[]`, ""},
		"doubtful":    {"ppl_normalize", `{"allow":{"and":[{"username":"ana"}]}}`, `[{"allow":{"and":[{"username":"ana"}]}}]`, ""},
		"grammar":     {"ppl_normalize", "allow:\n  xor: []\ndeny:\n  and: {}\n", "", "line 2, column 3"},
		"each fault":  {"ppl_normalize", "allow:\n  xor: []\ndeny:\n  and: {}\n", "", "line 4, column 8"},
		"empty":       {"ppl_normalize", "", "", "the policy is empty"},
		"emails":      {"ppl_allow_emails", []string{"ana@acme.test", "bo@acme.test"}, `{"allow":{"or":[{"email":{"is":"ana@acme.test"}},{"email":{"is":"bo@acme.test"}}]}}`, ""},
		"no emails":   {"ppl_allow_emails", []string{}, `{"allow":{"or":[]}}`, ""},
		"no address":  {"ppl_allow_emails", []string{"ana@acme.test", "acme.test"}, "", `emails[1]: "acme.test" is not a mail address`},
		"domains":     {"ppl_allow_domains", []string{"acme.test"}, `{"allow":{"or":[{"domain":{"is":"acme.test"}}]}}`, ""},
		"no domain":   {"ppl_allow_domains", []string{"@acme.test"}, "", `domains[0]: "@acme.test" is not a domain`},
		"groups":      {"ppl_allow_groups", []string{"ops & dev"}, `{"allow":{"or":[{"claim/groups":{"has":"ops & dev"}}]}}`, ""},
		"empty group": {"ppl_allow_groups", []string{""}, "", "groups[0]: a group has a name"},
		"too long":    {"ppl_allow_groups", []string{strings.Repeat("x", 2<<20)}, "", "cannot be read"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, refused := call(t, test.function, test.argument)
			switch {
			case test.refused == "":
				if refused != nil || got != test.want {
					t.Errorf("got %s, %v\nwant %s", got, refused, test.want)
				}
			case refused == nil || !strings.Contains(refused.Text, test.refused):
				t.Errorf("refused with %v, want %q", refused, test.refused)
			case refused.FunctionArgument == nil || *refused.FunctionArgument != 0:
				t.Errorf("the error is not at the argument: %v", refused)
			}
		})
	}
}

// Through the CLI: results, errors, and values that are known only after apply, also inside of a list.
func TestFunctionsInConfigurations(t *testing.T) {
	t.Parallel()
	lab := newLab(t, unpaced())
	good := resource.TestStep{
		Config: lab.hcl(`
resource "terraform_data" "later" { input = "acme.test" }
resource "pomerium_zero_policy" "this" {
  name         = "staff"
  namespace_id = "<namespace>"
  ppl          = provider::pomerium::ppl_allow_domains(["example.com", terraform_data.later.output])
}
output "normal" {
  value = provider::pomerium::ppl_normalize(yamlencode({ allow = { and = [{ email = "ana@acme.test" }] } }))
}
`),
		ConfigPlanChecks: resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{
			plancheck.ExpectResourceAction("pomerium_zero_policy.this", plancheck.ResourceActionCreate),
		}},
		ConfigStateChecks: []statecheck.StateCheck{
			statecheck.ExpectKnownOutputValue("normal", knownvalue.StringExact(`[{"allow":{"and":[{"email":"ana@acme.test"}]}}]`)),
		},
	}
	refused := func(expression, message string) resource.TestStep {
		return resource.TestStep{Config: "output \"x\" {\n value = " + expression + "\n}\n", ExpectError: words(message)}
	}
	resource.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: factories(),
		TerraformVersionChecks:   []tfversion.TerraformVersionCheck{tfversion.SkipBelow(tfversion.Version1_8_0)},
		Steps: []resource.TestStep{
			refused(`provider::pomerium::ppl_normalize("allow: {xor: []}")`, `line 1, column 9: allow has no operator "xor"`),
			refused(`provider::pomerium::ppl_allow_emails(["ana"])`, `emails[0]: "ana" is not a mail address`),
			good,
		},
	})
	if posts := lab.Sent("POST", policyCase.template()); len(posts) != 1 ||
		!strings.Contains(string(posts[0].Body), `"ppl":{"allow":{"or":[{"domain":{"is":"example.com"}},{"domain":{"is":"acme.test"}}]}}`) {
		t.Errorf("the policy was not sent as the function wrote it: %v", posts)
	}
}

// No function ships without words, example and page.
func TestFunctionsComplete(t *testing.T) {
	t.Parallel()
	answer, err := providerServer().GetProviderSchema(t.Context(), &tfprotov6.GetProviderSchemaRequest{})
	if err != nil {
		t.Fatal(err)
	}
	if len(answer.Functions) == 0 {
		t.Fatal("there are no functions")
	}
	for name, function := range answer.Functions {
		for what, text := range map[string]string{"summary": function.Summary, "description": function.Description} {
			if !strings.HasSuffix(text, ".") {
				t.Errorf("%s has no %s in a sentence: %q", name, what, text)
			}
		}
		for _, parameter := range function.Parameters {
			if !strings.HasSuffix(parameter.Description, ".") {
				t.Errorf("%s of %s is not described in a sentence: %q", parameter.Name, name, parameter.Description)
			}
		}
		requireFile(t, "examples/functions/"+name+"/function.tf")
		requireFile(t, "docs/functions/"+name+".md")
	}
}
