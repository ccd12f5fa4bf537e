package main

import (
	"context"
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// stubServer answers the two calls that a schema takes; any other call would be a mistake and panics.
type stubServer struct {
	tfprotov6.ProviderServer
	schema     tfprotov6.GetProviderSchemaResponse
	identities tfprotov6.GetResourceIdentitySchemasResponse
}

func (s *stubServer) GetProviderSchema(context.Context, *tfprotov6.GetProviderSchemaRequest) (*tfprotov6.GetProviderSchemaResponse, error) {
	return &s.schema, nil
}

func (s *stubServer) GetResourceIdentitySchemas(context.Context, *tfprotov6.GetResourceIdentitySchemasRequest) (*tfprotov6.GetResourceIdentitySchemasResponse, error) {
	return &s.identities, nil
}

func block(attributes ...*tfprotov6.SchemaAttribute) *tfprotov6.SchemaBlock {
	return &tfprotov6.SchemaBlock{Attributes: attributes, Description: "A *thing*.", DescriptionKind: tfprotov6.StringKindMarkdown}
}

// exampleServer serves one of each kind, under both prefixes.
func exampleServer() *stubServer {
	thing := &tfprotov6.Schema{Version: 3, Block: block(
		&tfprotov6.SchemaAttribute{Name: "names", Type: tftypes.Set{ElementType: tftypes.String}, Optional: true, Sensitive: true},
		&tfprotov6.SchemaAttribute{Name: "inner", Computed: true, NestedType: &tfprotov6.SchemaObject{
			Nesting:    tfprotov6.SchemaObjectNestingModeList,
			Attributes: []*tfprotov6.SchemaAttribute{{Name: "count", Type: tftypes.Number, Required: true, WriteOnly: true, Deprecated: true}},
		}},
	)}
	thing.Block.BlockTypes = []*tfprotov6.SchemaNestedBlock{{
		TypeName: "rule", Nesting: tfprotov6.SchemaNestedBlockNestingModeSet, MinItems: 1, MaxItems: 2, Block: block(),
	}}
	return &stubServer{
		schema: tfprotov6.GetProviderSchemaResponse{
			Provider:          &tfprotov6.Schema{Block: block()},
			ResourceSchemas:   map[string]*tfprotov6.Schema{"pomerium_zero_route": thing, "zdx_deeptrace": {Block: block()}},
			DataSourceSchemas: map[string]*tfprotov6.Schema{"zdx_devices": {Block: block()}},
			ActionSchemas:     map[string]*tfprotov6.ActionSchema{"zdx_start": {Schema: &tfprotov6.Schema{Block: block()}}},
			Functions: map[string]*tfprotov6.Function{"ppl_check": {
				Summary:    "Checks.",
				Return:     &tfprotov6.FunctionReturn{Type: tftypes.Bool},
				Parameters: []*tfprotov6.FunctionParameter{{Name: "text", Type: tftypes.String, AllowNullValue: true, Description: "PPL."}},
			}},
		},
		identities: tfprotov6.GetResourceIdentitySchemasResponse{IdentitySchemas: map[string]*tfprotov6.ResourceIdentitySchema{
			"zdx_deeptrace": {Version: 1, IdentityAttributes: []*tfprotov6.ResourceIdentitySchemaAttribute{
				{Name: "id", Type: tftypes.String, RequiredForImport: true, Description: "Its ID."},
			}},
		}},
	}
}

func TestReadSchemaWritesTheDocumentedFormat(t *testing.T) {
	t.Parallel()
	schema, err := readSchema(t.Context(), exampleServer())
	if err != nil {
		t.Fatal(err)
	}
	const emptyBlock = `{"attributes": {}, "block_types": {}, "description": "A *thing*.", "description_kind": "markdown", "deprecated": false}`
	for name, test := range map[string]struct {
		got  any
		want string
	}{
		"resource": {schema.kinds["resource_schemas"]["pomerium_zero_route"], `{"version": 3, "block": {
			"description": "A *thing*.", "description_kind": "markdown", "deprecated": false,
			"attributes": {
				"names": {"type": ["set", "string"], "description": "", "description_kind": "plain", "required": false,
					"optional": true, "computed": false, "sensitive": true, "write_only": false, "deprecated": false},
				"inner": {"description": "", "description_kind": "plain", "required": false,
					"optional": false, "computed": true, "sensitive": false, "write_only": false, "deprecated": false,
					"nested_type": {"nesting_mode": "list", "attributes": {
						"count": {"type": "number", "description": "", "description_kind": "plain", "required": true,
							"optional": false, "computed": false, "sensitive": false, "write_only": true, "deprecated": true}}}}},
			"block_types": {"rule": {"nesting_mode": "set", "min_items": 1, "max_items": 2, "block": ` + emptyBlock + `}}}}`},
		"action": {schema.kinds["action_schemas"]["zdx_start"], `{"block": ` + emptyBlock + `}`},
		"function": {schema.kinds["functions"]["ppl_check"], `{"summary": "Checks.", "description": "", "deprecation_message": "",
			"return_type": "bool", "parameters": [{"name": "text", "type": "string", "is_nullable": true, "description": "PPL."}]}`},
		"identity": {schema.kinds["resource_identity_schemas"]["zdx_deeptrace"], `{"version": 1, "attributes": {
			"id": {"type": "string", "description": "Its ID.", "required_for_import": true, "optional_for_import": false}}}`},
	} {
		text, err := json.Marshal(test.got)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(decode(t, test.want), decode(t, string(text))); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

func TestOnlySplitsByPrefix(t *testing.T) {
	t.Parallel()
	schema, err := readSchema(t.Context(), exampleServer())
	if err != nil {
		t.Fatal(err)
	}
	for prefix, want := range map[string]map[string][]string{
		"pomerium": {"resource_schemas": {"pomerium_zero_route"}, "functions": {"ppl_check"}},
		"zdx": {
			"resource_schemas": {"zdx_deeptrace"}, "data_source_schemas": {"zdx_devices"},
			"action_schemas": {"zdx_start"}, "resource_identity_schemas": {"zdx_deeptrace"},
		},
	} {
		got := map[string][]string{}
		for kind, schemas := range schema.only(prefix) {
			if kind == "provider" {
				continue
			}
			for name := range schemas.(object) { //nolint:errcheck // a wrong type should panic
				got[kind] = append(got[kind], name)
			}
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", prefix, diff)
		}
	}
}

func TestCheckPrefixesRefusesAThirdOne(t *testing.T) {
	t.Parallel()
	server := exampleServer()
	schema, err := readSchema(t.Context(), server)
	if err != nil {
		t.Fatal(err)
	}
	if err := schema.checkPrefixes(); err != nil {
		t.Errorf("both known prefixes: %v", err)
	}
	server.schema.DataSourceSchemas["other_thing"] = &tfprotov6.Schema{Block: block()}
	if schema, err = readSchema(t.Context(), server); err != nil {
		t.Fatal(err)
	}
	if err := schema.checkPrefixes(); err == nil || !strings.Contains(err.Error(), "other_thing") {
		t.Errorf("a third prefix: got %v, want an error that names other_thing", err)
	}
}

func TestReadSchemaReportsTheProvidersErrors(t *testing.T) {
	t.Parallel()
	server := exampleServer()
	server.schema.Diagnostics = []*tfprotov6.Diagnostic{
		{Severity: tfprotov6.DiagnosticSeverityWarning, Summary: "only a warning"},
	}
	if _, err := readSchema(t.Context(), server); err != nil {
		t.Errorf("a warning: %v", err)
	}
	server.identities.Diagnostics = []*tfprotov6.Diagnostic{
		{Severity: tfprotov6.DiagnosticSeverityError, Summary: "Bad identity", Detail: "no attributes"},
	}
	if _, err := readSchema(t.Context(), server); err == nil || err.Error() != "Bad identity: no attributes" {
		t.Errorf("an error: got %v", err)
	}
}

func decode(t *testing.T, text string) any {
	t.Helper()
	var value any
	if err := json.Unmarshal([]byte(text), &value); err != nil {
		t.Fatalf("%v in %s", err, text)
	}
	return value
}
