package apimock

import (
	"fmt"
	"strings"
	"testing"
	"time"
)

// traceReportPaths are the reports of a trace by what it must have been started with.
var traceReportPaths = map[string][]string{
	"web_probe_id":       {"/webprobe-metrics"},
	"cloudpath_probe_id": {"/cloudpath-metrics", "/cloudpath"},
	"probe_device":       {"/health-metrics", "/top-processes", "/events"},
}

func TestTraceReportsFollowTheTrace(t *testing.T) {
	t.Parallel()
	l := zdxLab(t, func(w *Switches) { w.StartDelay = 2 * time.Minute })
	path := l.start(map[string]any{
		"app_id": l.AppID, "web_probe_id": l.WebProbeID, "cloudpath_probe_id": l.CloudPathProbeID, "probe_device": true,
	})
	for _, c := range []struct {
		advance time.Duration
		samples int
	}{
		{0, 0}, // not started
		{2*time.Minute - time.Second, 0},
		{time.Second, 0}, // started
		{time.Minute - time.Second, 0},
		{time.Second, 1},
		{2*time.Minute + 30*time.Second, 3},
		{90 * time.Second, 5},
		{30 * time.Minute, 5}, // ended
	} {
		l.Advance(c.advance)
		metrics := l.do("GET", path+"/webprobe-metrics", nil).want(200).list()
		if c.samples == 0 {
			for _, reports := range traceReportPaths {
				for _, report := range reports {
					if body := l.do("GET", path+report, nil).want(200).body; body != "[]" {
						t.Errorf("%s: %s", report, body)
					}
				}
			}
			continue
		}
		if len(metrics) != 2 || metrics[0]["metric"] != "pft" || metrics[0]["unit"] != "ms" ||
			metrics[1]["metric"] != "availability" || metrics[1]["unit"] != "%" {
			t.Fatalf("Web metrics %v", metrics)
		}
		if n := len(as[[]any](metrics[0]["datapoints"])); n != c.samples {
			t.Errorf("%d samples, want %d", n, c.samples)
		}
		for _, report := range []string{"/cloudpath", "/top-processes", "/events"} {
			if n := len(l.do("GET", path+report, nil).want(200).list()); n != c.samples {
				t.Errorf("%s: %d samples, want %d", report, n, c.samples)
			}
		}
	}
	started := time.Date(2026, 8, 20, 10, 2, 0, 0, time.UTC)
	metrics := l.do("GET", path+"/webprobe-metrics", nil).list()
	want := ""
	for minute := range 5 {
		want += fmt.Sprint(" ", started.Add(time.Duration(minute+1)*time.Minute).Unix())
	}
	if got := points(metrics[0], "timestamp"); " "+got != want {
		t.Errorf("samples at %s, want%s", got, want)
	}
	if n := len(l.do("GET", path+"/cloudpath-metrics", nil).want(200, `"metric":"latency"`, `"metric":"loss"`).list()); n != 3 {
		t.Errorf("%d legs", n)
	}
	sample := l.do("GET", path+"/cloudpath", nil).list()[0]
	for _, one := range as[[]any](sample["cloudpath"]) {
		leg := as[map[string]any](one)
		hops := as[[]any](leg["hops"])
		if len(hops) < 3 || fmt.Sprint(leg["num_hops"]) != fmt.Sprint(len(hops)) || leg["num_unresp_hops"] != number("1") {
			t.Errorf("leg %v", leg)
		}
	}
	l.do("GET", path+"/top-processes", nil).want(200, `"category":"memory"`, `"processes":[{"id":`)
	l.do("GET", path+"/health-metrics", nil).want(200, `"category":"wifi"`)
	l.do("GET", path+"/events", nil).want(200, `"category":"Network"`, `"prev":"2"`)
}

// TestTraceReportsNeedWhatWasTraced starts a trace with each of the members alone.
func TestTraceReportsNeedWhatWasTraced(t *testing.T) {
	t.Parallel()
	for member, request := range map[string]map[string]any{
		"web_probe_id":       {"app_id": labAppID, "web_probe_id": labWebProbeID, "probe_device": false},
		"cloudpath_probe_id": {"app_id": labAppID, "cloudpath_probe_id": labCloudPathProbeID},
		"probe_device":       {"probe_device": true},
		"nothing":            {},
	} {
		t.Run(member, func(t *testing.T) {
			t.Parallel()
			l := zdxLab(t)
			path := l.start(request)
			l.Advance(time.Minute)
			for needs, reports := range traceReportPaths {
				for _, report := range reports {
					l.SetSwitches(func(w *Switches) { w.NoDataStatus = 200 })
					if body := l.do("GET", path+report, nil).want(200).body; (body == "[]") != (needs != member) {
						t.Errorf("%s: %s", report, body)
					}
					l.SetSwitches(func(w *Switches) { w.NoDataStatus = 404 })
					if a := l.do("GET", path+report, nil); (a.status == 404) != (needs != member) {
						t.Errorf("%s: %d", report, a.status)
					}
				}
			}
		})
	}
}

func TestTraceReportsOfOtherEnds(t *testing.T) {
	t.Parallel()
	l := zdxLab(t, func(w *Switches) { w.StopKeepsTrace, w.NoDataNull, w.ReportOfOneAsObject = true, true, true })
	path := l.start(map[string]any{"probe_device": true, "session_length_minutes": 60})
	if body := l.do("GET", path+"/events", nil).want(200).body; body != "null" {
		t.Errorf("no data yet: %s", body)
	}
	l.Advance(time.Minute)
	l.do("GET", path+"/events", nil).want(200, `{"events":`)
	l.do("GET", path+"/top-processes", nil).want(200, `{"timestamp":`)
	l.Advance(time.Minute)
	l.do("DELETE", path, nil).want(200)
	l.Advance(20 * time.Minute) // the device took two minutes to confirm
	if n := strings.Count(l.do("GET", path+"/events", nil).want(200).body, "timestamp"); n != 4 {
		t.Errorf("%d samples of an aborted trace", n)
	}
	l.EditObject("devices", l.DeviceID, func(m map[string]any) { m["offline"] = true })
	path = l.start(map[string]any{"probe_device": true})
	l.Advance(20 * time.Minute)
	if body := l.do("GET", path+"/events", nil).want(200).body; body != "null" {
		t.Errorf("of a trace that never started: %s", body)
	}
	l.do("GET", l.tracesPath()+"/1/events", nil).want(404, "no such deep trace")
	l.do("GET", "/v1/devices/1/deeptraces/1/events", nil).want(404, "no such device")
}

func TestProbesBelongToApplications(t *testing.T) {
	t.Parallel()
	l := zdxLab(t)
	probe := l.CreateObject("webProbes", "", map[string]any{"name": "SharePoint", "app_id": 8})
	l.do("POST", l.tracesPath(), map[string]any{"app_id": 7, "web_probe_id": probe}).want(400, "/web_probe_id: the device has no "+probe)
	l.EditObject("devices", l.DeviceID, func(m map[string]any) { m["apps"] = []any{7} })
	l.do("POST", l.tracesPath(), map[string]any{"app_id": 8, "web_probe_id": probe}).want(400, "/app_id: the device has no 8")
	l.EditObject("devices", l.DeviceID, func(m map[string]any) { delete(m, "apps") })
	l.do("POST", l.tracesPath(), map[string]any{"app_id": 8, "web_probe_id": number(probe)}).want(200)
	l.AddDevice("501", "desk pc")
	l.do("POST", "/v1/devices/501/deeptraces", map[string]any{}).want(200)
	l.do("GET", "/v1/devices/501/deeptraces", nil).want(200, `"user_id":1002`, `"username":"user of desk pc"`)
}
