package provider

import (
	"maps"
	"math/big"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// refusal is an input that is refused when the configuration is validated, offline: at an attribute, with a
// message that says what to write instead.
type refusal struct {
	set     map[string]any // over the minimal arguments; nil leaves one out
	path    string
	message string
}

// refusals checks each refusal, and that the same arguments pass while they are unknown.
func refusals(t *testing.T, typeName string, minimal map[string]any, cases map[string]refusal) {
	t.Helper()
	refuses(t, func(t *testing.T, config map[string]any) []*tfprotov6.Diagnostic {
		t.Helper()
		return validate(t, typeName, config)
	}, minimal, cases)
}

// refuses is refusals for anything that can be validated.
func refuses(t *testing.T, validate func(t *testing.T, config map[string]any) []*tfprotov6.Diagnostic, minimal map[string]any, cases map[string]refusal) {
	t.Helper()
	for name, refusal := range cases {
		t.Run("refused "+name, func(t *testing.T) {
			t.Parallel()
			config := maps.Clone(minimal)
			maps.Copy(config, refusal.set)
			problems := validate(t, config)
			if !slices.ContainsFunc(problems, func(d *tfprotov6.Diagnostic) bool {
				return d.Severity == tfprotov6.DiagnosticSeverityError && d.Attribute.String() == refusal.path &&
					strings.Contains(d.Summary+"\n"+d.Detail, refusal.message)
			}) {
				t.Errorf("no error at %s says %q, but there are:\n%s", refusal.path, refusal.message, listed(problems))
			}
			for argument := range refusal.set {
				config[argument] = tftypes.UnknownValue
			}
			if problems := validate(t, config); len(problems) > 0 {
				t.Errorf("refused while the values are unknown:\n%s", listed(problems))
			}
		})
	}
	t.Run("minimal is valid", func(t *testing.T) {
		t.Parallel()
		if problems := validate(t, minimal); len(problems) > 0 {
			t.Error(listed(problems))
		}
	})
}

func listed(problems []*tfprotov6.Diagnostic) string {
	var lines []string
	for _, problem := range problems {
		lines = append(lines, problem.Severity.String()+" at "+problem.Attribute.String()+": "+problem.Summary+": "+problem.Detail)
	}
	return strings.Join(lines, "\n")
}

// validate runs the validation of a resource's configuration as a CLI does, without one.
func validate(t *testing.T, typeName string, config map[string]any) []*tfprotov6.Diagnostic {
	t.Helper()
	server := New("test")()
	schemas, err := server.GetProviderSchema(t.Context(), &tfprotov6.GetProviderSchemaRequest{})
	if err != nil {
		t.Fatal(err)
	}
	object, ok := schemas.ResourceSchemas[typeName].ValueType().(tftypes.Object)
	if !ok {
		t.Fatalf("no resource %s", typeName)
	}
	values := map[string]tftypes.Value{}
	for name, attribute := range object.AttributeTypes {
		values[name] = tfValue(t, attribute, config[name])
	}
	for name := range config {
		if _, known := values[name]; !known {
			t.Fatalf("%s has no attribute %s", typeName, name)
		}
	}
	dynamic, err := tfprotov6.NewDynamicValue(object, tftypes.NewValue(object, values))
	if err != nil {
		t.Fatal(err)
	}
	answer, err := server.ValidateResourceConfig(t.Context(), &tfprotov6.ValidateResourceConfigRequest{
		TypeName: typeName, Config: &dynamic,
		ClientCapabilities: &tfprotov6.ValidateResourceConfigClientCapabilities{WriteOnlyAttributesAllowed: true},
	})
	if err != nil {
		t.Fatal(err)
	}
	return answer.Diagnostics
}

// tfValue makes a Terraform value of a Go value; nil is null, tftypes.UnknownValue is unknown.
func tfValue(t *testing.T, typ tftypes.Type, value any) tftypes.Value {
	t.Helper()
	switch value := value.(type) {
	case int:
		return tftypes.NewValue(typ, big.NewFloat(float64(value)))
	case float64:
		return tftypes.NewValue(typ, big.NewFloat(value))
	case []string:
		var list []tftypes.Value
		for _, item := range value {
			list = append(list, tftypes.NewValue(tftypes.String, item))
		}
		return tftypes.NewValue(typ, list)
	case map[string]string:
		entries := map[string]tftypes.Value{}
		for name, entry := range value {
			entries[name] = tftypes.NewValue(tftypes.String, entry)
		}
		return tftypes.NewValue(typ, entries)
	case map[string]any:
		object, ok := typ.(tftypes.Object)
		if !ok {
			t.Fatalf("%s takes no object", typ)
		}
		members := map[string]tftypes.Value{}
		for name, member := range object.AttributeTypes {
			members[name] = tfValue(t, member, value[name])
		}
		return tftypes.NewValue(typ, members)
	}
	return tftypes.NewValue(typ, value)
}
