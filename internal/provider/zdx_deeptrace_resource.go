package provider

import (
	"cmp"
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/resource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework-validators/int64validator"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/identityschema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/booldefault"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/int64planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/pomerium-zdx/terraform-provider-pomerium/internal/httpapi"
	"github.com/pomerium-zdx/terraform-provider-pomerium/internal/zdx"
)

// A deep trace is started, runs for some minutes and ends by itself. It cannot be changed, so each argument
// makes a new one; a trace that has ended is a result, no difference, and is never started again by a plan
// (zdx.md 5). The service echoes its arguments in part and under several names, so the state keeps what
// was configured.

var (
	_ resource.ResourceWithConfigure      = (*zdxDeepTraceResource)(nil)
	_ resource.ResourceWithIdentity       = (*zdxDeepTraceResource)(nil)
	_ resource.ResourceWithImportState    = (*zdxDeepTraceResource)(nil)
	_ resource.ResourceWithModifyPlan     = (*zdxDeepTraceResource)(nil)
	_ resource.ResourceWithValidateConfig = (*zdxDeepTraceResource)(nil)
)

// deepTraceTimeout bounds a verb, waits for the service's rate limit included.
const deepTraceTimeout = 10 * time.Minute

// takeUpTime is how long a device may take to take a session up, generously: the documents speak of minutes, and
// a device that never answers lets it expire (zdx.md 5).
const takeUpTime = 15 * time.Minute

type zdxDeepTraceResource struct{ zdxResource }

type deepTraceModel struct {
	ID                  types.String      `tfsdk:"id"`
	DeviceID            string            `tfsdk:"device_id"`
	Triggers            map[string]string `tfsdk:"triggers"`
	DeleteDataOnDestroy types.Bool        `tfsdk:"delete_data_on_destroy"`
	WaitFor             types.String      `tfsdk:"wait_for"`
	Timeouts            timeouts.Value    `tfsdk:"timeouts"`
	TraceID             types.String      `tfsdk:"trace_id"`
	Status              types.String      `tfsdk:"status"`
	ExpectedTime        types.Int64       `tfsdk:"expected_time"`
	CreatedAt           types.String      `tfsdk:"created_at"`
	StartedAt           types.String      `tfsdk:"started_at"`
	EndedAt             types.String      `tfsdk:"ended_at"`
	zdx.DeepTraceRequest
}

type deepTraceIdentity struct {
	DeviceID types.String `tfsdk:"device_id"`
	TraceID  types.String `tfsdk:"trace_id"`
}

func newZDXDeepTraceResource() resource.Resource { return &zdxDeepTraceResource{} }

func (r *zdxDeepTraceResource) Metadata(_ context.Context, _ resource.MetadataRequest, resp *resource.MetadataResponse) {
	resp.TypeName = "zdx_deeptrace"
}

// defaultSessionLength is in minutes (zdx.md 4.1).
const defaultSessionLength = 5

// sessionLengths are the minutes that the portal and the clients know (zdx.md 4.1).
var sessionLengths = []int64{5, 15, 30, 60}

// The arguments of a trace, which the resource and the action share.
const (
	aboutTraceDevice    = "ID of the device to trace, a whole number. A device takes one trace at a time."
	aboutSessionName    = "Name of the session. A unique one lets a start be found again whose answer was lost."
	aboutSessionLength  = "How long the trace runs: 5, 15, 30 or 60 minutes. The service's default is 5."
	aboutProbeDevice    = "Also collect the device's statistics, processes and events."
	aboutTraceApp       = "ID of the application to trace. It needs a probe."
	aboutTraceWebProbe  = "ID of a web probe of the application."
	aboutTraceCloudPath = "ID of a cloud path probe of the application. A cloud path probe that follows a web probe brings it along."
)

func (r *zdxDeepTraceResource) Schema(ctx context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	argument := func(description string, checks ...validator.String) schema.StringAttribute {
		return schema.StringAttribute{
			MarkdownDescription: description, Optional: true, Validators: checks, PlanModifiers: []planmodifier.String{anew{}},
		}
	}
	device := argument(aboutTraceDevice, isDecimal)
	device.Optional, device.Required = false, true
	computed := func(description string) schema.StringAttribute {
		return schema.StringAttribute{MarkdownDescription: description, Computed: true, PlanModifiers: kept()}
	}
	resp.Schema = schema.Schema{
		MarkdownDescription: "A deep trace of a user's device in Zscaler ZDX. Creating it starts the trace, destroying it stops a trace that " +
			"still runs. A trace ends by itself; that is no difference and starts nothing anew. Every argument starts a new trace when " +
			"changed, and so does `triggers`.",
		Attributes: map[string]schema.Attribute{
			"device_id":    device,
			"session_name": argument(aboutSessionName, notEmpty),
			"session_length_minutes": schema.Int64Attribute{
				MarkdownDescription: aboutSessionLength, Optional: true,
				Validators: []validator.Int64{int64validator.OneOf(sessionLengths...)}, PlanModifiers: []planmodifier.Int64{anew{}},
			},
			"probe_device": schema.BoolAttribute{
				MarkdownDescription: aboutProbeDevice, Optional: true,
				PlanModifiers: []planmodifier.Bool{anew{}},
			},
			"app_id":       argument(aboutTraceApp, isDecimal),
			"web_probe_id": argument(aboutTraceWebProbe, isDecimal, needs("app_id")),
			"cloudpath_probe_id": argument(aboutTraceCloudPath,
				isDecimal, needs("app_id")),
			"triggers": schema.MapAttribute{
				MarkdownDescription: "Any values; a change of one starts a new trace.", ElementType: types.StringType, Optional: true,
				PlanModifiers: []planmodifier.Map{anew{}},
			},
			"delete_data_on_destroy": schema.BoolAttribute{
				MarkdownDescription: "Whether destroying also deletes the data of a trace that has ended. Stopping one that runs deletes its " +
					"data in any case, as far as the service's documents say. Default `false`.",
				Optional: true, Computed: true, Default: booldefault.StaticBool(false),
			},
			"wait_for": schema.StringAttribute{
				MarkdownDescription: "What apply waits for after the start: `" + untilStarted + "`, when the device has taken the trace up, or `" + untilEnded +
					"`, when its results are complete. Without it, apply does not wait. A trace that takes longer than the timeout goes on, with a warning.",
				Optional: true, Validators: []validator.String{stringvalidator.OneOf(untilStarted, untilEnded)},
			},
			"timeouts": deepTraceTimeouts(ctx),
			"id":       computed("`<device_id>/<trace_id>`."),
			"trace_id": computed("ID of the trace on its device, as text."),
			"status":   computed("Status as the service spells it, such as `started` or `completed`."),
			"expected_time": schema.Int64Attribute{
				MarkdownDescription: "Time that the service expects the trace to take. It does not say in which unit.", Computed: true,
				PlanModifiers: []planmodifier.Int64{int64planmodifier.UseStateForUnknown()},
			},
			"created_at": computed("When the trace was created (RFC 3339)."),
			"started_at": computed("When the device took it up (RFC 3339), null until then."),
			"ended_at":   computed("When it ended (RFC 3339), null until then."),
		},
	}
}

func deepTraceTimeouts(ctx context.Context) schema.Attribute {
	return timeoutsOf(ctx, timeouts.Opts{
		Create: true, Read: true, Update: true, Delete: true,
		CreateDescription: "How long starting and waiting may take, waits for the rate limit included. Default `10m`, and with `wait_for = \"ended\"` the " +
			"length of the session in addition.",
		UpdateDescription: "How long waiting may take when `wait_for` is changed. Default: that of `create`.",
		ReadDescription:   "How long reading may take, waits for the rate limit included. Default `10m`.",
		DeleteDescription: "How long stopping may take, waits for the rate limit included. Default `10m`.",
	})
}

func (r *zdxDeepTraceResource) IdentitySchema(_ context.Context, _ resource.IdentitySchemaRequest, resp *resource.IdentitySchemaResponse) {
	resp.IdentitySchema = identityschema.Schema{Attributes: map[string]identityschema.Attribute{
		"device_id": identityschema.StringAttribute{Description: "ID of the device.", RequiredForImport: true},
		"trace_id":  identityschema.StringAttribute{Description: "ID of the trace on the device.", RequiredForImport: true},
	}}
}

// ValidateConfig warns of what the portal refuses and the API perhaps does not (zdx.md 4.1).
func (r *zdxDeepTraceResource) ValidateConfig(ctx context.Context, req resource.ValidateConfigRequest, resp *resource.ValidateConfigResponse) {
	var app, web, cloudPath types.String
	resp.Diagnostics.Append(req.Config.GetAttribute(ctx, path.Root("app_id"), &app)...)
	resp.Diagnostics.Append(req.Config.GetAttribute(ctx, path.Root("web_probe_id"), &web)...)
	resp.Diagnostics.Append(req.Config.GetAttribute(ctx, path.Root("cloudpath_probe_id"), &cloudPath)...)
	if !app.IsNull() && web.IsNull() && cloudPath.IsNull() {
		resp.Diagnostics.AddAttributeWarning(path.Root("app_id"), "Application without a probe",
			"The ZDX portal wants a web probe or a cloud path probe with an application. Set web_probe_id or cloudpath_probe_id.")
	}
}

// ModifyPlan also plans a wait that is new.
func (r *zdxDeepTraceResource) ModifyPlan(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	r.zdxResource.ModifyPlan(ctx, req, resp)
	if !req.Plan.Raw.IsNull() && !req.State.Raw.IsNull() {
		planWait(ctx, req, resp)
	}
}

func (r *zdxDeepTraceResource) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	var plan deepTraceModel
	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	client, ok := r.zdx(&resp.Diagnostics)
	if !ok || resp.Diagnostics.HasError() {
		return
	}
	ctx, cancel := within(ctx, plan.Timeouts.Create, plan.patience(), &resp.Diagnostics)
	defer cancel()
	trace, err := client.StartDeepTrace(ctx, plan.DeviceID, plan.DeepTraceRequest)
	if err != nil {
		addStartError(&resp.Diagnostics, plan.DeviceID, err)
		return
	}
	if trace.CreatedAt.IsZero() {
		// The answer to a start lacks the times. To ask for them would cost a second request of the few there are, so
		// the service's clock stands in until the next refresh.
		trace.CreatedAt = client.ServerTime()
	}
	plan.fill(trace)
	resp.Diagnostics.Append(resp.State.Set(ctx, plan)...)
	resp.Diagnostics.Append(resp.Identity.Set(ctx, plan.identity())...)
	plan.await(ctx, client, &resp.Diagnostics)
	resp.Diagnostics.Append(resp.State.Set(ctx, plan)...)
}

func (r *zdxDeepTraceResource) Read(ctx context.Context, req resource.ReadRequest, resp *resource.ReadResponse) {
	var state deepTraceModel
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	adopted := isAdopted(ctx, req.Private, &resp.Diagnostics)
	client, ok := r.zdx(&resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}
	resp.Diagnostics.Append(resp.Identity.Set(ctx, state.identity())...)
	name := fmt.Sprintf("deep trace %s of device %s", state.TraceID.ValueString(), state.DeviceID)
	if !ok {
		notYet(&resp.Diagnostics, name)
		return
	}
	ctx, cancel := within(ctx, state.Timeouts.Read, deepTraceTimeout, &resp.Diagnostics)
	defer cancel()
	trace, err := client.GatheredDeepTrace(ctx, state.DeviceID, state.TraceID.ValueString())
	switch {
	case httpapi.IsNotFound(err) && state.isOver(client.ServerTime()):
		resp.Diagnostics.AddWarning("The data of a deep trace is gone", "The service does not keep "+name+" any more. It had ended, so it stays in "+
			"the state as it was and is not started again. Change triggers to start a new one.")
		return
	case httpapi.IsNotFound(err):
		if !state.Status.IsNull() {
			resp.Diagnostics.AddWarning("A deep trace was deleted", "The service does not know "+name+" any more, although it had not ended. "+
				"Someone else stopped it, so the plan starts a new one.")
		}
		resp.State.RemoveResource(ctx)
		return
	case err != nil:
		addError(&resp.Diagnostics, "read "+name, err)
		return
	}
	if adopted {
		state.adopt(trace.Details.DeepTraceRequest)
	}
	state.fill(trace)
	resp.Diagnostics.Append(resp.State.Set(ctx, state)...)
}

// Update changes how Terraform treats the trace, and waits if that is what is new. It sends nothing that changes the
// trace.
func (r *zdxDeepTraceResource) Update(ctx context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	var plan, state deepTraceModel
	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	if resp.Diagnostics.HasError() {
		return
	}
	waits := plan.Status.IsUnknown()
	plan.Status, plan.StartedAt, plan.EndedAt = state.Status, state.StartedAt, state.EndedAt
	if client, ok := r.zdx(&resp.Diagnostics); ok && waits {
		ctx, cancel := within(ctx, plan.Timeouts.Update, plan.patience(), &resp.Diagnostics)
		defer cancel()
		plan.await(ctx, client, &resp.Diagnostics)
	}
	resp.Diagnostics.Append(resp.State.Set(ctx, plan)...)
	resp.Diagnostics.Append(resp.Identity.Set(ctx, plan.identity())...)
	resp.Diagnostics.Append(resp.Private.SetKey(ctx, adoptedKey, []byte("false"))...)
}

func (r *zdxDeepTraceResource) Delete(ctx context.Context, req resource.DeleteRequest, resp *resource.DeleteResponse) {
	var state deepTraceModel
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	client, ok := r.zdx(&resp.Diagnostics)
	if !ok || resp.Diagnostics.HasError() {
		return
	}
	deleteData := state.DeleteDataOnDestroy.ValueBool()
	if state.hasEnded() && !deleteData {
		return
	}
	ctx, cancel := within(ctx, state.Timeouts.Delete, deepTraceTimeout, &resp.Diagnostics)
	defer cancel()
	traceID := state.TraceID.ValueString()
	trace, err := client.DeepTrace(ctx, state.DeviceID, traceID)
	if httpapi.IsNotFound(err) || err == nil && (trace.Ended() || trace.Stopping()) && !deleteData {
		return
	}
	if err == nil {
		err = client.StopDeepTrace(ctx, state.DeviceID, traceID)
	}
	if err != nil {
		addError(&resp.Diagnostics, fmt.Sprintf("stop deep trace %s of device %s", traceID, state.DeviceID), err)
	}
}

// ImportState takes <device_id>/<trace_id>, or the identity. Read does the rest.
func (r *zdxDeepTraceResource) ImportState(ctx context.Context, req resource.ImportStateRequest, resp *resource.ImportStateResponse) {
	var identity deepTraceIdentity
	if req.ID == "" {
		resp.Diagnostics.Append(req.Identity.Get(ctx, &identity)...)
	} else {
		device, trace, _ := strings.Cut(req.ID, "/")
		identity = deepTraceIdentity{DeviceID: types.StringValue(device), TraceID: types.StringValue(trace)}
	}
	if checkDecimal(identity.DeviceID.ValueString()) != nil || checkDecimal(identity.TraceID.ValueString()) != nil {
		resp.Diagnostics.AddError("Import ID has another form", fmt.Sprintf("%q is not <device_id>/<trace_id>, such as 30989301/342941739947287.", req.ID))
		return
	}
	resp.Diagnostics.Append(resp.State.SetAttribute(ctx, path.Root("device_id"), identity.DeviceID)...)
	resp.Diagnostics.Append(resp.State.SetAttribute(ctx, path.Root("trace_id"), identity.TraceID)...)
	resp.Diagnostics.Append(resp.State.SetAttribute(ctx, path.Root("delete_data_on_destroy"), false)...)
	resp.Diagnostics.Append(resp.Private.SetKey(ctx, adoptedKey, []byte("true"))...)
}

func (m *deepTraceModel) identity() deepTraceIdentity {
	return deepTraceIdentity{DeviceID: types.StringValue(m.DeviceID), TraceID: m.TraceID}
}

// fill takes what the service computes. What it does not tell any more keeps its value.
func (m *deepTraceModel) fill(trace zdx.DeepTrace) {
	m.ID = types.StringValue(m.DeviceID + "/" + trace.ID)
	m.TraceID = types.StringValue(trace.ID)
	m.Status = types.StringValue(trace.Status)
	if trace.ExpectedTime != nil || m.ExpectedTime.IsUnknown() {
		m.ExpectedTime = types.Int64PointerValue(trace.ExpectedTime)
	}
	moment := func(target *types.String, told time.Time) {
		switch {
		case !told.IsZero():
			*target = types.StringValue(told.UTC().Format(time.RFC3339))
		case target.IsUnknown():
			*target = types.StringNull()
		}
	}
	moment(&m.CreatedAt, trace.CreatedAt)
	moment(&m.StartedAt, trace.StartedAt)
	moment(&m.EndedAt, trace.EndedAt)
}

// adopt takes the arguments of an imported trace from the service's echo, as far as there is one. The
// service's defaults stay unset, as most configurations leave them.
func (m *deepTraceModel) adopt(echo zdx.DeepTraceRequest) {
	m.SessionName = cmp.Or(m.SessionName, echo.SessionName)
	m.AppID = cmp.Or(m.AppID, echo.AppID)
	m.WebProbeID = cmp.Or(m.WebProbeID, echo.WebProbeID)
	m.CloudPathProbeID = cmp.Or(m.CloudPathProbeID, echo.CloudPathProbeID)
	if length := echo.SessionLengthMinutes; length != nil && *length != defaultSessionLength {
		m.SessionLengthMinutes = cmp.Or(m.SessionLengthMinutes, length)
	}
	if probe := echo.ProbeDevice; probe != nil && *probe {
		m.ProbeDevice = cmp.Or(m.ProbeDevice, probe)
	}
}

func (m *deepTraceModel) hasEnded() bool {
	return !m.EndedAt.IsNull() || zdx.DeepTrace{Status: m.Status.ValueString()}.Ended()
}

// isOver tells whether the trace must have ended, seen or not.
func (m *deepTraceModel) isOver(now time.Time) bool {
	created, err := time.Parse(time.RFC3339, m.CreatedAt.ValueString())
	return m.hasEnded() || err == nil && now.Sub(created) > m.length()+takeUpTime
}

// length is how long the session runs.
func (m *deepTraceModel) length() time.Duration {
	if m.SessionLengthMinutes == nil {
		return defaultSessionLength * time.Minute
	}
	return time.Duration(*m.SessionLengthMinutes) * time.Minute
}

// within bounds a verb by its timeout.
func within(ctx context.Context, timeout func(context.Context, time.Duration) (time.Duration, diag.Diagnostics), standard time.Duration, diags *diag.Diagnostics) (context.Context, context.CancelFunc) {
	limit, problems := timeout(ctx, standard)
	diags.Append(problems...)
	return context.WithTimeout(ctx, limit)
}
