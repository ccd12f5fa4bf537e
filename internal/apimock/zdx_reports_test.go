package apimock

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// points are the values of a metric's datapoints, joined.
func points(metric any, member string) string {
	found := []string{}
	for _, point := range as[[]any](as[map[string]any](metric)["datapoints"]) {
		found = append(found, fmt.Sprint(as[map[string]any](point)[member]))
	}
	return strings.Join(found, " ")
}

func (l *lab) app(rest string) string { return "/v1/devices/" + l.DeviceID + "/apps/" + l.AppID + rest }

func TestDeviceReports(t *testing.T) {
	t.Parallel()
	l := zdxLab(t)
	// From 8:00:00 to 10:00:00 there are nine quarters.
	for path, c := range map[string]struct {
		metric, unit string
		n            int
	}{
		"/web-probes/311204":                          {"pft", "ms", 1},
		"/web-probes/311204?metric_name=availability": {"availability", "%", 1},
		"/web-probes/311204?metric_name=dns":          {"dns", "ms", 1},
	} {
		list := l.do("GET", l.app(path), nil).want(200).list()
		if len(list) != c.n || list[0]["metric"] != c.metric || list[0]["unit"] != c.unit {
			t.Fatalf("%s: %v", path, list)
		}
		if n := len(as[[]any](list[0]["datapoints"])); n != 9 {
			t.Errorf("%s: %d points", path, n)
		}
	}
	if n := len(l.do("GET", "/v1/apps/7/metrics", nil).want(200).list()); n != 3 {
		t.Errorf("%d metrics of the application", n)
	}
	at := fmt.Sprint(time.Date(2026, 8, 20, 9, 30, 0, 0, time.UTC).Unix())
	legs := l.do("GET", l.app("/cloudpath-probes/311205?metric_name=loss&from="+at+"&to="+at), nil).want(200).list()
	if len(legs) != 3 || legs[0]["leg_src"] != "client" || legs[0]["leg_dst"] != "egress" || legs[1]["leg_dst"] != "zen" {
		t.Fatalf("legs %v", legs)
	}
	stats := as[[]any](legs[1]["stats"])
	if got := points(stats[0], "timestamp"); len(stats) != 1 || got != at {
		t.Errorf("at %s: %v", got, stats)
	}
	path := l.do("GET", l.app("/cloudpath-probes/311205/cloudpath?from="+at+"&to="+at), nil).want(200).list()
	hops := as[[]any](as[map[string]any](as[[]any](path[0]["cloudpath"])[0])["hops"])
	silent := as[map[string]any](hops[1])
	if len(path) != 1 || len(hops) != 3 || silent["ip"] != "" || silent["pkt_rcvd"] != number("0") || silent["pkt_sent"] == number("0") {
		t.Errorf("hops %v", hops)
	}
	l.do("GET", l.app("/web-probes"), nil).want(200, `"id":311204`, `"name":"Teams web probe"`, `"num_probes":9`)
	l.do("GET", l.app("/cloudpath-probes"), nil).want(200, `"id":311205`, `"leg_src":"egress"`)
	l.do("GET", "/v1/devices/30989301/apps/8/web-probes", nil).want(200, "[]")
	l.do("GET", l.app("/call-quality-metrics"), nil).want(200, `"meet_subject"`, `"metric":"mos"`)
	l.do("GET", "/v1/devices/30989301/apps/8/call-quality-metrics", nil).want(200, "[]")
	if got := l.do("GET", "/v1/devices/30989301/apps", nil).want(200).ids("", "id"); got != "7 8" {
		t.Errorf("applications %s", got)
	}
	if n := len(l.do("GET", "/v1/devices/30989301/events", nil).want(200, `"category":"Zscaler"`, `"name":"tunType"`).list()); n != 9 {
		t.Errorf("%d events", n)
	}
	l.do("GET", "/v1/devices/30989301/health-metrics", nil).want(200, `"category":"cpu"`, `"name":"total"`)
	// A long window has no longer answers.
	if n := len(l.do("GET", "/v1/devices/30989301/events?from=-9223372036854775808", nil).want(200).list()); n == 0 || n > 96 {
		t.Errorf("%d events since 1970", n)
	}
}

func TestReportsRefuse(t *testing.T) {
	t.Parallel()
	l := zdxLab(t)
	l.EditObject("devices", l.DeviceID, func(m map[string]any) { m["apps"] = []any{number("7")} })
	for path, c := range map[string]struct {
		status int
		says   string
	}{
		"/v1/devices/1/events":                            {404, "no such device"},
		"/v1/devices/30989301/apps/9":                     {404, "no such application"},
		"/v1/devices/30989301/apps/8":                     {404, "the device has no such application"},
		"/v1/apps/9/score":                                {404, "no such application"},
		l.app("/web-probes/311205"):                       {404, "no such probe"},
		l.app("/cloudpath-probes/311204"):                 {404, "no such probe"},
		l.app("/cloudpath-probes/311204/cloudpath"):       {404, "no such probe"},
		l.app("/web-probes/311204?metric_name=latency"):   {400, "metric_name"},
		l.app("/cloudpath-probes/311205?metric_name=pft"): {400, "metric_name"},
		l.app("/web-probes/311204?metric_name="):          {400, "metric_name"},
		"/v1/apps/7/metrics?metric_name=speed":            {400, "metric_name"},
	} {
		l.do("GET", path, nil).want(c.status, c.says)
	}
}

// TestReportsOfADeviceThatWasSeenBefore has it leave an hour ago.
func TestReportsOfADeviceThatWasSeenBefore(t *testing.T) {
	t.Parallel()
	l := zdxLab(t)
	left := l.Now().Add(-time.Hour).Unix()
	l.EditObject("devices", l.DeviceID, func(m map[string]any) { m["last_seen"] = left })
	score := l.do("GET", l.app(""), nil).want(200).object()
	if got := points(score, "value"); score["metric"] != "score" || !strings.HasSuffix(got, " -1 -1 -1 -1") || strings.Count(got, "-1") != 4 {
		t.Errorf("score %v", score)
	}
	if n := len(l.do("GET", "/v1/devices/30989301/events", nil).want(200).list()); n != 5 {
		t.Errorf("%d events until it left", n)
	}
	l.Advance(61 * time.Minute) // now it left before the window
	l.signInZDX()
	for _, path := range []string{
		"/v1/devices/30989301/events", "/v1/devices/30989301/health-metrics", "/v1/devices/30989301/apps",
		l.app("/web-probes"), l.app("/web-probes/311204"), l.app("/cloudpath-probes"), l.app("/cloudpath-probes/311205"),
		l.app("/cloudpath-probes/311205/cloudpath"), l.app("/call-quality-metrics"), "/v1/apps", "/v1/apps/7/metrics",
	} {
		if body := l.do("GET", path, nil).want(200).body; body != "[]" {
			t.Errorf("%s: %s", path, body)
		}
	}
	l.do("GET", "/v1/apps/7", nil).want(200, `"score":-1`, `"total_users":0`, `"active_devices":0`)
	if got := points(l.do("GET", "/v1/apps/7/score", nil).want(200).list()[0], "value"); strings.Trim(got, "-1 ") != "" {
		t.Errorf("score of an application that nobody uses: %s", got)
	}
	l.SetSwitches(func(w *Switches) { w.DeviceAppAsApp = true })
	l.do("GET", l.app(""), nil).want(200, `"score":-1`)
	l.SetSwitches(func(w *Switches) { w.NoDataNull = true })
	for _, path := range []string{"/v1/devices/30989301/events", l.app("/web-probes/311204")} {
		if body := l.do("GET", path, nil).want(200).body; body != "null" {
			t.Errorf("%s: %s", path, body)
		}
	}
}

func TestApplications(t *testing.T) {
	t.Parallel()
	l := zdxLab(t)
	l.AddDevice("501", "desk pc")
	l.EditObject("users", "1001", func(m map[string]any) { m["score"] = 20 })
	l.EditObject("users", "1002", func(m map[string]any) { m["score"] = 50 })
	want := map[string]any{
		"id": number("7"), "name": "Microsoft Teams", "score": number("35"), "total_users": number("2"),
		"most_impacted_region": map[string]any{"id": "0.0.us", "country": "United States", "geo_type": "country"},
		"stats": map[string]any{
			"active_users": number("2"), "active_devices": number("2"), "num_poor": number("1"), "num_okay": number("1"), "num_good": number("0"),
		},
	}
	if diff := cmp.Diff(want, l.do("GET", "/v1/apps/7", nil).want(200).object()); diff != "" {
		t.Error(diff)
	}
	l.do("GET", "/v1/apps/7?loc=20", nil).want(200, `"score":50`, `"region":"California"`, `"total_users":1`)
	for bucket, id := range map[string]string{"poor": "1001", "okay": "1002", "good": ""} {
		if got := l.do("GET", "/v1/apps/7/users?score_bucket="+bucket, nil).want(200).ids("users", "id"); got != id {
			t.Errorf("%s: %s", bucket, got)
		}
	}
	l.EditObject("devices", "501", func(m map[string]any) { m["apps"] = []any{number("8")} })
	if got := l.do("GET", "/v1/apps/7/users", nil).want(200).ids("users", "id"); got != "1001" {
		t.Errorf("users %s", got)
	}
	l.do("GET", "/v1/apps/7/users/1002", nil).want(404)
	l.EditObject("apps", "7", func(m map[string]any) { m["last_seen"] = 1 })
	if got := l.do("GET", "/v1/apps", nil).want(200).ids("", "id"); got != "8" {
		t.Errorf("active %s", got)
	}
	l.do("GET", "/v1/apps/7", nil).want(200, `"score":-1`)
}

func TestReportSwitches(t *testing.T) {
	t.Parallel()
	l := zdxLab(t, func(w *Switches) { w.ReportOfOneAsObject = true })
	l.do("GET", "/v1/apps/7/score", nil).want(200, `{"datapoints":`)
	l.do("GET", "/v1/apps/7/metrics?metric_name=dns", nil).want(200, `{"datapoints":`)
	l.do("GET", "/v1/apps/7/metrics", nil).want(200, `[{"datapoints":`)
	l.do("GET", l.app("/call-quality-metrics"), nil).want(200, `{"meet_id":`)
	// The contract has a list alone here, whatever its length.
	l.do("GET", l.app("/web-probes"), nil).want(200, `[{"avg_pft":`)
	l.SetSwitches(func(w *Switches) {
		w.CloudPathAsObject, w.HealthInstancesNamedMetric, w.EventsAsInstances, w.DeviceAppAsApp = true, true, true, true
	})
	if n := len(l.do("GET", l.app("/cloudpath-probes/311205/cloudpath"), nil).want(200, `"cloudpath":{"dst":"egress"`).list()); n != 27 {
		t.Errorf("%d samples of one leg", n)
	}
	l.do("GET", "/v1/devices/30989301/health-metrics", nil).want(200, `"instances":[{"metric":"total"`)
	l.do("GET", "/v1/devices/30989301/events", nil).want(200, `"instances":[{"category":"Zscaler"`)
	if o := l.do("GET", l.app(""), nil).want(200).object(); o["id"] != number("7") || o["name"] != "Microsoft Teams" || o["score"] == nil {
		t.Errorf("application %v", o)
	}
}
