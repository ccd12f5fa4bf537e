package provider

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/pomerium-zdx/terraform-provider-pomerium/internal/apimock"
)

// traceReports are the reports of a deep trace: the attribute with the elements, the end of the path, and what of the
// start they need.
var traceReports = map[string]struct{ member, end, needs string }{
	"zdx_deeptrace_web_probe_metrics": {"metrics", "/webprobe-metrics", "web_probe_id"},
	"zdx_deeptrace_cloudpath_metrics": {"legs", "/cloudpath-metrics", "cloudpath_probe_id"},
	"zdx_deeptrace_cloudpath":         {"samples", "/cloudpath", "cloudpath_probe_id"},
	"zdx_deeptrace_health_metrics":    {"categories", "/health-metrics", "probe_device"},
	"zdx_deeptrace_top_processes":     {"samples", "/top-processes", "probe_device"},
	"zdx_deeptrace_events":            {"samples", "/events", "probe_device"},
}

// noDataYet are the answers that a report without data may get (zdx.md 4.4).
var noDataYet = map[string]func(*apimock.Switches){
	"empty list": func(*apimock.Switches) {},
	"404":        func(w *apimock.Switches) { w.NoDataStatus = 404 },
	"null":       func(w *apimock.Switches) { w.NoDataNull = true },
}

// A trace has no data at first, which is an empty list, and has some later. What it was not asked for stays empty, and
// a trace that is not there is an error.
func TestZDXTraceReportsBeforeData(t *testing.T) {
	t.Parallel()
	for name, edit := range noDataYet {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			still(t, func(t *testing.T, lab *lab) {
				p := lab.calm(t)
				arguments := map[string]any{"device_id": lab.DeviceID, "trace_id": lab.StartTrace(lab.DeviceID, traceOfAll(lab))}
				for typeName, report := range traceReports {
					holds(t, []any{}, p.mustRead(typeName, arguments), report.member)
				}
				lab.Advance(3 * time.Minute)
				for typeName, report := range traceReports {
					if elements, _ := reach(t, p.mustRead(typeName, arguments), report.member).([]any); len(elements) == 0 {
						t.Errorf("%s is empty after three minutes", typeName)
					}
				}
				lab.Advance(10 * time.Minute)
				for asked, value := range traceOfAll(lab) {
					if asked == "app_id" || asked == "session_name" || asked == "session_length_minutes" {
						continue
					}
					request := map[string]any{"app_id": json.Number(lab.AppID), asked: value}
					one := map[string]any{"device_id": lab.DeviceID, "trace_id": lab.StartTrace(lab.DeviceID, request)}
					lab.Advance(10 * time.Minute)
					for typeName, report := range traceReports {
						elements, _ := reach(t, p.mustRead(typeName, one), report.member).([]any)
						if wanted := report.needs == asked; wanted == (len(elements) == 0) {
							t.Errorf("%s of a trace with %s has %d elements", typeName, asked, len(elements))
						}
					}
				}
			}, edit)
		})
	}
}

func TestZDXTraceReportsErrors(t *testing.T) {
	t.Parallel()
	for typeName, report := range traceReports {
		t.Run(typeName, func(t *testing.T) {
			t.Parallel()
			path := "/devices/30989301/deeptraces/" + firstTrace
			this := map[string]any{"device_id": "30989301", "trace_id": firstTrace}
			lookups(t, typeName, report.member, map[string]lookup{
				"unknown trace":  {this, nil, nil, []string{path + report.end, path}, "", []string{"of deep trace 30989301/" + firstTrace, "check the IDs"}},
				"unknown device": {map[string]any{"device_id": "1", "trace_id": "2"}, nil, nil, []string{"/devices/1/deeptraces/2" + report.end, "/devices/1/deeptraces/2"}, "", []string{"of deep trace 1/2", "check the IDs"}},
				"unknown trace where no data is 404": {this, nil, func(w *apimock.Switches) { w.NoDataStatus = 404 },
					[]string{path + report.end, path}, "", []string{"of deep trace 30989301/" + firstTrace, "check the IDs"}},
				"no data is 404": {this, startTraces, func(w *apimock.Switches) { w.NoDataStatus = 404 }, []string{path + report.end}, "", nil},
				"not to be seen": {this, func(l *lab) { startTraces(l); forbidden(traceTemplate + report.end)(l) }, nil, []string{path + report.end}, "", []string{"Could not read the", roleAdvice}},
			})
			lookupRefusals(t, typeName, this, map[string]refusal{
				"without trace":    {map[string]any{"trace_id": nil}, `AttributeName("trace_id")`, "required"},
				"without device":   {map[string]any{"device_id": nil}, `AttributeName("device_id")`, "required"},
				"a session's name": {map[string]any{"trace_id": "first"}, `AttributeName("trace_id")`, "Not a decimal ID"},
			})
		})
	}
}

// What a trace measured stands in the state under its type.
func TestZDXTraceReportMembers(t *testing.T) {
	t.Parallel()
	still(t, func(t *testing.T, lab *lab) {
		p := lab.calm(t)
		arguments := map[string]any{"device_id": lab.DeviceID, "trace_id": lab.StartTrace(lab.DeviceID, traceOfAll(lab))}
		lab.Advance(10 * time.Minute) // it ran for five
		const first, last = "2000-01-01T00:01:00Z", "2000-01-01T00:05:00Z"
		web := p.mustRead("zdx_deeptrace_web_probe_metrics", arguments)
		holds(t, "pft", web, "metrics", 0, "metric")
		holds(t, "ms", web, "metrics", 0, "unit")
		holds(t, first, web, "metrics", 0, "datapoints", 0, "timestamp")
		holds(t, last, web, "metrics", 0, "datapoints", 4, "timestamp")
		if value, ok := reach(t, web, "metrics", 0, "datapoints", 0, "value").(json.Number); !ok || value < "400" || value > "700" {
			t.Errorf("the first value is %v", value)
		}
		legs := p.mustRead("zdx_deeptrace_cloudpath_metrics", arguments)
		holds(t, "egress", legs, "legs", 0, "leg_dst")
		holds(t, "latency", legs, "legs", 0, "stats", 0, "metric")
		path := p.mustRead("zdx_deeptrace_cloudpath", arguments)
		holds(t, first, path, "samples", 0, "timestamp")
		holds(t, "client", path, "samples", 0, "cloudpath", 0, "src")
		holds(t, json.Number("3"), path, "samples", 0, "cloudpath", 0, "num_hops")
		holds(t, "10.1.0.1", path, "samples", 0, "cloudpath", 0, "hops", 0, "ip")
		holds(t, nil, path, "samples", 0, "cloudpath", 0, "hops", 1, "ip") // it did not respond
		holds(t, json.Number("0"), path, "samples", 0, "cloudpath", 0, "hops", 1, "pkt_rcvd")
		health := p.mustRead("zdx_deeptrace_health_metrics", arguments)
		holds(t, "disk", health, "categories", 2, "category")
		holds(t, "C:", health, "categories", 2, "instances", 0, "name")
		holds(t, "disk_usage", health, "categories", 2, "instances", 0, "metrics", 0, "metric")
		top := p.mustRead("zdx_deeptrace_top_processes", arguments)
		holds(t, map[string]any{"category": "cpu", "unit": "%", "processes": []any{
			map[string]any{"id": "1000", "name": "browser.exe"}, map[string]any{"id": "1001", "name": "teams.exe"},
		}}, top, "samples", 0, "top_processes", 0)
		holds(t, last, top, "samples", 4, "timestamp")
		events := p.mustRead("zdx_deeptrace_events", arguments)
		holds(t, []any{map[string]any{"category": "Zscaler", "name": "tunType", "display_name": "Tunnel type", "prev": "1", "curr": "2"}}, events, "samples", 0, "events")
	})
}

// Reports without a trace are of a device, an application on it, or a probe, in a range of time.
func TestZDXDeviceReports(t *testing.T) {
	t.Parallel()
	const device, app = "/devices/30989301", "/devices/30989301/apps/7"
	for typeName, report := range map[string]struct {
		member, path, template string
		ids                    map[string]any
		metric                 string // one that may be asked for; "" for none
	}{
		"zdx_device_health_metrics": {"categories", device + "/health-metrics", "/devices/{deviceid}/health-metrics", map[string]any{}, ""},
		"zdx_device_events":         {"samples", device + "/events", "/devices/{deviceid}/events", map[string]any{}, ""},
		"zdx_device_call_quality":   {"meetings", app + "/call-quality-metrics", "/devices/{deviceid}/apps/{appid}/call-quality-metrics", map[string]any{"app_id": "7"}, ""},
		"zdx_web_probe_metrics": {"metrics", app + "/web-probes/311204", "/devices/{deviceid}/apps/{appid}/web-probes/{probeid}",
			map[string]any{"app_id": "7", "probe_id": "311204"}, "availability"},
		"zdx_cloudpath_probe_metrics": {"legs", app + "/cloudpath-probes/311205", "/devices/{deviceid}/apps/{appid}/cloudpath-probes/{probeid}",
			map[string]any{"app_id": "7", "probe_id": "311205"}, "loss"},
		"zdx_cloudpath_probe_cloudpath": {"samples", app + "/cloudpath-probes/311205/cloudpath", "/devices/{deviceid}/apps/{appid}/cloudpath-probes/{probeid}/cloudpath",
			map[string]any{"app_id": "7", "probe_id": "311205"}, ""},
	} {
		t.Run(typeName, func(t *testing.T) {
			t.Parallel()
			this := with(map[string]any{"device_id": "30989301"}, report.ids)
			unseen := func(l *lab) {
				l.EditObject("devices", l.DeviceID, func(m map[string]any) { m["last_seen"] = l.Now().Add(-3 * time.Hour).Unix() })
			}
			cases := map[string]lookup{
				"now":                   {this, nil, nil, []string{report.path}, "", nil},
				"in a time":             {with(this, map[string]any{"from": "1999-12-31T22:30:00Z", "to": "1h"}), nil, nil, []string{report.path + "?from=946679400&to=946681200"}, "", nil},
				"no data":               {this, unseen, nil, []string{report.path}, "", nil},
				"no data, said by null": {this, unseen, func(w *apimock.Switches) { w.NoDataNull = true }, []string{report.path}, "", nil},
				"wrong order":           {with(this, map[string]any{"from": "1h", "to": "2h"}), nil, nil, []string{}, "", []string{"Time ends before it begins"}},
				"not to be seen":        {this, forbidden(report.template), nil, []string{report.path}, "", []string{"Could not read the", roleAdvice}},
				"unknown": {this, func(l *lab) { l.AddFault(apimock.Fault{Template: report.template, Status: 404}) }, nil, []string{report.path}, "",
					[]string{"30989301", "check the IDs"}},
			}
			refused := map[string]refusal{"from nowhen": {map[string]any{"from": "soon"}, `AttributeName("from")`, "Not a time"}}
			for name := range this {
				refused["without "+name] = refusal{map[string]any{name: nil}, `AttributeName("` + name + `")`, "required"}
				refused["text for "+name] = refusal{map[string]any{name: "x"}, `AttributeName("` + name + `")`, "Not a decimal ID"}
			}
			if report.metric != "" {
				cases["a metric"] = lookup{with(this, map[string]any{"metric_name": report.metric}), nil, nil, []string{report.path + "?metric_name=" + report.metric}, "", nil}
				cases["another metric"] = lookup{with(this, map[string]any{"metric_name": "x"}), nil, nil, []string{report.path + "?metric_name=x"}, "", []string{"there is no such metric here"}}
				refused["no metric"] = refusal{map[string]any{"metric_name": ""}, `AttributeName("metric_name")`, "at least 1"}
			}
			lookups(t, typeName, report.member, cases)
			lookupRefusals(t, typeName, this, refused)
		})
	}
}

func TestZDXDeviceReportMembers(t *testing.T) {
	t.Parallel()
	still(t, func(t *testing.T, lab *lab) {
		p := lab.calm(t)
		device := map[string]any{"device_id": lab.DeviceID, "from": "1999-12-31T22:00:00Z", "to": "1999-12-31T23:00:00Z"}
		const first = "1999-12-31T22:00:00Z"
		app := with(device, map[string]any{"app_id": lab.AppID})
		web, path := with(app, map[string]any{"probe_id": lab.WebProbeID}), with(app, map[string]any{"probe_id": lab.CloudPathProbeID})
		holds(t, first, p.mustRead("zdx_device_health_metrics", device), "categories", 0, "instances", 0, "metrics", 0, "datapoints", 0, "timestamp")
		events := p.mustRead("zdx_device_events", device)
		holds(t, first, events, "samples", 0, "timestamp")
		holds(t, "tunType", events, "samples", 0, "events", 0, "name")
		holds(t, "Weekly call", p.mustRead("zdx_device_call_quality", app), "meetings", 0, "meet_subject")
		holds(t, []any{}, p.mustRead("zdx_device_call_quality", with(app, map[string]any{"app_id": "8"})), "meetings")
		holds(t, "pft", p.mustRead("zdx_web_probe_metrics", web), "metrics", 0, "metric")
		named := p.mustRead("zdx_web_probe_metrics", with(web, map[string]any{"metric_name": "dns"}))
		holds(t, "dns", named, "metrics", 0, "metric")
		holds(t, "1999-12-31T23:00:00Z", named, "metrics", 0, "datapoints", 4, "timestamp")
		holds(t, "zen", p.mustRead("zdx_cloudpath_probe_metrics", path), "legs", 1, "leg_dst")
		holds(t, first, p.mustRead("zdx_cloudpath_probe_cloudpath", path), "samples", 0, "timestamp")
		_, problems := p.read("zdx_cloudpath_probe_cloudpath", web) // a probe of the other kind
		if !says(problems, tfprotov6.DiagnosticSeverityError, "Could not read the cloud path of probe 30989301/7/311204") {
			t.Error(listed(problems))
		}
	})
}
