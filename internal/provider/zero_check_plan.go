package provider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/pomerium-zdx/terraform-provider-pomerium/internal/pomeriumzero"
)

// A resource may ask the service for what a plan would run into, and warn.
type (
	planChecker interface {
		planCheck(ctx context.Context, client *pomeriumzero.Client, organizationID string, plan tfsdk.Plan, diags *diag.Diagnostics)
	}
	destroyChecker interface {
		destroyCheck(ctx context.Context, client *pomeriumzero.Client, organizationID, id string, diags *diag.Diagnostics)
	}
)

// checkPlan warns of what the plan would run into.
func (r *zeroResource[P, M, PM]) checkPlan(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	isNew, goes := req.State.Raw.IsNull(), req.Plan.Raw.IsNull()
	if r.services == nil || r.services.checks == nil || r.itself || r.services.zero.unknown || !isNew && !goes && onlyTouched(req.Plan, req.State) {
		return
	}
	var problems diag.Diagnostics // of a service that is not configured, which others tell
	client, ok := r.zero(&problems)
	if !ok {
		return
	}
	var own zeroModel
	if goes {
		problems.Append(req.State.GetAttribute(ctx, path.Root("id"), &own.ID)...)
		problems.Append(req.State.GetAttribute(ctx, path.Root("organization_id"), &own.OrganizationID)...)
	} else {
		problems.Append(req.Plan.GetAttribute(ctx, path.Root("organization_id"), &own.OrganizationID)...)
	}
	organization, err := client.Organization(ctx, own.OrganizationID.ValueString())
	if err != nil || problems.HasError() {
		return
	}
	switch {
	case goes:
		defer r.services.checks.managed(own.ID.ValueString())
		r.services.checks.count(ctx, client, organization.ID, r.noun, -1, &resp.Diagnostics)
		if checker, ok := r.checks.(destroyChecker); ok {
			checker.destroyCheck(ctx, client, organization.ID, own.ID.ValueString(), &resp.Diagnostics)
		}
		return
	case isNew:
		r.services.checks.count(ctx, client, organization.ID, r.noun, 1, &resp.Diagnostics)
	case r.moves(ctx, req):
		r.services.checks.count(ctx, client, organization.ID, r.noun, -1, &resp.Diagnostics) // and then one more
		return
	}
	if checker, ok := r.checks.(planChecker); ok {
		checker.planCheck(ctx, client, organization.ID, req.Plan, &resp.Diagnostics)
	}
}

// moves tells whether a plan moves the object to another holder, which makes another object of it.
func (r *zeroResource[P, M, PM]) moves(ctx context.Context, req resource.ModifyPlanRequest) bool {
	if r.holder == nil {
		return false
	}
	at := path.Root(r.holder.attribute())
	var planned, prior types.String
	return !req.Plan.GetAttribute(ctx, at, &planned).HasError() && !req.State.GetAttribute(ctx, at, &prior).HasError() && !planned.Equal(prior)
}
