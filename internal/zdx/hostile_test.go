package zdx

import (
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/pomerium-zdx/terraform-provider-pomerium/internal/httpapi"
)

// endless is a service that makes up a new cursor for each page.
type endless struct{ count int }

func (e *endless) RoundTrip(request *http.Request) (*http.Response, error) {
	e.count++
	body := fmt.Sprintf(`{"devices":[],"next_offset":"%d"}`, e.count)
	return &http.Response{StatusCode: http.StatusOK, Header: http.Header{}, Body: io.NopCloser(strings.NewReader(body)), Request: request}, nil
}

func TestListingWithoutEnd(t *testing.T) {
	t.Parallel()
	service := &endless{}
	client := &Client{api: httpapi.New(httpapi.Config{Service: "ZDX", BaseURL: "https://service.test", Transport: service})}
	_, err := Devices.All(t.Context(), client, nil)
	if err == nil || !strings.Contains(err.Error(), "more than 20000 pages") || service.count != 20_000 {
		t.Errorf("after %d pages: %v", service.count, err)
	}
}

// A start without an answer is not looked after for longer than anyone should wait, and not sent before the time that
// the service asked for.
func TestStartThatShallWaitForEver(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		const path = "/v1/devices/9/deeptraces"
		f := newFake(map[string][]reply{
			"POST " + path: {{status: http.StatusServiceUnavailable, header: map[string]string{"Retry-After": "1000000000"}}},
			"GET " + path:  {{body: `[]`}},
		})
		began := time.Now()
		_, err := f.client(t, Config{}).StartDeepTrace(t.Context(), "9", DeepTraceRequest{})
		if took := time.Since(began); err == nil || took > longestHold {
			t.Errorf("after %s: %v", took, err)
		}
		if starts := len(f.requests(http.MethodPost, path)); starts != 1 {
			t.Errorf("%d starts were sent", starts)
		}
	})
}

// Times beyond what RFC 3339 can write, and elements of lists that say nothing, stand in no state.
func TestValuesThatNoStateHolds(t *testing.T) {
	t.Parallel()
	for _, count := range []integer{253_402_300_800_000, 1<<62 - 1} {
		if got := TimeOf(count.time()); got != "" {
			t.Errorf("%d is %s", count, got)
		}
	}
	if got := TimeOf(integer(253_402_300_799_000).time()); got != "9999-12-31T23:59:59Z" {
		t.Errorf("the last moment is %s", got)
	}
	list := List[Time]{"", "2024-01-01T00:00:00Z", ""}
	tidy(&list)
	if diff := cmp.Diff(List[Time]{"2024-01-01T00:00:00Z"}, list); diff != "" {
		t.Error(diff)
	}
	for id, want := range map[ID]bool{"1": true, "": false, "0": false, "1\x1b[2J": false, "1\u202e2": false, "1\n2": false} {
		if id.usable() != want {
			t.Errorf("%q is usable: %t", id, !want)
		}
	}
}
