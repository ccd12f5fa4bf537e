package provider

import (
	"context"
	"net/url"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"

	"github.com/pomerium-zdx/terraform-provider-pomerium/internal/zdx"
)

// deepTraceView is a deep trace as data sources show it: whoever started it, and as far as the service tells of it.
type deepTraceView struct {
	TraceID            string    `tfsdk:"trace_id"`
	Status             string    `tfsdk:"status"`
	Ended              bool      `tfsdk:"ended"`
	CreatedAt          *zdx.Time `tfsdk:"created_at"`
	StartedAt          *zdx.Time `tfsdk:"started_at"`
	EndedAt            *zdx.Time `tfsdk:"ended_at"`
	DeviceName         *zdx.Text `tfsdk:"device_name"`
	UserID             *zdx.ID   `tfsdk:"user_id"`
	UserName           *zdx.Text `tfsdk:"user_name"`
	AppName            *zdx.Text `tfsdk:"app_name"`
	WebProbeName       *zdx.Text `tfsdk:"web_probe_name"`
	CloudPathProbeName *zdx.Text `tfsdk:"cloudpath_probe_name"`
	zdx.DeepTraceRequest
}

func viewOf(trace zdx.DeepTrace) deepTraceView {
	moment := func(at zdx.Time) *zdx.Time {
		if at == "" {
			return nil
		}
		return &at
	}
	d := trace.Details
	return deepTraceView{
		TraceID: trace.ID, Status: trace.Status, Ended: trace.Ended(),
		CreatedAt: moment(zdx.TimeOf(trace.CreatedAt)), StartedAt: moment(zdx.TimeOf(trace.StartedAt)), EndedAt: moment(zdx.TimeOf(trace.EndedAt)),
		DeviceName: d.DeviceName, UserID: d.UserID, UserName: d.UserName,
		AppName: d.AppName, WebProbeName: d.WebProbeName, CloudPathProbeName: d.CloudPathProbeName,
		DeepTraceRequest: d.DeepTraceRequest,
	}
}

func listDeepTraces(ctx context.Context, c *zdx.Client, _ url.Values, ids ...string) ([]deepTraceView, error) {
	traces, err := c.DeepTraces(ctx, ids[0])
	views := []deepTraceView{}
	for _, trace := range traces {
		views = append(views, viewOf(trace))
	}
	return views, err
}

func newZDXDeepTracesDataSource() datasource.DataSource {
	return &zdxList[deepTraceView]{
		name: "deeptraces", what: "deep traces of device",
		about:     "The deep traces of a device that the service still knows, running and ended, those of the portal included.",
		arguments: []zdxArgument{ofDevice}, fetch: listDeepTraces,
		member: "deeptraces", elements: "The deep traces.", element: deepTraceAttributes,
	}
}

func newZDXDeepTraceDataSource() datasource.DataSource {
	return &zdxSingle[deepTraceView, deepTraceView]{
		name: "deeptrace", noun: "deep trace", arguments: []zdxArgument{ofDevice},
		about: "A deep trace of a device and how it stands, by ID or by the name of its session. Exactly one must fit.",
		choices: []zdxChoice[deepTraceView]{
			{"trace_id", "ID of the deep trace on the device.", []validator.String{isDecimal}, func(v deepTraceView, id string) bool { return v.TraceID == id }},
			{"session_name", "Name of the session.", []validator.String{notEmpty}, func(v deepTraceView, name string) bool {
				return v.SessionName != nil && *v.SessionName == name
			}},
		},
		fetch: listDeepTraces, whole: asFound[deepTraceView],
		byID: func(ctx context.Context, c *zdx.Client, id string, _ url.Values, ids []string) (deepTraceView, error) {
			trace, err := c.GatheredDeepTrace(ctx, ids[0], id)
			return viewOf(trace), err
		},
		describe: func(v deepTraceView) string { return describeIDName(v.TraceID, plain(v.SessionName)) },
		members:  deepTraceAttributes,
	}
}

func deepTraceAttributes() attributes {
	return attributes{
		"trace_id":               computedText("ID of the deep trace on its device."),
		"status":                 computedText("Status as the service spells it, such as `started` or `completed`."),
		"ended":                  computedBool("Whether it has ended, well or not."),
		"created_at":             computedText("When it was created (RFC 3339)."),
		"started_at":             computedText("When the device took it up (RFC 3339), null until then."),
		"ended_at":               computedText("When it ended (RFC 3339), null until then."),
		"session_name":           computedText("Name of the session."),
		"session_length_minutes": computedNumber("How long it runs, in minutes."),
		"probe_device":           computedBool("Whether it collects the device's statistics, processes and events."),
		"device_name":            computedText("Name of the device."),
		"user_id":                computedText("ID of the device's user."),
		"user_name":              computedText("Name of the device's user."),
		"app_id":                 computedText("ID of the application, null without one."),
		"app_name":               computedText("Name of the application."),
		"web_probe_id":           computedText("ID of the web probe, null without one."),
		"web_probe_name":         computedText("Name of the web probe."),
		"cloudpath_probe_id":     computedText("ID of the cloud path probe, null without one."),
		"cloudpath_probe_name":   computedText("Name of the cloud path probe."),
	}
}
