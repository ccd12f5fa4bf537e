package provider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/resource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/objectplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringplanmodifier"
)

// adoptedKey marks in the private state what was imported: the service may not have told its arguments, and a plan
// must not start a new trace or analysis for that.
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

// anew is the plan modifier of each argument of a trace or an analysis: a change starts another, unless it was imported
// and one side is unknown to the service or to the configuration.
type anew struct{}

func (anew) Description(context.Context) string               { return "a change starts it anew" }
func (m anew) MarkdownDescription(ctx context.Context) string { return m.Description(ctx) }

func (anew) PlanModifyString(ctx context.Context, req planmodifier.StringRequest, resp *planmodifier.StringResponse) {
	resp.RequiresReplace = startsAnew(ctx, req.State.Raw.IsNull() || req.Plan.Raw.IsNull(), req.StateValue, req.PlanValue, req.Private, &resp.Diagnostics)
}

func (anew) PlanModifyInt64(ctx context.Context, req planmodifier.Int64Request, resp *planmodifier.Int64Response) {
	resp.RequiresReplace = startsAnew(ctx, req.State.Raw.IsNull() || req.Plan.Raw.IsNull(), req.StateValue, req.PlanValue, req.Private, &resp.Diagnostics)
}

func (anew) PlanModifyBool(ctx context.Context, req planmodifier.BoolRequest, resp *planmodifier.BoolResponse) {
	resp.RequiresReplace = startsAnew(ctx, req.State.Raw.IsNull() || req.Plan.Raw.IsNull(), req.StateValue, req.PlanValue, req.Private, &resp.Diagnostics)
}

func (anew) PlanModifyMap(ctx context.Context, req planmodifier.MapRequest, resp *planmodifier.MapResponse) {
	resp.RequiresReplace = startsAnew(ctx, req.State.Raw.IsNull() || req.Plan.Raw.IsNull(), req.StateValue, req.PlanValue, req.Private, &resp.Diagnostics)
}

func startsAnew(ctx context.Context, createsOrDestroys bool, state, plan attr.Value, private privateState, diags *diag.Diagnostics) bool {
	if createsOrDestroys || plan.Equal(state) {
		return false
	}
	told := !state.IsNull() && !plan.IsNull()
	return told || !isAdopted(ctx, private, diags)
}

// zdxResource is embedded by every resource of ZDX.
type zdxResource struct{ resourceBase }

// ModifyPlan tells of missing credentials before anything is changed. It sends nothing.
func (r *zdxResource) ModifyPlan(_ context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	if !req.Plan.Raw.IsNull() {
		r.zdx(&resp.Diagnostics)
	}
}

// timeoutsOf is the attribute that bounds verbs.
func timeoutsOf(ctx context.Context, opts timeouts.Opts) schema.Attribute {
	attribute, _ := timeouts.Attributes(ctx, opts).(schema.SingleNestedAttribute)
	attribute.MarkdownDescription = "How long each verb may take, as durations such as `90s` or `5m`."
	return attribute
}

// kept is for what the service computes: an update does not change it.
func kept() []planmodifier.String {
	return []planmodifier.String{stringplanmodifier.UseStateForUnknown()}
}

func keptObject() []planmodifier.Object {
	return []planmodifier.Object{objectplanmodifier.UseStateForUnknown()}
}
