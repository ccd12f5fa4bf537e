package pomeriumzero

import (
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/pomerium-zdx/terraform-provider-pomerium/internal/httpapi"
)

// endless is a service that makes up a new policy for each page.
type endless struct{ count atomic.Int64 }

func (e *endless) RoundTrip(request *http.Request) (*http.Response, error) {
	body := `{"idToken":"the-id-token","expiresInSeconds":"3600"}`
	if !strings.HasSuffix(request.URL.Path, "/token") {
		body = fmt.Sprintf(`[{"id":"p%d"}]`, e.count.Add(1))
	}
	return &http.Response{StatusCode: http.StatusOK, Header: http.Header{}, Body: io.NopCloser(strings.NewReader(body)), Request: request}, nil
}

func TestListWithoutEnd(t *testing.T) {
	t.Parallel()
	service := &endless{}
	client, err := New(Config{APIUserToken: "the-api-user-token", URL: "https://service.test", Transport: service, Retry: httpapi.Retry{Attempts: 1}})
	if err != nil {
		t.Fatal(err)
	}
	_, err = client.Policies("o").List(t.Context(), ListOptions{Parent: "n"})
	if err == nil || !strings.Contains(err.Error(), "more than 10000 pages") || service.count.Load() != 10_000 {
		t.Errorf("after %d pages: %v", service.count.Load(), err)
	}
}

// What the namespaces have in common is listed once.
func TestListAllListsEachOnce(t *testing.T) {
	t.Parallel()
	service := &scripted{status: http.StatusOK, body: []byte(`[{"id":"a","name":"x"},{"id":"b","name":"y"}]`)}
	found, err := service.client(t).Policies("o").ListAll(t.Context())
	if err != nil || len(found) != 2 {
		t.Errorf("%d policies are listed, %v", len(found), err)
	}
}
