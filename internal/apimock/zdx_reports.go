package apimock

import (
	"fmt"
	"net/http"
)

// subject is what a report is about: objects of the path and the samples of the
// window.
type subject struct {
	q                  *query
	device, app, probe *record
	times              []int64 // at which the device, or the application, was seen
}

// deviceReport is a report without a trace. The path names a device, an
// application, or both, and perhaps a probe.
type deviceReport struct {
	probe   string     // the kind of the probe in the path
	metrics []measured // which metric_name may choose from
	any     int        // how many of metrics without metric_name; 0 = all
	view    func(v subject, metrics []measured) any
}

var deviceReports = map[string]deviceReport{
	"getDeviceHealthMetrics": {view: func(v subject, _ []measured) any { return v.q.s.health(v.times, v.device.id) }},
	"getDeviceEvents":        {view: func(v subject, _ []measured) any { return v.q.s.events(v.times) }},
	"listDeviceApps":         {view: viewDeviceApps},
	"getDeviceApp":           {view: viewDeviceApp},
	"listWebProbes":          {view: viewWebProbes},
	"listCloudPathProbes":    {view: viewCloudPathProbes},
	"getWebProbe": {probe: "webProbes", metrics: webMetrics, any: 1, view: func(v subject, m []measured) any {
		return v.ifSeen(allSeries(m, v.times, v.device.id, v.probe.id))
	}},
	"getCloudPathProbe": {probe: "cloudPathProbes", metrics: pathMetrics, any: 1, view: func(v subject, m []measured) any {
		return v.ifSeen(legStats(m, v.times, v.device.id, v.probe.id))
	}},
	"getCloudPath": {probe: "cloudPathProbes", view: func(v subject, _ []measured) any {
		return v.q.s.cloudPaths(v.times, v.device.id, v.probe.id)
	}},
	"getCallQualityMetrics": {view: func(v subject, _ []measured) any {
		return meeting(v.app, v.times, v.device.id, v.app.id)
	}},
	"getAppScore":   {view: func(v subject, _ []measured) any { return []any{v.scores()} }},
	"getAppMetrics": {metrics: webMetrics, view: viewAppMetrics},
}

func (d deviceReport) answer(c *call) reply {
	v, p := d.subject(c)
	if p != nil {
		return c.refuse(p)
	}
	metrics := d.metrics
	if name := v.q.values.Get("metric_name"); v.q.values.Has("metric_name") {
		if metrics = namedMetrics(metrics, name); len(metrics) == 0 {
			return c.refuse(refusedValue("metric_name", "there is no such metric here"))
		}
	} else if d.any > 0 {
		metrics = metrics[:d.any]
	}
	return c.report(d.view(v, metrics))
}

// subject finds the objects of the path, each below the one before.
func (d deviceReport) subject(c *call) (v subject, p *problem) {
	if v.q, p = c.query(); p != nil {
		return v, p
	}
	if c.path["deviceid"] != "" {
		if v.device, p = c.named(theDevice); p != nil {
			return v, p
		}
		v.times = v.q.seenTimes(v.device)
	}
	if c.path["appid"] != "" {
		if v.app, p = c.named(theApp); p != nil {
			return v, p
		}
		if v.device != nil && !hasApp(v.device, v.app.id) {
			return v, &problem{http.StatusNotFound, "the device has no such application"}
		}
	}
	if d.probe != "" {
		v.probe = c.s.record(d.probe, c.path["probeid"])
		if v.probe == nil || fmt.Sprint(v.probe.members["app_id"]) != v.app.id {
			return v, &problem{http.StatusNotFound, "the application has no such probe"}
		}
	}
	return v, nil
}

// report answers what was measured. A list of one is by switch a bare object
// where the contract has either, and an empty one null.
func (c *call) report(body any) reply {
	list, ok := body.([]any)
	r := reply{status: http.StatusOK, body: body}
	switch {
	case !ok:
	case len(list) == 0 && c.s.switches.NoDataNull:
		r.distort = func(any) any { return jsonNull }
	case len(list) == 1 && c.s.switches.ReportOfOneAsObject && len(c.op.answerSchema(http.StatusOK).Value.OneOf) > 0:
		r.body = list[0]
	}
	return r
}

// ifSeen leaves out series that would have no sample.
func (v subject) ifSeen(list []any) []any {
	if len(v.times) == 0 {
		return []any{}
	}
	return list
}

// scores is the trend of the score: a point for every sample of the window, -1
// where there is no data (zdx.md 6).
func (v subject) scores() map[string]any {
	last := v.q.s.now().Unix()
	ids := []string{v.app.id}
	seen := []*record{v.app}
	if v.device != nil {
		ids, seen = append(ids, v.device.id), append(seen, v.device)
	} else if len(v.q.uses(v.app)) == 0 {
		last = 0
	}
	for _, r := range seen {
		if at, known := seconds(r.members["last_seen"]); known {
			last = min(last, at)
		}
	}
	return metric(deviceScore.metric, deviceScore.unit, v.q.times(), func(second int64) int64 {
		if second > last {
			return -1
		}
		return deviceScore.at(second, ids...)
	})
}

// viewAppMetrics is an application's trend within the filters: nothing if
// nobody uses it there.
func viewAppMetrics(v subject, metrics []measured) any {
	if len(v.q.uses(v.app)) == 0 {
		return []any{}
	}
	return allSeries(metrics, v.q.seenTimes(v.app), v.app.id)
}

// appOf is an application as a device has it, with the average score.
func (v subject) appOf(app *record) map[string]any {
	return map[string]any{
		"id": v.q.s.id(app.id), "name": app.members["name"], "score": deviceScore.average(v.times, app.id, v.device.id),
	}
}

func viewDeviceApps(v subject, _ []measured) any {
	found := []any{}
	if !v.q.active(v.device) {
		return found
	}
	for _, app := range v.q.s.records["apps"] {
		if hasApp(v.device, app.id) && v.q.active(app) {
			found = append(found, v.appOf(app))
		}
	}
	return found
}

// viewDeviceApp is the score's trend or, by switch, the application.
func viewDeviceApp(v subject, _ []measured) any {
	if v.q.s.switches.DeviceAppAsApp {
		return v.appOf(v.app)
	}
	return v.scores()
}

// probes are the application's active probes of a kind.
func (v subject) probes(kind string) []*record {
	var found []*record
	for _, r := range v.q.s.records[kind] {
		if fmt.Sprint(r.members["app_id"]) == v.app.id && v.q.active(r) && v.q.active(v.device) {
			found = append(found, r)
		}
	}
	return found
}

func viewWebProbes(v subject, _ []measured) any {
	found := []any{}
	for _, r := range v.probes("webProbes") {
		found = append(found, map[string]any{
			"id": v.q.s.id(r.id), "name": r.members["name"], "num_probes": len(v.times),
			"avg_score": deviceScore.average(v.times, v.app.id, v.device.id),
			"avg_pft":   pageFetch.average(v.times, v.device.id, r.id),
		})
	}
	return found
}

func viewCloudPathProbes(v subject, _ []measured) any {
	found := []any{}
	for _, r := range v.probes("cloudPathProbes") {
		latencies := []any{}
		for i, l := range legs {
			latencies = append(latencies, map[string]any{
				"leg_src": l.src, "leg_dst": l.dst, "latency": legLatency.average(v.times, v.device.id, r.id, fmt.Sprint(i)),
			})
		}
		found = append(found, map[string]any{
			"id": v.q.s.id(r.id), "name": r.members["name"], "num_probes": len(v.times), "avg_latencies": latencies,
		})
	}
	return found
}
