package zdx

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"strings"
	"time"

	"github.com/pomerium-zdx/terraform-provider-pomerium/internal/httpapi"
)

const (
	// settleTime bounds the look for a trace whose start was not answered. The caller's own time may be
	// over by then, and the trace would be an orphan if nobody looked.
	settleTime = 15 * time.Second
	// settleWait is the time between two looks for a trace that the service said it has started.
	settleWait = 3 * time.Second
	// resendWait is the least time before a start that failed is sent again.
	resendWait = time.Second
	// longestRun is how long a trace can be under way: an hour, and minutes to begin and to stop in
	// (zdx.md 5). An older one that seems to run has a status that nobody has heard of.
	longestRun = 2 * time.Hour
	// clockSlack is what created_at may lie before the request: both it and the Date header, which the
	// service's clock is read from, are cut to whole seconds.
	clockSlack = 2 * time.Second
)

// DeviceBusyError says that a start was refused because the device has a session already, of which
// there can be one at a time, those of the portal included (zdx.md 5).
type DeviceBusyError struct {
	DeviceID string
	TraceID  string // the session that runs
	Err      error  // the refusal
}

func (e *DeviceBusyError) Error() string {
	return fmt.Sprintf("device %s already has deep trace %s running, and ZDX allows one at a time for a device: "+
		"stop it or wait until it has ended (%s)", e.DeviceID, e.TraceID, e.Err)
}

// Unwrap returns the refusal.
func (e *DeviceBusyError) Unwrap() error { return e.Err }

// StartDeepTrace starts a deep trace on a device.
//
// The service knows no idempotency key, so a start without a usable answer is looked up in the device's
// list, even if ctx has ended meanwhile, and taken over: by session name, or without one by all that is
// echoed, and by its time. If the list proves that nothing was started, it is tried once more. The
// returned error is a *DeviceBusyError when the device has a session already; one that says which traces
// may be the one, and under which ID to import it, when that cannot be told; else an *httpapi.Error.
func (c *Client) StartDeepTrace(ctx context.Context, deviceID string, request DeepTraceRequest) (DeepTrace, error) {
	defer c.reads.Forget()
	unlock, err := c.devices.lock(ctx, deviceID)
	if err != nil {
		return DeepTrace{}, fmt.Errorf("waiting for another start on device %s: %w", deviceID, err)
	}
	defer unlock()
	s := &start{client: c, api: c.once, deviceID: deviceID, request: request.withoutUnset(), began: time.Now()}
	for {
		trace, again, err := s.attempt(ctx)
		if !again {
			return trace, err
		}
	}
}

// start is one start on its way.
type start struct {
	client   *Client
	api      *httpapi.Client // first the one that sends once, so that a busy device is told of soon
	deviceID string
	request  DeepTraceRequest
	began    time.Time // on our clock
	// uncertain is set once a start may have been carried out that the list did not show.
	uncertain bool
	// confirmed is set once the service said that it has started a trace.
	confirmed bool
}

// attempt sends the start and makes of the answer what can be made of it, or tells to send it again.
func (s *start) attempt(ctx context.Context) (trace DeepTrace, again bool, err error) {
	trace, err = s.send(ctx)
	var failure *httpapi.Error
	switch {
	case err == nil && trace.ID != "":
		return trace, false, nil
	case err == nil:
		trace, err = s.started(ctx, errors.New("ZDX started a deep trace and did not say which"))
		return trace, false, err
	case !errors.As(err, &failure) || failure.Path != tracesPath: // no token: it never left
		return DeepTrace{}, false, err
	case httpapi.Ambiguous(err) && failure.Status != 0 && failure.Status < 300:
		trace, err = s.started(ctx, err)
		return trace, false, err
	case httpapi.Ambiguous(err):
		return s.unanswered(ctx, err, failure.RetryAfter)
	case httpapi.IsRateLimited(err) || httpapi.IsConflict(err):
		return s.refused(ctx, err)
	case failure.Status == 0: // it never left
		return DeepTrace{}, ctx.Err() == nil && s.becomePatient(), err
	}
	return DeepTrace{}, false, err
}

// becomePatient tells whether patience is new to the start.
func (s *start) becomePatient() bool {
	first := s.api != s.client.starts
	s.api = s.client.starts
	return first
}

// send sends the start once. The device's ID stands in the path and, as text, in the body: that is the
// one body on record from the service's own guide (zdx.md 11, row 8).
func (s *start) send(ctx context.Context) (DeepTrace, error) {
	body := struct {
		DeviceID string `json:"deviceid"`
		DeepTraceRequest
	}{s.deviceID, s.request}
	var answer wireTrace
	err := s.client.do(ctx, s.api, httpapi.Request{Method: http.MethodPost, Path: tracesPath, Values: []string{s.deviceID}, Body: body}, &answer)
	return answer.trace(), err
}

// unanswered looks whether a start without an answer was carried out. If not, it is sent again, once: the
// list is proof enough for that, not for ever.
func (s *start) unanswered(ctx context.Context, cause error, asked time.Duration) (trace DeepTrace, again bool, err error) {
	trace, found, err := s.lookDetached(ctx, cause)
	if found || err != nil {
		return trace, false, err
	}
	if s.uncertain || asked > longestHold || !httpapi.Wait(ctx, max(asked, resendWait)) {
		return DeepTrace{}, false, cause
	}
	s.uncertain = true
	return DeepTrace{}, true, nil
}

// refused finds out why a start was refused with 429 or 409: the former means a rate limit or a busy
// device (zdx.md 5).
func (s *start) refused(ctx context.Context, cause error) (trace DeepTrace, again bool, err error) {
	if s.uncertain { // maybe by the earlier start of ours, which the list did not show in time
		if trace, found, err := s.lookDetached(ctx, cause); found || err != nil {
			return trace, false, err
		}
	}
	if running := s.running(ctx); running != "" {
		return DeepTrace{}, false, &DeviceBusyError{DeviceID: s.deviceID, TraceID: running, Err: cause}
	}
	return DeepTrace{}, httpapi.IsRateLimited(cause) && s.becomePatient(), cause
}

// running is the ID of the device's trace that runs; "" for none, or if it cannot be told.
func (s *start) running(ctx context.Context) string {
	traces, err := s.client.DeepTraces(ctx, s.deviceID)
	if err != nil {
		return "" // the refusal itself is the better thing to report
	}
	oldest := s.client.ServerTime().Add(-longestRun)
	for _, trace := range traces {
		if !trace.Ended() && (trace.CreatedAt.IsZero() || trace.CreatedAt.After(oldest)) {
			return trace.ID
		}
	}
	return ""
}

// started waits for a trace to appear that the service has started without telling its ID.
func (s *start) started(ctx context.Context, cause error) (DeepTrace, error) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), settleTime)
	defer cancel()
	s.confirmed = true
	for {
		trace, found, err := s.look(ctx, cause)
		if found || err != nil {
			return trace, err
		}
		if !httpapi.Wait(ctx, settleWait) {
			return DeepTrace{}, fmt.Errorf("%w, and the device's list does not show it: look there for a trace that was started at %s, and import it as %s/TRACE_ID",
				cause, s.began.UTC().Format(time.RFC3339), s.deviceID)
		}
	}
}

// lookDetached looks for the trace in its own time, whatever has become of the caller's.
func (s *start) lookDetached(ctx context.Context, cause error) (trace DeepTrace, found bool, err error) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), settleTime)
	defer cancel()
	return s.look(ctx, cause)
}

// look looks for the trace in the device's list. That several could be it is an error, and so is a list
// that cannot be read.
func (s *start) look(ctx context.Context, cause error) (trace DeepTrace, found bool, err error) {
	traces, err := s.client.DeepTraces(ctx, s.deviceID)
	if err != nil {
		return DeepTrace{}, false, fmt.Errorf("%w. Whether a trace was started is unknown, since the device's list could not be read (%s): "+
			"look there, and if it was, import it as %s/TRACE_ID", cause, err, s.deviceID)
	}
	// The list's answer told the service's clock; how far it is ahead of ours holds for the start too.
	since := s.began.Add(time.Until(s.client.ServerTime()) - clockSlack)
	var candidates, names []string
	for _, candidate := range traces {
		// A list need not repeat anything of the request (zdx.md 11); the device has one trace at a time.
		silent := candidate.Details == (DeepTraceDetails{}) && s.confirmed
		if (silent || s.request.matches(candidate)) && !candidate.CreatedAt.Before(since) {
			trace = candidate
			candidates = append(candidates, candidate.ID)
			names = append(names, s.deviceID+"/"+candidate.ID)
		}
	}
	if len(candidates) > 1 {
		return DeepTrace{}, false, fmt.Errorf("%w. %d traces of device %s may be the one that was started: find out which, and import it as one of %s",
			cause, len(candidates), s.deviceID, strings.Join(names, ", "))
	}
	if len(candidates) == 0 {
		return DeepTrace{}, false, nil
	}
	s.client.logger.LogAttrs(ctx, slog.LevelWarn, "took over the deep trace of a start without a usable answer",
		slog.String("device_id", s.deviceID), slog.String("trace_id", trace.ID))
	return trace, true, nil
}

// matches tells whether the trace may be the one that was asked for: the same session name, or, without
// one, no name and no argument that contradicts what was sent.
func (r DeepTraceRequest) matches(trace DeepTrace) bool {
	echoed := trace.Details.DeepTraceRequest
	if r.SessionName != nil || echoed.SessionName != nil {
		return r.SessionName != nil && echoed.SessionName != nil && *r.SessionName == *echoed.SessionName
	}
	return agree(r.SessionLengthMinutes, echoed.SessionLengthMinutes) && agree(r.ProbeDevice, echoed.ProbeDevice) &&
		agree(r.AppID, echoed.AppID) && agree(r.WebProbeID, echoed.WebProbeID) && agree(r.CloudPathProbeID, echoed.CloudPathProbeID)
}

// agree tells whether the two do not contradict each other. Defaults of the service show up in the echo
// of what was not sent, and not all that was sent is echoed.
func agree[T comparable](sent, echoed *T) bool {
	return sent == nil || echoed == nil || *sent == *echoed
}
