package provider

import (
	"context"
	"errors"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-log/tflog"

	"github.com/pomerium-zdx/terraform-provider-pomerium/internal/httpapi"
	"github.com/pomerium-zdx/terraform-provider-pomerium/internal/zdx"
)

// What can be waited for.
const (
	untilStarted = "started"
	untilEnded   = "ended"
)

// farEnough tells whether a trace has come to where it is waited for; nil for not at all.
func farEnough(waitFor string) func(zdx.DeepTrace) bool {
	switch waitFor {
	case untilStarted:
		return zdx.DeepTrace.Started
	case untilEnded:
		return zdx.DeepTrace.Ended
	}
	return nil
}

// patience is how long starting and waiting may take unless the configuration says.
func (m *deepTraceModel) patience() time.Duration {
	if m.WaitFor.ValueString() == untilEnded {
		return deepTraceTimeout + m.length()
	}
	return deepTraceTimeout
}

// planWait plans a wait that is new for a trace that is there. What it may change is unknown until it is over.
func planWait(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	var before, after types.String
	var state deepTraceModel
	resp.Diagnostics.Append(req.State.GetAttribute(ctx, path.Root("wait_for"), &before)...)
	resp.Diagnostics.Append(req.Plan.GetAttribute(ctx, path.Root("wait_for"), &after)...)
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	if resp.Diagnostics.HasError() || after.IsNull() || after.Equal(before) || state.hasEnded() {
		return
	}
	for _, name := range []string{"status", "started_at", "ended_at"} {
		resp.Diagnostics.Append(resp.Plan.SetAttribute(ctx, path.Root(name), types.StringUnknown())...)
	}
}

// await waits as far as the configuration asks, and takes over what it sees. The trace is there by now, so nothing that
// happens here is an error: Terraform would take the trace for broken, stop it and start another.
func (m *deepTraceModel) await(ctx context.Context, client *zdx.Client, diags *diag.Diagnostics) {
	enough := farEnough(m.WaitFor.ValueString())
	if enough == nil {
		return
	}
	status := m.Status.ValueString()
	last, err := client.WaitDeepTrace(ctx, m.DeviceID, m.TraceID.ValueString(), enough, func(seen zdx.DeepTrace) {
		if seen.Status != status {
			tflog.Info(ctx, "deep trace changed its status", map[string]any{
				"device_id": m.DeviceID, "trace_id": seen.ID, "before": httpapi.Label(status), "status": httpapi.Label(seen.Status),
			})
		}
		status = seen.Status
	})
	if last.ID != "" {
		m.fill(last)
	}
	name := "Deep trace " + m.TraceID.ValueString() + " of device " + m.DeviceID
	switch {
	case errors.Is(err, context.DeadlineExceeded) || errors.Is(err, context.Canceled):
		diags.AddWarning("Stopped waiting for a deep trace", name+" has the status \""+httpapi.Label(m.Status.ValueString())+"\" and was to be waited for until it has "+
			m.WaitFor.ValueString()+". The time for that is over, or the run was interrupted. The trace itself goes on; the next refresh "+
			"brings it up to date, and timeouts.create allows for more time.")
	case err != nil:
		diags.AddWarning("Could not wait for a deep trace", name+" was started, and could not be read while it was waited for. "+sentence(err.Error()))
	case m.WaitFor.ValueString() == untilStarted && m.StartedAt.IsNull() && last.Ended():
		diags.AddWarning("A deep trace ended without having started", name+" ended with the status \""+httpapi.Label(last.Status)+"\". "+
			"The device may be offline, or may not answer; change triggers to try again.")
	}
}

// addStartError reports a start that failed. A refusal with 429 that is not for the device means one of two limits, and
// the service does not tell which (zdx.md 5, Limits).
func addStartError(diags *diag.Diagnostics, deviceID string, err error) {
	var busy *zdx.DeviceBusyError
	if httpapi.IsRateLimited(err) && !errors.As(err, &busy) {
		err = notedError{err, "The device has no session, so either requests are limited, or the organization has as many sessions as it may: " +
			"15 over all devices, or 25 or 100 with some plans, those of the portal included"}
	}
	addError(diags, "start a deep trace of device "+deviceID, err)
}
