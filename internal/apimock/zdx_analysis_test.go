package apimock

import (
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// analyse starts an analysis and returns its identifier.
func (l *lab) analyse(changes ...any) string {
	l.t.Helper()
	body := change(map[string]any{"device_id": l.DeviceID, "app_id": number(l.AppID)}, changes)
	return fmt.Sprint(l.do("POST", "/v1/analysis", body).want(200).object()["analysis_id"])
}

func TestAnalysisLife(t *testing.T) {
	t.Parallel()
	l := zdxLab(t)
	now := l.Now().Unix()
	id := l.analyse("t0", now-600, "t1", now-60)
	if id != "9007199254840993" {
		t.Errorf("identifier %s", id)
	}
	path := "/v1/analysis/" + id
	if diff := cmp.Diff(map[string]any{"status": "in_progress"}, l.do("GET", path, nil).want(200).object()); diff != "" {
		t.Error(diff)
	}
	// A later position of the switch does not move what runs already.
	l.SetSwitches(func(w *Switches) { w.AnalysisTakes = time.Hour })
	l.Advance(2*time.Minute - time.Second)
	l.do("GET", path, nil).want(200, "in_progress")
	l.Advance(time.Second)
	want := map[string]any{"status": "completed", "result": map[string]any{
		"issue": "High latency", "confidence": number("0.9"), "message": "The leg from client to egress was slow.",
		"times": []any{number(fmt.Sprint(now - 600)), number(fmt.Sprint(now - 60))},
	}}
	if diff := cmp.Diff(want, l.do("GET", path, nil).want(200).object()); diff != "" {
		t.Error(diff)
	}
	second := l.analyse()
	if second != "9007199254840995" {
		t.Errorf("identifier %s", second)
	}
	l.FailAnalysis(second, "no data")
	if diff := cmp.Diff(map[string]any{"status": "failed", "err_msg": "no data"}, l.do("GET", "/v1/analysis/"+second, nil).want(200).object()); diff != "" {
		t.Error(diff)
	}
	created := time.Date(2026, 8, 20, 10, 0, 0, 123456000, time.UTC)
	found := []Analysis{
		{ID: id, DeviceID: "30989301", AppID: "7", Status: "completed", StartedAt: created},
		{ID: second, DeviceID: "30989301", AppID: "7", Status: "failed", ErrorMessage: "no data", StartedAt: created.Add(2 * time.Minute)},
	}
	if diff := cmp.Diff(found, l.Analyses()); diff != "" {
		t.Error(diff)
	}
	// One that the portal started has no length of its own.
	made := l.CreateObject("analyses", "", map[string]any{"device_id": 30989301, "app_id": 7})
	l.Advance(time.Hour - time.Second)
	l.signInZDX()
	l.do("GET", "/v1/analysis/"+made, nil).want(200, "in_progress")
	l.Advance(time.Second)
	l.do("GET", "/v1/analysis/"+made, nil).want(200, "completed", fmt.Sprintf(`"times":[%d,%d]`, now+120-7200, now+120))
	l.SetSwitches(func(w *Switches) { w.StatusSpelling = SpellingTitle })
	third := l.analyse()
	l.do("GET", "/v1/analysis/"+third, nil).want(200, `"In Progress"`)
	mustPanic(t, func() { l.FailAnalysis("1", "x") })
	mustPanic(t, func() { l.FailAnalysis(third, "") })
}

func TestStopAnalysis(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		set                           func(*Switches)
		ended                         bool // before the first DELETE
		first, read, second, readLast int
	}{
		"running":              {func(*Switches) {}, false, 200, 200, 200, 404},
		"running, gone":        {func(w *Switches) { w.AnalysisGone = true }, false, 200, 404, 404, 404},
		"running, ended 404":   {func(w *Switches) { w.AnalysisDeleteEndedStatus = 404 }, false, 200, 200, 404, 200},
		"completed":            {func(*Switches) {}, true, 200, 404, 404, 404},
		"completed, ended 404": {func(w *Switches) { w.AnalysisDeleteEndedStatus = 404 }, true, 404, 200, 404, 200},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			l := zdxLab(t, c.set)
			path := "/v1/analysis/" + l.analyse()
			if c.ended {
				l.Advance(2 * time.Minute)
			}
			l.do("DELETE", path, nil).want(c.first)
			a := l.do("GET", path, nil).want(c.read)
			l.Advance(30 * time.Minute)
			if !c.ended && c.read == 200 {
				a.want(200, `"aborted"`)
				l.do("GET", path, nil).want(200, `"aborted"`)
			}
			l.do("DELETE", path, nil).want(c.second)
			l.do("GET", path, nil).want(c.readLast)
		})
	}
}

func TestAnalysisRefusals(t *testing.T) {
	t.Parallel()
	l := zdxLab(t)
	for says, changes := range map[string][]any{
		"/device_id: no such device": {"device_id", 1},
		"/app_id":                    {"app_id", 9},
		"/t0: is not before t1":      {"t0", 10, "t1", 10},
		"device_id":                  {"device_id", nil},
		"/deviceid":                  {"deviceid", 1},
	} {
		l.do("POST", "/v1/analysis", change(map[string]any{"device_id": 30989301, "app_id": "7"}, changes)).want(400, says)
	}
	l.EditObject("devices", l.DeviceID, func(m map[string]any) { m["apps"] = []any{8} })
	l.do("POST", "/v1/analysis", map[string]any{"device_id": 30989301, "app_id": "7"}).want(400, "the device has no such application")
	if n := len(l.Analyses()); n != 0 {
		t.Errorf("%d analyses", n)
	}
	l.do("GET", "/v1/analysis/1", nil).want(404, "no such analysis")
	l.do("DELETE", "/v1/analysis/1", nil).want(404)
	l.SetSwitches(func(w *Switches) { w.IDsText = true })
	l.do("POST", "/v1/analysis", map[string]any{"device_id": 30989301, "app_id": 8}).want(200, `{"analysis_id":"9007199254840993"}`)
}

func TestSnapshots(t *testing.T) {
	t.Parallel()
	l := zdxLab(t)
	now := l.Now().Unix()
	body := func(changes ...any) map[string]any {
		return change(map[string]any{"name": "shared", "alert_id": number(l.AlertID)}, changes)
	}
	got := l.do("POST", "/v1/snapshot/alert", body()).want(200).object()
	id := as[string](got["id"])
	want := map[string]any{
		"id": id, "name": "shared", "alert_id": number("7345920184650192837"), "expiry": number(fmt.Sprint(now + 7200)),
		"obfuscation": []any{}, "url": "https://snapshots.example.com/" + id, "status": "ACTIVE",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	l.do("POST", "/v1/snapshot/alert", body("obfuscation", []any{"USER_NAME"}, "expiry", now+90*86400)).want(200, `"obfuscation":["USER_NAME"]`)
	for says, changes := range map[string][]any{
		"/expiry: is not between": {"expiry", now + 7199},
		"/expiry: is not":         {"expiry", now + 90*86400 + 1},
		"/alert_id: no such":      {"alert_id", "7345920184650192836"},
		"/name: is empty":         {"name", "  "},
		"/name":                   {"name", ""},
		"/obfuscation/0":          {"obfuscation", []any{"NAME"}},
		"alert_id":                {"alert_id", nil},
	} {
		l.do("POST", "/v1/snapshot/alert", body(changes...)).want(400, says)
	}
	stored := l.Objects("snapshots")
	if len(stored) != 2 || stored[0]["id"] != id || stored[0]["url"] != want["url"] {
		t.Errorf("stored %v", stored)
	}
	l.do("GET", "/v1/snapshot/alert", nil).want(405)
	l.do("POST", "/v1/snapshots/alerts", body()).want(404)
	l.SetSwitches(func(w *Switches) { w.IDsText = true })
	l.do("POST", "/v1/snapshot/alert", body()).want(200, `"alert_id":"7345920184650192837"`)
	if got := l.Object("snapshots", id)["createdAt"]; got != "2026-08-20T10:00:00.123456Z" {
		t.Errorf("made at %v", got)
	}
}

func TestTokenChecks(t *testing.T) {
	t.Parallel()
	l := zdxLab(t)
	l.do("GET", "/v1/oauth/validate", nil).want(200, `{"valid":true}`)
	l.do("GET", "/v1/oauth/jwks", nil).want(200, `"alg":"RS256"`, `"x5c":["`)
	l.RevokeTokens()
	l.do("GET", "/v1/oauth/validate", nil).want(401)
	l.do("GET", "/v1/oauth/jwks", nil).want(401)
	l.do("GET", "/zdx/v1/oauth/validate", nil).want(404)
}
