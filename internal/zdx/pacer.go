package zdx

import (
	"context"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/pomerium-zdx/terraform-provider-pomerium/internal/httpapi"
)

const (
	// perSecond is what every tier allows (zdx.md 8).
	perSecond = 5
	// margin is added to each window of time: requests that leave evenly do not arrive so.
	margin = 100 * time.Millisecond
	// longestHold bounds what an answer can make everybody wait for.
	longestHold = 2 * time.Minute
	// firstHold is the pause after a 429 that does not say how long to wait; it doubles up to lastHold
	// while such answers go on.
	firstHold = time.Second
	lastHold  = 32 * time.Second
)

// pacer spaces requests to one host by what the service documents and by what its answers tell. The
// service counts by source address (zdx.md 8), so all clients of a process share it.
type pacer struct {
	turn chan struct{} // held by the one who may leave next; waiters queue up in order

	mu        sync.Mutex
	perMinute int         // 0 for unknown
	left      []time.Time // when the latest requests left
	held      time.Time   // nobody leaves before
	pause     time.Duration
	remaining int       // what the service said it will still take until resets
	resets    time.Time // zero for not told
}

// pacers are those of the process, by scheme and host.
var pacers = struct {
	sync.Mutex
	byHost map[string]*pacer
}{byHost: map[string]*pacer{}}

// pacerOf returns the pacer of the address. Of several limits by the minute the smallest holds.
func pacerOf(base string, perMinute int) *pacer {
	host := base
	if address, err := url.Parse(base); err == nil {
		host = address.Scheme + "://" + strings.ToLower(address.Host)
	}
	pacers.Lock()
	defer pacers.Unlock()
	p := pacers.byHost[host]
	if p == nil {
		p = newPacer(0)
		pacers.byHost[host] = p
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if perMinute > 0 && (p.perMinute == 0 || perMinute < p.perMinute) {
		p.perMinute = perMinute
	}
	return p
}

func newPacer(perMinute int) *pacer {
	return &pacer{turn: make(chan struct{}, 1), perMinute: perMinute}
}

// Wait returns when the caller's request may leave: in the order of arrival, or with the context's error.
func (p *pacer) Wait(ctx context.Context) error {
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	select {
	case <-ctx.Done():
		return context.Cause(ctx)
	case p.turn <- struct{}{}: // goroutines that wait here are served first come, first served
	}
	defer func() { <-p.turn }()
	for {
		wait := p.leave(time.Now())
		if wait <= 0 {
			return nil
		}
		timer := time.NewTimer(wait)
		select {
		case <-ctx.Done():
			timer.Stop()
			return context.Cause(ctx)
		case <-timer.C: // and look again: an answer may have come in that holds everybody
		}
	}
}

// leave takes note of a request that leaves now, or tells how long it has to wait.
func (p *pacer) leave(now time.Time) time.Duration {
	p.mu.Lock()
	defer p.mu.Unlock()
	next := p.held
	for _, window := range []struct {
		most int
		span time.Duration
	}{{perSecond, time.Second}, {p.perMinute, time.Minute}} {
		if window.most > 0 && len(p.left) >= window.most {
			next = latest(next, p.left[len(p.left)-window.most].Add(window.span+margin))
		}
	}
	if now.Before(p.resets) && p.remaining <= 0 {
		next = latest(next, p.resets)
	}
	if wait := next.Sub(now); wait > 0 {
		return wait
	}
	p.remaining--
	p.left = append(p.left, now)
	if most := max(perSecond, p.perMinute); len(p.left) > most {
		p.left = p.left[len(p.left)-most:]
	}
	return 0
}

// Observe learns from an answer. Which headers ZDX sends is documented twice and differently, and never
// was captured (zdx.md 8), so all are read. RateLimit-Limit is not: it does not say of what time.
func (p *pacer) Observe(status int, header http.Header) {
	now := time.Now()
	p.mu.Lock()
	defer p.mu.Unlock()
	asked := retryAfter(header, now)
	if reset, told := reset(header, now); told {
		asked = max(asked, p.window(now, reset, header))
	}
	if header.Get("X-Ratelimit-Remaining-Second") == "0" {
		p.hold(now, time.Second)
	}
	if status != http.StatusTooManyRequests {
		p.pause = 0
		return
	}
	if asked <= 0 {
		if !now.Before(p.held) { // several that left together and were refused together count once
			p.pause = min(max(2*p.pause, firstHold), lastHold)
		}
		asked = p.pause
	}
	p.hold(now, asked)
}

// window takes over what is left of the service's own window of time, which ends in reset. It returns
// reset again for a refusal to wait for.
func (p *pacer) window(now time.Time, reset time.Duration, header http.Header) time.Duration {
	remaining, err := strconv.Atoi(header.Get("RateLimit-Remaining"))
	if err != nil {
		return reset
	}
	end := now.Add(min(reset, longestHold))
	switch {
	case !now.Before(p.resets): // the first answer of a window
		p.remaining, p.resets = remaining, end
	case remaining <= 0:
		p.remaining, p.resets = 0, latest(p.resets, end)
	default: // answers overtake each other, and some requests are still under way
		p.remaining = min(p.remaining, remaining)
	}
	return reset
}

// hold keeps everybody from leaving for a while.
func (p *pacer) hold(now time.Time, wait time.Duration) {
	p.held = latest(p.held, now.Add(min(wait, longestHold)))
}

// reset reads RateLimit-Reset: a time as the documents say, or seconds to wait as gateways of its kind
// send (zdx.md 8). A time is compared with the clock of the service that sent it.
func reset(header http.Header, now time.Time) (wait time.Duration, told bool) {
	value, err := strconv.ParseInt(header.Get("RateLimit-Reset"), 10, 64)
	switch {
	case err != nil || value < 0:
		return 0, false
	case value > 1e9:
		return max(time.Unix(value, 0).Sub(serviceTime(header, now)), 0), true
	}
	return time.Duration(value) * time.Second, true
}

func retryAfter(header http.Header, now time.Time) time.Duration {
	return httpapi.RetryAfter(header, serviceTime(header, now))
}

// serviceTime is the service's clock when it answered, or ours if it does not tell.
func serviceTime(header http.Header, now time.Time) time.Time {
	if date, err := http.ParseTime(header.Get("Date")); err == nil {
		return date
	}
	return now
}

func latest(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}
