package provider

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"
)

const documentType = "pomerium_zero_policy_document"

// unknownText stands for an unknown value in the arguments of askDocument.
const unknownText = "<unknown>"

// askDocument asks the provider, which nobody configured, for a document: arguments are JSON. It returns the problems of
// the validation and, if there is no error, the document.
func askDocument(t *testing.T, arguments string) (document string, problems []*tfprotov6.Diagnostic) {
	t.Helper()
	server := providerServer()
	schemas, err := server.GetProviderSchema(t.Context(), &tfprotov6.GetProviderSchemaRequest{})
	if err != nil {
		t.Fatal(err)
	}
	var values map[string]any
	if err := json.Unmarshal([]byte(arguments), &values); err != nil {
		t.Fatal(err)
	}
	typ := schemas.DataSourceSchemas[documentType].ValueType()
	config, err := tfprotov6.NewDynamicValue(typ, documentValue(t, typ, values))
	if err != nil {
		t.Fatal(err)
	}
	judged, err := server.ValidateDataResourceConfig(t.Context(), &tfprotov6.ValidateDataResourceConfigRequest{TypeName: documentType, Config: &config})
	if err != nil {
		t.Fatal(err)
	}
	if slices.ContainsFunc(judged.Diagnostics, isErrorDiagnostic) || strings.Contains(arguments, unknownText) {
		return "", judged.Diagnostics
	}
	read, err := server.ReadDataSource(t.Context(), &tfprotov6.ReadDataSourceRequest{TypeName: documentType, Config: &config})
	if err != nil {
		t.Fatal(err)
	}
	if len(read.Diagnostics) > 0 {
		t.Fatalf("reading a valid document says:\n%s", listed(read.Diagnostics))
	}
	state, err := read.State.Unmarshal(typ)
	if err != nil {
		t.Fatal(err)
	}
	var attributes map[string]tftypes.Value
	if err := state.As(&attributes); err != nil {
		t.Fatal(err)
	}
	if err := attributes["json"].As(&document); err != nil {
		t.Fatal(err)
	}
	return document, judged.Diagnostics
}

func isErrorDiagnostic(d *tfprotov6.Diagnostic) bool {
	return d.Severity == tfprotov6.DiagnosticSeverityError
}

// documentValue makes a Terraform value of decoded JSON; what is left out is null.
func documentValue(t *testing.T, typ tftypes.Type, value any) tftypes.Value {
	t.Helper()
	if value == unknownText {
		return tftypes.NewValue(typ, tftypes.UnknownValue)
	}
	switch value := value.(type) {
	case []any:
		list, ok := typ.(tftypes.List)
		if !ok {
			t.Fatalf("%s takes no list", typ)
		}
		items := []tftypes.Value{}
		for _, item := range value {
			items = append(items, documentValue(t, list.ElementType, item))
		}
		return tftypes.NewValue(typ, items)
	case map[string]any:
		object, ok := typ.(tftypes.Object)
		if !ok {
			t.Fatalf("%s takes no object", typ)
		}
		members := map[string]tftypes.Value{}
		for name, member := range object.AttributeTypes {
			members[name] = documentValue(t, member, value[name])
		}
		for name := range value {
			if _, known := members[name]; !known {
				t.Fatalf("there is no attribute %s", name)
			}
		}
		return tftypes.NewValue(typ, members)
	}
	return tftypes.NewValue(typ, value)
}

// Rules stay in their order: source documents, allow, deny. What is empty is left out, and text is escaped as little as
// it must be.
func TestZeroPolicyDocumentRules(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct{ arguments, want string }{
		"nothing":     {`{}`, `[]`},
		"no rules":    {`{"allow":[],"deny":[],"source_documents":[]}`, `[]`},
		"empty rules": {`{"allow":[{},{"and":[]}],"source_documents":["{}","[]"]}`, `[{}]`},
		"order": {
			`{"deny":[{"not":[{"reject":true}]}],"allow":[{"or":[{"user":{"is":"1"}},{"user":{"is":"2"}}]},{"nor":[{"user":{"is":"3"}}]}]}`,
			`[{"allow":{"or":[{"user":{"is":"1"}},{"user":{"is":"2"}}]}},{"allow":{"nor":[{"user":{"is":"3"}}]}},{"deny":{"not":[{"reject":true}]}}]`,
		},
		"escapes": {`{"allow":[{"and":[{"http_path":{"is":"/a<b>&\"c\"\né"}}]}]}`, `[{"allow":{"and":[{"http_path":{"is":"/a<b>&\"c\"\né"}}]}}]`},
		"merged": {
			`{"source_documents":["allow: {or: [email: ana@acme.test]}\ndeny: {or: [user: \"7\"]}", "[{\"allow\":{\"and\":[{\"user\":9007199254740993}]}}, {\"deny\":{}}]"],
			  "allow":[{"and":[{"accept":true}]}]}`,
			`[{"allow":{"or":[{"email":"ana@acme.test"}]},"deny":{"or":[{"user":"7"}]}},{"allow":{"and":[{"user":9007199254740993}]}},{"deny":{}},` +
				`{"allow":{"and":[{"accept":true}]}}]`,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			document, problems := askDocument(t, test.arguments)
			if diff := cmp.Diff(test.want, document); diff != "" {
				t.Errorf("-want +got\n%s\n%s", diff, listed(problems))
			}
		})
	}
}

// What is wrong is told at its place, once.
func TestZeroPolicyDocumentFaults(t *testing.T) {
	t.Parallel()
	const isError, isWarning = tfprotov6.DiagnosticSeverityError, tfprotov6.DiagnosticSeverityWarning
	at := func(steps ...any) string {
		place := tftypes.NewAttributePath()
		for _, step := range steps {
			switch step := step.(type) {
			case int:
				place = place.WithElementKeyInt(step)
			default:
				place = place.WithAttributeName(fmt.Sprint(step))
			}
		}
		return place.String()
	}
	for name, test := range map[string]struct {
		arguments string
		severity  tfprotov6.DiagnosticSeverity
		place     string
		message   string
	}{
		"two criteria": {
			`{"allow":[{},{"and":[{"accept":true},{"email":{"is":"a"},"domain":{"is":"b"}}]}]}`,
			isError, at("allow", 1, "and", 1, "email"), "This one has domain, email",
		},
		"two criteria, one of them unknown inside": {
			`{"allow":[{"and":[{"email":{"is":"<unknown>"},"domain":{"is":"<unknown>"},"user":"<unknown>"}]}]}`,
			isError, at("allow", 0, "and", 0, "email"), "This one has domain, email",
		},
		"no criterion":   {`{"deny":[{"nor":[{}]}]}`, isError, at("deny", 0, "nor", 0), "This one has none"},
		"null criterion": {`{"deny":[{"nor":[null]}]}`, isError, at("deny", 0, "nor", 0), "This one has none"},
		"null rule":      {`{"deny":[null]}`, isError, at("deny", 0), "Null is no rule"},
		"flag that is off": {
			`{"allow":[{"or":[{"accept":false}]}]}`, isError, at("allow", 0, "or", 0, "accept"), "false would mean the same as true",
		},
		"matcher without operators": {
			`{"allow":[{"or":[{"email":{}}]}]}`, isError, at("allow", 0, "or", 0, "email"), "Without any of contains, ends_with, in, is",
		},
		"claim without an operator": {
			`{"allow":[{"or":[{"claim":{"path":"groups"}}]}]}`, isError, at("allow", 0, "or", 0, "claim"), "Without any of exclude, has, is this",
		},
		"claim without a name": {
			`{"allow":[{"or":[{"claim":{"path":"","has":"x"}}]}]}`, isError, at("allow", 0, "or", 0, "claim", "path"), "at least 1",
		},
		"time without a zone": {
			`{"allow":[{"or":[{"time_of_day":{"timezone":"","after":"9 AM"}}]}]}`, isError, at("allow", 0, "or", 0, "time_of_day", "timezone"), "at least 1",
		},
		"time without a time": {
			`{"allow":[{"or":[{"time_of_day":{"timezone":"UTC"}}]}]}`, isError, at("allow", 0, "or", 0, "time_of_day"), "Without any of after, before",
		},
		"name of a certificate without operators": {
			`{"allow":[{"or":[{"client_certificate":{"san_dns":{}}}]}]}`, isError, at("allow", 0, "or", 0, "client_certificate", "san_dns"), "Without any of contains",
		},
		"grammar of a source": {
			`{"source_documents":["{}","allow:\n  xor: []\n"]}`, isError, at("source_documents", 1), "line 2, column 3",
		},
		"null source":     {`{"source_documents":[null]}`, isError, at("source_documents", 0), "the policy is empty"},
		"doubtful source": {`{"source_documents":["allow: {or: [username: ana]}"]}`, isWarning, at("source_documents", 0), `did you mean "user"?`},
		"groups joined by OR": {
			`{"allow":[{"and":[{"domain":{"is":"acme.test"}}],"not":"<unknown>","or":[{"email":{"is":"<unknown>"}}]}]}`,
			isWarning, at("allow", 0, "or"), "joined by OR",
		},
		"address": {
			`{"deny":[{"not":[{"source_ip":["10.0.0.1","10.0.0.256"]}]}]}`, isWarning, at("deny", 0, "not", 0, "source_ip", 1), "neither an IP address",
		},
		"null in a list": {`{"allow":[{"or":[{"email":{"in":["a",null]}}]}]}`, isWarning, at("allow", 0, "or", 0, "email", "in", 1), "is null"},
		"fingerprint": {
			`{"allow":[{"or":[{"client_certificate":{"fingerprint":["AB:CD"]}}]}]}`,
			isWarning, at("allow", 0, "or", 0, "client_certificate", "fingerprint", 0), "no SHA-256 fingerprint",
		},
		"key":       {`{"allow":[{"or":[{"ssh_ca":["no key"]}]}]}`, isWarning, at("allow", 0, "or", 0, "ssh_ca", 0), "no SSH public key"},
		"date":      {`{"allow":[{"or":[{"date":{"after":"tomorrow"}}]}]}`, isWarning, at("allow", 0, "or", 0, "date", "after"), "ISO 8601"},
		"day":       {`{"allow":[{"or":[{"day_of_week":"funday"}]}]}`, isWarning, at("allow", 0, "or", 0, "day_of_week"), "a list of days"},
		"time zone": {`{"allow":[{"or":[{"time_of_day":{"timezone":"Lisbon","after":"9 AM"}}]}]}`, isWarning, at("allow", 0, "or", 0, "time_of_day", "timezone"), "IANA"},
		"deep claim": {
			`{"allow":[{"or":[{"claim":{"path":"a/b/c/d/e/f g","has":"x"}}]}]}`, isWarning, at("allow", 0, "or", 0, "claim"), "has 6 steps",
		},
		"groups of Enterprise": {`{"allow":[{"or":[{"groups":{"has":"x"}}]}]}`, isWarning, at("allow", 0, "or", 0, "groups"), "documented for Pomerium Enterprise only"},
		"MCP tool under allow": {`{"allow":[{"or":[{"mcp_tool":{"is":"x"}}]}]}`, isWarning, at("allow", 0, "or", 0, "mcp_tool"), "use it under deny"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, problems := askDocument(t, test.arguments)
			if len(problems) != 1 || problems[0].Severity != test.severity || problems[0].Attribute.String() != test.place ||
				!strings.Contains(problems[0].Summary+": "+problems[0].Detail, test.message) {
				t.Errorf("got\n%s\nwant %s at %s: %s", listed(problems), test.severity, test.place, test.message)
			}
		})
	}
}

// While a value is unknown nothing is said about it, at any depth.
func TestZeroPolicyDocumentUnknown(t *testing.T) {
	t.Parallel()
	for _, arguments := range []string{
		`{"allow":"<unknown>","deny":"<unknown>","source_documents":"<unknown>"}`,
		`{"allow":["<unknown>"],"source_documents":["<unknown>"]}`,
		`{"allow":[{"and":"<unknown>","or":"<unknown>"}]}`,
		`{"allow":[{"and":["<unknown>"]}]}`,
		`{"allow":[{"and":[{"email":"<unknown>"}]}]}`,
		`{"allow":[{"and":[{"email":"<unknown>","domain":{"is":"acme.test"}}]}]}`,
		`{"allow":[{"and":[{"email":{"is":"<unknown>"}}]}]}`,
		`{"allow":[{"and":[{"accept":"<unknown>"}]}]}`,
		`{"allow":[{"and":[{"source_ip":["10.0.0.256","<unknown>"]},{"claim":{"path":"<unknown>","has":"x"}}]}]}`,
		`{"allow":[{"and":[{"client_certificate":{"san_dns":"<unknown>"}},{"client_certificate":{"san_dns":{"in":"<unknown>"}}}]}]}`,
	} {
		if _, problems := askDocument(t, arguments); len(problems) > 0 {
			t.Errorf("%s: %s", arguments, listed(problems))
		}
	}
}

const staffDocumentHCL = `
data "pomerium_zero_policy_document" "staff" {
  allow = [
    { and = [{ domain = { is = "acme.test" } }, { http_method = { in = ["GET", "HEAD"] } }] },
    { or = [for group in ["ops", "dba"] : { claim = { path = "groups", has = group } }] },
  ]
  deny = [{ not = [{ source_ip = ["192.0.2.0/24"] }] }]
}
`

// A document and a policy written by hand take each other's place without a change, and what was written first stays.
func TestZeroPolicyDocumentInPolicy(t *testing.T) {
	t.Parallel()
	policy := func(text string) string {
		return `
resource "pomerium_zero_policy" "this" {
  name         = "staff"
  namespace_id = "<namespace>"
  ppl          = ` + text + "\n}\n"
	}
	const byHand = `<<-EOT
    # A rule with both actions.
    - allow:
        and:
          - domain: {is: acme.test}
          - http_method: {in: [GET, HEAD]}
        nor: []
    - deny:
        not: [source_ip: [192.0.2.0/24]]
      allow:
        or:
          - claim/groups: {has: ops}
          - claim/groups: {has: dba}
  EOT
`
	const document = staffDocumentHCL + `
data "pomerium_zero_policy_document" "merged" {
  source_documents = [data.pomerium_zero_policy_document.staff.json]
}
`
	fromDocument := policy("data.pomerium_zero_policy_document.merged.json") + document
	for name, steps := range map[string][2]string{
		"by hand first":  {policy(byHand), fromDocument},
		"document first": {fromDocument, policy(byHand)},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			lab := newLab(t, unpaced())
			second := lab.step(steps[1])
			second.ConfigPlanChecks = resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{
				plancheck.ExpectResourceAction("pomerium_zero_policy.this", plancheck.ResourceActionNoop),
			}}
			lab.run(t, lab.step(steps[0]), second)
			if writes := len(lab.Sent("POST", policyCase.template())) + len(lab.Sent("PUT", policyCase.item())); writes != 1 {
				t.Errorf("%d writes were sent, want the create alone", writes)
			}
		})
	}
}

// Values of other resources reach the document when they are known, and faults of theirs are told then.
func TestZeroPolicyDocumentKnownAfterApply(t *testing.T) {
	t.Parallel()
	lab := newLab(t, unpaced())
	config := func(domain string) string {
		return `
resource "terraform_data" "later" { input = "` + domain + `" }
data "pomerium_zero_policy_document" "this" {
  source_documents = ["allow: {and: [{email: {is: '${terraform_data.later.output}'}}]}"]
  allow            = [{ and = [{ domain = { is = terraform_data.later.output } }] }]
}
resource "pomerium_zero_policy" "this" {
  name         = "later"
  namespace_id = "<namespace>"
  ppl          = data.pomerium_zero_policy_document.this.json
}
`
	}
	step := lab.step(config("acme.test"))
	step.ConfigStateChecks = []statecheck.StateCheck{statecheck.ExpectKnownValue("pomerium_zero_policy.this", tfjsonpath.New("ppl"),
		knownvalue.StringExact(`[{"allow":{"and":[{"email":{"is":"acme.test"}}]}},{"allow":{"and":[{"domain":{"is":"acme.test"}}]}}]`))}
	broken := lab.step(config("o'clock"))
	broken.ExpectError = words("Policy cannot be read")
	lab.run(t, step, broken)
}

// A document needs neither credentials nor a service.
func TestZeroPolicyDocumentOffline(t *testing.T) {
	t.Parallel()
	lab := newLab(t, unpaced())
	lab.run(t, resource.TestStep{Config: staffDocumentHCL, ConfigStateChecks: []statecheck.StateCheck{
		statecheck.ExpectKnownValue("data.pomerium_zero_policy_document.staff", tfjsonpath.New("json"), knownvalue.StringExact(
			`[{"allow":{"and":[{"domain":{"is":"acme.test"}},{"http_method":{"in":["GET","HEAD"]}}]}},`+
				`{"allow":{"or":[{"claim/groups":{"has":"ops"}},{"claim/groups":{"has":"dba"}}]}},{"deny":{"not":[{"source_ip":["192.0.2.0/24"]}]}}]`)),
	}})
	if requests := lab.Journal(); len(requests) > 0 {
		t.Errorf("%d requests were sent", len(requests))
	}
}
