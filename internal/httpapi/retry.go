package httpapi

import (
	"cmp"
	"math"
	"math/rand/v2"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// Retry says how often and how patiently a request is sent again.
type Retry struct {
	Attempts int           // in all, the first included
	Limited  int           // in all while the service refuses with 429; 0 for Attempts
	MinWait  time.Duration // before the second attempt; doubled for each further one
	MaxWait  time.Duration // the longest wait of our own choice
	MaxAsked time.Duration // the longest wait that a service may ask for; beyond it the request fails
}

// DefaultRetry rides out a restart of a service and a limit counted by the minute.
var DefaultRetry = Retry{Attempts: 6, MinWait: 500 * time.Millisecond, MaxWait: 20 * time.Second, MaxAsked: 2 * time.Minute}

// next tells whether to send the request again after attempt number n failed so, and how long to wait.
func (r Retry) next(n int, repeatable bool, failure *Error) (wait time.Duration, again bool) {
	attempts := r.Attempts
	if failure.Status == http.StatusTooManyRequests {
		attempts = cmp.Or(r.Limited, r.Attempts)
	}
	if n >= attempts || !r.passing(repeatable, failure) {
		return 0, false
	}
	return r.pause(n, failure)
}

// pause tells how long to wait after attempt number n failed so, and false if the service asks for more than
// anyone should wait.
func (r Retry) pause(n int, failure *Error) (wait time.Duration, bearable bool) {
	// Jitter: clients that failed together shall not come back together.
	limit := r.MinWait
	for i := 1; i < n && limit < r.MaxWait; i++ {
		limit *= 2
	}
	limit = min(limit, r.MaxWait)
	wait = limit/2 + rand.N(limit/2+1) //nolint:gosec // spreading load needs no secrecy
	if asked := failure.RetryAfter; asked > 0 {
		if asked > r.MaxAsked {
			return 0, false
		}
		wait = asked + rand.N(asked/10+1) //nolint:gosec // as above
	}
	return wait, true
}

// passing tells whether the failure may pass by itself and the request may be sent again.
func (r Retry) passing(repeatable bool, failure *Error) bool {
	switch failure.Status {
	case http.StatusTooManyRequests:
		return true // refused before any work
	case http.StatusBadGateway, http.StatusServiceUnavailable, http.StatusGatewayTimeout:
		return repeatable
	case 0:
		return repeatable || !failure.Sent
	}
	// A success whose answer broke off; a refusal is final.
	return failure.Status < 300 && repeatable && failure.Err != nil
}

// RetryAfter reads how long an answer asks to wait, in seconds (also with a trailing "s", zdx.md 8) or
// as a date on the service's clock. It is 0 when there is no such wish, or none that can be read.
func RetryAfter(header http.Header, now time.Time) time.Duration {
	text := strings.TrimSpace(header.Get("Retry-After"))
	if seconds, err := strconv.ParseFloat(strings.TrimSuffix(text, "s"), 64); err == nil && !math.IsNaN(seconds) {
		const most = 1e9 // a float beyond the range of Duration would turn negative
		return time.Duration(min(max(seconds, 0), most) * float64(time.Second))
	}
	if date, err := http.ParseTime(text); err == nil {
		return max(date.Sub(now), 0)
	}
	return 0
}
