package provider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
)

// adoptedKey marks in the private state a trace that was imported: the service may not have told its
// arguments, and a plan must not start a new trace for that.
const adoptedKey = "adopted"

// privateState is what the framework's private state offers for reading.
type privateState interface {
	GetKey(ctx context.Context, key string) ([]byte, diag.Diagnostics)
}

func isAdopted(ctx context.Context, private privateState, diags *diag.Diagnostics) bool {
	value, problems := private.GetKey(ctx, adoptedKey)
	diags.Append(problems...)
	return string(value) == "true"
}

// newTrace is the plan modifier of each argument: a change starts a new trace, unless the trace was
// imported and one side is unknown to the service or to the configuration.
type newTrace struct{}

func (newTrace) Description(context.Context) string               { return "a change starts a new trace" }
func (m newTrace) MarkdownDescription(ctx context.Context) string { return m.Description(ctx) }

func (newTrace) PlanModifyString(ctx context.Context, req planmodifier.StringRequest, resp *planmodifier.StringResponse) {
	resp.RequiresReplace = startsNew(ctx, req.State.Raw.IsNull() || req.Plan.Raw.IsNull(), req.StateValue, req.PlanValue, req.Private, &resp.Diagnostics)
}

func (newTrace) PlanModifyInt64(ctx context.Context, req planmodifier.Int64Request, resp *planmodifier.Int64Response) {
	resp.RequiresReplace = startsNew(ctx, req.State.Raw.IsNull() || req.Plan.Raw.IsNull(), req.StateValue, req.PlanValue, req.Private, &resp.Diagnostics)
}

func (newTrace) PlanModifyBool(ctx context.Context, req planmodifier.BoolRequest, resp *planmodifier.BoolResponse) {
	resp.RequiresReplace = startsNew(ctx, req.State.Raw.IsNull() || req.Plan.Raw.IsNull(), req.StateValue, req.PlanValue, req.Private, &resp.Diagnostics)
}

func (newTrace) PlanModifyMap(ctx context.Context, req planmodifier.MapRequest, resp *planmodifier.MapResponse) {
	resp.RequiresReplace = startsNew(ctx, req.State.Raw.IsNull() || req.Plan.Raw.IsNull(), req.StateValue, req.PlanValue, req.Private, &resp.Diagnostics)
}

func startsNew(ctx context.Context, createsOrDestroys bool, state, plan attr.Value, private privateState, diags *diag.Diagnostics) bool {
	if createsOrDestroys || plan.Equal(state) {
		return false
	}
	told := !state.IsNull() && !plan.IsNull()
	return told || !isAdopted(ctx, private, diags)
}
