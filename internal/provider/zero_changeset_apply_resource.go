package provider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/identityschema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// The resource is for CLIs without actions. It is no object of the service: it applies what waits when it is made and
// when one of its triggers changes, and there is nothing to read or to delete.

var (
	_ resource.ResourceWithConfigure  = (*zeroChangesetApplyResource)(nil)
	_ resource.ResourceWithIdentity   = (*zeroChangesetApplyResource)(nil)
	_ resource.ResourceWithModifyPlan = (*zeroChangesetApplyResource)(nil)
)

type zeroChangesetApplyResource struct{ resourceBase }

type changesetApplyModel struct {
	changesetApply

	ID          types.String `tfsdk:"id"`
	Triggers    types.Map    `tfsdk:"triggers"`
	ChangesetID types.String `tfsdk:"changeset_id"`
	Status      types.String `tfsdk:"status"`
	AppliedAt   types.String `tfsdk:"applied_at"`
}

func newZeroChangesetApplyResource() resource.Resource { return &zeroChangesetApplyResource{} }

func (r *zeroChangesetApplyResource) Metadata(_ context.Context, req resource.MetadataRequest, resp *resource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_zero_changeset_apply"
}

func (r *zeroChangesetApplyResource) IdentitySchema(_ context.Context, _ resource.IdentitySchemaRequest, resp *resource.IdentitySchemaResponse) {
	resp.IdentitySchema = identityschema.Schema{Attributes: map[string]identityschema.Attribute{
		"id": identityschema.StringAttribute{Description: "ID of the cluster.", RequiredForImport: true},
	}}
}

func (r *zeroChangesetApplyResource) Schema(_ context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	keep := []planmodifier.String{stringplanmodifier.UseStateForUnknown()}
	resp.Schema = schema.Schema{
		MarkdownDescription: "Applies what waits in the pending changeset of a cluster, and waits until the cluster has taken it over: where `auto_apply_changesets` is off, " +
			"nothing is live before that. It does so when it is made, and again when one of its `triggers` changes. It belongs at the end: let its triggers come from the " +
			"routes, policies and settings that it is to make live.\n\nDestroying it does nothing, so what is destroyed beside it waits in a changeset. " +
			"CLIs with actions (Terraform 1.14 and later) have the action of the same name instead.",
		Attributes: map[string]schema.Attribute{
			"id": keptText("ID of the cluster."),
			"organization_id": schema.StringAttribute{
				MarkdownDescription: aboutScopeOrganization, Optional: true, Computed: true, PlanModifiers: keep,
			},
			"cluster_id": replacing(aboutApplyCluster, notEmpty),
			"triggers": schema.MapAttribute{
				MarkdownDescription: "Any texts. A change of one applies what waits then.", ElementType: types.StringType, Optional: true,
			},
			"include_others": optionalFlag(aboutApplyOthers),
			"users":          texts(aboutApplyUsers),
			"timeout":        text(aboutApplyTime+" A duration such as `90s` or `10m`.", isDuration),
			"changeset_id":   seenText("ID of the changeset that was applied last; null if nothing was waiting."),
			"status":         seenText("Status that it came to: `applied` or `current`."),
			"applied_at":     seenText("When that was (RFC 3339)."),
		},
	}
}

func (r *zeroChangesetApplyResource) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	r.apply(ctx, req.Plan, nil, &resp.State, resp.Identity, &resp.Diagnostics)
}

// Read changes nothing: what was applied was applied.
func (r *zeroChangesetApplyResource) Read(ctx context.Context, req resource.ReadRequest, resp *resource.ReadResponse) {
	var id types.String
	resp.Diagnostics.Append(req.State.GetAttribute(ctx, path.Root("id"), &id)...)
	resp.Diagnostics.Append(resp.Identity.SetAttribute(ctx, path.Root("id"), id)...)
}

func (r *zeroChangesetApplyResource) Update(ctx context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	r.apply(ctx, req.Plan, &req.State, &resp.State, resp.Identity, &resp.Diagnostics)
}

func (r *zeroChangesetApplyResource) Delete(context.Context, resource.DeleteRequest, *resource.DeleteResponse) {
}

// ModifyPlan keeps what was applied last unless the triggers change: how it is applied concerns the next time.
func (r *zeroChangesetApplyResource) ModifyPlan(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	if req.Plan.Raw.IsNull() || req.State.Raw.IsNull() {
		return
	}
	var planned, prior types.Map
	resp.Diagnostics.Append(req.Plan.GetAttribute(ctx, path.Root("triggers"), &planned)...)
	resp.Diagnostics.Append(req.State.GetAttribute(ctx, path.Root("triggers"), &prior)...)
	if !planned.Equal(prior) {
		return
	}
	for _, name := range []string{"changeset_id", "status", "applied_at"} {
		var value types.String
		resp.Diagnostics.Append(req.State.GetAttribute(ctx, path.Root(name), &value)...)
		resp.Diagnostics.Append(resp.Plan.SetAttribute(ctx, path.Root(name), value)...)
	}
}

func (r *zeroChangesetApplyResource) apply(ctx context.Context, plan tfsdk.Plan, prior *tfsdk.State, state *tfsdk.State,
	identity *tfsdk.ResourceIdentity, diags *diag.Diagnostics,
) {
	var model, before changesetApplyModel
	diags.Append(plan.Get(ctx, &model)...)
	if prior != nil {
		diags.Append(prior.Get(ctx, &before)...)
	}
	client, ok := r.zero(diags)
	if !ok || diags.HasError() {
		return
	}
	organization, err := client.Organization(ctx, model.OrganizationID.ValueString())
	if err != nil {
		addError(diags, "apply a changeset", err)
		return
	}
	if prior == nil || !model.Triggers.Equal(before.Triggers) {
		applied := model.run(ctx, client, organization.ID, diags)
		if diags.HasError() {
			return
		}
		model.ChangesetID, model.Status, model.AppliedAt = types.StringNull(), types.StringNull(), types.StringNull()
		if applied.ID != "" {
			model.ChangesetID, model.Status = types.StringValue(applied.ID), types.StringValue(applied.Status)
			model.AppliedAt = types.StringPointerValue(applied.UpdatedAt)
		}
	}
	model.ID, model.OrganizationID = model.ClusterID, types.StringValue(organization.ID)
	diags.Append(state.Set(ctx, &model)...)
	diags.Append(identity.SetAttribute(ctx, path.Root("id"), model.ID)...)
}
