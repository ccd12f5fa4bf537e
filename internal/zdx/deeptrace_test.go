package zdx

import (
	"errors"
	"net/http"
	"testing"
	"testing/synctest"

	"github.com/google/go-cmp/cmp"

	"github.com/pomerium-zdx/terraform-provider-pomerium/internal/httpapi"
)

const (
	onePath  = "/v1/devices/7/deeptraces/9007199254740993"
	listPath = "/v1/devices/7/deeptraces"
)

func TestReadDeepTrace(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		f := newFake(map[string][]reply{"GET " + onePath: {{body: `{"status":"In Progress","trace_details":{"session_name":"slow"}}`}}})
		got, err := f.client(t, Config{}).DeepTrace(t.Context(), "7", "9007199254740993")
		if err != nil {
			t.Fatal(err)
		}
		want := DeepTrace{
			ID: "9007199254740993", Status: "In Progress",
			Details: DeepTraceDetails{DeepTraceRequest: DeepTraceRequest{SessionName: ptr("slow")}},
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Error(diff)
		}
	})
}

func TestReadDeepTraceFails(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		reply    reply
		notFound bool
	}{
		"gone":      {reply: reply{status: 404, body: `{"message":"no such trace"}`}, notFound: true},
		"forbidden": {reply: reply{status: 403}},
		"web page":  {reply: reply{body: `<html>`}},
	}
	for name, test := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				f := newFake(map[string][]reply{"GET " + onePath: {test.reply}, "GET /v1/devices/7/deeptraces": {{body: `[{"trace_id":8,"status":"started"}]`}}})
				_, err := f.client(t, Config{Retry: hasty}).DeepTrace(t.Context(), "7", "9007199254740993")
				var failure *httpapi.Error
				if !errors.As(err, &failure) || failure.Path != "/devices/{deviceid}/deeptraces/{trace_id}" {
					t.Fatalf("%v is no *httpapi.Error of this read", err)
				}
				if got := httpapi.IsNotFound(err); got != test.notFound {
					t.Errorf("IsNotFound is %t of %v", got, err)
				}
			})
		})
	}
}

func TestIDsAreEscaped(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		f := newFake(map[string][]reply{"GET /v1/devices/7%2F8/deeptraces/a%3Fb": {{body: `{"status":"started"}`}}})
		client := f.client(t, Config{})
		if _, err := client.DeepTrace(t.Context(), "7/8", "a?b"); err != nil {
			t.Error(err)
		}
		if _, err := client.DeepTrace(t.Context(), "7", ".."); err == nil {
			t.Error("an ID of dots was sent")
		}
		if err := client.StopDeepTrace(t.Context(), "7", ""); err == nil {
			t.Error("an empty ID was sent: a DELETE of the whole list")
		}
		if got := f.requests(http.MethodDelete, ""); len(got) != 0 {
			t.Errorf("sent %v", got)
		}
	})
}

func TestStopDeepTrace(t *testing.T) {
	t.Parallel()
	trace := func(status string) []reply { return []reply{{body: `{"trace_id":5,"status":"` + status + `"}`}} }
	cases := map[string]struct {
		stop    []reply
		read    []reply // none: the trace must not be read
		deletes int     // 0 for one
		status  int     // of the error that is wanted; 0 for none, -1 for one without a status
	}{
		"stopped":               {stop: []reply{{body: `{"trace_id":5}`}}},
		"accepted":              {stop: []reply{{status: 202}}},
		"no content":            {stop: []reply{{status: 204}}},
		"gone":                  {stop: []reply{{status: 404}}, read: []reply{{status: 404}}},
		"gone for good":         {stop: []reply{{status: 410}}, read: []reply{{status: 410}}},
		"gone, and running":     {stop: []reply{{status: 404}}, read: trace("started"), status: 404},
		"a web page":            {stop: []reply{{body: `<html>`}}, read: trace("started"), status: 200},
		"a web page, stopping":  {stop: []reply{{body: `<html>`}}, read: trace("abort_initiated")},
		"refused, ended":        {stop: []reply{{status: 400}}, read: trace("Completed")},
		"conflict, ended":       {stop: []reply{{status: 409}}, read: trace("aborted")},
		"conflict, stopping":    {stop: []reply{{status: 409}}, read: trace("Abort Initiated")},
		"conflict, gone":        {stop: []reply{{status: 409}}, read: []reply{{status: 404}}},
		"conflict, running":     {stop: []reply{{status: 409}}, read: trace("started"), status: 409},
		"conflict, unreadable":  {stop: []reply{{status: 409}}, read: []reply{{status: 403}}, status: 409},
		"fails, ended":          {stop: []reply{{status: 500}}, read: trace("completed")},
		"fails, running":        {stop: []reply{{status: 500}}, read: trace("started"), status: 500},
		"no answer, ended":      {stop: []reply{{dropped: true}}, read: trace("aborted"), deletes: 3},
		"no answer, running":    {stop: []reply{{dropped: true}}, read: trace("started"), deletes: 3, status: -1},
		"fails, then not there": {stop: []reply{{status: 503}, {dropped: true}, {status: 404}}, read: []reply{{status: 404}}, deletes: 3},
		"fails for a while":     {stop: []reply{{status: 502}, {status: 200}}, deletes: 2},
		"forbidden":             {stop: []reply{{status: 403}}, status: 403},
		"no such method":        {stop: []reply{{status: 405}}, status: 405},
		"never left":            {stop: []reply{{refused: true}}, deletes: 3, status: -1},
	}
	for name, test := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				f := newFake(map[string][]reply{
					"DELETE " + onePath: test.stop, "GET " + onePath: test.read, "GET /v1/devices/7/deeptraces": {{body: `[]`}},
				})
				retry := patience
				retry.Attempts, retry.Limited = 3, 3
				err := f.client(t, Config{Retry: retry}).StopDeepTrace(t.Context(), "7", "9007199254740993")
				var failure *httpapi.Error
				switch {
				case test.status == 0:
					if err != nil {
						t.Error(err)
					}
				case !errors.As(err, &failure) || failure.Status != max(test.status, 0) || failure.Method != http.MethodDelete:
					t.Errorf("got %v, want the refusal of the DELETE with status %d", err, test.status)
				}
				if got, want := len(f.requests(http.MethodDelete, "")), max(test.deletes, 1); got != want {
					t.Errorf("%d DELETE, want %d", got, want)
				}
				if got := len(f.requests(http.MethodGet, "")); (got > 0) != (len(test.read) > 0) {
					t.Errorf("the trace was read %d times", got)
				}
			})
		})
	}
}
