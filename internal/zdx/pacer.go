package zdx

import (
	"context"
	"math/rand/v2"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/pomerium-zdx/terraform-provider-pomerium/internal/httpapi"
)

const (
	// perSecond is one less than what every tier allows (zdx.md 8): a run from the same address that finds every
	// second full is refused each time and never gets in.
	perSecond = 4
	// slowedPerSecond holds for a minute after a refusal, so that two runs share the second as equals.
	slowedPerSecond = 2
	// margin is added to each window of time: requests that leave evenly do not arrive so.
	margin = 100 * time.Millisecond
	// longestHold bounds what an answer can make everybody wait for.
	longestHold = 2 * time.Minute
	// leastHold is the shortest pause after a 429 that does not say how long to wait.
	leastHold = 250 * time.Millisecond
	// firstPause bounds the random part of the pause after a 429. It doubles up to lastPause while such
	// answers go on.
	firstPause = time.Second
	lastPause  = 8 * time.Second
	// longestDelay bounds the random part that is added to a window of the service's that is used up.
	longestDelay = time.Second
	// smallestTier is the lowest limit by the minute that there is (zdx.md 8).
	smallestTier = 30
	// leastLearned is the lowest limit by the minute that is taken from refusals: others may use most of it.
	leastLearned = 20
	// givenBack is what each success adds to such a limit: half as much again within a minute.
	givenBack = 0.5
)

// pacer spaces requests to one host by what the service documents and by what its answers tell. The
// service counts by source address (zdx.md 8), so all clients of a process share it. Of other processes it
// knows nothing: it shares the address with them by leaving room, by slowing down for a while when it was
// refused, and by coming back at random moments.
type pacer struct {
	turn   chan struct{}  // held by the one who may leave next; waiters queue up in order
	ahead  atomic.Int64   // how many wait that go ahead
	random func() float64 // of [0, 1)

	mu        sync.Mutex
	perMinute int         // of the tier; 0 for unknown
	began     time.Time   // when the first request left
	learned   float64     // by the minute, from refusals; 0 for nothing
	left      []time.Time // when the requests of the last minute left
	passed    []time.Time // when those were answered that were not refused
	held      time.Time   // nobody leaves before
	pause     time.Duration
	share     float64   // the part of pause that is taken
	calm      time.Time // when the pause after the latest refusal ends
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
	return &pacer{turn: make(chan struct{}, 1), random: rand.Float64, perMinute: perMinute}
}

// Wait returns when the caller's request may leave: in the order of arrival, or with the context's error. One that
// others wait for, as for a token, goes ahead.
func (p *pacer) Wait(ctx context.Context, ahead bool) error {
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	if ahead {
		p.ahead.Add(1)
		defer p.ahead.Add(-1)
		return p.wait(ctx, true)
	}
	select {
	case <-ctx.Done():
		return context.Cause(ctx)
	case p.turn <- struct{}{}: // goroutines that wait here are served first come, first served
	}
	defer func() { <-p.turn }()
	return p.wait(ctx, false)
}

func (p *pacer) wait(ctx context.Context, ahead bool) error {
	for {
		wait := margin // behind those that go ahead
		if ahead || p.ahead.Load() == 0 {
			wait = p.leave(time.Now())
		}
		if wait <= 0 {
			return nil
		}
		if !httpapi.Wait(ctx, wait) {
			return context.Cause(ctx)
		} // and look again: an answer may have come in that holds everybody
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
	}{{p.bySecond(now), time.Second}, {p.byMinute(), time.Minute}} {
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
	if p.began.IsZero() {
		p.began = now
	}
	p.remaining--
	p.left = append(within(time.Minute+margin, now, p.left), now)
	return 0
}

// bySecond is how many requests may leave within a second.
func (p *pacer) bySecond(now time.Time) int {
	if !p.calm.IsZero() && now.Before(p.calm.Add(time.Minute)) {
		return slowedPerSecond
	}
	return perSecond
}

// byMinute is how many requests may leave within a minute; 0 for no limit.
func (p *pacer) byMinute() int {
	if p.learned > 0 {
		return int(p.learned)
	}
	return p.perMinute
}

// within returns the times that lie less than span ago.
func within(span time.Duration, now time.Time, times []time.Time) []time.Time {
	for len(times) > 0 && now.Sub(times[0]) >= span {
		times = times[1:]
	}
	return times
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
	if status == http.StatusTooManyRequests {
		p.refused(now, asked)
	} else {
		p.succeeded(now)
	}
}

// refused keeps everybody back: never for less than was asked for, and for a random part beyond it, so that
// two runs that were refused at the same moment do not come back at the same moment.
func (p *pacer) refused(now time.Time, asked time.Duration) {
	if !now.Before(p.calm) { // several that left together and were refused together count once
		p.passed = within(time.Minute, now, p.passed)
		if p.pause > 0 && now.Sub(p.began) > time.Minute || len(p.passed) >= smallestTier {
			p.learn()
		}
		p.pause = min(max(2*p.pause, firstPause), lastPause)
		p.share = p.random()
	}
	wait := leastHold + part(p.share, p.pause-leastHold)
	if asked > 0 {
		wait = min(asked, longestHold) + part(p.share, p.pause)
	}
	p.calm = latest(p.calm, now.Add(wait))
	p.held = latest(p.held, p.calm)
}

// learn finds out the limit by the minute from a refusal that a pause did not help against, or that came when
// the smallest limit was reached: it is what was let through within the last minute. With the limit known,
// another run has taken the rest.
func (p *pacer) learn() {
	p.learned = max(float64(len(p.passed)), leastLearned, float64(p.perMinute)/2)
	p.unlearn()
}

// succeeded gives back, little by little, what refusals took.
func (p *pacer) succeeded(now time.Time) {
	p.pause = 0
	p.passed = append(within(time.Minute, now, p.passed), now)
	if p.learned > 0 {
		p.learned += givenBack
		p.unlearn()
	}
}

// unlearn drops a limit that is none beside those that hold anyway.
func (p *pacer) unlearn() {
	if p.perMinute > 0 && p.learned >= float64(p.perMinute) || p.learned >= perSecond*60 {
		p.learned = 0
	}
}

// part is a share of a time.
func part(share float64, of time.Duration) time.Duration { return time.Duration(share * float64(of)) }

// window takes over what is left of the service's own window of time, which ends in reset. It returns
// reset again for a refusal to wait for.
func (p *pacer) window(now time.Time, reset time.Duration, header http.Header) time.Duration {
	remaining, err := strconv.Atoi(header.Get("RateLimit-Remaining"))
	if err != nil {
		return reset
	}
	// Who knows when the window ends must not always be there before one who was refused and comes at random.
	end := now.Add(min(reset, longestHold) + part(p.random(), longestDelay))
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
