package provider

import (
	"context"
	"errors"
	"time"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/resource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/identityschema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/booldefault"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/pomerium-zdx/terraform-provider-pomerium/internal/httpapi"
	"github.com/pomerium-zdx/terraform-provider-pomerium/internal/zdx"
)

// An analysis is like a deep trace: it is started, ends by itself and cannot be changed. The service tells of it by its
// ID alone, and has no list of analyses (zdx.md 6).

var (
	_ resource.ResourceWithConfigure   = (*zdxAnalysisResource)(nil)
	_ resource.ResourceWithIdentity    = (*zdxAnalysisResource)(nil)
	_ resource.ResourceWithImportState = (*zdxAnalysisResource)(nil)
	_ resource.ResourceWithModifyPlan  = (*zdxAnalysisResource)(nil)
)

type zdxAnalysisResource struct{ zdxResource }

type analysisModel struct {
	ID            types.String      `tfsdk:"id"`
	DeviceID      types.String      `tfsdk:"device_id"`
	AppID         types.String      `tfsdk:"app_id"`
	From          types.String      `tfsdk:"from"`
	To            types.String      `tfsdk:"to"`
	Triggers      map[string]string `tfsdk:"triggers"`
	WaitForResult types.Bool        `tfsdk:"wait_for_result"`
	Timeouts      timeouts.Value    `tfsdk:"timeouts"`
	Status        types.String      `tfsdk:"status"`
	Message       types.String      `tfsdk:"err_msg"`
	Result        types.Object      `tfsdk:"result"`
}

type analysisIdentity struct {
	ID types.String `tfsdk:"id"`
}

func newZDXAnalysisResource() resource.Resource { return &zdxAnalysisResource{} }

func (r *zdxAnalysisResource) Metadata(_ context.Context, _ resource.MetadataRequest, resp *resource.MetadataResponse) {
	resp.TypeName = "zdx_analysis"
}

func (r *zdxAnalysisResource) Schema(ctx context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	argument := func(description string, required bool, check validator.String) schema.StringAttribute {
		return schema.StringAttribute{
			MarkdownDescription: description, Required: required, Optional: !required,
			Validators: []validator.String{check}, PlanModifiers: []planmodifier.String{anew{}},
		}
	}
	resp.Schema = schema.Schema{
		MarkdownDescription: "An analysis of why an application scores as it does on a device. Creating it starts the analysis and waits for its result, " +
			"destroying it stops one that still runs. Every argument starts another one when changed, and so does `triggers`.",
		Attributes: map[string]schema.Attribute{
			"device_id": argument("ID of the device.", true, isDecimal),
			"app_id":    argument("ID of the application.", true, isDecimal),
			"from": argument("Where the time begins that is analysed: RFC 3339, or a duration back from the start of the analysis, such as `2h`. "+
				"Default: the service's own choice.", false, isMoment),
			"to": argument("Where it ends, in the same forms. Default: the service's own choice.", false, isMoment),
			"triggers": schema.MapAttribute{
				MarkdownDescription: "Any values; a change of one starts another analysis.", ElementType: types.StringType, Optional: true,
				PlanModifiers: []planmodifier.Map{anew{}},
			},
			"wait_for_result": schema.BoolAttribute{
				MarkdownDescription: "Whether apply waits for the result. Default `true`. An analysis that takes longer than the timeout goes on, with a warning.",
				Optional:            true, Computed: true, Default: booldefault.StaticBool(true),
			},
			"timeouts": analysisTimeouts(ctx),
			"id":       schema.StringAttribute{MarkdownDescription: "ID of the analysis.", Computed: true, PlanModifiers: kept()},
			"status": schema.StringAttribute{
				MarkdownDescription: "Status as the service spells it. No closed list of statuses is published.", Computed: true, PlanModifiers: kept(),
			},
			"err_msg": schema.StringAttribute{
				MarkdownDescription: "What went wrong, null if nothing did.", Computed: true, PlanModifiers: kept(),
			},
			"result": schema.SingleNestedAttribute{
				MarkdownDescription: "What was found, null until then.", Computed: true, PlanModifiers: keptObject(),
				Attributes: map[string]schema.Attribute{
					"issue":      schema.StringAttribute{MarkdownDescription: "What is at fault.", Computed: true},
					"confidence": schema.Float64Attribute{MarkdownDescription: "How sure the service is of it.", Computed: true},
					"message":    schema.StringAttribute{MarkdownDescription: "The finding in words.", Computed: true},
					"times": schema.ListAttribute{
						MarkdownDescription: "When it was seen (RFC 3339).", ElementType: types.StringType, Computed: true,
					},
				},
			},
		},
	}
}

func analysisTimeouts(ctx context.Context) schema.Attribute {
	return timeoutsOf(ctx, timeouts.Opts{
		Create: true, Delete: true,
		CreateDescription: "How long starting and waiting may take, waits for the rate limit included. Default `10m`.",
		DeleteDescription: "How long stopping may take, waits for the rate limit included. Default `10m`.",
	})
}

func (r *zdxAnalysisResource) IdentitySchema(_ context.Context, _ resource.IdentitySchemaRequest, resp *resource.IdentitySchemaResponse) {
	resp.IdentitySchema = identityschema.Schema{Attributes: map[string]identityschema.Attribute{
		"id": identityschema.StringAttribute{Description: "ID of the analysis.", RequiredForImport: true},
	}}
}

func (r *zdxAnalysisResource) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	var plan analysisModel
	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	client, ok := r.zdx(&resp.Diagnostics)
	if !ok || resp.Diagnostics.HasError() {
		return
	}
	ctx, cancel := within(ctx, plan.Timeouts.Create, deepTraceTimeout, &resp.Diagnostics)
	defer cancel()
	request := zdx.AnalysisRequest{
		DeviceID: zdx.ID(plan.DeviceID.ValueString()), AppID: zdx.ID(plan.AppID.ValueString()),
		T0: epochOf(plan.From, client.ServerTime()), T1: epochOf(plan.To, client.ServerTime()),
	}
	id, err := client.StartAnalysis(ctx, request)
	if err != nil {
		detail := "start an analysis of application " + string(request.AppID) + " on device " + string(request.DeviceID)
		if httpapi.Ambiguous(err) {
			err = notedError{err, "Whether it was started cannot be found out, since ZDX lists no analyses; one that was ends by itself"}
		}
		addError(&resp.Diagnostics, detail, err)
		return
	}
	plan.ID = types.StringValue(string(id))
	resp.Diagnostics.Append(plan.fill(ctx, zdx.Analysis{})...)
	resp.Diagnostics.Append(resp.State.Set(ctx, plan)...)
	resp.Diagnostics.Append(resp.Identity.Set(ctx, analysisIdentity{plan.ID})...)
	if plan.WaitForResult.ValueBool() {
		plan.await(ctx, client, &resp.Diagnostics)
		resp.Diagnostics.Append(resp.State.Set(ctx, plan)...)
	}
}

// await waits for the result. The analysis is there by now, so nothing that happens here is an error.
func (m *analysisModel) await(ctx context.Context, client *zdx.Client, diags *diag.Diagnostics) {
	name := "Analysis " + m.ID.ValueString()
	analysis, err := client.WaitAnalysis(ctx, m.ID.ValueString())
	switch {
	case errors.Is(err, context.DeadlineExceeded) || errors.Is(err, context.Canceled):
		diags.AddWarning("Stopped waiting for an analysis", name+" has no result yet, and the time for that is over or the run was interrupted. "+
			"It goes on; the next refresh brings it up to date, and timeouts.create allows for more time.")
	case err != nil:
		diags.AddWarning("Could not wait for an analysis", name+" was started, and could not be read while it was waited for. "+sentence(err.Error()))
	case analysis.Message != nil:
		diags.AddWarning("An analysis found nothing", name+" ended with: "+sentence(string(*analysis.Message)))
	}
	diags.Append(m.fill(ctx, analysis)...)
}

func (r *zdxAnalysisResource) Read(ctx context.Context, req resource.ReadRequest, resp *resource.ReadResponse) {
	var state analysisModel
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	client, ok := r.zdx(&resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}
	resp.Diagnostics.Append(resp.Identity.Set(ctx, analysisIdentity{state.ID})...)
	name := "analysis " + state.ID.ValueString()
	if !ok {
		notYet(&resp.Diagnostics, name)
		return
	}
	analysis, err := client.Analysis(ctx, state.ID.ValueString())
	switch {
	case httpapi.IsNotFound(err) && state.isDone():
		return // its result is what it was made for, and that is in the state
	case httpapi.IsNotFound(err):
		resp.Diagnostics.AddWarning("An analysis is gone", "ZDX does not know "+name+" any more, and it had no result. Someone else stopped it, so the plan starts another one.")
		resp.State.RemoveResource(ctx)
		return
	case err != nil:
		addError(&resp.Diagnostics, "read "+name, err)
		return
	}
	resp.Diagnostics.Append(state.fill(ctx, analysis)...)
	resp.Diagnostics.Append(resp.State.Set(ctx, state)...)
}

// Update changes the state only: what is left to update is how Terraform treats the analysis.
func (r *zdxAnalysisResource) Update(ctx context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	var plan analysisModel
	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	resp.Diagnostics.Append(resp.State.Set(ctx, plan)...)
	resp.Diagnostics.Append(resp.Identity.Set(ctx, analysisIdentity{plan.ID})...)
	resp.Diagnostics.Append(resp.Private.SetKey(ctx, adoptedKey, []byte("false"))...)
}

func (r *zdxAnalysisResource) Delete(ctx context.Context, req resource.DeleteRequest, resp *resource.DeleteResponse) {
	var state analysisModel
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	client, ok := r.zdx(&resp.Diagnostics)
	if !ok || resp.Diagnostics.HasError() || state.isDone() {
		return
	}
	ctx, cancel := within(ctx, state.Timeouts.Delete, deepTraceTimeout, &resp.Diagnostics)
	defer cancel()
	if err := client.StopAnalysis(ctx, state.ID.ValueString()); err != nil {
		addError(&resp.Diagnostics, "stop analysis "+state.ID.ValueString(), err)
	}
}

// ImportState takes the ID. The service does not tell of which device and application it is.
func (r *zdxAnalysisResource) ImportState(ctx context.Context, req resource.ImportStateRequest, resp *resource.ImportStateResponse) {
	resource.ImportStatePassthroughWithIdentity(ctx, path.Root("id"), path.Root("id"), req, resp)
	resp.Diagnostics.Append(resp.State.SetAttribute(ctx, path.Root("wait_for_result"), true)...)
	resp.Diagnostics.Append(resp.Private.SetKey(ctx, adoptedKey, []byte("true"))...)
}

// fill takes what the service tells. What it does not tell any more keeps its value.
func (m *analysisModel) fill(ctx context.Context, analysis zdx.Analysis) (diags diag.Diagnostics) {
	text := func(target *types.String, told *zdx.Text) {
		if told != nil || target.IsUnknown() {
			*target = types.StringPointerValue((*string)(told))
		}
	}
	text(&m.Status, analysis.Status)
	text(&m.Message, analysis.Message)
	if analysis.Result != nil || m.Result.IsUnknown() || m.Result.IsNull() {
		m.Result, diags = types.ObjectValueFrom(ctx, analysisResultTypes, analysis.Result)
	}
	return diags
}

var analysisResultTypes = map[string]attr.Type{
	"issue": types.StringType, "confidence": types.Float64Type, "message": types.StringType, "times": types.ListType{ElemType: types.StringType},
}

// epochOf is an argument of time as the service counts; nil for one that is not set.
func epochOf(text types.String, now time.Time) *int64 {
	if text.IsNull() {
		return nil
	}
	at, _ := momentOf(text.ValueString(), now)
	seconds := at.Unix()
	return &seconds
}

func (m *analysisModel) isDone() bool {
	status := zdx.Text(m.Status.ValueString())
	return !m.Result.IsNull() || !m.Message.IsNull() || zdx.Analysis{Status: &status}.Done()
}
