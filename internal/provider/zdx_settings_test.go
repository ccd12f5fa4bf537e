package provider

import (
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// zdxObject is a zdx object of the provider block that sets the limit only.
func zdxObject(t *testing.T, limit types.Int64) types.Object {
	t.Helper()
	values, kinds := map[string]attr.Value{}, map[string]attr.Type{}
	for name, attribute := range zdxSettingsSchema() {
		kinds[name] = attribute.GetType()
		null, err := kinds[name].ValueFromTerraform(t.Context(), tftypes.NewValue(kinds[name].TerraformType(t.Context()), nil))
		if err != nil {
			t.Fatal(err)
		}
		values[name] = null
	}
	values["requests_per_minute"] = limit
	return types.ObjectValueMust(kinds, values)
}

// readLimit reads a zdx object as Configure does.
func readLimit(t *testing.T, object types.Object) (limit int, s *settings) {
	t.Helper()
	var values zdxSettings
	s = readSettings(t.Context(), zdxSettingsPath, object, &values, &diag.Diagnostics{})
	limit = zdxConfig(values, s, clientOptions{}).RequestsPerMinute
	return limit, s
}

func TestZDXSettingsRequestsPerMinute(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		limit   types.Int64
		want    int
		unknown bool
	}{
		"a tier":             {types.Int64Value(60), 60, false},
		"the least":          {types.Int64Value(1), 1, false},
		"beyond 32 bits":     {types.Int64Value(1 << 40), 1<<31 - 1, false},
		"left out":           {types.Int64Null(), 0, false},
		"not known as yet":   {types.Int64Unknown(), 0, true},
		"without the object": {want: 0},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			object := zdxObject(t, test.limit)
			if name == "without the object" {
				object = types.ObjectNull(object.AttributeTypes(t.Context()))
			}
			limit, s := readLimit(t, object)
			if limit != test.want || s.unknown != test.unknown || s.diags.HasError() || s.problem != "" {
				t.Errorf("limit %d, unknown %t, %v %s; want %d, %t", limit, s.unknown, s.diags, s.problem, test.want, test.unknown)
			}
		})
	}
}

// TestZDXSettingsValidated refuses a limit of less than 1 when the configuration is validated.
func TestZDXSettingsValidated(t *testing.T) {
	t.Parallel()
	for limit, refused := range map[int]bool{-1: true, 0: true, 1: false, 180: false} {
		server := providerServer()
		schemas, err := server.GetProviderSchema(t.Context(), &tfprotov6.GetProviderSchemaRequest{})
		if err != nil {
			t.Fatal(err)
		}
		block := tfValue(t, schemas.Provider.ValueType(), map[string]any{
			"zdx": map[string]any{"key_id": "the-key-id", "key_secret": "the-key-secret", "requests_per_minute": limit},
		})
		config, err := tfprotov6.NewDynamicValue(block.Type(), block)
		if err != nil {
			t.Fatal(err)
		}
		answer, err := server.ValidateProviderConfig(t.Context(), &tfprotov6.ValidateProviderConfigRequest{Config: &config})
		if err != nil {
			t.Fatal(err)
		}
		if !refused {
			if len(answer.Diagnostics) > 0 {
				t.Errorf("%d is refused:\n%s", limit, listed(answer.Diagnostics))
			}
			continue
		}
		const at = `AttributeName("zdx").AttributeName("requests_per_minute")`
		if len(answer.Diagnostics) != 1 || answer.Diagnostics[0].Attribute.String() != at || !strings.Contains(answer.Diagnostics[0].Detail, "at least 1") {
			t.Errorf("%d gets\n%s\nnot one error at %s that says at least 1", limit, listed(answer.Diagnostics), at)
		}
	}
}

// TestZDXSettingsEnvironment reads the limit from the environment where HCL has none.
func TestZDXSettingsEnvironment(t *testing.T) {
	t.Setenv(envZDXRate, "120")
	empty, set := zdxObject(t, types.Int64Null()), zdxObject(t, types.Int64Value(30))
	if limit, s := readLimit(t, empty); limit != 120 || s.diags.HasError() {
		t.Errorf("of 120 in the environment %d is left, %v", limit, s.diags)
	}
	if limit, _ := readLimit(t, set); limit != 30 {
		t.Errorf("30 in HCL and 120 in the environment make %d", limit)
	}
	const message = "The environment variable ZDX_REQUESTS_PER_MINUTE must be a whole number of at least 1."
	for _, text := range []string{"0", "-3", "many", "1.5", "99999999999999999999", "6e1"} {
		t.Setenv(envZDXRate, text)
		limit, s := readLimit(t, empty)
		if limit != 0 || s.diags.ErrorsCount() != 1 || s.diags.Errors()[0].Detail() != message {
			t.Errorf("%q beside a zdx object makes %d, %v", text, limit, s.diags)
		}
		// Without a zdx object the variable may be another tool's: it is a fault when a block needs ZDX.
		limit, s = readLimit(t, types.ObjectNull(empty.AttributeTypes(t.Context())))
		if limit != 0 || s.diags.HasError() || !strings.HasSuffix(s.problem, message) {
			t.Errorf("%q without a zdx object makes %d, %v, %q", text, limit, s.diags, s.problem)
		}
		if limit, s := readLimit(t, set); limit != 30 || s.diags.HasError() {
			t.Errorf("%q stands in for 30 in HCL: %d, %v", text, limit, s.diags)
		}
	}
}
