package zdx

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestTraceFromJSON(t *testing.T) {
	t.Parallel()
	details := func(request DeepTraceRequest) DeepTrace {
		return DeepTrace{ID: "5", Details: DeepTraceDetails{DeepTraceRequest: request}}
	}
	cases := map[string]struct {
		text string
		want DeepTrace
	}{
		"the guide's answer to a start": {
			`{"trace_id":1,"status":"started","expected_time":7200}`,
			DeepTrace{ID: "1", Status: "started", ExpectedTime: ptr(int64(7200))},
		},
		"the help page's": {
			`{"trace_id":0,"status":"not_started","expected_time":0}`,
			DeepTrace{Status: "not_started", ExpectedTime: ptr(int64(0))},
		},
		"the toolkits'": {
			`{"trace_id":"342941739947287","status":"not_started","expected_time_minutes":120}`,
			DeepTrace{ID: "342941739947287", Status: "not_started", ExpectedTime: ptr(int64(120))},
		},
		"both names of the time": {
			`{"trace_id":1,"expected_time":7200,"expected_time_minutes":120}`,
			DeepTrace{ID: "1", ExpectedTime: ptr(int64(7200))},
		},
		"no ID":        {`{"status":"started"}`, DeepTrace{Status: "started"}},
		"null ID":      {`{"trace_id":null}`, DeepTrace{}},
		"zero as text": {`{"trace_id":"0"}`, DeepTrace{}},
		"a large ID":   {`{"trace_id":9007199254740993}`, DeepTrace{ID: "9007199254740993"}},
		"everything": {
			`{"trace_id":5,"status":"completed","created_at":1700000000,"started_at":1700000060,"ended_at":1700000360,
			  "trace_details":{"session_name":"slow","user_id":1,"username":"lab user","device_id":9,"device_name":"","app_id":2,"web_probe_id":"3",
			  "cloudpath_probe_id":9007199254740993,"session_length_minutes":15,"probe_device":true,"unheard_of":{}}}`,
			DeepTrace{
				ID: "5", Status: "completed",
				CreatedAt: time.Unix(1700000000, 0).UTC(), StartedAt: time.Unix(1700000060, 0).UTC(), EndedAt: time.Unix(1700000360, 0).UTC(),
				Details: DeepTraceDetails{
					DeviceID: "9", UserID: ptr(ID("1")), UserName: ptr(Text("lab user")),
					DeepTraceRequest: DeepTraceRequest{
						SessionName: ptr("slow"), SessionLengthMinutes: ptr(int64(15)), ProbeDevice: ptr(true),
						AppID: ptr(ID("2")), WebProbeID: ptr(ID("3")), CloudPathProbeID: ptr(ID("9007199254740993")),
					},
				},
			},
		},
		"not yet": {`{"trace_id":5,"created_at":1700000000,"started_at":0,"ended_at":null}`, DeepTrace{ID: "5", CreatedAt: time.Unix(1700000000, 0).UTC()}},
		"nothing chosen": {
			`{"trace_id":5,"trace_details":{"session_name":"","app_id":0,"web_probe_id":"","cloudpath_probe_id":null,"session_length":0}}`,
			details(DeepTraceRequest{}),
		},
		"details null":        {`{"trace_id":5,"trace_details":null}`, details(DeepTraceRequest{})},
		"length in seconds":   {`{"trace_id":5,"trace_details":{"session_length":900}}`, details(DeepTraceRequest{SessionLengthMinutes: ptr(int64(15))})},
		"the shortest":        {`{"trace_id":5,"trace_details":{"session_length":300}}`, details(DeepTraceRequest{SessionLengthMinutes: ptr(int64(5))})},
		"the longest":         {`{"trace_id":5,"trace_details":{"session_length":3600}}`, details(DeepTraceRequest{SessionLengthMinutes: ptr(int64(60))})},
		"length in minutes":   {`{"trace_id":5,"trace_details":{"session_length":60}}`, details(DeepTraceRequest{SessionLengthMinutes: ptr(int64(60))})},
		"length of who knows": {`{"trace_id":5,"trace_details":{"session_length":77}}`, details(DeepTraceRequest{})},
		"both lengths":        {`{"trace_id":5,"trace_details":{"session_length":300,"session_length_minutes":30}}`, details(DeepTraceRequest{SessionLengthMinutes: ptr(int64(30))})},
	}
	for name, test := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var wire wireTrace
			if err := json.Unmarshal([]byte(test.text), &wire); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(test.want, wire.trace()); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestTracesFromJSON(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		want []string
		bad  bool
	}{
		`[{"trace_id":1},{"trace_id":"2"}]`: {want: []string{"1", "2"}},
		"\n{\"trace_id\":1}\n":              {want: []string{"1"}},
		`null`:                              {},
		`[]`:                                {},
		`{}`:                                {want: []string{""}},
		`[{"trace_id":0},{"status":"x"},{"trace_id":3}]`: {want: []string{"", "", "3"}},
		`"none"`:              {bad: true},
		`[{"trace_id":true}]`: {bad: true},
	}
	for text, test := range cases {
		t.Run(text, func(t *testing.T) {
			t.Parallel()
			var traces List[wireTrace]
			err := json.Unmarshal([]byte(text), &traces)
			if (err != nil) != test.bad {
				t.Fatalf("error %v, want one: %t", err, test.bad)
			}
			if test.bad {
				return
			}
			var got []string
			for _, element := range traces {
				got = append(got, element.trace().ID)
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestStatuses(t *testing.T) {
	t.Parallel()
	now := time.Now()
	cases := map[string]struct {
		trace           DeepTrace
		ended, stopping bool
	}{
		"not_started":         {trace: DeepTrace{Status: "not_started"}},
		"started":             {trace: DeepTrace{Status: "started"}},
		"in progress":         {trace: DeepTrace{Status: "In Progress"}},
		"unheard of":          {trace: DeepTrace{Status: "paused"}},
		"no status":           {trace: DeepTrace{}},
		"completed":           {trace: DeepTrace{Status: "Completed"}, ended: true},
		"aborted":             {trace: DeepTrace{Status: "ABORTED"}, ended: true},
		"expired":             {trace: DeepTrace{Status: "expired"}, ended: true},
		"failed":              {trace: DeepTrace{Status: "failed"}, ended: true},
		"incomplete":          {trace: DeepTrace{Status: "In_Complete"}, ended: true},
		"unheard of, ended":   {trace: DeepTrace{Status: "paused", EndedAt: now}, ended: true},
		"abort initiated":     {trace: DeepTrace{Status: "Abort Initiated"}, stopping: true},
		"abort_initiated":     {trace: DeepTrace{Status: "abort_initiated"}, stopping: true},
		"stopped in the end":  {trace: DeepTrace{Status: "abort_initiated", EndedAt: now}, ended: true},
		"started and aborted": {trace: DeepTrace{Status: "started", EndedAt: now}, ended: true},
	}
	for name, test := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := test.trace.Ended(); got != test.ended {
				t.Errorf("Ended is %t", got)
			}
			if got := test.trace.Stopping(); got != test.stopping {
				t.Errorf("Stopping is %t", got)
			}
		})
	}
}
