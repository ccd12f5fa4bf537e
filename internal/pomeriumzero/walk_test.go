package pomeriumzero

import (
	"fmt"
	"io"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/pomerium-zdx/terraform-provider-pomerium/internal/httpapi"
)

// odd is a service with a list of policies and its own idea of pages.
type odd struct {
	page func(request, offset, limit int) []int // numbers of policies

	mu      sync.Mutex
	offsets []int
}

func (o *odd) RoundTrip(request *http.Request) (*http.Response, error) {
	body := `{"idToken":"the-id-token","expiresInSeconds":"3600"}`
	if !strings.HasSuffix(request.URL.Path, "/token") {
		query := request.URL.Query()
		offset, _ := strconv.Atoi(query.Get("offset")) //nolint:errcheckjson // ours
		limit, _ := strconv.Atoi(query.Get("limit"))   //nolint:errcheckjson // ours
		o.mu.Lock()
		o.offsets = append(o.offsets, offset)
		numbers := o.page(len(o.offsets), offset, limit)
		o.mu.Unlock()
		var elements []string
		for _, number := range numbers {
			elements = append(elements, fmt.Sprintf(`{"id":"p%03d"}`, number))
		}
		body = "[" + strings.Join(elements, ",") + "]"
	}
	return &http.Response{StatusCode: http.StatusOK, Header: http.Header{}, Body: io.NopCloser(strings.NewReader(body)), Request: request}, nil
}

func numbers(from, to int) (all []int) {
	for number := from; number < to; number++ {
		all = append(all, number)
	}
	return all
}

// Whatever a service takes for pages, a list holds each object once and ends.
func TestListOfOddPages(t *testing.T) {
	t.Parallel()
	const there = 420
	cut := func(offset, length int) []int { return numbers(min(offset, there), min(offset+length, there)) }
	cases := map[string]struct {
		page func(request, offset, limit int) []int
		want []int
		asks int
	}{
		"as asked":            {func(_, offset, limit int) []int { return cut(offset, limit) }, numbers(0, there), 1 + 2 + 4 + 1},
		"shorter and shorter": {func(request, offset, limit int) []int { return cut(offset, max(limit-10*request, 7)) }, numbers(0, there), 0},
		"longer and longer":   {func(request, offset, _ int) []int { return cut(offset, 10*request) }, numbers(0, there), 0},
		"the second is short": {func(_, offset, limit int) []int { return cut(offset, limit-60*min(offset%100+offset/100, 1)) }, numbers(0, there), 0},
		"more than asked":     {func(_, offset, limit int) []int { return cut(offset, limit+50) }, numbers(0, there), 0},
		"all, always":         {func(_, _, _ int) []int { return numbers(0, there) }, numbers(0, there), 1 + 2},
		"the first, always":   {func(_, _, limit int) []int { return cut(0, limit) }, numbers(0, 100), 1 + 2},
		"one moved back":      {func(_, offset, limit int) []int { return cut(max(offset-1, 0), limit) }, numbers(0, there), 0},
		"grows at its end": {func(request, offset, limit int) []int {
			there := min(400+request, 420)
			return numbers(min(offset, there), min(offset+limit, there))
		}, nil, 0},
		"shrinks at its end": {func(request, offset, limit int) []int {
			return numbers(min(offset, 500-request), min(offset+limit, 500-request))
		}, nil, 0},
		"nothing":              {func(_, _, _ int) []int { return nil }, nil, 1},
		"one page, not a full": {func(_, offset, limit int) []int { return numbers(min(offset, 99), min(offset+limit, 99)) }, numbers(0, 99), 2},
	}
	for name, test := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			service := &odd{page: test.page}
			client, err := New(Config{APIUserToken: "the-api-user-token", URL: "https://service.test", Transport: service, Retry: httpapi.Retry{Attempts: 1}})
			if err != nil {
				t.Fatal(err)
			}
			objects, err := client.Policies("o").List(t.Context(), ListOptions{Parent: "n"})
			if err != nil {
				t.Fatal(err)
			}
			var got, want []string
			for _, object := range objects {
				got = append(got, object.ID)
			}
			slices.Sort(got)
			for _, number := range test.want {
				want = append(want, fmt.Sprintf("p%03d", number))
			}
			switch {
			case test.want == nil && len(slices.Compact(got)) != len(objects):
				t.Errorf("something is listed twice")
			case test.want == nil && strings.Contains(name, "end") && len(objects) < 400:
				t.Errorf("only %d objects", len(objects))
			case test.want != nil && !cmp.Equal(want, got):
				t.Error(cmp.Diff(want, got))
			}
			if test.asks != 0 && len(service.offsets) != test.asks || len(service.offsets) > 150 {
				t.Errorf("%d pages were asked for, want %d: %v", len(service.offsets), test.asks, service.offsets)
			}
		})
	}
}
