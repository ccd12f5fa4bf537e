package provider

import (
	"context"
	"maps"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework-validators/boolvalidator"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/pomerium-zdx/terraform-provider-pomerium/internal/pomeriumzero"
)

// zeroPluralDataSource is all objects of one kind, of a namespace or of the organization.
type zeroPluralDataSource[P pomeriumzero.Properties, U any, M any, PM modelOf[P, M]] struct {
	zeroLookup[P, U, M, PM]
}

// nameFilters choose objects by their names. All that are given must fit. The names are compared here: whether the
// service's own filter minds upper and lower case is not recorded.
var nameFilters = map[string]struct {
	about string
	fits  func(name, wanted string) bool
}{
	"name":          {"Only those with this name.", func(name, wanted string) bool { return name == wanted }},
	"name_prefix":   {"Only those whose name begins so.", strings.HasPrefix},
	"name_contains": {"Only those whose name contains this.", strings.Contains},
}

func (d *zeroPluralDataSource[P, U, M, PM]) Metadata(_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_zero_" + d.nouns
}

func (d *zeroPluralDataSource[P, U, M, PM]) Schema(ctx context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	attributes := map[string]schema.Attribute{
		"organization_id": schema.StringAttribute{
			MarkdownDescription: aboutScopeOrganization, Optional: true, Computed: true, Validators: []validator.String{notEmpty},
		},
		"namespace_id": schema.StringAttribute{
			MarkdownDescription: aboutScopeNamespace, Optional: true, Validators: []validator.String{notEmpty},
		},
		"include_descendants": schema.BoolAttribute{
			MarkdownDescription: aboutScopeDescendants, Optional: true,
			Validators: []validator.Bool{boolvalidator.AlsoRequires(path.MatchRoot("namespace_id"))},
		},
		"ids": schema.MapAttribute{
			MarkdownDescription: "The IDs by name, for the `for_each` of an `import` block. Names are unique in one namespace only, so " +
				"unless `namespace_id` names a single one, the keys are `<namespace_id>/<name>`.",
			ElementType: types.StringType, Computed: true,
		},
		d.nouns: schema.ListNestedAttribute{
			MarkdownDescription: "The " + d.nouns + ", in the order of their IDs.", Computed: true,
			NestedObject: schema.NestedAttributeObject{Attributes: d.attributes(ctx)},
		},
	}
	for name, filter := range nameFilters {
		attributes[name] = schema.StringAttribute{MarkdownDescription: filter.about, Optional: true, Validators: []validator.String{notEmpty}}
	}
	resp.Schema = schema.Schema{
		MarkdownDescription: "The " + d.nouns + " of Pomerium Zero in a namespace, or in all namespaces that the API user sees. Secrets are left out.",
		Attributes:          attributes,
	}
}

func (d *zeroPluralDataSource[P, U, M, PM]) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	scope, diags := readScope(ctx, req.Config)
	resp.Diagnostics.Append(diags...)
	wanted := map[string]types.String{}
	for name := range nameFilters {
		var value types.String
		resp.Diagnostics.Append(req.Config.GetAttribute(ctx, path.Root(name), &value)...)
		wanted[name] = value
	}
	client, ok := d.zero(&resp.Diagnostics)
	if !ok {
		unreadable(&resp.Diagnostics, "list of "+d.nouns)
	}
	if resp.Diagnostics.HasError() {
		return
	}
	organization, err := client.Organization(ctx, scope.OrganizationID.ValueString())
	if err != nil {
		addError(&resp.Diagnostics, "list the "+d.nouns, err)
		return
	}
	ids, values := map[string]tftypes.Value{}, []tftypes.Value{}
	for _, object := range listIn(ctx, client, d.collection(client, organization.ID), organization.ID, scope, d.nouns, &resp.Diagnostics) {
		key := object.Properties.Key()
		if !fitsFilters(key.Name, wanted) {
			continue
		}
		value, diags := d.values(ctx, organization.ID, object)
		resp.Diagnostics.Append(diags...)
		values = append(values, value)
		if scope.single() {
			ids[key.Name] = tftypes.NewValue(tftypes.String, object.ID)
		} else {
			ids[key.NamespaceID+"/"+key.Name] = tftypes.NewValue(tftypes.String, object.ID)
		}
	}
	if resp.Diagnostics.HasError() {
		return
	}
	members := map[string]tftypes.Value{}
	if err := req.Config.Raw.As(&members); err != nil {
		resp.Diagnostics.Append(failed(d.nouns, err)...)
		return
	}
	members = maps.Clone(members)
	members["organization_id"] = tftypes.NewValue(tftypes.String, organization.ID)
	members["ids"] = tftypes.NewValue(members["ids"].Type(), ids)
	members[d.nouns] = tftypes.NewValue(members[d.nouns].Type(), values)
	resp.State.Raw = tftypes.NewValue(req.Config.Raw.Type(), members)
}

func fitsFilters(name string, wanted map[string]types.String) bool {
	for filter, value := range wanted {
		if !value.IsNull() && !nameFilters[filter].fits(name, value.ValueString()) {
			return false
		}
	}
	return true
}
