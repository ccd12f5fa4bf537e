package zdx

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/pomerium-zdx/terraform-provider-pomerium/internal/gather"
	"github.com/pomerium-zdx/terraform-provider-pomerium/internal/httpapi"
)

const (
	tracesPath = "/devices/{deviceid}/deeptraces"
	tracePath  = tracesPath + "/{trace_id}"
)

// DeepTraceRequest is what a user chooses of a deep trace and what its start carries (zdx.md 4.1). Unset
// members are not sent: whether 0 means none is unknown.
type DeepTraceRequest struct {
	SessionName          *string `json:"session_name,omitempty" tfsdk:"session_name"`
	SessionLengthMinutes *int64  `json:"session_length_minutes,omitempty" tfsdk:"session_length_minutes"`
	ProbeDevice          *bool   `json:"probe_device,omitempty" tfsdk:"probe_device"`
	AppID                *ID     `json:"app_id,omitempty" tfsdk:"app_id"`
	WebProbeID           *ID     `json:"web_probe_id,omitempty" tfsdk:"web_probe_id"`
	CloudPathProbeID     *ID     `json:"cloudpath_probe_id,omitempty" tfsdk:"cloudpath_probe_id"`
}

// withoutUnset drops members that are there and say nothing: empty text, IDs that name nothing.
func (r DeepTraceRequest) withoutUnset() DeepTraceRequest {
	if r.SessionName != nil && *r.SessionName == "" {
		r.SessionName = nil
	}
	for _, id := range []**ID{&r.AppID, &r.WebProbeID, &r.CloudPathProbeID} {
		if *id != nil && !(*id).usable() {
			*id = nil
		}
	}
	return r
}

// DeepTraceDetails is what the service repeats of a start, as far as it does: the documents disagree
// about which members come back (zdx.md 4.3). What did not come is nil, or "" for DeviceID.
type DeepTraceDetails struct {
	DeepTraceRequest

	DeviceID           string
	DeviceName         *Text
	UserID             *ID
	UserName           *Text
	AppName            *Text
	WebProbeName       *Text
	CloudPathProbeName *Text
}

// DeepTrace is a deep trace as the service tells of it (zdx.md 4.3).
type DeepTrace struct {
	ID     string // decimal
	Status string // as the service spells it; an open set (zdx.md 5)
	// ExpectedTime has no known unit: 7200 exceeds the longest session in seconds and in minutes
	// (zdx.md 4.2). It is for show.
	ExpectedTime *int64
	CreatedAt    time.Time // zero for not told; so are the next two for not yet
	StartedAt    time.Time
	EndedAt      time.Time
	Details      DeepTraceDetails
}

// Ended tells whether the trace has run its course, well or not. Of a status that nobody has heard of,
// EndedAt decides (zdx.md 5).
func (t DeepTrace) Ended() bool {
	return !t.EndedAt.IsZero() || isOver(t.Status)
}

// Started tells whether the device has taken the trace up; one that has ended without counts as well.
func (t DeepTrace) Started() bool {
	return t.Ended() || !t.StartedAt.IsZero() || slices.Contains([]string{"started", "inprogress"}, plainStatus(t.Status))
}

// Stopping tells whether the trace was told to stop and the device has not confirmed it, which takes
// minutes (zdx.md 5).
func (t DeepTrace) Stopping() bool { return plainStatus(t.Status) == "abortinitiated" && !t.Ended() }

// plainStatus is a status without its spelling: the API's is known of two states only, the others are
// the portal's words (zdx.md 5).
func plainStatus(status string) string {
	return strings.NewReplacer(" ", "", "_", "", "-", "").Replace(strings.ToLower(status))
}

// isOver tells whether a status is one of those that last.
func isOver(status string) bool {
	return slices.Contains([]string{"aborted", "expired", "failed", "incomplete", "completed"}, plainStatus(status))
}

// DeepTrace reads one deep trace. One that was deleted or is older than the service keeps them (2 to 14
// days, zdx.md 5) is an error of which httpapi.IsNotFound is true. The device's list confirms that, because what stands
// before a service says "not found" too while the service is replaced; a trace that the list shows is read from there.
func (c *Client) DeepTrace(ctx context.Context, deviceID, traceID string) (DeepTrace, error) {
	var answer toldTrace
	err := c.get(ctx, tracePath, nil, []string{deviceID, traceID}, &answer)
	if httpapi.IsNotFound(err) {
		return c.listedTrace(ctx, deviceID, traceID, err)
	}
	if err != nil {
		return DeepTrace{}, err
	}
	trace := wireTrace(answer).trace()
	trace.ID = traceID // the one that was asked for, in the caller's spelling
	return trace, nil
}

// GatheredDeepTrace reads a deep trace as DeepTrace does. When several of one device are wanted, they come from its
// list, which may be a minute old.
func (c *Client) GatheredDeepTrace(ctx context.Context, deviceID, traceID string) (DeepTrace, error) {
	list := gather.Whole[DeepTrace](func(ctx context.Context) (map[string]DeepTrace, error) {
		traces, err := c.DeepTraces(ctx, deviceID)
		byID := make(map[string]DeepTrace, len(traces))
		for _, trace := range traces {
			byID[trace.ID] = trace
		}
		return byID, err
	})
	return gather.Get(ctx, c.reads, deviceID, traceID, func() gather.Walk[DeepTrace] { return list },
		func(ctx context.Context) (DeepTrace, error) { return c.DeepTrace(ctx, deviceID, traceID) })
}

// listedTrace looks for a trace in its device's list. The refusal is returned if it is not there, or if there is no list
// either.
func (c *Client) listedTrace(ctx context.Context, deviceID, traceID string, refusal error) (DeepTrace, error) {
	traces, err := c.DeepTraces(ctx, deviceID)
	if err != nil && !httpapi.IsNotFound(err) {
		return DeepTrace{}, err
	}
	for _, trace := range traces {
		if trace.ID == traceID {
			return trace, nil
		}
	}
	return DeepTrace{}, refusal
}

// DeepTraces lists the deep traces of a device, running and past. The list has no pages (zdx.md 4).
func (c *Client) DeepTraces(ctx context.Context, deviceID string) ([]DeepTrace, error) {
	var answer List[wireTrace]
	if err := c.get(ctx, tracesPath, nil, []string{deviceID}, &answer); err != nil {
		return nil, err
	}
	traces := []DeepTrace{}
	for _, element := range answer {
		if trace := element.trace(); trace.ID != "" { // nothing can be done with one that has no ID
			traces = append(traces, trace)
		}
	}
	return traces, nil
}

// shownAllTheSame contradicts a "not found" for what can still be read.
const shownAllTheSame = "and shows it all the same"

// StopDeepTrace stops a deep trace, and its data may go with it (zdx.md 11, row 15). It is no error when
// there is nothing to stop: the trace is gone, has ended, or is stopping already. What the service
// answers then is not documented, so the trace itself is asked.
func (c *Client) StopDeepTrace(ctx context.Context, deviceID, traceID string) error {
	defer c.reads.Forget()
	var done httpapi.Done
	err := c.do(ctx, c.api, httpapi.Request{Method: http.MethodDelete, Path: tracePath, Values: []string{deviceID, traceID}}, &done)
	var failure *httpapi.Error
	switch {
	case err == nil && (done.Certain || done.Empty): // the answer is not documented (zdx.md 5)
		return nil
	case err == nil:
		err = httpapi.Unconfirmed(service, http.MethodDelete, tracePath)
	case httpapi.IsNotFound(err):
		err = httpapi.Contradicted(err, shownAllTheSame)
	case !errors.As(err, &failure) || failure.Status != http.StatusBadRequest && failure.Status != http.StatusConflict && !httpapi.Ambiguous(err):
		return err
	}
	trace, readErr := c.DeepTrace(ctx, deviceID, traceID)
	if httpapi.IsNotFound(readErr) || readErr == nil && (trace.Ended() || trace.Stopping()) {
		return nil
	}
	return err
}
