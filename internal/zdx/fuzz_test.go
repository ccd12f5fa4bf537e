package zdx

import (
	"bytes"
	"context"
	"io"
	"math"
	"net/http"
	"reflect"
	"strings"
	"testing"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"github.com/pomerium-zdx/terraform-provider-pomerium/internal/hostile"
	"github.com/pomerium-zdx/terraform-provider-pomerium/internal/httpapi"
)

// scripted answers each request in the same way, without a socket.
type scripted struct {
	status int
	body   []byte
	count  int
}

func (s *scripted) RoundTrip(request *http.Request) (*http.Response, error) {
	s.count++
	return &http.Response{StatusCode: s.status, Header: http.Header{}, Body: io.NopCloser(bytes.NewReader(s.body)), Request: request}, nil
}

// client has no pacer: its pace is real time's.
func (s *scripted) client() *Client {
	redactor := &httpapi.Redactor{}
	redactor.Add("the-key-secret")
	api := httpapi.New(httpapi.Config{
		Service: "ZDX", BaseURL: "https://service.test", Redactor: redactor, Retry: httpapi.Retry{Attempts: 1}, Transport: s,
	})
	return &Client{api: api, once: api}
}

// call reads something of the service.
type call func(ctx context.Context, c *Client) (any, error)

func allOf[T any](listing Listing[T]) call {
	return func(ctx context.Context, c *Client) (any, error) {
		ids := []string{"1", "2", "3"}[:strings.Count(listing.path, "{")]
		return listing.All(ctx, c, nil, ids...)
	}
}

func oneOf[T any](item Item[T]) call {
	return func(ctx context.Context, c *Client) (any, error) {
		ids := []string{"1", "2", "3"}[:strings.Count(item.path, "{")]
		return item.Get(ctx, c, nil, ids...)
	}
}

// reads are all answers that the client decodes.
var reads = []call{
	allOf(Devices), allOf(Users), allOf(OngoingAlerts), allOf(HistoricalAlerts), allOf(AffectedDevices),
	allOf(SoftwareInventory), allOf(SoftwareInstallations), allOf(Apps), allOf(DeviceApps), allOf(WebProbes),
	allOf(CloudPathProbes), allOf(Departments), allOf(Locations), allOf(Geolocations),
	allOf(TraceWebProbeMetrics), allOf(TraceCloudPathMetrics), allOf(TraceCloudPaths), allOf(TraceHealthMetrics),
	allOf(TraceTopProcesses), allOf(TraceEvents), allOf(DeviceHealthMetrics), allOf(DeviceEvents),
	allOf(DeviceCallQuality), allOf(WebProbeMetrics), allOf(CloudPathMetrics), allOf(CloudPaths),
	oneOf(OneDevice), oneOf(OneUser), oneOf(OneApp), oneOf(OneAlert), oneOf(DeviceAppScore),
	func(ctx context.Context, c *Client) (any, error) { return c.DeepTrace(ctx, "1", "2") },
	func(ctx context.Context, c *Client) (any, error) { return c.DeepTraces(ctx, "1") },
	func(ctx context.Context, c *Client) (any, error) {
		return (&start{client: c, api: c.once, deviceID: "1"}).send(ctx)
	},
	func(ctx context.Context, c *Client) (any, error) { return c.Analysis(ctx, "1") },
	func(ctx context.Context, c *Client) (any, error) { return c.StartAnalysis(ctx, AnalysisRequest{}) },
	func(ctx context.Context, c *Client) (any, error) { return c.ShareAlert(ctx, SnapshotRequest{}) },
	func(ctx context.Context, c *Client) (any, error) {
		request := httpapi.Request{Method: http.MethodPost, Path: keyPath, Body: keyBody{id: "id", secret: "the-key-secret"}, Anonymous: true}
		return exchange(ctx, c.api, request, &httpapi.Redactor{}, keyLifetime)
	},
}

// checkValue fails for what no state can hold: a number that is none, text that is no UTF-8, a member that came and
// says nothing, a list that is not there, a time in no form, a token that is empty or for ever.
func checkValue(t *testing.T, path string, value reflect.Value) {
	t.Helper()
	switch member := value.Interface().(type) {
	case Number:
		if math.IsNaN(float64(member)) || math.IsInf(float64(member), 0) {
			t.Errorf("%s is %v", path, member)
		}
	case Score:
		if !(member >= 0) {
			t.Errorf("%s is %v", path, member)
		}
	case Time:
		if _, err := time.Parse(time.RFC3339, string(member)); err != nil {
			t.Errorf("%s is %q", path, member)
		}
	case time.Time:
		if _, err := time.Parse(time.RFC3339, string(TimeOf(member))); err != nil && !member.IsZero() {
			t.Errorf("%s is %s", path, member)
		}
		return
	case httpapi.Token:
		if member.Value == "" || member.Lifetime <= 0 || member.Lifetime > 366*24*time.Hour {
			t.Errorf("%s is %v", path, member)
		}
	}
	switch value.Kind() {
	case reflect.String:
		if !utf8.ValidString(value.String()) {
			t.Errorf("%s is %q", path, value)
		}
	case reflect.Pointer:
		if !value.IsNil() {
			if saysNothing(value.Interface()) {
				t.Errorf("%s says nothing", path)
			}
			checkValue(t, path, value.Elem())
		}
	case reflect.Struct:
		for field, member := range value.Fields() {
			if field.IsExported() {
				checkValue(t, path+"."+field.Name, member)
			}
		}
	case reflect.Slice:
		if value.IsNil() {
			t.Errorf("%s is no list", path)
		}
		for i := range value.Len() {
			checkValue(t, path+"[]", value.Index(i))
		}
	}
}

func checkError(t *testing.T, err error) {
	t.Helper()
	text := err.Error()
	for _, r := range text {
		if !unicode.IsPrint(r) || r == unicode.ReplacementChar {
			t.Fatalf("%U in %q", r, text)
		}
	}
	if !utf8.ValidString(text) || utf8.RuneCountInString(text) > 3000 {
		t.Errorf("no UTF-8, or without end: %q", text)
	}
	if strings.Contains(text, "the-key-secret") {
		t.Errorf("a secret in %q", text)
	}
}

// FuzzAnswer looks for answers that stop the client or keep it busy for ever, for values that no state can hold, for
// errors that a terminal must not be shown, and for answers that are read in two ways.
func FuzzAnswer(f *testing.F) {
	members := `"id":V,"name":V,"userid":V,"email":V,"score":V,"started_on":V,"ended_on":V,"timestamp":V,"value":V,"datapoints":[{"timestamp":V,"value":V}],` +
		`"hardware":{"tot_mem":V,"speed_ghz":V},"network":V,"devices":[{"id":V,"geo_loc":V}],"trace_id":V,"status":V,"created_at":V,"expected_time":V,` +
		`"trace_details":{"session_length":V,"app_id":V,"session_name":V},"analysis_id":V,"result":{"issue":V,"confidence":V,"times":V},"expiry":V,` +
		`"metric":V,"token":V,"access_token":"x","expires_in":V,"instances":[{"metrics":V}],"cloudpath":[{"src":V,"hops":[{"ip":V}]}],"events":V`
	for read := range reads {
		for i, value := range hostile.Values() {
			if (i+read)%5 != 0 { // all of them together take long, and a fuzzer crosses its seeds
				continue
			}
			f.Add(uint8(read), 200, []byte(value))
			object := "{" + strings.ReplaceAll(members, "V", value) + "}"
			f.Add(uint8(read), 200, []byte(object))
			f.Add(uint8(read), 200, []byte(`{"devices":[`+object+`],"users":`+object+`,"alerts":`+value+`,"software":[`+object+`],"next_offset":`+value+`}`))
		}
		f.Add(uint8(read), 400, []byte(hostile.Raw+" the-key-secret"))
		f.Add(uint8(read), 404, []byte(`{"message":"only through Zscaler OneAPI \u001b[2J"}`))
		f.Add(uint8(read), 200, []byte(`[{"id":"\u001b[2J"}]`))
	}
	for _, sign := range hostile.Signs() {
		f.Add(uint8(0), 200, []byte(`{"devices":[{"id":`+sign+`}],"next_offset":`+sign+`}`))
		f.Add(uint8(7), 200, []byte(`[{"id":`+sign+`,"name":"`+sign+`"}]`))
	}
	f.Fuzz(func(t *testing.T, read uint8, status int, body []byte) {
		if status < 100 || status > 599 {
			status = http.StatusOK
		}
		service := &scripted{status: status, body: hostile.Grow(body)}
		call := reads[int(read)%len(reads)]
		value, err := call(t.Context(), service.client())
		if service.count > 10 {
			t.Errorf("%d requests were sent", service.count)
		}
		if err != nil {
			checkError(t, err)
			return
		}
		checkValue(t, "", reflect.ValueOf(value))
		again, err := call(t.Context(), service.client())
		if err != nil || !reflect.DeepEqual(value, again) {
			t.Errorf("a second look differs: %v %s", err, cmp.Diff(value, again))
		}
	})
}

// FuzzPacer looks for headers that make the client wait for ever, or not at all after a refusal.
func FuzzPacer(f *testing.F) {
	for _, value := range []string{
		"", "0", "1", "-1", "60", "1e9", "1000000001", "9223372036854775807", "-9223372036854775808", "NaN", "Inf", "1e400s", "5s",
		"Fri, 31 Dec 9999 23:59:59 GMT", "Mon, 01 Jan 0001 00:00:00 GMT", "Mon, 02 Jan 2006 15:04:05 GMT", "\x00", "\x1b[2J", "1, 1",
	} {
		for _, status := range []int{200, 429} {
			f.Add(status, value, "", "", "", uint8(1))
			f.Add(status, "", value, value, "", uint8(3))
			f.Add(status, value, value, "0", value, uint8(200))
		}
	}
	f.Fuzz(func(t *testing.T, status int, retryAfter, reset, remaining, date string, answers uint8) {
		header := http.Header{}
		for name, value := range map[string]string{
			"Retry-After": retryAfter, "RateLimit-Reset": reset, "RateLimit-Remaining": remaining, "Date": date, "X-Ratelimit-Remaining-Second": remaining,
		} {
			header.Set(name, value)
		}
		p := newPacer(0)
		now := time.Now()
		for range answers {
			p.leave(now)
			p.Observe(status, header)
		}
		const most = 2*longestHold + time.Minute
		if wait := p.leave(time.Now()); wait > most {
			t.Errorf("a wait of %s", wait)
		} else if status == http.StatusTooManyRequests && answers > 0 && wait < leastHold/2 {
			t.Errorf("after a refusal a wait of %s", wait)
		}
		if wait := p.leave(time.Now().Add(most)); wait > 0 {
			t.Errorf("after %s a wait of %s", most, wait)
		}
	})
}
