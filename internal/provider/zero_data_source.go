package provider

import (
	"context"
	"errors"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework-validators/datasourcevalidator"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/pomerium-zdx/terraform-provider-pomerium/internal/pomeriumzero"
)

// zeroDataSource is a single object of one kind, by ID or by name.
type zeroDataSource[P pomeriumzero.Properties, U any, M any, PM modelOf[P, M]] struct {
	zeroLookup[P, U, M, PM]
	about string
}

func (d *zeroDataSource[P, U, M, PM]) Metadata(_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_zero_" + d.noun
}

func (d *zeroDataSource[P, U, M, PM]) Schema(ctx context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	choose := func(description string) schema.StringAttribute {
		return schema.StringAttribute{
			MarkdownDescription: description, Optional: true, Computed: true, Validators: []validator.String{notEmpty},
		}
	}
	attributes := d.attributes(ctx)
	attributes["id"] = choose("ID of the " + d.noun + ". Either this, or `name` and `namespace_id`.")
	attributes["name"] = choose("Name of the " + d.noun + ", unique in its namespace.")
	attributes["namespace_id"] = choose("ID of the namespace that holds the " + d.noun + ".")
	attributes["organization_id"] = choose(aboutScopeOrganization)
	resp.Schema = schema.Schema{
		MarkdownDescription: d.about + " Give `id`, or `name` and `namespace_id`. Secrets are left out.",
		Attributes:          attributes,
	}
}

func (d *zeroDataSource[P, U, M, PM]) ConfigValidators(context.Context) []datasource.ConfigValidator {
	return []datasource.ConfigValidator{
		datasourcevalidator.ExactlyOneOf(path.MatchRoot("id"), path.MatchRoot("name")),
		datasourcevalidator.RequiredTogether(path.MatchRoot("name"), path.MatchRoot("namespace_id")),
	}
}

func (d *zeroDataSource[P, U, M, PM]) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	var organizationID, id, name, namespaceID types.String
	resp.Diagnostics.Append(req.Config.GetAttribute(ctx, path.Root("organization_id"), &organizationID)...)
	resp.Diagnostics.Append(req.Config.GetAttribute(ctx, path.Root("id"), &id)...)
	resp.Diagnostics.Append(req.Config.GetAttribute(ctx, path.Root("name"), &name)...)
	resp.Diagnostics.Append(req.Config.GetAttribute(ctx, path.Root("namespace_id"), &namespaceID)...)
	client, ok := d.zero(&resp.Diagnostics)
	if !ok {
		unreadable(&resp.Diagnostics, d.noun)
	}
	if resp.Diagnostics.HasError() {
		return
	}
	organization, err := client.Organization(ctx, organizationID.ValueString())
	if err != nil {
		addError(&resp.Diagnostics, "read the "+d.noun, err)
		return
	}
	objects := d.collection(client, organization.ID)
	var object pomeriumzero.Object[P]
	if id.IsNull() {
		object, ok = d.named(ctx, client, objects, organization.ID, name.ValueString(), namespaceID, &resp.Diagnostics)
	} else {
		object, ok = d.identified(ctx, objects, id.ValueString(), &resp.Diagnostics)
	}
	if !ok {
		return
	}
	value, diags := d.values(ctx, organization.ID, object)
	resp.Diagnostics.Append(diags...)
	if !diags.HasError() {
		resp.State.Raw = value
	}
}

func (d *zeroDataSource[P, U, M, PM]) identified(ctx context.Context, objects pomeriumzero.Collection[P], id string, diags *diag.Diagnostics) (
	object pomeriumzero.Object[P], ok bool,
) {
	object, err := objects.Get(ctx, id, "")
	switch {
	case errors.Is(err, pomeriumzero.ErrGone):
		diags.AddAttributeError(path.Root("id"), "No "+d.noun+" matches", fmt.Sprintf("There is no %s with the ID %q.", d.noun, id))
	case err != nil:
		addError(diags, "read "+d.noun+" "+id, err)
	}
	return object, err == nil
}

// named compares the name here, because how the service's filter treats case is not recorded.
func (d *zeroDataSource[P, U, M, PM]) named(ctx context.Context, client *pomeriumzero.Client, objects pomeriumzero.Collection[P],
	organizationID, name string, namespaceID types.String, diags *diag.Diagnostics,
) (object pomeriumzero.Object[P], ok bool) {
	list := listIn(ctx, client, objects, organizationID, zeroScope{NamespaceID: namespaceID}, d.nouns, diags)
	if diags.HasError() {
		return object, false
	}
	return theOne(list, func(o pomeriumzero.Object[P]) bool { return o.Properties.Key().Name == name }, d.noun,
		func(o pomeriumzero.Object[P]) string { return fmt.Sprintf("%s (%s)", o.ID, o.Properties.Key().Name) }, diags)
}
