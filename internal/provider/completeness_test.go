package provider

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
)

const root = "../.."

func providerServer() tfprotov6.ProviderServer { return New("test")() }

// providerSchemas returns the schemas of all resources and data sources by type, those of lists as "list.TYPE" and those
// of data sources that share a resource's type as "data.TYPE".
func providerSchemas(t *testing.T) map[string]*tfprotov6.Schema {
	t.Helper()
	answer, err := providerServer().GetProviderSchema(t.Context(), &tfprotov6.GetProviderSchemaRequest{})
	if err != nil {
		t.Fatal(err)
	}
	for _, problem := range answer.Diagnostics {
		t.Errorf("%s: %s", problem.Summary, problem.Detail)
	}
	all := map[string]*tfprotov6.Schema{"": answer.Provider}
	for name, schema := range answer.ResourceSchemas {
		all[name] = schema
	}
	for name, schema := range answer.ListResourceSchemas {
		all["list."+name] = schema
	}
	for name, schema := range answer.DataSourceSchemas {
		if all[name] != nil {
			name = "data." + name
		}
		all[name] = schema
	}
	return all
}

// No type ships without descriptions, example, import examples, identity, page and tests.
func TestComplete(t *testing.T) {
	t.Parallel()
	for name, schema := range providerSchemas(t) {
		if schema.Block.Description == "" {
			t.Errorf("%q has no description", name)
		}
		requireDescriptions(t, name, schema.Block.Attributes)
	}
	answer, err := providerServer().GetProviderSchema(t.Context(), &tfprotov6.GetProviderSchemaRequest{})
	if err != nil {
		t.Fatal(err)
	}
	identities, err := providerServer().GetResourceIdentitySchemas(t.Context(), &tfprotov6.GetResourceIdentitySchemasRequest{})
	if err != nil {
		t.Fatal(err)
	}
	importable := map[string]bool{}
	for _, newResource := range (&pomeriumProvider{}).Resources(t.Context()) {
		var metadata resource.MetadataResponse
		newResource().Metadata(t.Context(), resource.MetadataRequest{ProviderTypeName: "pomerium"}, &metadata)
		_, importable[metadata.TypeName] = newResource().(resource.ResourceWithImportState)
	}
	for name := range answer.ResourceSchemas {
		if identity := identities.IdentitySchemas[name]; identity == nil || len(identity.IdentityAttributes) == 0 {
			t.Errorf("%s has no identity", name)
		}
		requireFile(t, "examples/resources/"+name+"/resource.tf")
		if importable[name] {
			for _, file := range []string{"import.sh", "import-by-string-id.tf", "import-by-identity.tf"} {
				requireFile(t, "examples/resources/"+name+"/"+file)
			}
		}
		requireFile(t, "docs/resources/"+page(name))
		requireTest(t, name)
	}
	for name := range answer.DataSourceSchemas {
		requireFile(t, "examples/data-sources/"+name+"/data-source.tf")
		requireFile(t, "docs/data-sources/"+page(name))
		requireTest(t, name)
	}
	for name := range answer.EphemeralResourceSchemas {
		requireFile(t, "examples/ephemeral-resources/"+name+"/ephemeral-resource.tf")
		requireFile(t, "docs/ephemeral-resources/"+page(name))
	}
	for name := range answer.ActionSchemas {
		requireFile(t, "examples/actions/"+name+"/action.tf")
		requireFile(t, "docs/actions/"+page(name))
	}
	for name := range answer.ListResourceSchemas {
		requireFile(t, "examples/list-resources/"+name+"/list-resource.tfquery.hcl")
		requireFile(t, "docs/list-resources/"+page(name))
	}
}

// page is the name of a type's page: the registry leaves the provider's own prefix out.
func page(name string) string { return strings.TrimPrefix(name, "pomerium_") + ".md" }

func requireDescriptions(t *testing.T, path string, attributes []*tfprotov6.SchemaAttribute) {
	t.Helper()
	for _, attribute := range attributes {
		at := path + "." + attribute.Name
		if text := attribute.Description; !strings.HasSuffix(strings.TrimSpace(text), ".") {
			t.Errorf("%s is not described in a sentence: %q", at, text)
		}
		if attribute.NestedType != nil {
			requireDescriptions(t, at, attribute.NestedType.Attributes)
		}
	}
}

func requireFile(t *testing.T, name string) {
	t.Helper()
	if info, err := os.Stat(filepath.Join(root, name)); err != nil || info.Size() == 0 {
		t.Errorf("%s is missing or empty", name)
	}
}

// requireTest wants a test file that applies or reads the type: one of its own name, or for ZDX and for reports, where
// several types share a file, one that names it in quotes.
func requireTest(t *testing.T, name string) {
	t.Helper()
	pattern, quoted := strings.TrimPrefix(name, "pomerium_")+"_*_test.go", ""
	switch {
	case strings.HasPrefix(name, "zdx_"):
		pattern, quoted = "zdx_*_test.go", `"`+name+`"`
	case isZeroReport(t, name):
		pattern, quoted = "zero_report_data_sources_test.go", `"`+name+`"`
	case slices.ContainsFunc(objectSources(), func(s objectSource) bool { return s.plural == name }):
		return // TestZeroObjectDataSources reads it
	}
	matches, err := fs.Glob(os.DirFS("."), pattern)
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range matches {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if strings.Contains(string(text), quoted) && appliesOrReads.Match(text) {
			return
		}
	}
	t.Errorf("no test applies or reads %s", name)
}

func isZeroReport(t *testing.T, name string) bool {
	t.Helper()
	return slices.ContainsFunc(zeroReports, func(newReport func() datasource.DataSource) bool {
		var metadata datasource.MetadataResponse
		newReport().Metadata(t.Context(), datasource.MetadataRequest{ProviderTypeName: "pomerium"}, &metadata)
		return metadata.TypeName == name
	})
}

var appliesOrReads = regexp.MustCompile(`\.run\(t|Case\.test\(t\)|\.mustRead\("|\.mustChange\(`)
