package apimock

import (
	"net/http"
	"strconv"
	"time"
)

// pace counts accepted requests in sliding windows of a second and a minute of
// the mock's clock: one that runs faster than the real one lets more through.
// Refused requests do not count. All requests come from one source address.
type pace struct{ accepted []time.Time }

// verdict is what the windows say about one request.
type verdict struct {
	ok              bool
	limit           int           // of the tightest window; 0 = no limits at all
	remaining       int           // in the tightest window
	wait            time.Duration // until that window frees a place
	secondLimit     int           // 0 = no limit
	secondRemaining int
}

// take counts a request at now unless a window is full.
func (p *pace) take(now time.Time, perSecond, perMinute int) verdict {
	v := verdict{ok: true}
	for _, window := range []struct {
		limit int
		span  time.Duration
	}{{perSecond, time.Second}, {perMinute, time.Minute}} {
		if window.limit < 0 {
			continue
		}
		used, wait := p.used(now, window.span)
		left := window.limit - used
		if left <= 0 {
			v.ok = false
		}
		left = max(left-1, 0) // this request takes one
		if used == 0 {
			wait = window.span
		}
		if v.limit == 0 || left < v.remaining || (left == v.remaining && wait > v.wait) {
			v.limit, v.remaining, v.wait = window.limit, left, wait
		}
		if window.span == time.Second {
			v.secondLimit, v.secondRemaining = window.limit, left
		}
	}
	if v.ok {
		p.accepted = append(p.accepted, now)
	}
	return v
}

// used counts the requests of the window and tells when its oldest leaves it.
func (p *pace) used(now time.Time, span time.Duration) (int, time.Duration) {
	for i, at := range p.accepted {
		if age := now.Sub(at); age < span {
			return len(p.accepted) - i, span - age
		}
	}
	return 0, 0
}

// headers are the rate headers of one answer (zdx.md 8). Retry-After comes with
// refusals alone; X-Ratelimit-*-Second tell about the second even when it was
// the minute that was full.
func (v verdict) headers(kind RateHeaders, now time.Time) http.Header {
	h := http.Header{}
	if v.limit == 0 {
		return h
	}
	seconds := int((v.wait + time.Second - 1) / time.Second)
	switch kind {
	case RateHeadersEpoch, RateHeadersSeconds:
		reset := int64(seconds)
		if kind == RateHeadersEpoch {
			reset = now.Add(v.wait + time.Second - 1).Unix()
		}
		h.Set("RateLimit-Limit", strconv.Itoa(v.limit))
		h.Set("RateLimit-Remaining", strconv.Itoa(v.remaining))
		h.Set("RateLimit-Reset", strconv.FormatInt(reset, 10))
	case RateHeadersPerSecond:
		if v.secondLimit > 0 {
			h.Set("X-Ratelimit-Limit-Second", strconv.Itoa(v.secondLimit))
			h.Set("X-Ratelimit-Remaining-Second", strconv.Itoa(v.secondRemaining))
		}
	case RateHeadersRetryAfter:
		if !v.ok {
			h.Set("Retry-After", strconv.Itoa(seconds))
		}
	case RateHeadersRetryAfterDate:
		if !v.ok {
			h.Set("Retry-After", now.Add(v.wait+time.Second-1).Format(http.TimeFormat))
		}
	}
	return h
}
