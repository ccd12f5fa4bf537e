package zdx

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/pomerium-zdx/terraform-provider-pomerium/internal/httpapi"
)

// named is a start that can be told from others.
var named = DeepTraceRequest{SessionName: ptr("slow crm")}

// epoch is when virtual time begins.
var epoch = time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC)

// listed is an element of the list: a trace of that name, created so long after the test began.
func listed(id, name, status string, after time.Duration) string {
	return fmt.Sprintf(`{"trace_id":%s,"status":%q,"created_at":%d,"trace_details":{"session_name":%q}}`,
		id, status, epoch.Add(after).Unix(), name)
}

func list(elements ...string) reply { return reply{body: "[" + strings.Join(elements, ",") + "]"} }

func TestStartBody(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		request DeepTraceRequest
		want    string
	}{
		"device only": {DeepTraceRequest{}, `{"deviceid":"7"}`},
		"everything": {
			DeepTraceRequest{
				SessionName: ptr("a <b>"), SessionLengthMinutes: ptr(int64(15)), ProbeDevice: ptr(false),
				AppID: ptr(ID("2")), WebProbeID: ptr(ID("3")), CloudPathProbeID: ptr(ID("9007199254740993")),
			},
			`{"deviceid":"7","session_name":"a <b>","session_length_minutes":15,"probe_device":false,"app_id":2,"web_probe_id":3,"cloudpath_probe_id":9007199254740993}`,
		},
		"unset": {DeepTraceRequest{SessionName: ptr(""), AppID: ptr(ID("")), WebProbeID: ptr(ID("0"))}, `{"deviceid":"7"}`},
	}
	for name, test := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				f := newFake(map[string][]reply{"POST " + listPath: {{status: 201, body: `{"trace_id":"9007199254740993","status":"started","expected_time":7200}`}}})
				got, err := f.client(t, Config{}).StartDeepTrace(t.Context(), "7", test.request)
				if err != nil {
					t.Fatal(err)
				}
				want := DeepTrace{ID: "9007199254740993", Status: "started", ExpectedTime: ptr(int64(7200))}
				if diff := cmp.Diff(want, got); diff != "" {
					t.Error(diff)
				}
				posts := f.requests(http.MethodPost, "/deeptraces")
				if len(posts) != 1 || posts[0].body != test.want {
					t.Errorf("sent %v, want once %s", posts, test.want)
				}
				if got := len(f.requests(http.MethodGet, "")); got != 0 {
					t.Errorf("a start that was answered asked for the list %d times", got)
				}
			})
		})
	}
}

func TestStartWithAnIDThatIsNone(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		f := newFake(nil)
		_, err := f.client(t, Config{}).StartDeepTrace(t.Context(), "7", DeepTraceRequest{AppID: ptr(ID("all"))})
		if err == nil || !strings.Contains(err.Error(), `"all" is no ID`) {
			t.Errorf("error %v", err)
		}
		if got := f.requests(http.MethodPost, "/deeptraces"); len(got) != 0 {
			t.Errorf("sent %v", got)
		}
	})
}

// TestStartSettles walks through what may become of a start that got no usable answer.
func TestStartSettles(t *testing.T) {
	t.Parallel()
	ours := listed("5", "slow crm", "started", 0)
	others := []string{
		listed("1", "slow crm", "completed", -time.Hour), // the same name, from an earlier run
		listed("2", "another", "completed", time.Second), // later, and somebody else's
	}
	busy := reply{status: 429, body: `{"message":"device threshold"}`}
	cases := map[string]struct {
		request *DeepTraceRequest // nil for named
		posts   []reply
		lists   []reply
		id      string // of the trace that is returned
		status  int    // of the error that is wanted instead
		says    string // part of its text
		busy    string // the running trace of a *DeviceBusyError
		starts  int    // how many POSTs; 0 for one
	}{
		"500, started":         {posts: []reply{{status: 500}}, lists: []reply{list(append(others, ours)...)}, id: "5"},
		"504, started":         {posts: []reply{{status: 504}}, lists: []reply{list(ours)}, id: "5"},
		"dropped, started":     {posts: []reply{{dropped: true}}, lists: []reply{list(append(others, ours)...)}, id: "5"},
		"dropped, bare object": {posts: []reply{{dropped: true}}, lists: []reply{{body: ours}}, id: "5"},
		"dropped, ended":       {posts: []reply{{dropped: true}}, lists: []reply{list(listed("5", "slow crm", "failed", 0))}, id: "5"},
		"dropped, second before": {posts: []reply{{dropped: true}},
			lists: []reply{list(listed("5", "slow crm", "started", -time.Second))}, id: "5"},
		"dropped, not started":                 {posts: []reply{{dropped: true}, {body: `{"trace_id":6}`}}, lists: []reply{list(others...)}, id: "6", starts: 2},
		"dropped, null list":                   {posts: []reply{{dropped: true}, {body: `{"trace_id":6}`}}, lists: []reply{{body: `null`}}, id: "6", starts: 2},
		"dropped twice":                        {posts: []reply{{dropped: true}}, lists: []reply{list(others...)}, says: "unexpected EOF", starts: 2},
		"dropped twice, started by the second": {posts: []reply{{dropped: true}}, lists: []reply{list(others...), list(ours)}, id: "5", starts: 2},
		"500 twice":                            {posts: []reply{{status: 500}}, lists: []reply{list()}, status: 500, starts: 2},
		"dropped, then busy with the first":    {posts: []reply{{dropped: true}, busy}, lists: []reply{list(), list(ours)}, id: "5", starts: 2},
		"dropped, then busy with another": {posts: []reply{{dropped: true}, busy}, lists: []reply{list(), list(listed("8", "portal", "started", 0))},
			status: 429, busy: "8", starts: 2},
		"two of them": {posts: []reply{{dropped: true}}, lists: []reply{list(ours, listed("6", "slow crm", "started", 3*time.Second))},
			says: "import it as one of 7/5, 7/6"},
		"list unreadable": {posts: []reply{{dropped: true}}, lists: []reply{{status: 403, body: `{"message":"role"}`}}, says: "import it as 7/TRACE_ID"},

		"no ID":              {posts: []reply{{body: `{"status":"started"}`}}, lists: []reply{list(append(others, ours)...)}, id: "5"},
		"ID 0":               {posts: []reply{{body: `{"trace_id":0,"status":"not_started"}`}}, lists: []reply{list(ours)}, id: "5"},
		"ID 0, listed late":  {posts: []reply{{body: `{"trace_id":0}`}}, lists: []reply{list(), list(), list(ours)}, id: "5"},
		"ID 0, never listed": {posts: []reply{{body: `{"trace_id":0}`}}, lists: []reply{list()}, says: "the device's list does not show it"},
		"ID 0, two of them":  {posts: []reply{{body: `{"trace_id":0}`}}, lists: []reply{list(ours, listed("6", "slow crm", "started", 0))}, says: "7/5, 7/6"},
		"ID 0, no details": {posts: []reply{{body: `{"trace_id":0}`}}, lists: []reply{list(append(others,
			fmt.Sprintf(`{"trace_id":4,"created_at":%d}`, epoch.Add(-time.Hour).Unix()), fmt.Sprintf(`{"trace_id":5,"created_at":%d}`, epoch.Unix()))...)}, id: "5"},
		"dropped, no details": {posts: []reply{{dropped: true}, {body: `{"trace_id":6}`}},
			lists: []reply{{body: fmt.Sprintf(`[{"trace_id":5,"created_at":%d}]`, epoch.Unix())}}, id: "6", starts: 2},
		"not JSON":            {posts: []reply{{body: `ok`}}, lists: []reply{list(ours)}, id: "5"},
		"not JSON, not there": {posts: []reply{{body: `ok`}}, lists: []reply{list()}, status: 200, says: "does not show it"},
		"empty":               {posts: []reply{{status: 204}}, lists: []reply{list(ours)}, id: "5"},

		"busy":            {posts: []reply{busy}, lists: []reply{list(listed("8", "portal", "In Progress", -time.Minute))}, status: 429, busy: "8"},
		"busy, conflict":  {posts: []reply{{status: 409}}, lists: []reply{list(listed("8", "portal", "started", -time.Minute))}, status: 409, busy: "8"},
		"conflict":        {posts: []reply{{status: 409}}, lists: []reply{list()}, status: 409},
		"limit, then not": {posts: []reply{busy, {body: `{"trace_id":6}`}}, lists: []reply{list(others...)}, id: "6", starts: 2},
		"limit for ever":  {posts: []reply{busy}, lists: []reply{list(others...)}, status: 429, starts: 1 + 3},
		"limit, old trace of unknown status": {posts: []reply{busy, {body: `{"trace_id":6}`}},
			lists: []reply{list(listed("3", "old", "withdrawn", -24*time.Hour))}, id: "6", starts: 2},
		"limit, list unreadable": {posts: []reply{busy, {body: `{"trace_id":6}`}}, lists: []reply{{status: 403}}, id: "6", starts: 2},
		"limit, then busy": {posts: []reply{busy}, lists: []reply{list(), list(listed("8", "portal", "started", -time.Minute))},
			status: 429, busy: "8", starts: 1 + 3},

		"never left, then answered": {posts: []reply{{refused: true}, {refused: true}, {body: `{"trace_id":6}`}}, id: "6", starts: 3},
		"never left":                {posts: []reply{{refused: true}}, says: "connection refused", starts: 1 + 3},
		"forbidden":                 {posts: []reply{{status: 403, body: `{"message":"role"}`}}, status: 403},
		"invalid":                   {posts: []reply{{status: 400}}, status: 400},
		"unknown device":            {posts: []reply{{status: 404}}, status: 404},

		"unnamed": {request: &DeepTraceRequest{AppID: ptr(ID("2")), ProbeDevice: ptr(true)}, posts: []reply{{dropped: true}}, lists: []reply{{body: fmt.Sprintf(
			`[{"trace_id":4,"created_at":%[1]d,"trace_details":{"app_id":3}},{"trace_id":5,"created_at":%[1]d,"trace_details":{"app_id":"2","session_length":300}},
			  {"trace_id":6,"created_at":%[1]d,"trace_details":{"session_name":"named"}},{"trace_id":7,"created_at":%[1]d,"trace_details":{"probe_device":false}}]`,
			epoch.Unix())}}, id: "5"},
	}
	for name, test := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				f := newFake(map[string][]reply{"POST " + listPath: test.posts, "GET " + listPath: test.lists})
				retry := patience
				retry.Attempts, retry.Limited = 3, 3
				request := named
				if test.request != nil {
					request = *test.request
				}
				got, err := f.client(t, Config{Retry: retry}).StartDeepTrace(t.Context(), "7", request)
				if (err == nil) != (test.id != "") || got.ID != test.id {
					t.Fatalf("got trace %q, %v, want %q", got.ID, err, test.id)
				}
				var failure *httpapi.Error
				if test.status != 0 && (!errors.As(err, &failure) || failure.Status != test.status) {
					t.Errorf("got %v, want status %d", err, test.status)
				}
				if err != nil && !strings.Contains(err.Error(), test.says) {
					t.Errorf("got %v, want %q", err, test.says)
				}
				var device *DeviceBusyError
				if errors.As(err, &device) != (test.busy != "") ||
					device != nil && (device.TraceID != test.busy || device.DeviceID != "7" || !strings.Contains(err.Error(), "device 7 already has deep trace "+test.busy)) {
					t.Errorf("got %v, want the device busy with %q", err, test.busy)
				}
				if got, want := len(f.requests(http.MethodPost, "/deeptraces")), max(test.starts, 1); got != want {
					t.Errorf("started %d times, want %d", got, want)
				}
			})
		})
	}
}

// TestStartByTheServicesClock starts a trace while the two clocks are an hour apart: what counts as later
// is the service's to tell.
func TestStartByTheServicesClock(t *testing.T) {
	t.Parallel()
	for _, ahead := range []time.Duration{time.Hour, -time.Hour} {
		t.Run(ahead.String(), func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				f := newFake(map[string][]reply{
					"POST " + listPath: {{dropped: true}},
					"GET " + listPath:  {list(listed("1", "slow crm", "completed", ahead-5*time.Second), listed("5", "slow crm", "started", ahead))},
				})
				f.ahead = ahead
				got, err := f.client(t, Config{}).StartDeepTrace(t.Context(), "7", named)
				if err != nil || got.ID != "5" {
					t.Errorf("got trace %q, %v", got.ID, err)
				}
			})
		})
	}
}

// TestStartCancelled cancels a start that the service is at work on: the trace must not be an orphan.
func TestStartCancelled(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		list   reply
		id     string
		starts int
	}{
		"started":     {list: list(listed("5", "slow crm", "started", 0)), id: "5"},
		"not started": {list: list()},
	}
	for name, test := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				ctx, cancel := context.WithCancel(t.Context())
				f := newFake(map[string][]reply{
					"POST " + listPath: {{before: cancel}},
					"GET " + listPath:  {test.list},
				})
				got, err := f.client(t, Config{}).StartDeepTrace(ctx, "7", named)
				if got.ID != test.id || (err == nil) != (test.id != "") {
					t.Errorf("got trace %q, %v, want %q", got.ID, err, test.id)
				}
				if err != nil && !errors.Is(err, context.Canceled) {
					t.Errorf("got %v, want the cancellation", err)
				}
				if got := len(f.requests(http.MethodPost, "/deeptraces")); got != 1 {
					t.Errorf("started %d times after the cancellation", got)
				}
			})
		})
	}
}

// TestStartCancelledBetween cancels while the second start waits for its turn.
func TestStartCancelledBetween(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
		defer cancel()
		f := newFake(map[string][]reply{
			"POST " + listPath: {{status: 503, header: map[string]string{"Retry-After": "60"}}},
			"GET " + listPath:  {list()},
		})
		_, err := f.client(t, Config{}).StartDeepTrace(ctx, "7", named)
		var failure *httpapi.Error
		if !errors.As(err, &failure) || failure.Status != 503 {
			t.Errorf("got %v, want the 503", err)
		}
		if waited := time.Since(epoch); waited != 10*time.Second {
			t.Errorf("gave up after %s, want 10 s", waited)
		}
	})
}

func TestStartsOfOneDevice(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		f := newFake(nil)
		f.script = map[string][]reply{"POST /v1/devices/8/deeptraces": {{body: `{"trace_id":8}`}}}
		release := make(chan struct{})
		f.script["POST "+listPath] = []reply{{body: `{"trace_id":1}`, before: func() { <-release }}, {body: `{"trace_id":2}`}}
		client := f.client(t, Config{})
		results := make(chan string, 2)
		for range 2 {
			go func() {
				trace, err := client.StartDeepTrace(t.Context(), "7", named)
				results <- fmt.Sprint(trace.ID, err)
			}()
			synctest.Wait()
		}
		if got := len(f.requests(http.MethodPost, listPath)); got != 1 {
			t.Errorf("%d starts are under way on one device", got)
		}
		if trace, err := client.StartDeepTrace(t.Context(), "8", named); err != nil || trace.ID != "8" {
			t.Errorf("another device had to wait: %q, %v", trace.ID, err)
		}
		cause := errors.New("interrupted")
		ctx, cancel := context.WithCancelCause(t.Context())
		cancel(cause)
		if _, err := client.StartDeepTrace(ctx, "7", named); !errors.Is(err, cause) {
			t.Errorf("a cancelled start in the queue returned %v", err)
		}
		close(release)
		if first, second := <-results, <-results; first != "1<nil>" || second != "2<nil>" {
			t.Errorf("got %s and %s", first, second)
		}
	})
}
