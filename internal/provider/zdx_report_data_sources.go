package provider

import (
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"

	"github.com/pomerium-zdx/terraform-provider-pomerium/internal/zdx"
)

// Reports: what a deep trace measured, and the same of a device without a trace. Data of a trace comes in minute by
// minute; until there is some, the lists are empty.

const untilThen = " Empty until there is data, which comes in minute by minute."

var ofThatTrace = []zdxArgument{ofDevice, ofTrace}

// reading makes a data source of its description, a new one each time.
func reading[T any](of zdxList[T]) func() datasource.DataSource {
	return func() datasource.DataSource {
		d := of
		return &d
	}
}

var zdxReports = []func() datasource.DataSource{
	reading(zdxList[zdx.Metric]{
		name: "deeptrace_web_probe_metrics", what: "web probe metrics of deep trace",
		about:     "What the web probe of a deep trace measured. The trace needs a `web_probe_id`." + untilThen,
		arguments: ofThatTrace, fetch: zdx.TraceWebProbeMetrics.All,
		member: "metrics", elements: "The series.", element: metricAttributes,
	}),
	reading(zdxList[zdx.LegStats]{
		name: "deeptrace_cloudpath_metrics", what: "cloud path metrics of deep trace",
		about:     "What the cloud path probe of a deep trace measured, leg by leg. The trace needs a `cloudpath_probe_id`." + untilThen,
		arguments: ofThatTrace, fetch: zdx.TraceCloudPathMetrics.All,
		member: "legs", elements: "The legs.", element: legStatsAttributes,
	}),
	reading(zdxList[zdx.CloudPathSample]{
		name: "deeptrace_cloudpath", what: "cloud path of deep trace",
		about:     "The way to the application that a deep trace saw, hop by hop. The trace needs a `cloudpath_probe_id`." + untilThen,
		arguments: ofThatTrace, fetch: zdx.TraceCloudPaths.All,
		member: "samples", elements: "The way at each time.", element: cloudPathAttributes,
	}),
	reading(zdxList[zdx.HealthCategory]{
		name: "deeptrace_health_metrics", what: "health metrics of deep trace",
		about:     "The device's health during a deep trace. The trace needs `probe_device = true`." + untilThen,
		arguments: ofThatTrace, fetch: zdx.TraceHealthMetrics.All,
		member: "categories", elements: "The kinds of health.", element: healthAttributes,
	}),
	reading(zdxList[zdx.TopProcessesSample]{
		name: "deeptrace_top_processes", what: "top processes of deep trace",
		about:     "The processes that used most of the device during a deep trace. The trace needs `probe_device = true`." + untilThen,
		arguments: ofThatTrace, fetch: zdx.TraceTopProcesses.All,
		member: "samples", elements: "The processes at each time.", element: topProcessAttributes,
	}),
	reading(zdxList[zdx.EventSample]{
		name: "deeptrace_events", what: "events of deep trace",
		about:     "What changed on the device during a deep trace. The trace needs `probe_device = true`." + untilThen,
		arguments: ofThatTrace, fetch: zdx.TraceEvents.All,
		member: "samples", elements: "The changes at each time.", element: eventAttributes,
	}),
	reading(zdxList[zdx.HealthCategory]{
		name: "device_health_metrics", what: "health metrics of device", about: "A device's health in a range of time, without a deep trace.",
		arguments: []zdxArgument{ofDevice}, window: true, fetch: zdx.DeviceHealthMetrics.All,
		member: "categories", elements: "The kinds of health.", element: healthAttributes,
	}),
	reading(zdxList[zdx.EventSample]{
		name: "device_events", what: "events of device", about: "What changed on a device in a range of time, without a deep trace.",
		arguments: []zdxArgument{ofDevice}, window: true, fetch: zdx.DeviceEvents.All,
		member: "samples", elements: "The changes at each time.", element: eventAttributes,
	}),
	reading(zdxList[zdx.CallQuality]{
		name: "device_call_quality", what: "call quality of application",
		about:     "How the meetings of a conferencing application went on a device in a range of time.",
		arguments: []zdxArgument{ofDevice, ofApp}, window: true, fetch: zdx.DeviceCallQuality.All,
		member: "meetings", elements: "The meetings.", element: callQualityAttributes,
	}),
	reading(zdxList[zdx.Metric]{
		name: "web_probe_metrics", what: "metrics of web probe",
		about:     "What a web probe measured on a device in a range of time, without a deep trace.",
		arguments: []zdxArgument{ofDevice, ofApp, ofProbe, ofMetric}, window: true, fetch: zdx.WebProbeMetrics.All,
		member: "metrics", elements: "The series.", element: metricAttributes,
	}),
	reading(zdxList[zdx.LegStats]{
		name: "cloudpath_probe_metrics", what: "metrics of cloud path probe",
		about:     "What a cloud path probe measured on a device in a range of time, leg by leg, without a deep trace.",
		arguments: []zdxArgument{ofDevice, ofApp, ofProbe, ofMetric}, window: true, fetch: zdx.CloudPathMetrics.All,
		member: "legs", elements: "The legs.", element: legStatsAttributes,
	}),
	reading(zdxList[zdx.CloudPathSample]{
		name: "cloudpath_probe_cloudpath", what: "cloud path of probe",
		about:     "The way to an application that a cloud path probe saw on a device in a range of time, hop by hop, without a deep trace.",
		arguments: []zdxArgument{ofDevice, ofApp, ofProbe}, window: true, fetch: zdx.CloudPaths.All,
		member: "samples", elements: "The way at each time.", element: cloudPathAttributes,
	}),
}

var ofMetric = zdxArgument{
	name: "metric_name", query: "metric_name",
	about: "Metric that is wanted, such as `pft`, `dns` or `availability`. Default: the service's own choice, Page Fetch Time for web probes and " +
		"latency for cloud paths.",
	checks: []validator.String{notEmpty},
}
