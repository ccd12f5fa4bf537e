package provider

import (
	"maps"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/pomerium-zdx/terraform-provider-pomerium/internal/apimock/contract"
	"github.com/pomerium-zdx/terraform-provider-pomerium/internal/pomeriumzero"
	"github.com/pomerium-zdx/terraform-provider-pomerium/internal/zdx"
)

// mirrored is a Go struct that carries an object of a contract into a schema.
type mirrored struct {
	document    []byte
	object      string // name in the contract
	goType      reflect.Type
	schema      string // resource or data source
	at          string // attribute that holds the object; "" for the top
	renamed     map[string]string
	omitted     map[string]string // member of the contract: why it is no attribute
	ownOfSchema []string          // attributes that are Terraform's own business
}

var zeroOwn = []string{"id", "organization_id", "created_at", "updated_at"}

const nested = "a nested object, which an update leaves as it is"

var mirrors = []mirrored{
	{
		document: contract.PomeriumZero(), object: "RouteProperties", goType: reflect.TypeFor[pomeriumzero.RouteProperties](),
		schema: "pomerium_zero_route", ownOfSchema: zeroOwn,
		renamed: map[string]string{"dependsOn": "depends_on_hosts"}, // depends_on is a meta-argument
		omitted: map[string]string{
			"circuitBreakerThresholds": nested, "healthCheck": nested, "mcp": nested, "redirect": nested, "response": nested,
			"rewriteResponseHeaders": nested, "sessionRecording": nested, "upstreamTunnel": nested,
		},
	},
	{
		document: contract.PomeriumZero(), object: "PolicyProperties", goType: reflect.TypeFor[pomeriumzero.PolicyProperties](),
		schema: "pomerium_zero_policy", ownOfSchema: zeroOwn,
	},
	{
		document: contract.PomeriumZero(), object: "Organization", goType: reflect.TypeFor[pomeriumzero.Organization](),
		schema: "pomerium_zero_organization",
	},
	{
		document: contract.PomeriumZero(), object: "Quotas", goType: reflect.TypeFor[pomeriumzero.Quotas](),
		schema: "pomerium_zero_organization", at: "quotas",
	},
	{
		document: contract.PomeriumZero(), object: "NamespaceWithRole", goType: reflect.TypeFor[pomeriumzero.Namespace](),
		schema: "pomerium_zero_namespace", ownOfSchema: []string{"organization_id"},
	},
	{
		document: contract.ZDX(), object: "DeepTraceStartRequest", goType: reflect.TypeFor[zdx.DeepTraceRequest](),
		schema: "zdx_deeptrace",
		omitted: map[string]string{
			"deviceid":            "the attribute device_id, which is also in the path",
			"callback_url":        "one collection of samples has it, without a meaning",
			"session_length":      "deprecated for session_length_minutes",
			"cloud_path_probe_id": "deprecated for cloudpath_probe_id",
		},
		ownOfSchema: []string{
			"id", "device_id", "triggers", "delete_data_on_destroy", "timeouts",
			"trace_id", "status", "expected_time", "created_at", "started_at", "ended_at",
		},
	},
}

// A member of the contract that is neither an attribute nor on the list of omissions fails here, and so does
// a member or an attribute that the contract does not know.
func TestStructSchemaAndContractAgree(t *testing.T) {
	t.Parallel()
	schemas := providerSchemas(t)
	for _, m := range mirrors {
		t.Run(m.object, func(t *testing.T) {
			t.Parallel()
			document, err := openapi3.NewLoader().LoadFromData(m.document)
			if err != nil {
				t.Fatal(err)
			}
			inContract := slices.Sorted(maps.Keys(document.Components.Schemas[m.object].Value.Properties))
			inStruct := map[string]string{} // JSON name: attribute
			for field := range m.goType.Fields() {
				name, _, _ := strings.Cut(field.Tag.Get("json"), ",")
				inStruct[name] = field.Tag.Get("tfsdk")
			}
			for _, name := range inContract {
				attribute, known := inStruct[name]
				_, omitted := m.omitted[name]
				switch {
				case known == omitted:
					t.Errorf("%s of the contract must be either a member of the struct or omitted with a reason", name)
				case known && attribute != m.attribute(name):
					t.Errorf("%s is the attribute %s, want %s", name, attribute, m.attribute(name))
				}
				delete(inStruct, name)
			}
			if len(inStruct) > 0 {
				t.Errorf("the contract does not know %v", slices.Sorted(maps.Keys(inStruct)))
			}
			var attributes []string
			for _, attribute := range attributesAt(schemas[m.schema], m.at) {
				if !slices.Contains(m.ownOfSchema, attribute.Name) {
					attributes = append(attributes, attribute.Name)
				}
			}
			var want []string
			for _, name := range inContract {
				if _, omitted := m.omitted[name]; !omitted {
					want = append(want, m.attribute(name))
				}
			}
			slices.Sort(attributes)
			slices.Sort(want)
			if !slices.Equal(attributes, want) {
				t.Errorf("the schema has  %v\nthe contract has %v", attributes, want)
			}
		})
	}
}

var upperRuns = regexp.MustCompile(`([a-z0-9])([A-Z])`)

// attribute is the snake_case of a member's name: tlsUpstreamServerName is tls_upstream_server_name.
func (m mirrored) attribute(member string) string {
	if name, renamed := m.renamed[member]; renamed {
		return name
	}
	return strings.ToLower(upperRuns.ReplaceAllString(member, "${1}_${2}"))
}

func attributesAt(schema *tfprotov6.Schema, at string) []*tfprotov6.SchemaAttribute {
	if at == "" {
		return schema.Block.Attributes
	}
	for _, attribute := range schema.Block.Attributes {
		if attribute.Name == at {
			return attribute.NestedType.Attributes
		}
	}
	return nil
}
