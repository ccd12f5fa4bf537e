package httpapi_test

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/pomerium-zdx/terraform-provider-pomerium/internal/httpapi"
)

// TestPause waits as the service asks, and not at all when it asks for too much or the caller is gone.
func TestPause(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		client := httpapi.New(httpapi.Config{Service: "Test", BaseURL: "https://test"})
		gone, cancel := context.WithCancel(t.Context())
		cancel()
		for name, test := range map[string]struct {
			ctx        context.Context
			err        error
			least      time.Duration
			unbearable bool
		}{
			"as asked":    {t.Context(), &httpapi.Error{Status: 503, RetryAfter: 3 * time.Second}, 3 * time.Second, false},
			"own choice":  {t.Context(), &httpapi.Error{Status: 502}, time.Millisecond, false},
			"too long":    {t.Context(), &httpapi.Error{Status: 503, RetryAfter: time.Hour}, 0, true},
			"caller gone": {gone, &httpapi.Error{Status: 502}, 0, true},
			"other error": {t.Context(), errors.New("no exchange"), 0, true},
		} {
			began := time.Now()
			err := client.Pause(test.ctx, 1, test.err)
			if waited := time.Since(began); (err != nil) != test.unbearable || waited < test.least || test.unbearable && waited > 0 {
				t.Errorf("%s: waited %s and got %v", name, waited, err)
			}
		}
	})
}
