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

// zeroDataSource is a single object of one kind: by ID, or by its name in what holds it.
type zeroDataSource[P pomeriumzero.Properties, U any, M any, PM modelOf[P, M]] struct {
	zeroLookup[P, U, M, PM]
	about string
}

func (d *zeroDataSource[P, U, M, PM]) Metadata(_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_zero_" + typeName(d.noun)
}

func (d *zeroDataSource[P, U, M, PM]) Schema(ctx context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	choose := func(description string) schema.StringAttribute {
		return schema.StringAttribute{
			MarkdownDescription: description, Optional: true, Computed: true, Validators: []validator.String{notEmpty},
		}
	}
	attributes := d.attributes(ctx)
	attributes["organization_id"] = choose(aboutScopeOrganization)
	if d.needsHolder() {
		attributes[d.holder.attribute()] = schema.StringAttribute{
			MarkdownDescription: "ID of the " + d.holder.noun + " that holds the " + d.noun + ".", Required: true, Validators: []validator.String{notEmpty},
		}
	}
	about := d.about
	switch with := d.with(); {
	case d.partly:
	case d.key == "":
		attributes["id"] = schema.StringAttribute{
			MarkdownDescription: "ID of the " + d.noun + ".", Required: true, Validators: []validator.String{notEmpty},
		}
	default:
		attributes["id"] = choose("ID of the " + d.noun + ". Either this, or " + with + ".")
		attributes[d.key] = choose("Name of the " + d.noun + ", unique in its " + d.holderNoun() + ".")
		if d.needsHolderWithName() {
			attributes[d.holder.attribute()] = choose("ID of the " + d.holder.noun + " that holds the " + d.noun + ".")
		}
		about += " Give `id`, or " + with + "."
	}
	resp.Schema = schema.Schema{MarkdownDescription: about + " Secrets are left out.", Attributes: attributes}
}

// needsHolder tells whether an object cannot be found without what holds it.
func (d *zeroDataSource[P, U, M, PM]) needsHolder() bool { return d.holder != nil && d.holder.finds }

// needsHolderWithName tells whether a name says nothing without what holds the object.
func (d *zeroDataSource[P, U, M, PM]) needsHolderWithName() bool {
	return d.holder != nil && !d.holder.finds
}

func (d *zeroDataSource[P, U, M, PM]) holderNoun() string {
	if d.holder == nil {
		return "organization"
	}
	return d.holder.noun
}

// with are the arguments that may stand in for the ID, for a text.
func (d *zeroDataSource[P, U, M, PM]) with() string {
	if d.needsHolderWithName() {
		return "`" + d.key + "` and `" + d.holder.attribute() + "`"
	}
	return "`" + d.key + "`"
}

func (d *zeroDataSource[P, U, M, PM]) ConfigValidators(context.Context) (all []datasource.ConfigValidator) {
	if d.key == "" {
		return nil
	}
	all = append(all, datasourcevalidator.ExactlyOneOf(path.MatchRoot("id"), path.MatchRoot(d.key)))
	if d.needsHolderWithName() {
		all = append(all, datasourcevalidator.RequiredTogether(path.MatchRoot(d.key), path.MatchRoot(d.holder.attribute())))
	}
	return all
}

func (d *zeroDataSource[P, U, M, PM]) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	var id, name types.String
	scope, diags := d.holder.readScopeOfOne(ctx, req.Config)
	resp.Diagnostics.Append(diags...)
	resp.Diagnostics.Append(req.Config.GetAttribute(ctx, path.Root("id"), &id)...)
	if d.key != "" {
		resp.Diagnostics.Append(req.Config.GetAttribute(ctx, path.Root(d.key), &name)...)
	}
	if d.partly {
		id = scope.Parent
	}
	client, ok := d.zero(&resp.Diagnostics)
	if !ok {
		unreadable(&resp.Diagnostics, d.noun)
	}
	if resp.Diagnostics.HasError() {
		return
	}
	organization, err := client.Organization(ctx, scope.OrganizationID.ValueString())
	if err != nil {
		addError(&resp.Diagnostics, "read the "+d.noun, err)
		return
	}
	objects := d.collection(client, organization.ID)
	var object pomeriumzero.Object[P]
	if id.IsNull() {
		object, ok = d.named(ctx, client, objects, organization.ID, name.ValueString(), scope, &resp.Diagnostics)
	} else {
		object, ok = d.identified(ctx, objects, id.ValueString(), scope.Parent.ValueString(), &resp.Diagnostics)
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

func (d *zeroDataSource[P, U, M, PM]) identified(ctx context.Context, objects pomeriumzero.Collection[P], id, parent string, diags *diag.Diagnostics) (
	object pomeriumzero.Object[P], ok bool,
) {
	object, err := objects.Get(ctx, id, parent)
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
	organizationID, name string, scope zeroScope, diags *diag.Diagnostics,
) (object pomeriumzero.Object[P], ok bool) {
	list := listIn(ctx, client, objects, organizationID, d.holder, scope, d.nouns, diags)
	if diags.HasError() {
		return object, false
	}
	return theOne(list, func(o pomeriumzero.Object[P]) bool { return o.Properties.Key().Name == name }, d.noun,
		func(o pomeriumzero.Object[P]) string { return fmt.Sprintf("%s (%s)", o.ID, o.Properties.Key().Name) }, diags)
}
