package provider

import (
	"context"
	"fmt"
	"reflect"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/identityschema"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// The identity of an object is its ID in its organization, and where it can be found through its holder only, the
// holder's ID as well. An import ID holds the same, with slashes between.

func (r *zeroResource[P, M, PM]) finds() bool { return r.holder != nil && r.holder.finds && !r.partly }

func (r *zeroResource[P, M, PM]) IdentitySchema(_ context.Context, _ resource.IdentitySchemaRequest, resp *resource.IdentitySchemaResponse) {
	attributes := map[string]identityschema.Attribute{
		"id": identityschema.StringAttribute{Description: "ID of the " + r.noun + ".", RequiredForImport: true},
	}
	if !r.itself {
		attributes["organization_id"] = identityschema.StringAttribute{
			Description: "ID of the organization. Default: the provider's.", OptionalForImport: true,
		}
	}
	if r.finds() {
		attributes[r.holder.attribute()] = identityschema.StringAttribute{
			Description: "ID of the " + r.holder.noun + " that holds the " + r.noun + ".", RequiredForImport: true,
		}
	}
	resp.IdentitySchema = identityschema.Schema{Attributes: attributes}
}

// identify fills an identity.
func (r *zeroResource[P, M, PM]) identify(ctx context.Context, identity *tfsdk.ResourceIdentity, own *zeroModel, properties P) diag.Diagnostics {
	diags := identity.SetAttribute(ctx, path.Root("id"), own.ID)
	if !r.itself {
		diags.Append(identity.SetAttribute(ctx, path.Root("organization_id"), own.OrganizationID)...)
	}
	if r.finds() {
		diags.Append(identity.SetAttribute(ctx, path.Root(r.holder.attribute()), properties.Key().Parent)...)
	}
	return diags
}

// importParts are the attributes that an import ID names, in its order. The organization may be left out.
func (r *zeroResource[P, M, PM]) importParts() []string {
	if r.itself {
		return []string{"id"}
	}
	if r.finds() {
		return []string{"organization_id", r.holder.attribute(), "id"}
	}
	return []string{"organization_id", "id"}
}

func (r *zeroResource[P, M, PM]) importForm() string {
	if r.itself {
		return "the <id>"
	}
	form := "<" + strings.Join(r.importParts()[1:], ">/<") + ">"
	return "the " + form + " or <organization_id>/" + form
}

// ImportState takes <id> or <organization_id>/<id>, with the holder's ID in front of the ID where it is needed, or the
// identity. Read does the rest.
func (r *zeroResource[P, M, PM]) ImportState(ctx context.Context, req resource.ImportStateRequest, resp *resource.ImportStateResponse) {
	names := r.importParts()
	values := map[string]types.String{}
	if req.ID == "" {
		for _, name := range names {
			var value types.String
			resp.Diagnostics.Append(req.Identity.GetAttribute(ctx, path.Root(name), &value)...)
			values[name] = value
		}
	} else {
		parts := strings.Split(req.ID, "/")
		given := names[max(0, len(names)-len(parts)):]
		if len(parts) < max(1, len(names)-1) || len(parts) > len(names) || strings.Contains("/"+req.ID+"/", "//") {
			resp.Diagnostics.AddError("Import ID has another form", fmt.Sprintf("%q is not %s of a %s.", req.ID, r.importForm(), r.noun))
			return
		}
		for i, name := range given {
			values[name] = types.StringValue(parts[i])
		}
	}
	for name, value := range values {
		resp.Diagnostics.Append(resp.State.SetAttribute(ctx, path.Root(name), value)...)
	}
	if r.partly { // known by what holds it
		resp.Diagnostics.Append(resp.State.SetAttribute(ctx, path.Root(r.holder.attribute()), values["id"])...)
	}
}

// readPrior fills the model from the state. Right after an import the state holds IDs only, which the properties' plain
// Go types cannot express.
func (r *zeroResource[P, M, PM]) readPrior(ctx context.Context, state tfsdk.State, model *M) (diags diag.Diagnostics) {
	var members map[string]tftypes.Value
	if err := state.Raw.As(&members); err != nil {
		return failed(r.noun, err)
	}
	imported := true
	ids := append(r.importParts(), "id")
	if r.holder != nil {
		ids = append(ids, r.holder.attribute())
	}
	for name, value := range members {
		imported = imported && (value.IsNull() || slices.Contains(ids, name))
	}
	if !imported {
		return state.Get(ctx, model)
	}
	own, properties := PM(model).parts()
	diags.Append(state.GetAttribute(ctx, path.Root("id"), &own.ID)...)
	diags.Append(state.GetAttribute(ctx, path.Root("organization_id"), &own.OrganizationID)...)
	if r.holder != nil {
		var parent types.String
		diags.Append(state.GetAttribute(ctx, path.Root(r.holder.attribute()), &parent)...)
		setParent(properties, r.holder.attribute(), parent.ValueString())
	}
	return diags
}

// setParent sets the property that names what holds an object.
func setParent(properties any, attribute, id string) {
	object := reflect.ValueOf(properties).Elem()
	for i := range object.NumField() {
		if object.Type().Field(i).Tag.Get("tfsdk") == attribute {
			object.Field(i).SetString(id)
		}
	}
}
