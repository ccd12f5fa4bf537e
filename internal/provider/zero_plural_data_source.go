package provider

import (
	"cmp"
	"context"
	"maps"
	"strings"

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

type nameFilter struct {
	about string
	fits  func(name, wanted string) bool
}

// nameFilters choose objects by their names. All that are given must fit. The names are compared here: whether the
// service's own filter minds upper and lower case is not recorded.
var nameFilters = map[string]nameFilter{
	"name":          {"Only those with this name.", func(name, wanted string) bool { return name == wanted }},
	"name_prefix":   {"Only those whose name begins so.", strings.HasPrefix},
	"name_contains": {"Only those whose name contains this.", strings.Contains},
}

func (d *zeroPluralDataSource[P, U, M, PM]) Metadata(_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_zero_" + typeName(d.nouns)
}

func (d *zeroPluralDataSource[P, U, M, PM]) Schema(ctx context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	attributes := map[string]schema.Attribute{
		"organization_id": schema.StringAttribute{
			MarkdownDescription: aboutScopeOrganization, Optional: true, Computed: true, Validators: []validator.String{notEmpty},
		},
		"ids": schema.MapAttribute{
			MarkdownDescription: "The IDs by " + d.keyNoun() + ", for the `for_each` of an `import` block." + d.aboutKeys(),
			ElementType:         types.StringType, Computed: true,
		},
		typeName(d.nouns): schema.ListNestedAttribute{
			MarkdownDescription: "The " + d.nouns + ", in the order of their IDs.", Computed: true,
			NestedObject: schema.NestedAttributeObject{Attributes: d.attributes(ctx)},
		},
	}
	d.holder.addScope(attributes)
	for name, filter := range d.filters() {
		attributes[name] = schema.StringAttribute{MarkdownDescription: filter.about, Optional: true, Validators: []validator.String{notEmpty}}
	}
	resp.Schema = schema.Schema{
		MarkdownDescription: "The " + d.nouns + " of Pomerium Zero " + d.holder.everywhere() + ". Secrets are left out.",
		Attributes:          attributes,
	}
}

func (d *zeroPluralDataSource[P, U, M, PM]) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	scope, diags := d.holder.readScope(ctx, req.Config)
	resp.Diagnostics.Append(diags...)
	wanted := map[string]types.String{}
	for name := range d.filters() {
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
	for _, object := range listIn(ctx, client, d.collection(client, organization.ID), organization.ID, d.holder, scope, d.nouns, &resp.Diagnostics) {
		key := object.Properties.Key()
		if !fitsFilters(key.Name, wanted) {
			continue
		}
		value, diags := d.values(ctx, organization.ID, object)
		resp.Diagnostics.Append(diags...)
		values = append(values, value)
		ids[d.keyOf(scope, object)] = tftypes.NewValue(tftypes.String, d.importID(object))
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
	nouns := typeName(d.nouns)
	members[nouns] = tftypes.NewValue(members[nouns].Type(), values)
	resp.State.Raw = tftypes.NewValue(req.Config.Raw.Type(), members)
}

// filters are those that fit the kind.
func (d *zeroPluralDataSource[P, U, M, PM]) filters() map[string]nameFilter {
	if d.key != "name" {
		return nil
	}
	return nameFilters
}

func (d *zeroPluralDataSource[P, U, M, PM]) keyNoun() string {
	return strings.ReplaceAll(cmp.Or(d.key, "ID"), "_", " ")
}

func (d *zeroPluralDataSource[P, U, M, PM]) aboutKeys() string {
	if d.key == "" || d.holder == nil {
		return ""
	}
	return " A " + d.keyNoun() + " is unique in one " + d.holder.noun + " only, so unless `" + d.holder.attribute() +
		"` names a single one, the keys are `<" + d.holder.attribute() + ">/<" + d.key + ">`."
}

// keyOf is an object's key among the IDs. One without a name has its ID for a key.
func (d *zeroPluralDataSource[P, U, M, PM]) keyOf(scope zeroScope, object pomeriumzero.Object[P]) string {
	key := object.Properties.Key()
	name := cmp.Or(key.Name, object.ID)
	if d.key == "" || d.holder.single(scope) {
		return name
	}
	return key.Parent + "/" + name
}

// importID is what an import block takes for an object.
func (d *zeroPluralDataSource[P, U, M, PM]) importID(object pomeriumzero.Object[P]) string {
	if d.holder != nil && d.holder.finds {
		return object.Properties.Key().Parent + "/" + object.ID
	}
	return object.ID
}

func fitsFilters(name string, wanted map[string]types.String) bool {
	for filter, value := range wanted {
		if !value.IsNull() && !nameFilters[filter].fits(name, value.ValueString()) {
			return false
		}
	}
	return true
}
