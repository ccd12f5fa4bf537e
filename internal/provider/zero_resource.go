package provider

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/identityschema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/pomerium-zdx/terraform-provider-pomerium/internal/pomeriumzero"
)

// zeroModel is what all resources of Pomerium Zero have in common.
type zeroModel struct {
	ID             types.String `tfsdk:"id"`
	OrganizationID types.String `tfsdk:"organization_id"`
	CreatedAt      types.String `tfsdk:"created_at"`
	UpdatedAt      types.String `tfsdk:"updated_at"`
}

// zeroIdentity is the identity of all resources of Pomerium Zero.
type zeroIdentity struct {
	OrganizationID types.String `tfsdk:"organization_id"`
	ID             types.String `tfsdk:"id"`
}

// modelOf is a pointer to a resource's model M, which embeds zeroModel and the properties P.
type modelOf[P pomeriumzero.Properties, M any] interface {
	*M
	parts() (*zeroModel, *P)
}

// zeroResource is the life of one kind of object: a resource embeds it and adds its model and its schema.
type zeroResource[P pomeriumzero.Properties, M any, PM modelOf[P, M]] struct {
	resourceBase
	noun       string // "route": the type is pomerium_zero_route
	collection func(client *pomeriumzero.Client, organizationID string) pomeriumzero.Collection[P]
}

func (r *zeroResource[P, M, PM]) Metadata(_ context.Context, req resource.MetadataRequest, resp *resource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_zero_" + r.noun
}

func (r *zeroResource[P, M, PM]) IdentitySchema(_ context.Context, _ resource.IdentitySchemaRequest, resp *resource.IdentitySchemaResponse) {
	resp.IdentitySchema = identityschema.Schema{Attributes: map[string]identityschema.Attribute{
		"organization_id": identityschema.StringAttribute{
			Description: "ID of the organization. Default: the provider's.", OptionalForImport: true,
		},
		"id": identityschema.StringAttribute{Description: "ID of the " + r.noun + ".", RequiredForImport: true},
	}}
}

// zeroSchema adds the attributes that all objects have to those of a kind.
func zeroSchema(noun string, attributes map[string]schema.Attribute) map[string]schema.Attribute {
	keep := []planmodifier.String{stringplanmodifier.UseStateForUnknown()}
	attributes["id"] = schema.StringAttribute{
		MarkdownDescription: "ID of the " + noun + ".", Computed: true, PlanModifiers: keep,
	}
	attributes["organization_id"] = schema.StringAttribute{
		MarkdownDescription: "ID of the organization. Default: the provider's. A change replaces the " + noun + ".",
		Optional:            true, Computed: true,
		PlanModifiers: append(keep, stringplanmodifier.RequiresReplaceIf(
			func(_ context.Context, req planmodifier.StringRequest, resp *stringplanmodifier.RequiresReplaceIfFuncResponse) {
				resp.RequiresReplace = !req.StateValue.IsNull() // an object that moved in from a peer's state has none before it is read
			}, "a change replaces the object", "a change replaces the object")),
	}
	attributes["namespace_id"] = schema.StringAttribute{
		MarkdownDescription: "ID of the namespace that holds the " + noun + ", usually a cluster's. The service does not move objects, " +
			"so a change replaces the " + noun + ".",
		Required:      true,
		PlanModifiers: []planmodifier.String{stringplanmodifier.RequiresReplace()},
	}
	attributes["created_at"] = schema.StringAttribute{
		MarkdownDescription: "When the " + noun + " was created (RFC 3339).", Computed: true, PlanModifiers: keep,
	}
	// It moves at any touch, by whomever, so it keeps no prior value: no plan is made because of it.
	attributes["updated_at"] = schema.StringAttribute{
		MarkdownDescription: "When the " + noun + " was last changed, by whomever (RFC 3339).", Computed: true,
	}
	return attributes
}

// ModifyPlan resolves the organization and looks the namespace up, so that a wrong ID or credential is told
// before anything is changed. Another spelling of the same is planned as no change.
func (r *zeroResource[P, M, PM]) ModifyPlan(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	if req.Plan.Raw.IsNull() {
		return // destroy
	}
	if !req.State.Raw.IsNull() && onlyTouched(req.Plan, req.State) {
		resp.Plan.Raw = req.State.Raw
		return
	}
	client, ok := r.zero(&resp.Diagnostics)
	if !ok {
		return
	}
	var configured, organizationID, namespaceID, priorNamespaceID types.String
	resp.Diagnostics.Append(req.Config.GetAttribute(ctx, path.Root("organization_id"), &configured)...)
	resp.Diagnostics.Append(req.Plan.GetAttribute(ctx, path.Root("organization_id"), &organizationID)...)
	resp.Diagnostics.Append(req.Plan.GetAttribute(ctx, path.Root("namespace_id"), &namespaceID)...)
	if !req.State.Raw.IsNull() {
		resp.Diagnostics.Append(req.State.GetAttribute(ctx, path.Root("namespace_id"), &priorNamespaceID)...)
	}
	if resp.Diagnostics.HasError() || configured.IsUnknown() || namespaceID.IsUnknown() || namespaceID.Equal(priorNamespaceID) {
		return
	}
	organization, err := client.Organization(ctx, organizationID.ValueString())
	if err != nil {
		addError(&resp.Diagnostics, "plan the "+r.noun, err)
		return
	}
	if organizationID.IsUnknown() {
		resp.Diagnostics.Append(resp.Plan.SetAttribute(ctx, path.Root("organization_id"), organization.ID)...)
	}
	namespaces, err := client.Namespaces(ctx, organization.ID)
	if err != nil || slices.ContainsFunc(namespaces, func(n pomeriumzero.Namespace) bool { return n.ID == namespaceID.ValueString() }) {
		return // a role that may not list namespaces may still manage objects: the service has the last word
	}
	resp.Diagnostics.AddAttributeError(path.Root("namespace_id"), "Unknown namespace", fmt.Sprintf(
		"Organization %s has no namespace %q that these credentials see. It has: %s.",
		organization.ID, namespaceID.ValueString(), describeAll(namespaces, describeNamespace)))
}

// staysUnchanged is what ModifyPlan does with an unchanged object: nothing.
func (r *zeroResource[P, M, PM]) staysUnchanged() {}

func (r *zeroResource[P, M, PM]) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	r.write(ctx, "create", req.Plan, req.Config, &resp.State, resp.Identity, &resp.Diagnostics,
		func(objects pomeriumzero.Collection[P], _ string, properties P) (pomeriumzero.Object[P], error) {
			return objects.Create(ctx, properties)
		})
}

func (r *zeroResource[P, M, PM]) Read(ctx context.Context, req resource.ReadRequest, resp *resource.ReadResponse) {
	var state M
	own, properties := PM(&state).parts()
	resp.Diagnostics.Append(readPrior(ctx, req.State, &state, own)...)
	id := own.ID.ValueString()
	action := "read " + r.noun + " " + id
	resp.Diagnostics.Append(resp.Identity.Set(ctx, own.identity())...) // also of one that turns out to be gone
	objects, organizationID, ok := r.open(ctx, own, action, &resp.Diagnostics)
	if !ok {
		if !resp.Diagnostics.HasError() {
			notYet(&resp.Diagnostics, r.noun+" "+id)
		}
		return
	}
	objects.Hide(*properties)
	object, err := objects.Get(ctx, id, (*properties).Key().NamespaceID)
	switch {
	case errors.Is(err, pomeriumzero.ErrGone):
		resp.State.RemoveResource(ctx)
		return
	case err != nil:
		addError(&resp.Diagnostics, action, err)
		return
	}
	*properties = pomeriumzero.Reconcile(object.Properties, *properties)
	own.fill(organizationID, object.ID, object.CreatedAt, object.UpdatedAt)
	r.save(ctx, &state, &resp.State, resp.Identity, &resp.Diagnostics)
}

func (r *zeroResource[P, M, PM]) Update(ctx context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	r.write(ctx, "update", req.Plan, req.Config, &resp.State, resp.Identity, &resp.Diagnostics,
		func(objects pomeriumzero.Collection[P], id string, properties P) (pomeriumzero.Object[P], error) {
			return objects.Update(ctx, id, properties)
		})
}

// write sends what is planned and saves the plan's values with what the service computes: should it spell a value in
// another way, the next refresh shows it by its meaning.
func (r *zeroResource[P, M, PM]) write(ctx context.Context, verb string, planned tfsdk.Plan, config tfsdk.Config,
	state *tfsdk.State, identity *tfsdk.ResourceIdentity, diags *diag.Diagnostics,
	send func(objects pomeriumzero.Collection[P], id string, properties P) (pomeriumzero.Object[P], error),
) {
	var plan M
	diags.Append(planned.Get(ctx, &plan)...)
	own, properties := PM(&plan).parts()
	action := verb + " " + r.named(*properties)
	objects, organizationID, ok := r.open(ctx, own, action, diags)
	if !ok {
		return
	}
	emptySecrets := fillSecrets(ctx, config, properties, diags)
	object, err := send(objects, own.ID.ValueString(), *properties)
	emptySecrets()
	if err != nil {
		addError(diags, action, err)
		return
	}
	own.fill(organizationID, object.ID, object.CreatedAt, object.UpdatedAt)
	r.save(ctx, &plan, state, identity, diags)
}

func (r *zeroResource[P, M, PM]) Delete(ctx context.Context, req resource.DeleteRequest, resp *resource.DeleteResponse) {
	var state M
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	own, properties := PM(&state).parts()
	action := "delete " + r.named(*properties)
	objects, _, ok := r.open(ctx, own, action, &resp.Diagnostics)
	if !ok {
		return
	}
	objects.Hide(*properties)
	if err := objects.Delete(ctx, own.ID.ValueString(), (*properties).Key().NamespaceID); err != nil {
		addError(&resp.Diagnostics, action, err)
	}
}

// open returns the collection that holds the object, and the organization's ID. It is false with an error,
// or without one while the credentials are unknown.
func (r *zeroResource[P, M, PM]) open(ctx context.Context, own *zeroModel, action string, diags *diag.Diagnostics) (
	objects pomeriumzero.Collection[P], organizationID string, ok bool,
) {
	client, ok := r.zero(diags)
	if !ok || diags.HasError() {
		return objects, "", false
	}
	organization, err := client.Organization(ctx, own.OrganizationID.ValueString())
	if err != nil {
		addError(diags, action, err)
		return objects, "", false
	}
	return r.collection(client, organization.ID), organization.ID, true
}

// ImportState takes <id> or <organization_id>/<id>, or the identity. Read does the rest.
func (r *zeroResource[P, M, PM]) ImportState(ctx context.Context, req resource.ImportStateRequest, resp *resource.ImportStateResponse) {
	var identity zeroIdentity
	if req.ID == "" {
		resp.Diagnostics.Append(req.Identity.Get(ctx, &identity)...)
	} else {
		organizationID, id, found := strings.Cut(req.ID, "/")
		if !found {
			organizationID, id = "", req.ID
		}
		if id == "" || strings.Contains(id, "/") || found && organizationID == "" {
			resp.Diagnostics.AddError("Import ID has another form", fmt.Sprintf(
				"%q is neither <id> nor <organization_id>/<id> of a %s.", req.ID, r.noun))
			return
		}
		identity.ID = types.StringValue(id)
		if found {
			identity.OrganizationID = types.StringValue(organizationID)
		}
	}
	resp.Diagnostics.Append(resp.State.SetAttribute(ctx, path.Root("id"), identity.ID)...)
	resp.Diagnostics.Append(resp.State.SetAttribute(ctx, path.Root("organization_id"), identity.OrganizationID)...)
}

// MoveState takes the state of the same object over from another provider's type.
func (r *zeroResource[P, M, PM]) MoveState(context.Context) []resource.StateMover {
	return moveFrom(zeroPeers[r.noun])
}

func (m *zeroModel) fill(organizationID, id string, createdAt, updatedAt *string) {
	*m = zeroModel{
		ID: types.StringValue(id), OrganizationID: types.StringValue(organizationID),
		CreatedAt: types.StringPointerValue(createdAt), UpdatedAt: types.StringPointerValue(updatedAt),
	}
}

// save writes state and identity as soon as the object exists.
func (r *zeroResource[P, M, PM]) save(ctx context.Context, model *M, state *tfsdk.State, identity *tfsdk.ResourceIdentity, diags *diag.Diagnostics) {
	diags.Append(state.Set(ctx, model)...)
	own, _ := PM(model).parts()
	diags.Append(identity.Set(ctx, own.identity())...)
}

func (m *zeroModel) identity() zeroIdentity {
	return zeroIdentity{OrganizationID: m.OrganizationID, ID: m.ID}
}

// onlyTouched tells whether a plan differs from the state in updated_at only. The framework makes it unknown
// as soon as a text differs, before it is seen that the text means the same.
func onlyTouched(plan tfsdk.Plan, state tfsdk.State) bool {
	differences, err := plan.Raw.Diff(state.Raw)
	return err == nil && !slices.ContainsFunc(differences, func(d tftypes.ValueDiff) bool {
		return len(d.Path.Steps()) > 0 && !d.Path.Equal(tftypes.NewAttributePath().WithAttributeName("updated_at"))
	})
}

func (r *zeroResource[P, M, PM]) named(properties P) string {
	return fmt.Sprintf("%s %q", r.noun, properties.Key().Name)
}

// readPrior fills the model from the state. Right after an import the state holds the IDs only, which the
// properties' plain Go types cannot express.
func readPrior[M any](ctx context.Context, state tfsdk.State, model *M, own *zeroModel) diag.Diagnostics {
	var name types.String
	diags := state.GetAttribute(ctx, path.Root("name"), &name)
	if !name.IsNull() {
		return append(diags, state.Get(ctx, model)...)
	}
	diags.Append(state.GetAttribute(ctx, path.Root("id"), &own.ID)...)
	diags.Append(state.GetAttribute(ctx, path.Root("organization_id"), &own.OrganizationID)...)
	return diags
}
