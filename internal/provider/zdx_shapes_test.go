package provider

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/pomerium-zdx/terraform-provider-pomerium/internal/apimock/contract"
	"github.com/pomerium-zdx/terraform-provider-pomerium/internal/zdx"
)

// shape is an object that a Go struct carries from ZDX's contract into a data source.
type shape struct {
	schema string // name in the contract; with a dot and a member, the object within
	goType reflect.Type
	source string // data source, without zdx_
	at     string // attribute that holds the object; "" for the top
}

// shapes are all data sources of ZDX but those of deep traces themselves, whose members TestZDXDeepTraceShape compares.
var shapes = []shape{
	{"DeviceSummary", reflect.TypeFor[zdx.DeviceSummary](), "devices", "devices"},
	{"Device", reflect.TypeFor[zdx.Device](), "device", ""},
	{"User", reflect.TypeFor[zdx.User](), "user", ""},
	{"User", reflect.TypeFor[zdx.User](), "users", "users"},
	{"App", reflect.TypeFor[zdx.AppDetails](), "application", ""},
	{"App", reflect.TypeFor[zdx.App](), "applications", "applications"},
	{"DeviceApp", reflect.TypeFor[zdx.DeviceApp](), "device_application", ""},
	{"Metric", reflect.TypeFor[zdx.Metric](), "device_application", "trend"},
	{"DeviceApp", reflect.TypeFor[zdx.DeviceApp](), "device_applications", "applications"},
	{"WebProbe", reflect.TypeFor[zdx.WebProbe](), "web_probe", ""},
	{"WebProbe", reflect.TypeFor[zdx.WebProbe](), "web_probes", "web_probes"},
	{"CloudPathProbe", reflect.TypeFor[zdx.CloudPathProbe](), "cloudpath_probe", ""},
	{"CloudPathProbe", reflect.TypeFor[zdx.CloudPathProbe](), "cloudpath_probes", "cloudpath_probes"},
	{"IdName", reflect.TypeFor[zdx.IDName](), "department", ""},
	{"IdName", reflect.TypeFor[zdx.IDName](), "departments", "departments"},
	{"IdName", reflect.TypeFor[zdx.IDName](), "location", ""},
	{"IdName", reflect.TypeFor[zdx.IDName](), "locations", "locations"},
	{"Geolocation", reflect.TypeFor[zdx.Geolocation](), "geolocation", ""},
	{"Geolocation", reflect.TypeFor[zdx.Geolocation](), "geolocations", "geolocations"},
	{"Alert", reflect.TypeFor[zdx.Alert](), "alert", ""},
	{"AffectedDevicePage.devices", reflect.TypeFor[zdx.AffectedDevice](), "alert", "affected_devices"},
	{"Alert", reflect.TypeFor[zdx.Alert](), "alerts", "alerts"},
	{"Software", reflect.TypeFor[zdx.Software](), "software", ""},
	{"SoftwareInstallation", reflect.TypeFor[zdx.SoftwareInstallation](), "software", "installations"},
	{"Software", reflect.TypeFor[zdx.Software](), "software_inventory", "software"},
	{"Metric", reflect.TypeFor[zdx.Metric](), "deeptrace_web_probe_metrics", "metrics"},
	{"LegStats", reflect.TypeFor[zdx.LegStats](), "deeptrace_cloudpath_metrics", "legs"},
	{"CloudPathSample", reflect.TypeFor[zdx.CloudPathSample](), "deeptrace_cloudpath", "samples"},
	{"HealthCategory", reflect.TypeFor[zdx.HealthCategory](), "deeptrace_health_metrics", "categories"},
	{"TopProcessesSample", reflect.TypeFor[zdx.TopProcessesSample](), "deeptrace_top_processes", "samples"},
	{"EventSample", reflect.TypeFor[zdx.EventSample](), "deeptrace_events", "samples"},
	{"HealthCategory", reflect.TypeFor[zdx.HealthCategory](), "device_health_metrics", "categories"},
	{"EventSample", reflect.TypeFor[zdx.EventSample](), "device_events", "samples"},
	{"CallQuality", reflect.TypeFor[zdx.CallQuality](), "device_call_quality", "meetings"},
	{"Metric", reflect.TypeFor[zdx.Metric](), "web_probe_metrics", "metrics"},
	{"LegStats", reflect.TypeFor[zdx.LegStats](), "cloudpath_probe_metrics", "legs"},
	{"CloudPathSample", reflect.TypeFor[zdx.CloudPathSample](), "cloudpath_probe_cloudpath", "samples"},
}

// zdxNames has the names of members that are not the snake_case of the contract's.
var zdxNames = mirrored{renamed: map[string]string{"userid": "user_id"}}

// notShown are members of the contract that are no attributes, by their place in it.
var notShown = map[string]string{
	"App.stats":                       "only the call for one application has it (zdx.md 6)",
	"HealthCategory.instances.metric": "another name of name, read as such (zdx.md 4.4)",
	"EventSample.instances":           "another name of events, read as such (zdx.md 4.4)",
	"Software.software_install_type":  "another name of sw_install_type, read as such (zdx.md 11, row 24)",
}

// notInContract are members that other schemas of the contract have, by their place.
var notInContract = map[string]string{
	"Device.userid": "lists have it, and the look-up by a list keeps it",
}

// A member that the contract, the struct or the schema of a data source has alone fails here, at any depth.
func TestZDXShapes(t *testing.T) {
	t.Parallel()
	document, err := openapi3.NewLoader().LoadFromData(contract.ZDX())
	if err != nil {
		t.Fatal(err)
	}
	schemas := providerSchemas(t)
	left := map[string]bool{} // data sources without a row
	for name := range schemas {
		if noun, ours := strings.CutPrefix(strings.TrimPrefix(name, "data."), "zdx_"); ours && (schemas["data."+name] == nil) {
			left[noun] = true
		}
	}
	for _, noun := range []string{"deeptrace", "deeptraces", "analysis", "alert_snapshot"} { // the last two are resources
		delete(left, noun)
	}
	for _, s := range shapes {
		delete(left, s.source)
		t.Run(s.source+"/"+s.at, func(t *testing.T) {
			t.Parallel()
			attributes := sourceSchema(schemas, s.source).Block.Attributes
			if s.at != "" {
				attributes = attributesAt(sourceSchema(schemas, s.source), s.at)
			} else {
				attributes = slices.DeleteFunc(slices.Clone(attributes), func(a *tfprotov6.SchemaAttribute) bool {
					return !a.Computed || slices.ContainsFunc(shapes, func(o shape) bool { return o.source == s.source && o.at == a.Name })
				})
			}
			name, member, _ := strings.Cut(s.schema, ".")
			object := document.Components.Schemas[name].Value
			if member != "" {
				object = object.Properties[member].Value
			}
			compareShapes(t, s.schema, object, s.goType, attributes)
		})
	}
	if len(left) > 0 {
		t.Errorf("the table lacks %v", left)
	}
}

// sourceSchema finds the schema of a data source, which may share its type with a resource.
func sourceSchema(schemas map[string]*tfprotov6.Schema, noun string) *tfprotov6.Schema {
	if schema := schemas["data.zdx_"+noun]; schema != nil {
		return schema
	}
	return schemas["zdx_"+noun]
}

// compareShapes compares the members of an object, and of the objects within.
func compareShapes(t *testing.T, place string, object *openapi3.Schema, goType reflect.Type, attributes []*tfprotov6.SchemaAttribute) {
	t.Helper()
	members, fields := membersOf(object), fieldsOf(t, goType)
	shown := map[string]*tfprotov6.SchemaAttribute{}
	for _, attribute := range attributes {
		shown[attribute.Name] = attribute
	}
	for name, member := range members {
		at := place + "." + name
		field, known := fields[name]
		delete(fields, name)
		if reason := notShown[at]; reason != "" && !known {
			continue
		}
		if !known {
			t.Errorf("%s of the contract is no member of %s", at, goType)
			continue
		}
		attribute := shown[zdxNames.attribute(name)]
		delete(shown, zdxNames.attribute(name))
		switch {
		case field.Tag.Get("tfsdk") != zdxNames.attribute(name):
			t.Errorf("%s is the attribute %q, want %q", at, field.Tag.Get("tfsdk"), zdxNames.attribute(name))
		case attribute == nil:
			t.Errorf("%s is no attribute", at)
		default:
			compareMember(t, at, member, field.Type, attribute)
		}
	}
	for name, field := range fields {
		if notInContract[place+"."+name] == "" {
			t.Errorf("the contract does not know %s.%s", place, name)
		}
		delete(shown, field.Tag.Get("tfsdk"))
	}
	for name := range shown {
		t.Errorf("the attribute %s of %s is no member", name, place)
	}
}

// compareMember compares whether a member is an object or a list of them, and goes on within.
func compareMember(t *testing.T, at string, member *openapi3.Schema, goType reflect.Type, attribute *tfprotov6.SchemaAttribute) {
	t.Helper()
	for goType.Kind() == reflect.Pointer {
		goType = goType.Elem()
	}
	list := goType.Kind() == reflect.Slice
	if list {
		goType = goType.Elem()
	}
	nested := attribute.NestedType
	switch {
	case list != isList(member):
		t.Errorf("%s is a list in one of struct and contract only", at)
	case (goType.Kind() == reflect.Struct) != (nested != nil), (len(membersOf(member)) > 0) != (nested != nil):
		t.Errorf("%s is an object in some of struct, schema and contract only", at)
	case nested == nil:
	case list != (nested.Nesting == tfprotov6.SchemaObjectNestingModeList):
		t.Errorf("%s is a list in one of struct and schema only", at)
	default:
		compareShapes(t, at, member, goType, nested.Attributes)
	}
}

// alternatives are the schemas that a value may have.
func alternatives(schema *openapi3.Schema) []*openapi3.Schema {
	all := []*openapi3.Schema{schema}
	for _, other := range slices.Concat(schema.OneOf, schema.AnyOf, schema.AllOf) {
		all = append(all, alternatives(other.Value)...)
	}
	return all
}

func isList(schema *openapi3.Schema) bool {
	return slices.ContainsFunc(alternatives(schema), func(s *openapi3.Schema) bool { return s.Type.Is(openapi3.TypeArray) })
}

// membersOf are the members of an object, or of the objects of a list.
func membersOf(schema *openapi3.Schema) map[string]*openapi3.Schema {
	all := map[string]*openapi3.Schema{}
	for _, alternative := range alternatives(schema) {
		if alternative.Items != nil {
			for name, member := range membersOf(alternative.Items.Value) {
				all[name] = member
			}
		}
		for name, member := range alternative.Properties {
			all[name] = member.Value
		}
	}
	return all
}

// fieldsOf are the fields of a struct, and of those that it embeds, by their names on the wire.
func fieldsOf(t *testing.T, goType reflect.Type) map[string]reflect.StructField {
	t.Helper()
	all := map[string]reflect.StructField{}
	for _, field := range reflect.VisibleFields(goType) {
		if field.Anonymous {
			continue
		}
		name, _, _ := strings.Cut(field.Tag.Get("json"), ",")
		if name == "" || all[name].Name != "" {
			t.Errorf("%s.%s has no name on the wire of its own", goType, field.Name)
		}
		all[name] = field
	}
	return all
}

// A deep trace is flat in a data source. All that the contract tells of it is shown, and nothing else but that it has ended.
func TestZDXDeepTraceShape(t *testing.T) {
	t.Parallel()
	document, err := openapi3.NewLoader().LoadFromData(contract.ZDX())
	if err != nil {
		t.Fatal(err)
	}
	omitted := map[string]string{
		"trace_details":         "its members stand beside the others",
		"expected_time":         "it has no unit, and only the answer to a start is sure to have it (zdx.md 4.2)",
		"expected_time_minutes": "another name of expected_time",
		"session_length":        "another name of session_length_minutes (zdx.md 11, row 12)",
		"device_id":             "an argument",
	}
	renamed := map[string]string{"username": "user_name", "cloud_path_name": "cloudpath_probe_name"}
	want := []string{"ended"}
	for _, schema := range []string{"DeepTrace", "DeepTraceDetails"} {
		for name := range membersOf(document.Components.Schemas[schema].Value) {
			if omitted[name] != "" {
				delete(omitted, name)
				continue
			}
			if other := renamed[name]; other != "" {
				name = other
			}
			want = append(want, name)
		}
	}
	slices.Sort(want)
	if len(omitted) > 0 {
		t.Errorf("the contract does not know %v", omitted)
	}
	schemas := providerSchemas(t)
	var one, many, tags []string
	for _, attribute := range sourceSchema(schemas, "deeptrace").Block.Attributes {
		if attribute.Computed {
			one = append(one, attribute.Name)
		}
	}
	for _, attribute := range attributesAt(sourceSchema(schemas, "deeptraces"), "deeptraces") {
		many = append(many, attribute.Name)
	}
	for _, field := range reflect.VisibleFields(reflect.TypeFor[deepTraceView]()) {
		if !field.Anonymous {
			tags = append(tags, field.Tag.Get("tfsdk"))
		}
	}
	for what, got := range map[string][]string{"data source of one": one, "data source of many": many, "struct": tags} {
		slices.Sort(got)
		if !slices.Equal(got, want) {
			t.Errorf("the %s has %v\nthe contract   has %v", what, got, want)
		}
	}
}

// notCalled are paths of the contract that the client does not use.
var notCalled = map[string]string{
	"/oauth/validate":              "a refused token shows in the call that it was for",
	"/oauth/jwks":                  "tokens are not looked into",
	"/apps/{appid}/score":          "a trend over all users: a monitor's business, not a configuration's",
	"/apps/{appid}/metrics":        "likewise",
	"/apps/{appid}/users":          "the users by their scores: likewise",
	"/apps/{appid}/users/{userid}": "likewise",
}

// The client knows every path of the contract, but for those on the list of omissions, and no others.
func TestZDXPaths(t *testing.T) {
	t.Parallel()
	document, err := openapi3.NewLoader().LoadFromData(contract.ZDX())
	if err != nil {
		t.Fatal(err)
	}
	used := textsOf(t, "../zdx")
	used["/oauth2/v1/token"] = used[".net/oauth2/v1/token"] // it stands at the end of an address of its own
	for path := range document.Paths.Map() {
		_, omitted := notCalled[path]
		if used[path] == omitted {
			t.Errorf("%s must be either used by the client or omitted with a reason", path)
		}
	}
	for path := range notCalled {
		if document.Paths.Find(path) == nil {
			t.Errorf("the contract has no path %s", path)
		}
	}
}

// textsOf are the texts in a package's code, those that are put together of constants as well.
func textsOf(t *testing.T, dir string) map[string]bool {
	t.Helper()
	names, err := fs.Glob(os.DirFS(dir), "*.go")
	if err != nil {
		t.Fatal(err)
	}
	var files []*ast.File
	for _, name := range names {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), dir+"/"+name, nil, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		files = append(files, file)
	}
	constants := map[string]ast.Expr{}
	found := map[string]bool{}
	visit := func(each func(ast.Node)) {
		for _, file := range files {
			ast.Inspect(file, func(node ast.Node) bool { each(node); return true })
		}
	}
	visit(func(node ast.Node) {
		if spec, ok := node.(*ast.ValueSpec); ok && len(spec.Values) == len(spec.Names) {
			for i, name := range spec.Names {
				constants[name.Name] = spec.Values[i]
			}
		}
	})
	visit(func(node ast.Node) {
		if expression, ok := node.(ast.Expr); ok {
			found[textOf(constants, expression)] = true
		}
	})
	return found
}

// textOf is the text of an expression; "" for what is none.
func textOf(constants map[string]ast.Expr, expression ast.Expr) string {
	switch expression := expression.(type) {
	case *ast.BasicLit:
		text, err := strconv.Unquote(expression.Value)
		if err != nil {
			return ""
		}
		return text
	case *ast.Ident:
		if value := constants[expression.Name]; value != nil && value != expression {
			return textOf(constants, value)
		}
	case *ast.BinaryExpr:
		if left, right := textOf(constants, expression.X), textOf(constants, expression.Y); expression.Op == token.ADD && left != "" && right != "" {
			return left + right
		}
	}
	return ""
}
