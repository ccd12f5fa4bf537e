package provider

import (
	"context"
	"maps"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/pomerium-zdx/terraform-provider-pomerium/internal/zdx"
)

// zdxList is a data source of many: a look-up of several objects, or a report. T is one element.
type zdxList[T any] struct {
	dataSourceBase
	name      string // of the type, without zdx_
	what      string // "devices", "events of deep trace": what is read, for errors
	about     string
	arguments []zdxArgument
	window    bool // knows a range of time
	fetch     func(ctx context.Context, c *zdx.Client, query url.Values, ids ...string) ([]T, error)
	member    string // attribute that holds the elements
	elements  string // its description
	element   func() attributes
	// nameOf gives the name that the arguments name and name_contains are held against; nil for neither.
	nameOf func(T) *zdx.Text
}

func (d *zdxList[T]) Metadata(_ context.Context, _ datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = "zdx_" + d.name
}

func (d *zdxList[T]) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	all := attributes{d.member: computedList(d.elements, d.element())}
	for _, argument := range d.arguments {
		all[argument.name] = argument.attribute()
	}
	if d.window {
		maps.Copy(all, windowAttributes())
	}
	if d.nameOf != nil {
		all["name"] = schema.StringAttribute{
			MarkdownDescription: "Only those with this name; upper and lower case do not matter.", Optional: true, Validators: []validator.String{notEmpty},
		}
		all["name_contains"] = schema.StringAttribute{
			MarkdownDescription: "Only those whose name contains this; upper and lower case do not matter.", Optional: true, Validators: []validator.String{notEmpty},
		}
	}
	resp.Schema = schema.Schema{MarkdownDescription: d.about, Attributes: all}
}

func (d *zdxList[T]) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	client, ok := d.zdx(&resp.Diagnostics)
	if !ok {
		unreadable(&resp.Diagnostics, d.what)
		return
	}
	query := url.Values{}
	ids := readArguments(ctx, req.Config, d.arguments, query, &resp.Diagnostics)
	if d.window {
		readWindow(ctx, req.Config, client.ServerTime(), query, &resp.Diagnostics)
	}
	fits := d.nameFilter(ctx, req.Config, &resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}
	elements, err := d.fetch(ctx, client, query, ids...)
	if err != nil {
		addError(&resp.Diagnostics, "read the "+strings.TrimSpace(d.what+" "+strings.Join(ids, "/")), err)
		return
	}
	elements = slices.DeleteFunc(elements, func(e T) bool { return !fits(e) })
	list, diags := types.ListValueFrom(ctx, schema.NestedAttributeObject{Attributes: d.element()}.Type(), elements)
	resp.Diagnostics.Append(diags...)
	fillState(ctx, &resp.State, req.Config, map[string]attr.Value{d.member: list}, &resp.Diagnostics)
}

// nameFilter compares here: not every list of the service can search, and what its search compares is not documented.
func (d *zdxList[T]) nameFilter(ctx context.Context, config tfsdk.Config, diags *diag.Diagnostics) func(T) bool {
	if d.nameOf == nil {
		return func(T) bool { return true }
	}
	var exact, part types.String
	diags.Append(config.GetAttribute(ctx, path.Root("name"), &exact)...)
	diags.Append(config.GetAttribute(ctx, path.Root("name_contains"), &part)...)
	return func(element T) bool {
		name := plain(d.nameOf(element))
		return (exact.IsNull() || strings.EqualFold(name, exact.ValueString())) &&
			strings.Contains(strings.ToLower(name), strings.ToLower(part.ValueString()))
	}
}

// plain is a member's text; "" for one that did not come.
func plain[S ~string](text *S) string {
	if text == nil {
		return ""
	}
	return string(*text)
}

func epoch(at time.Time) string { return strconv.FormatInt(at.Unix(), 10) }

// fillState makes a data source's state of its arguments, as they stand in the configuration, and of what was read.
func fillState(ctx context.Context, state *tfsdk.State, config tfsdk.Config, read map[string]attr.Value, diags *diag.Diagnostics) {
	members := map[string]tftypes.Value{}
	if err := config.Raw.As(&members); err != nil {
		diags.AddError("Could not read the arguments", sentence(err.Error()))
		return
	}
	for name, value := range read {
		member, err := value.ToTerraformValue(ctx)
		if err != nil {
			diags.AddError("Could not make a value of the answer", sentence(err.Error()))
			return
		}
		members[name] = member
	}
	if !diags.HasError() {
		state.Raw = tftypes.NewValue(state.Schema.Type().TerraformType(ctx), members)
	}
}
