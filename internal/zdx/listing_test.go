package zdx

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/pomerium-zdx/terraform-provider-pomerium/internal/httpapi"
)

// queries tells the queries with which a path was asked for, in order.
func (f *fake) queries(path string) []string {
	f.mu.Lock()
	defer f.mu.Unlock()
	var found []string
	for _, request := range f.journal {
		if request.method == http.MethodGet && request.path == path {
			found = append(found, request.query)
		}
	}
	return found
}

// namesOf are the names of devices.
func namesOf(devices []DeviceSummary) string {
	var names []string
	for _, device := range devices {
		names = append(names, text(device.Name))
	}
	return strings.Join(names, " ")
}

// Pages are followed to their end, however that is told, and a list that never ends is an error.
func TestListingPages(t *testing.T) {
	t.Parallel()
	refused := reply{status: http.StatusBadRequest, body: `{"message":"limit"}`}
	for name, test := range map[string]struct {
		replies []reply
		names   string
		queries []string
		fails   string
	}{
		"one, ended by null":   {[]reply{{body: `{"devices":[{"name":"a"}],"next_offset":null}`}}, "a", []string{"limit=100"}, ""},
		"one, ended by text":   {[]reply{{body: `{"devices":[{"name":"a"}],"next_offset":""}`}}, "a", []string{"limit=100"}, ""},
		"one, without an end":  {[]reply{{body: `{"devices":[{"name":"a"}]}`}}, "a", []string{"limit=100"}, ""},
		"nothing":              {[]reply{{body: `{"devices":[],"next_offset":null}`}}, "", []string{"limit=100"}, ""},
		"null":                 {[]reply{{body: `{"devices":null}`}}, "", []string{"limit=100"}, ""},
		"no list":              {[]reply{{body: `{}`}}, "", []string{"limit=100"}, ""},
		"null for a page":      {[]reply{{body: `null`}}, "", []string{"limit=100"}, ""},
		"one without brackets": {[]reply{{body: `{"devices":{"name":"a"}}`}}, "a", []string{"limit=100"}, ""},
		"three": {
			[]reply{{body: `{"devices":[{"name":"a"}],"next_offset":"x+/="}`}, {body: `{"devices":[],"next_offset":20}`}, {body: `{"devices":[{"name":"b"}]}`}},
			"a b", []string{"limit=100", "limit=100&offset=x%2B%2F%3D", "limit=100&offset=20"}, "",
		},
		"the same again":     {[]reply{{body: `{"devices":[],"next_offset":"x"}`}}, "", []string{"limit=100", "limit=100&offset=x"}, "the pages of GET /devices go round in a circle"},
		"back to one before": {[]reply{{body: `{"next_offset":"x"}`}, {body: `{"next_offset":"y"}`}, {body: `{"next_offset":"x"}`}}, "", []string{"limit=100", "limit=100&offset=x", "limit=100&offset=y"}, "round in a circle"},
		"size refused":       {[]reply{refused, {body: `{"devices":[{"name":"a"}],"next_offset":"x"}`}, {body: `{"devices":[{"name":"b"}]}`}}, "a b", []string{"limit=100", "", "offset=x"}, ""},
		"all refused":        {[]reply{refused}, "", []string{"limit=100", ""}, "limit"},
		"second refused":     {[]reply{{body: `{"next_offset":"x"}`}, refused, {body: `{"devices":[{"name":"a"}]}`}}, "a", []string{"limit=100", "limit=100&offset=x", ""}, ""},
		"forbidden":          {[]reply{{status: http.StatusForbidden}}, "", []string{"limit=100"}, "403"},
		"no object":          {[]reply{{body: `[{"name":"a"}]`}}, "", []string{"limit=100"}, "not the JSON"},
		"no list of objects": {[]reply{{body: `{"devices":[1]}`}}, "", []string{"limit=100"}, "answered 200 to GET /devices: the answer is not the JSON that was expected"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				f := newFake(map[string][]reply{"GET /v1/devices": test.replies})
				devices, err := Devices.All(t.Context(), f.client(t, Config{Retry: hasty}), nil)
				switch {
				case test.fails == "" && err != nil, test.fails != "" && (err == nil || !strings.Contains(err.Error(), test.fails)):
					t.Errorf("the error is %v, want %q", err, test.fails)
				case err == nil && devices == nil, err != nil && devices != nil:
					t.Errorf("%v with %v", devices, err)
				}
				if got := namesOf(devices); got != test.names {
					t.Errorf("found %q, want %q", got, test.names)
				}
				if got := f.queries("/v1/devices"); !slices.Equal(got, test.queries) {
					t.Errorf("asked %q, want %q", got, test.queries)
				}
			})
		})
	}
}

// The caller's filters are on every page, and stay the caller's.
func TestListingFilters(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		f := newFake(map[string][]reply{"GET /v1/devices": {{body: `{"next_offset":"x"}`}, {body: `{}`}}})
		query := url.Values{"loc": {"1", "2"}}
		if _, err := Devices.All(t.Context(), f.client(t, Config{}), query); err != nil {
			t.Error(err)
		}
		if want := []string{"limit=100&loc=1&loc=2", "limit=100&loc=1&loc=2&offset=x"}; !slices.Equal(f.queries("/v1/devices"), want) {
			t.Errorf("asked %q", f.queries("/v1/devices"))
		}
		if len(query) != 1 {
			t.Errorf("the caller's query has become %v", query)
		}
	})
}

// A list has another path in other documents, which is asked when the first is not there.
func TestListingOtherPath(t *testing.T) {
	t.Parallel()
	const first, second = "GET /v1/inventory/software/a%2Fb", "GET /v1/inventory/softwares/a%2Fb"
	missing, found := reply{status: http.StatusNotFound}, reply{body: `{"software":[{"hostname":"h"}]}`}
	for name, test := range map[string]struct {
		script map[string][]reply
		found  int
		sent   int
	}{
		"first":      {map[string][]reply{first: {found}, second: {missing}}, 1, 1},
		"second":     {map[string][]reply{first: {missing}, second: {found}}, 1, 2},
		"neither":    {map[string][]reply{first: {missing}, second: {missing}}, -1, 2},
		"not to see": {map[string][]reply{first: {{status: http.StatusForbidden}}, second: {found}}, -1, 1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				f := newFake(test.script)
				list, err := SoftwareInstallations.All(t.Context(), f.client(t, Config{Retry: hasty}), nil, "a/b")
				if (test.found < 0) != (err != nil) || err == nil && len(list) != test.found {
					t.Errorf("found %v, %v", list, err)
				}
				if sent := len(f.requests(http.MethodGet, "")); sent != test.sent {
					t.Errorf("%d requests, want %d", sent, test.sent)
				}
			})
		})
	}
}

// A report that is not found is empty if the trace is there, and an error if it is not, or if nobody can tell.
func TestListingBeforeData(t *testing.T) {
	t.Parallel()
	const trace = "GET /v1/devices/1/deeptraces/2"
	missing := reply{status: http.StatusNotFound}
	for name, test := range map[string]struct {
		report, trace reply
		found         int // -1 for an error
		sent          int
	}{
		"empty":        {reply{body: `[]`}, missing, 0, 1},
		"null":         {reply{body: `null`}, missing, 0, 1},
		"not found":    {missing, reply{body: `{"trace_id":2}`}, 0, 2},
		"no trace":     {missing, missing, -1, 2},
		"no telling":   {missing, reply{status: http.StatusForbidden}, -1, 2},
		"not to see":   {reply{status: http.StatusForbidden}, reply{body: `{}`}, -1, 1},
		"some":         {reply{body: `[{"timestamp":1},{"timestamp":2}]`}, missing, 2, 1},
		"one":          {reply{body: `{"timestamp":1}`}, missing, 1, 1},
		"out of place": {reply{body: `"none"`}, missing, -1, 1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				f := newFake(map[string][]reply{trace + "/events": {test.report}, trace: {test.trace}})
				list, err := TraceEvents.All(t.Context(), f.client(t, Config{Retry: hasty}), nil, "1", "2")
				if (test.found < 0) != (err != nil) || err == nil && (list == nil || len(list) != test.found) {
					t.Errorf("found %v, %v", list, err)
				}
				if test.report.status == http.StatusNotFound && err != nil && !httpapi.IsNotFound(err) {
					t.Errorf("the error is %v, not that of the report", err)
				}
				if sent := len(f.requests(http.MethodGet, "")); sent != test.sent {
					t.Errorf("%d requests, want %d", sent, test.sent)
				}
			})
		})
	}
}

// A report of a device has nothing above it that could be asked: not found is an error.
func TestListingOfDevice(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		f := newFake(map[string][]reply{"GET /v1/devices/1/events": {{status: http.StatusNotFound}}})
		if _, err := DeviceEvents.All(t.Context(), f.client(t, Config{}), nil, "1"); !httpapi.IsNotFound(err) {
			t.Errorf("the error is %v", err)
		}
		if sent := len(f.requests(http.MethodGet, "")); sent != 1 {
			t.Errorf("%d requests, want 1", sent)
		}
	})
}

// A single object is tidied, and its IDs stand in the path as they are.
func TestItem(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		f := newFake(map[string][]reply{
			"GET /v1/devices/1":  {{body: `{"id":1,"name":"","software":{"user":""}}`}},
			"GET /v1/devices/2":  {{body: `[]`}},
			"GET /v1/users/9999": {{status: http.StatusNotFound}},
		})
		client := f.client(t, Config{Retry: hasty})
		device, err := OneDevice.Get(t.Context(), client, url.Values{"from": {"1"}}, "1")
		if err != nil || device.Name != nil || device.Network == nil || device.Software == nil || device.Software.User != nil {
			t.Errorf("%+v, %v", device, err)
		}
		if got := f.queries("/v1/devices/1"); !slices.Equal(got, []string{"from=1"}) {
			t.Errorf("asked %q", got)
		}
		if _, err := OneDevice.Get(t.Context(), client, nil, "2"); err == nil {
			t.Error("a list was read as a device")
		}
		if _, err := OneUser.Get(t.Context(), client, nil, "9999"); !httpapi.IsNotFound(err) {
			t.Error(fmt.Sprint(err))
		}
	})
}
