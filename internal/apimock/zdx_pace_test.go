package apimock

import (
	"fmt"
	"net/http"
	"strconv"
	"testing"
	"time"
)

func TestRateBySecond(t *testing.T) {
	t.Parallel()
	l := newLab(t, func(w *Switches) { w.RatePerSecond, w.RatePerMinute = 3, Off })
	l.signInZDX() // a token counts as well
	l.do("GET", "/v1/devices", nil).want(200)
	l.Advance(999 * time.Millisecond)
	l.do("GET", "/v1/devices", nil).want(200)
	l.do("GET", "/v1/devices", nil).want(429, "rate limit")
	l.Advance(time.Millisecond) // the first two leave the window, the refused one never was in it
	l.do("GET", "/v1/devices", nil).want(200)
	l.do("GET", "/v1/devices", nil).want(200)
	l.do("GET", "/v1/devices", nil).want(429)
	l.signInZero(l.APIUserToken) // the other service has no limit
}

func TestRateByMinute(t *testing.T) {
	t.Parallel()
	l := newLab(t, func(w *Switches) { w.RatePerSecond, w.RatePerMinute = 0, 0 }) // the defaults
	l.signInZDX()
	for range 5 {
		for range 4 {
			l.do("GET", "/v1/devices", nil).want(200)
		}
		l.Advance(time.Second)
	}
	for i := range 9 {
		l.do("GET", "/v1/devices", nil).want(200)
		l.Advance(time.Duration(i%2) * time.Second)
	}
	l.do("GET", "/v1/devices", nil).want(429) // the 31st within the minute
	l.Advance(51 * time.Second)               // a minute after the sign-in
	l.do("GET", "/v1/devices", nil).want(200)
}

func TestRateHeaders(t *testing.T) {
	t.Parallel()
	epoch := func(seconds int) string {
		return strconv.FormatInt(time.Date(2026, 8, 20, 10, 0, 0, 0, time.UTC).Unix()+int64(seconds), 10)
	}
	const minute = "Thu, 20 Aug 2026 10:01:01 GMT" // not before the window is free
	for kind, want := range map[RateHeaders][2]http.Header{
		RateHeadersNone:           {{}, {}},
		RateHeadersEpoch:          {{"Ratelimit-Limit": {"2"}, "Ratelimit-Remaining": {"0"}, "Ratelimit-Reset": {epoch(61)}}, {"Ratelimit-Limit": {"2"}, "Ratelimit-Remaining": {"0"}, "Ratelimit-Reset": {epoch(61)}}},
		RateHeadersSeconds:        {{"Ratelimit-Limit": {"2"}, "Ratelimit-Remaining": {"0"}, "Ratelimit-Reset": {"60"}}, {"Ratelimit-Limit": {"2"}, "Ratelimit-Remaining": {"0"}, "Ratelimit-Reset": {"60"}}},
		RateHeadersPerSecond:      {{"X-Ratelimit-Limit-Second": {"5"}, "X-Ratelimit-Remaining-Second": {"3"}}, {"X-Ratelimit-Limit-Second": {"5"}, "X-Ratelimit-Remaining-Second": {"2"}}},
		RateHeadersRetryAfter:     {{}, {"Retry-After": {"60"}}},
		RateHeadersRetryAfterDate: {{}, {"Retry-After": {minute}}},
	} {
		t.Run(string(kind), func(t *testing.T) {
			t.Parallel()
			l := newLab(t, func(w *Switches) { w.RatePerSecond, w.RatePerMinute, w.RateHeaders = 5, 2, kind })
			l.signInZDX()
			for i, status := range []int{200, 429} {
				a := l.do("GET", "/v1/devices", nil).want(status)
				for _, name := range []string{
					"Ratelimit-Limit", "Ratelimit-Remaining", "Ratelimit-Reset",
					"X-Ratelimit-Limit-Second", "X-Ratelimit-Remaining-Second", "Retry-After",
				} {
					if got := a.header.Get(name); got != want[i].Get(name) {
						t.Errorf("%d: %s is %q, want %q", status, name, got, want[i].Get(name))
					}
				}
			}
		})
	}
}

func TestRateHeadersTellOfTheTightestWindow(t *testing.T) {
	t.Parallel()
	l := newLab(t, func(w *Switches) { w.RatePerSecond, w.RatePerMinute, w.RateHeaders = 2, 30, RateHeadersSeconds })
	l.signInZDX()
	a := l.do("GET", "/v1/devices", nil).want(200)
	if got := fmt.Sprint(a.header["Ratelimit-Limit"], a.header["Ratelimit-Remaining"], a.header["Ratelimit-Reset"]); got != "[2] [0] [1]" {
		t.Errorf("limit, remaining, reset are %s", got)
	}
	l.Advance(time.Second)
	l.SetSwitches(func(w *Switches) { w.RatePerSecond, w.RatePerMinute = Off, Off })
	if a := l.do("GET", "/v1/devices", nil).want(200); a.header.Get("RateLimit-Limit") != "" {
		t.Error("a limit is told where there is none")
	}
}
