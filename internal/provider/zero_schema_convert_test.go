package provider

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	resourceschema "github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// A data source shows what the resource holds, described and marked alike, at any depth, but no secret.
func TestComputedAttributes(t *testing.T) {
	t.Parallel()
	inner := map[string]resourceschema.Attribute{
		"number": resourceschema.Int64Attribute{MarkdownDescription: "N.", Required: true},
		"secret": resourceschema.StringAttribute{Sensitive: true, Optional: true},
	}
	shown := map[string]schema.Attribute{"number": schema.Int64Attribute{MarkdownDescription: "N.", Computed: true}}
	got := computedAttributes(map[string]resourceschema.Attribute{
		"text":           duration("A text."),
		"flag":           flag("A flag."),
		"ratio":          resourceschema.Float64Attribute{MarkdownDescription: "R."},
		"texts":          resourceschema.SetAttribute{MarkdownDescription: "T.", ElementType: types.StringType},
		"list":           resourceschema.ListAttribute{MarkdownDescription: "L.", ElementType: types.StringType},
		"headers":        secretMap("Headers.", isHeader),
		"version":        resourceschema.Int64Attribute{MarkdownDescription: "V."},
		"key":            resourceschema.StringAttribute{Sensitive: true},
		"key_wo":         resourceschema.StringAttribute{WriteOnly: true},
		"key_wo_version": resourceschema.Int64Attribute{},
		"one":            resourceschema.SingleNestedAttribute{MarkdownDescription: "O.", Attributes: inner},
		"many":           resourceschema.ListNestedAttribute{NestedObject: resourceschema.NestedAttributeObject{Attributes: inner}},
		"some":           resourceschema.SetNestedAttribute{NestedObject: resourceschema.NestedAttributeObject{Attributes: inner}},
		"named":          resourceschema.MapNestedAttribute{NestedObject: resourceschema.NestedAttributeObject{Attributes: inner}},
	})
	want := map[string]schema.Attribute{
		"text":    schema.StringAttribute{MarkdownDescription: "A text. A duration such as `90s` or `1m30s`; `0s` means no limit.", Computed: true},
		"flag":    schema.BoolAttribute{MarkdownDescription: "A flag. Default `false`.", Computed: true},
		"ratio":   schema.Float64Attribute{MarkdownDescription: "R.", Computed: true},
		"texts":   schema.SetAttribute{MarkdownDescription: "T.", ElementType: types.StringType, Computed: true},
		"list":    schema.ListAttribute{MarkdownDescription: "L.", ElementType: types.StringType, Computed: true},
		"headers": schema.MapAttribute{MarkdownDescription: "Headers.", ElementType: types.StringType, Computed: true, Sensitive: true},
		"version": schema.Int64Attribute{MarkdownDescription: "V.", Computed: true},
		"one":     schema.SingleNestedAttribute{MarkdownDescription: "O.", Computed: true, Attributes: shown},
		"many":    schema.ListNestedAttribute{Computed: true, NestedObject: schema.NestedAttributeObject{Attributes: shown}},
		"some":    schema.SetNestedAttribute{Computed: true, NestedObject: schema.NestedAttributeObject{Attributes: shown}},
		"named":   schema.MapNestedAttribute{Computed: true, NestedObject: schema.NestedAttributeObject{Attributes: shown}},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("-want +got\n%s", diff)
	}
}

// A value loses the members that its new type lacks, at any depth.
func TestProject(t *testing.T) {
	t.Parallel()
	object := func(members ...string) tftypes.Object {
		kinds := map[string]tftypes.Type{}
		for _, name := range members {
			kinds[name] = tftypes.String
		}
		return tftypes.Object{AttributeTypes: kinds}
	}
	value := func(members ...string) tftypes.Value {
		values := map[string]tftypes.Value{}
		for _, name := range members {
			values[name] = tftypes.NewValue(tftypes.String, name+" value")
		}
		return tftypes.NewValue(object(members...), values)
	}
	whole, part := object("kept", "secret"), object("kept")
	wholeValue, partValue := value("kept", "secret"), value("kept")
	for name, test := range map[string]struct {
		from tftypes.Value
		want tftypes.Value
	}{
		"object": {wholeValue, partValue},
		"list":   {tftypes.NewValue(tftypes.List{ElementType: whole}, []tftypes.Value{wholeValue}), tftypes.NewValue(tftypes.List{ElementType: part}, []tftypes.Value{partValue})},
		"set":    {tftypes.NewValue(tftypes.Set{ElementType: whole}, []tftypes.Value{wholeValue}), tftypes.NewValue(tftypes.Set{ElementType: part}, []tftypes.Value{partValue})},
		"map": {
			tftypes.NewValue(tftypes.Map{ElementType: whole}, map[string]tftypes.Value{"a": wholeValue}),
			tftypes.NewValue(tftypes.Map{ElementType: part}, map[string]tftypes.Value{"a": partValue}),
		},
		"null": {tftypes.NewValue(whole, nil), tftypes.NewValue(part, nil)},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := project(test.from, test.want.Type())
			if err != nil {
				t.Fatal(err)
			}
			if !got.Equal(test.want) {
				t.Errorf("got %s, want %s", got, test.want)
			}
		})
	}
}
