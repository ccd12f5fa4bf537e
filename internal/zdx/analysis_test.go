package zdx

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/pomerium-zdx/terraform-provider-pomerium/internal/httpapi"
)

func TestAnalysisFromJSON(t *testing.T) {
	t.Parallel()
	issue := &AnalysisResult{Issue: ptr(Text("wifi")), Times: List[Time]{}}
	for body, test := range map[string]struct {
		want Analysis
		done bool
	}{
		`{}`: {Analysis{}, false},
		`{"status":"","err_msg":"","result":null}`:                               {Analysis{}, false},
		`{"status":"in_progress","result":{}}`:                                   {Analysis{Status: ptr(Text("in_progress"))}, false},
		`{"status":"running","result":{"issue":"","confidence":0,"message":""}}`: {Analysis{Status: ptr(Text("running"))}, false},
		`{"status":"running","result":{"issue":"wifi"}}`:                         {Analysis{Status: ptr(Text("running")), Result: issue}, true},
		`{"status":"in_progress","err_msg":"no data"}`:                           {Analysis{Status: ptr(Text("in_progress")), Message: ptr(Text("no data"))}, true},
		`{"status":"Completed"}`:                                                 {Analysis{Status: ptr(Text("Completed"))}, true},
		`{"status":"FINISHED"}`:                                                  {Analysis{Status: ptr(Text("FINISHED"))}, true},
		`{"status":"aborted"}`:                                                   {Analysis{Status: ptr(Text("aborted"))}, true},
		`{"result":{"message":"all is well","confidence":"0.5","times":[946684800]}}`: {
			Analysis{Result: &AnalysisResult{Message: ptr(Text("all is well")), Confidence: ptr(Number(0.5)), Times: List[Time]{"2000-01-01T00:00:00Z"}}}, true,
		},
		`{"result":{"times":[946684800]}}`: {Analysis{Result: &AnalysisResult{Times: List[Time]{"2000-01-01T00:00:00Z"}}}, true},
	} {
		var got Analysis
		if err := json.Unmarshal([]byte(body), &got); err != nil {
			t.Errorf("%s: %v", body, err)
			continue
		}
		if diff := cmp.Diff(test.want, got); diff != "" || got.Done() != test.done {
			t.Errorf("%s is done: %t, want %t (-want +got):\n%s", body, got.Done(), test.done, diff)
		}
	}
	if err := json.Unmarshal([]byte(`{"result":[1]}`), &Analysis{}); err == nil {
		t.Error("a list is read as a result")
	}
}

// A start says which device and application, and a time only if one was chosen. It is sent once, unless it surely
// never arrived.
func TestStartAnalysis(t *testing.T) {
	t.Parallel()
	whole := AnalysisRequest{DeviceID: "30989301", AppID: "7", T0: ptr(int64(946677600)), T1: ptr(int64(946684800))}
	for name, test := range map[string]struct {
		request AnalysisRequest
		replies []reply
		id      ID
		fails   string
		sent    []string
	}{
		"whole":           {whole, []reply{{body: `{"analysis_id":7345920184650192837}`}}, "7345920184650192837", "", []string{`{"device_id":30989301,"app_id":7,"t0":946677600,"t1":946684800}`}},
		"without time":    {AnalysisRequest{DeviceID: "1", AppID: "2"}, []reply{{body: `{"analysis_id":"7"}`}}, "7", "", []string{`{"device_id":1,"app_id":2}`}},
		"without ID":      {AnalysisRequest{DeviceID: "1", AppID: "2"}, []reply{{body: `{"analysis_id":0}`}}, "", "does not say which", []string{`{"device_id":1,"app_id":2}`}},
		"refused":         {AnalysisRequest{DeviceID: "1", AppID: "2"}, []reply{{status: http.StatusBadRequest, body: `{"message":"no such device"}`}}, "", "no such device", []string{`{"device_id":1,"app_id":2}`}},
		"without answer":  {AnalysisRequest{DeviceID: "1", AppID: "2"}, []reply{{dropped: true}}, "", "EOF", []string{`{"device_id":1,"app_id":2}`}},
		"never left":      {AnalysisRequest{DeviceID: "1", AppID: "2"}, []reply{{refused: true}, {body: `{"analysis_id":7}`}}, "7", "", []string{`{"device_id":1,"app_id":2}`, `{"device_id":1,"app_id":2}`}},
		"too many before": {AnalysisRequest{DeviceID: "1", AppID: "2"}, []reply{{status: http.StatusTooManyRequests}, {body: `{"analysis_id":7}`}}, "7", "", []string{`{"device_id":1,"app_id":2}`, `{"device_id":1,"app_id":2}`}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				f := newFake(map[string][]reply{"POST /v1/analysis": test.replies})
				id, err := f.client(t, Config{}).StartAnalysis(t.Context(), test.request)
				if test.fails == "" && (err != nil || id != test.id) || test.fails != "" && (err == nil || !strings.Contains(err.Error(), test.fails)) {
					t.Errorf("%q, %v", id, err)
				}
				var sent []string
				for _, request := range f.requests(http.MethodPost, "/analysis") {
					sent = append(sent, request.body)
				}
				if diff := cmp.Diff(test.sent, sent); diff != "" {
					t.Errorf("sent (-want +got):\n%s", diff)
				}
			})
		})
	}
}

// An analysis is read until it is done, and the wait ends with an error of a look.
func TestWaitAnalysis(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		running := reply{body: `{"status":"running","result":{"issue":""}}`}
		f := newFake(map[string][]reply{waitedAnalysis: {running, running, {body: `{"status":"running","result":{"issue":"wifi"}}`}}})
		began := time.Now()
		analysis, err := f.client(t, Config{}).WaitAnalysis(t.Context(), "7")
		if err != nil || analysis.Result == nil || text(analysis.Result.Issue) != "wifi" {
			t.Errorf("%+v, %v", analysis, err)
		}
		if looks := len(f.requests(http.MethodGet, "/analysis/7")); looks != 3 || time.Since(began) < 30*time.Second {
			t.Errorf("%d looks in %s", looks, time.Since(began))
		}
	})
	synctest.Test(t, func(t *testing.T) {
		f := newFake(map[string][]reply{waitedAnalysis: {{body: `{}`}, {status: http.StatusNotFound}}})
		if _, err := f.client(t, Config{}).WaitAnalysis(t.Context(), "7"); !httpapi.IsNotFound(err) {
			t.Error(err)
		}
	})
}

// What is gone or has ended needs no stop; whatever else the service says is told.
func TestStopAnalysis(t *testing.T) {
	t.Parallel()
	const stop = "DELETE /v1/analysis/7"
	refused := reply{status: http.StatusConflict, body: `{"message":"not now"}`}
	for name, test := range map[string]struct {
		stop, read reply
		fails      bool
		reads      int
	}{
		"stopped":           {reply{body: `{}`}, refused, false, 0},
		"without body":      {reply{status: http.StatusNoContent}, refused, false, 0},
		"gone":              {reply{status: http.StatusNotFound}, reply{status: http.StatusNotFound}, false, 1},
		"gone, still there": {reply{status: http.StatusNotFound}, reply{body: `{"status":"running"}`}, true, 1},
		"a web page":        {reply{body: `<html>`}, reply{body: `{"status":"running"}`}, true, 1},
		"refused, gone":     {refused, reply{status: http.StatusNotFound}, false, 1},
		"refused, ended":    {refused, reply{body: `{"status":"completed"}`}, false, 1},
		"refused, running":  {refused, reply{body: `{"status":"running"}`}, true, 1},
		"refused, untold":   {refused, reply{status: http.StatusForbidden}, true, 1},
		"forbidden, untold": {reply{status: http.StatusForbidden}, reply{status: http.StatusForbidden}, true, 1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				f := newFake(map[string][]reply{stop: {test.stop}, waitedAnalysis: {test.read}})
				err := f.client(t, Config{Retry: hasty}).StopAnalysis(t.Context(), "7")
				if (err != nil) != test.fails || err != nil && test.stop.status == http.StatusConflict && !strings.Contains(err.Error(), "not now") {
					t.Errorf("the error is %v, want one: %t", err, test.fails)
				}
				if stops, reads := len(f.requests(http.MethodDelete, "/7")), len(f.requests(http.MethodGet, "/7")); stops != 1 || reads != test.reads {
					t.Errorf("%d stops and %d reads, want 1 and %d", stops, reads, test.reads)
				}
			})
		})
	}
}

// A snapshot is asked for once: one without an answer may be there.
func TestShareAlert(t *testing.T) {
	t.Parallel()
	const path = "POST /v1/snapshot/alert"
	request := SnapshotRequest{Name: "outage", AlertID: "7345920184650192837"}
	synctest.Test(t, func(t *testing.T) {
		f := newFake(map[string][]reply{path: {{body: `{"id":"s1","url":"","expiry":946684800,"obfuscation":"none"}`}, {body: `{"id":"s2","url":"https://example.com/s2","obfuscation":["LOCATION"]}`}}})
		client := f.client(t, Config{})
		if _, err := client.ShareAlert(t.Context(), request); err == nil {
			t.Error("text was read as a list")
		}
		request.Expiry, request.Obfuscation = ptr(int64(946692000)), []string{"LOCATION"}
		snapshot, err := client.ShareAlert(t.Context(), request)
		want := Snapshot{ID: ptr(Text("s2")), URL: ptr(Text("https://example.com/s2")), Obfuscation: List[Text]{"LOCATION"}}
		if diff := cmp.Diff(want, snapshot); diff != "" || err != nil {
			t.Errorf("%v %s", err, diff)
		}
		sent := f.requests(http.MethodPost, "/alert")
		if len(sent) != 2 || sent[0].body != `{"name":"outage","alert_id":7345920184650192837}` ||
			sent[1].body != `{"name":"outage","alert_id":7345920184650192837,"expiry":946692000,"obfuscation":["LOCATION"]}` {
			t.Errorf("sent %v", sent)
		}
	})
	synctest.Test(t, func(t *testing.T) {
		f := newFake(map[string][]reply{path: {{dropped: true}}})
		if _, err := f.client(t, Config{}).ShareAlert(t.Context(), request); err == nil || len(f.requests(http.MethodPost, "/alert")) != 1 {
			t.Errorf("%v, %d requests", err, len(f.requests(http.MethodPost, "/alert")))
		}
	})
}
