package apimock_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/pomerium-zdx/terraform-provider-pomerium/internal/apimock"
)

// A hook sees each request twice, may hold one while others pass, and may drop it before or after the work.
func TestHook(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		drop     func(apimock.Moment) bool
		answered bool
		made     int
	}{
		"kept":           {func(apimock.Moment) bool { return false }, true, 1},
		"dropped before": {func(m apimock.Moment) bool { return !m.Done }, false, 0},
		"dropped after":  {func(m apimock.Moment) bool { return m.Done }, false, 1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			mock := apimock.New(apimock.Switches{})
			var seen []apimock.Moment
			server := httptest.NewServer(mock)
			defer server.Close()
			mock.SetHook(func(m apimock.Moment) bool {
				seen = append(seen, m)
				return m.Template != "/token" || !test.drop(m)
			})
			before := len(mock.Secrets())
			request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, server.URL+"/api/v0/token", strings.NewReader(`{"refreshToken":"`+mock.APIUserToken+`"}`))
			if err != nil {
				t.Fatal(err)
			}
			request.Header.Set("Content-Type", "application/json")
			answer, err := http.DefaultClient.Do(request)
			if err == nil {
				_ = answer.Body.Close()
			}
			if (err == nil) != test.answered {
				t.Errorf("the answer's error is %v", err)
			}
			server.Close() // waits for the request
			if made := len(mock.Secrets()) - before; made != test.made {
				t.Errorf("%d tokens were issued, want %d", made, test.made)
			}
			if len(seen) == 0 || seen[0].Number != 1 || seen[0].Done || seen[0].Method != http.MethodPost {
				t.Errorf("the hook saw %+v", seen)
			}
		})
	}
}
