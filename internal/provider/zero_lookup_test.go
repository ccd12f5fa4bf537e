package provider

import (
	"maps"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/pomerium-zdx/terraform-provider-pomerium/internal/apimock/contract"
	"github.com/pomerium-zdx/terraform-provider-pomerium/internal/pomeriumzero"
)

// What the contract shows of an object beyond what a client sets is in the data source, and what the resource
// holds is there too, but for the secrets.
func TestLookupIsWhole(t *testing.T) {
	t.Parallel()
	document, err := openapi3.NewLoader().LoadFromData(contract.PomeriumZero())
	if err != nil {
		t.Fatal(err)
	}
	schemas := providerSchemas(t)
	for object, test := range map[string]struct {
		typeName string
		use      reflect.Type
		secrets  []string
	}{
		"Route": {"pomerium_zero_route", reflect.TypeFor[pomeriumzero.RouteUse](), []string{
			"kubernetes_service_account_token", "identity_provider_client_secret",
		}},
		"Policy": {"pomerium_zero_policy", reflect.TypeFor[pomeriumzero.PolicyUse](), nil},
	} {
		t.Run(object, func(t *testing.T) {
			t.Parallel()
			shown := maps.Clone(document.Components.Schemas[object].Value.Properties)
			for name := range document.Components.Schemas[object+"Properties"].Value.Properties {
				delete(shown, name)
			}
			for _, name := range []string{"id", "createdAt", "updatedAt"} {
				delete(shown, name)
			}
			want := map[string]bool{}
			for field := range test.use.Fields() {
				if name, _, _ := strings.Cut(field.Tag.Get("json"), ","); shown[name] == nil {
					t.Errorf("the contract does not show %s", name)
				} else {
					delete(shown, name)
				}
				want[field.Tag.Get("tfsdk")] = true
			}
			if len(shown) > 0 {
				t.Errorf("the struct lacks %v", slices.Sorted(maps.Keys(shown)))
			}
			for _, attribute := range schemas[test.typeName].Block.Attributes {
				stem := strings.TrimSuffix(strings.TrimSuffix(attribute.Name, "_version"), "_wo")
				if !slices.Contains(test.secrets, stem) {
					want[attribute.Name] = true
				}
			}
			got := map[string]bool{}
			for _, attribute := range schemas["data."+test.typeName].Block.Attributes {
				got[attribute.Name] = true
			}
			if !maps.Equal(want, got) {
				t.Errorf("the data source has %v\nwant %v", slices.Sorted(maps.Keys(got)), slices.Sorted(maps.Keys(want)))
			}
		})
	}
}
