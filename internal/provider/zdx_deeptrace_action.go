package provider

import (
	"context"
	"errors"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/action/timeouts"
	"github.com/hashicorp/terraform-plugin-framework-validators/int64validator"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/action"
	"github.com/hashicorp/terraform-plugin-framework/action/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/pomerium-zdx/terraform-provider-pomerium/internal/zdx"
)

// The action starts a trace that belongs to no state: it is meant for what happens after a deployment, and nothing
// stops the trace but its own end. It needs Terraform 1.14; other CLIs have the resource.

var _ action.ActionWithConfigure = (*zdxDeepTraceAction)(nil)

type zdxDeepTraceAction struct{ actionBase }

type deepTraceActionModel struct {
	DeviceID string         `tfsdk:"device_id"`
	WaitFor  types.String   `tfsdk:"wait_for"`
	Timeouts timeouts.Value `tfsdk:"timeouts"`
	zdx.DeepTraceRequest
}

func newZDXDeepTraceAction() action.Action { return &zdxDeepTraceAction{} }

func (a *zdxDeepTraceAction) Metadata(_ context.Context, _ action.MetadataRequest, resp *action.MetadataResponse) {
	resp.TypeName = "zdx_deeptrace"
}

func (a *zdxDeepTraceAction) Schema(ctx context.Context, _ action.SchemaRequest, resp *action.SchemaResponse) {
	argument := func(description string, checks ...validator.String) schema.StringAttribute {
		return schema.StringAttribute{MarkdownDescription: description, Optional: true, Validators: checks}
	}
	device := argument(aboutTraceDevice, isDecimal)
	device.Optional, device.Required = false, true
	resp.Schema = schema.Schema{
		MarkdownDescription: "Starts a deep trace of a user's device in Zscaler ZDX, for use after a deployment, and prints what it found if it is told to wait. " +
			"The trace belongs to no state and ends by itself. CLIs that know no actions have the resource `zdx_deeptrace`.",
		Attributes: map[string]schema.Attribute{
			"device_id":    device,
			"session_name": argument(aboutSessionName, notEmpty),
			"session_length_minutes": schema.Int64Attribute{
				MarkdownDescription: aboutSessionLength, Optional: true, Validators: []validator.Int64{int64validator.OneOf(sessionLengths...)},
			},
			"probe_device":       schema.BoolAttribute{MarkdownDescription: aboutProbeDevice, Optional: true},
			"app_id":             argument(aboutTraceApp, isDecimal),
			"web_probe_id":       argument(aboutTraceWebProbe, isDecimal, needs("app_id")),
			"cloudpath_probe_id": argument(aboutTraceCloudPath, isDecimal, needs("app_id")),
			"wait_for": argument("What to wait for after the start: `"+untilStarted+"`, when the device has taken the trace up, or `"+untilEnded+
				"`, when its results are complete, which are printed then. Without it, the action does not wait.", stringvalidator.OneOf(untilStarted, untilEnded)),
			"timeouts": deepTraceActionTimeouts(ctx),
		},
	}
}

func deepTraceActionTimeouts(ctx context.Context) schema.Attribute {
	attribute, _ := timeouts.AttributesWithOpts(ctx, timeouts.Opts{
		InvokeDescription: "How long starting and waiting may take. Default `10m`, and with `wait_for = \"ended\"` the length of the session in addition.",
	}).(schema.SingleNestedAttribute)
	attribute.MarkdownDescription = "How long the action may take, as a duration such as `90s` or `20m`."
	return attribute
}

func (a *zdxDeepTraceAction) Invoke(ctx context.Context, req action.InvokeRequest, resp *action.InvokeResponse) {
	var config deepTraceActionModel
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)
	if resp.Diagnostics.HasError() {
		return
	}
	client, ok := a.zdx(&resp.Diagnostics)
	if !ok {
		unreadable(&resp.Diagnostics, "device")
		return
	}
	say := func(format string, values ...any) {
		resp.SendProgress(action.InvokeProgressEvent{Message: fmt.Sprintf(format, values...)})
	}
	model := deepTraceModel{WaitFor: config.WaitFor, DeepTraceRequest: config.DeepTraceRequest}
	ctx, cancel := within(ctx, config.Timeouts.Invoke, model.patience(), &resp.Diagnostics)
	defer cancel()
	trace, err := client.StartDeepTrace(ctx, config.DeviceID, config.DeepTraceRequest)
	if err != nil {
		addStartError(&resp.Diagnostics, config.DeviceID, err)
		return
	}
	say("Deep trace %s of device %s: %s.", trace.ID, config.DeviceID, trace.Status)
	enough := farEnough(config.WaitFor.ValueString())
	if enough == nil {
		return
	}
	status := trace.Status
	last, err := client.WaitDeepTrace(ctx, config.DeviceID, trace.ID, enough, func(seen zdx.DeepTrace) {
		if seen.Status != status {
			say("Deep trace %s of device %s: %s.", trace.ID, config.DeviceID, seen.Status)
		}
		status = seen.Status
	})
	switch {
	case errors.Is(err, context.DeadlineExceeded) || errors.Is(err, context.Canceled):
		resp.Diagnostics.AddWarning("Stopped waiting for a deep trace", fmt.Sprintf("Deep trace %s of device %s has the status %q. The time for waiting is over, or the run "+
			"was interrupted. The trace itself goes on.", trace.ID, config.DeviceID, status))
		return
	case err != nil:
		addError(&resp.Diagnostics, "wait for deep trace "+trace.ID+" of device "+config.DeviceID, err)
		return
	}
	if config.WaitFor.ValueString() == untilEnded {
		printFindings(ctx, client, config.DeviceID, last, say)
	}
}
