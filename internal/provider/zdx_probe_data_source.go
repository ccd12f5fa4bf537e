package provider

import (
	"github.com/hashicorp/terraform-plugin-framework/datasource"

	"github.com/pomerium-zdx/terraform-provider-pomerium/internal/zdx"
)

// Probes are asked for by device and application. Both kinds tell the ID that a deep trace wants.

func newZDXWebProbesDataSource() datasource.DataSource {
	return &zdxList[zdx.WebProbe]{
		name: "web_probes", what: "web probes of application", about: "Web probes of an application that ran on a device in a range of time.",
		arguments: []zdxArgument{ofDevice, ofApp}, window: true, fetch: zdx.WebProbes.All,
		member: "web_probes", elements: "The probes.", element: webProbeAttributes,
		nameOf: func(p zdx.WebProbe) *zdx.Text { return p.Name },
	}
}

func newZDXWebProbeDataSource() datasource.DataSource {
	return &zdxSingle[zdx.WebProbe, zdx.WebProbe]{
		name: "web_probe", noun: "web probe", arguments: []zdxArgument{ofDevice, ofApp}, window: true,
		about:   "A web probe of an application that ran on a device, by ID or by name. Exactly one must fit. Its `id` is the `web_probe_id` of a deep trace.",
		choices: choicesByName("probe", func(p zdx.WebProbe) *zdx.ID { return p.ID }, func(p zdx.WebProbe) *zdx.Text { return p.Name }),
		fetch:   zdx.WebProbes.All, whole: asFound[zdx.WebProbe],
		describe: func(p zdx.WebProbe) string { return describeIDName(plain(p.ID), plain(p.Name)) },
		members:  webProbeAttributes,
	}
}

func webProbeAttributes() attributes {
	return attributes{
		"id":         computedText("ID of the probe, for `web_probe_id` of a deep trace."),
		"name":       computedText("Name of the probe."),
		"num_probes": computedNumber("How often it ran."),
		"avg_score":  computedScore("its runs, on average"),
		"avg_pft":    computedFloat("Page Fetch Time on average. The service does not tell the unit; the portal counts in milliseconds."),
	}
}

func newZDXCloudPathProbesDataSource() datasource.DataSource {
	return &zdxList[zdx.CloudPathProbe]{
		name: "cloudpath_probes", what: "cloud path probes of application",
		about:     "Cloud path probes of an application that ran on a device in a range of time.",
		arguments: []zdxArgument{ofDevice, ofApp}, window: true, fetch: zdx.CloudPathProbes.All,
		member: "cloudpath_probes", elements: "The probes.", element: cloudPathProbeAttributes,
		nameOf: func(p zdx.CloudPathProbe) *zdx.Text { return p.Name },
	}
}

func newZDXCloudPathProbeDataSource() datasource.DataSource {
	return &zdxSingle[zdx.CloudPathProbe, zdx.CloudPathProbe]{
		name: "cloudpath_probe", noun: "cloud path probe", arguments: []zdxArgument{ofDevice, ofApp}, window: true,
		about:   "A cloud path probe of an application that ran on a device, by ID or by name. Exactly one must fit. Its `id` is the `cloudpath_probe_id` of a deep trace.",
		choices: choicesByName("probe", func(p zdx.CloudPathProbe) *zdx.ID { return p.ID }, func(p zdx.CloudPathProbe) *zdx.Text { return p.Name }),
		fetch:   zdx.CloudPathProbes.All, whole: asFound[zdx.CloudPathProbe],
		describe: func(p zdx.CloudPathProbe) string { return describeIDName(plain(p.ID), plain(p.Name)) },
		members:  cloudPathProbeAttributes,
	}
}

func cloudPathProbeAttributes() attributes {
	return attributes{
		"id":         computedText("ID of the probe, for `cloudpath_probe_id` of a deep trace."),
		"name":       computedText("Name of the probe."),
		"num_probes": computedNumber("How often it ran."),
		"avg_latencies": computedList("Latency of each leg, on average.", attributes{
			"leg_src": computedText("Where the leg begins, such as `client` or `egress`."),
			"leg_dst": computedText("Where the leg ends, such as `egress` or `zen`."),
			"latency": computedFloat("Latency. The service does not tell the unit; the portal counts in milliseconds."),
		}),
	}
}
