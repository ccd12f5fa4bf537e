package apimock

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"
)

// walk calls every operation of ZDX's contract but the tokens and returns the
// status of each. The deletions come last.
func (l *lab) walk(traceID, analysisID string) map[string]int {
	l.t.Helper()
	values := strings.NewReplacer(
		"{deviceid}", l.DeviceID, "{appid}", l.AppID, "{userid}", l.UserID, "{alert_id}", l.AlertID,
		"{software_key}", l.SoftwareKey, "{trace_id}", traceID, "{analysis_id}", analysisID)
	bodies := map[string]map[string]any{
		"startDeepTrace":     {"session_name": "again"},
		"startAnalysis":      {"device_id": number(l.DeviceID), "app_id": l.AppID},
		"shareAlertSnapshot": {"name": "shared", "alert_id": number(l.AlertID)},
	}
	found := map[string]int{}
	for _, methods := range []string{"GET POST", "DELETE"} {
		for _, op := range operations()[serviceZDX] {
			if op.open() || !strings.Contains(methods, op.method) {
				continue
			}
			probe := l.WebProbeID
			if strings.Contains(op.template, "/cloudpath-probes") {
				probe = l.CloudPathProbeID
			}
			path := "/v1" + strings.ReplaceAll(values.Replace(op.template), "{probeid}", probe)
			var body any
			if op.method == "POST" {
				body = bodies[op.id]
			}
			found[op.id] = l.do(op.method, path, body).status
		}
	}
	return found
}

// TestEveryPositionObeysTheZDXContract walks through the whole contract in
// every position, with and without data; the lab's end asserts that no answer
// broke the contract.
func TestEveryPositionObeysTheZDXContract(t *testing.T) {
	t.Parallel()
	for _, p := range Positions() {
		t.Run(p.Name, func(t *testing.T) {
			t.Parallel()
			l := newLab(t)
			l.signInZDX()
			l.SetSwitches(p.Set)
			w := l.switches
			if w.OneAPIOnly {
				l.do("GET", "/v1/devices", nil).want(403)
				return
			}
			for _, passed := range []time.Duration{0, 2 * time.Minute} {
				for _, trace := range l.Traces(l.DeviceID) {
					l.RemoveTrace(l.DeviceID, trace.ID)
				}
				trace := l.StartTrace(l.DeviceID, map[string]any{
					"app_id": l.AppID, "web_probe_id": l.WebProbeID, "cloudpath_probe_id": l.CloudPathProbeID, "probe_device": true,
				})
				l.do("POST", "/v1/analysis", map[string]any{"device_id": l.DeviceID, "app_id": l.AppID}).want(200)
				all := l.Analyses()
				l.Advance(passed)
				want := map[string]int{
					"startDeepTrace": w.BusyStatus, "stopDeepTrace": w.StopStatusCode,
					"listSoftwareInstallations": 200, "listSoftwareInstallationsAlternate": 404,
				}
				if w.SoftwarePathPlural {
					want["listSoftwareInstallations"], want["listSoftwareInstallationsAlternate"] = 404, 200
				}
				if passed > 0 {
					want["stopAnalysis"] = w.AnalysisDeleteEndedStatus
				}
				for id, status := range l.walk(trace, all[len(all)-1].ID) {
					wanted := want[id]
					if wanted == 0 {
						wanted = http.StatusOK
					}
					if traceReports[id].view != nil && passed == 0 {
						wanted = w.NoDataStatus
					}
					if status != wanted {
						t.Errorf("after %s %s answers %d, want %d", passed, id, status, wanted)
					}
				}
			}
		})
	}
}

// TestEveryZDXOperationIsThere keeps the mock as large as the contract.
func TestEveryZDXOperationIsThere(t *testing.T) {
	t.Parallel()
	for _, op := range operations()[serviceZDX] {
		if zdxHandlers[op.id] == nil {
			t.Errorf("%s answers 501", op.id)
		}
	}
}

// TestEveryParameterIsObeyed sends every query parameter of every operation and
// finds none that is ignored without a word.
func TestEveryParameterIsObeyed(t *testing.T) {
	t.Parallel()
	l := zdxLab(t)
	nothing := map[string]string{ // values that leave nothing, or that are refused
		"from": "9999999999", "to": "9999999999", "loc": "1", "dept": "1", "geo": "x",
		"exclude_loc": l.LocationID, "exclude_dept": l.DepartmentID, "exclude_geo": l.GeolocationID,
		"userids": "1", "deviceids": "1", "emails": "x", "mac_address": "x", "private_ipv4": "x", "q": "xyz", "search": "xyz",
		"parent_geo_id": "x", "score_bucket": "poor", "metric_name": "x", "location_groups": "1", "offset": "x", "limit": "99999999999999999999",
	}
	values := strings.NewReplacer("{deviceid}", l.DeviceID, "{appid}", l.AppID, "{userid}", l.UserID,
		"{alert_id}", l.AlertID, "{software_key}", l.SoftwareKey)
	for _, op := range operations()[serviceZDX] {
		if op.method != "GET" {
			continue
		}
		if op.id == "listSoftwareInstallationsAlternate" {
			continue // the same under another path
		}
		probe := l.WebProbeID
		if strings.Contains(op.template, "/cloudpath-probes") {
			probe = l.CloudPathProbeID
		}
		path := "/v1" + strings.ReplaceAll(values.Replace(op.template), "{probeid}", probe)
		for _, p := range op.parameters {
			if p.Value.In != "query" {
				continue
			}
			value, known := nothing[p.Value.Name]
			if !known {
				t.Errorf("%s: no value for %s", op.id, p.Value.Name)
			}
			full := l.do("GET", path, nil).want(200)
			if got := l.do("GET", path+"?"+p.Value.Name+"="+url.QueryEscape(value), nil); got.body == full.body {
				t.Errorf("%s: %s has no effect", op.id, p.Value.Name)
			}
		}
	}
}
