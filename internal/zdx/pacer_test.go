package zdx

import (
	"context"
	"errors"
	"net/http"
	"strconv"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// steady returns a pacer whose random parts are this share of what they can be.
func steady(perMinute int, share float64) *pacer {
	p := newPacer(perMinute)
	p.random = func() float64 { return share }
	return p
}

// departures lets n requests go through the pacer at once and returns when they left, in order of their
// leaving, since the start.
func departures(t *testing.T, p *pacer, n int) []time.Duration {
	t.Helper()
	began := time.Now()
	var (
		group sync.WaitGroup
		mu    sync.Mutex
		left  []time.Duration
	)
	for range n {
		group.Go(func() {
			if err := p.Wait(t.Context(), false); err != nil {
				t.Error(err)
			}
			mu.Lock()
			defer mu.Unlock()
			left = append(left, time.Since(began))
		})
	}
	group.Wait()
	return left
}

// checkWindow fails when more than most requests left within any span of time.
func checkWindow(t *testing.T, left []time.Duration, most int, span time.Duration) {
	t.Helper()
	for i := range left[:max(len(left)-most, 0)] {
		if within := left[i+most] - left[i]; within <= span {
			t.Errorf("requests %d to %d left within %s: more than %d in %s", i, i+most, within, most, span)
		}
	}
}

func TestPacerSecond(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		left := departures(t, newPacer(0), 23)
		checkWindow(t, left, 4, time.Second) // one less than allowed
		if left[3] != 0 {
			t.Errorf("the fourth request left after %s: a few requests shall not wait at all", left[3])
		}
		if last := left[22]; last > 6*time.Second {
			t.Errorf("the last of 23 left after %s: the pacer is slower than it needs to be", last)
		}
	})
}

func TestPacerMinute(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		left := departures(t, newPacer(30), 100)
		checkWindow(t, left, 5, time.Second)
		checkWindow(t, left, 30, time.Minute)
		if last := left[99]; last > 200*time.Second {
			t.Errorf("the last of 100 left after %s at 30 a minute", last)
		}
	})
}

func TestPacerFewerThanASecondTakes(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		checkWindow(t, departures(t, newPacer(2), 7), 2, time.Minute)
	})
}

func TestPacerIsFair(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		p := newPacer(0)
		var group sync.WaitGroup
		order := make(chan int, 30)
		for i := range 30 {
			group.Go(func() {
				if err := p.Wait(t.Context(), false); err != nil {
					t.Error(err)
				}
				order <- i
			})
			synctest.Wait() // it has left or stands in the queue
		}
		group.Wait()
		for want := range 30 {
			if got := <-order; got != want {
				t.Fatalf("request %d left in place %d", got, want)
			}
		}
	})
}

func TestPacerCancelled(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		p := steady(0, 0)
		p.Observe(http.StatusTooManyRequests, http.Header{"Retry-After": {"60"}})
		cause := errors.New("interrupted")
		began := time.Now()
		ctx, cancel := context.WithCancelCause(t.Context())
		outcomes := make(chan error, 2)
		for range 2 { // the one that waits for the time, and one in the queue behind it
			go func() { outcomes <- p.Wait(ctx, false) }()
			synctest.Wait()
		}
		cancel(cause)
		for range 2 {
			if err := <-outcomes; !errors.Is(err, cause) {
				t.Errorf("Wait returned %v, not the cause of the cancellation", err)
			}
		}
		if err := p.Wait(ctx, false); !errors.Is(err, cause) {
			t.Errorf("Wait with a dead context returned %v", err)
		}
		if waited := time.Since(began); waited != 0 {
			t.Errorf("a cancelled Wait took %s", waited)
		}
		if left := departures(t, p, 1); left[0] != time.Minute {
			t.Errorf("after two that gave up the next left after %s, not when the hold ended", left[0])
		}
	})
}

func TestPacerObserves(t *testing.T) {
	t.Parallel()
	type told struct {
		status int
		header map[string]string
		epoch  time.Duration // RateLimit-Reset as a time so far ahead of Date; 0 for none
	}
	// How far the service's clock is ahead must not matter. Virtual time begins in 2000, when epoch
	// seconds were still fewer than the 1e9 from which on they are told from seconds to wait.
	const skew = 26 * 365 * 24 * time.Hour
	cases := map[string]struct {
		told  []told
		after int           // how many requests leave before the one that is looked at
		want  time.Duration // when it leaves
	}{
		"nothing":                           {told: []told{{200, nil, 0}}},
		"some left":                         {told: []told{{200, map[string]string{"RateLimit-Remaining": "3", "RateLimit-Reset": "40"}, 0}}, after: 2},
		"as many as were left":              {told: []told{{200, map[string]string{"RateLimit-Remaining": "3", "RateLimit-Reset": "40"}, 0}}, after: 3, want: 40 * time.Second},
		"none left, seconds":                {told: []told{{200, map[string]string{"RateLimit-Remaining": "0", "RateLimit-Reset": "40"}, 0}}, want: 40 * time.Second},
		"none left, epoch":                  {told: []told{{200, map[string]string{"RateLimit-Remaining": "0"}, 40 * time.Second}}, want: 40 * time.Second},
		"none left until long ago":          {told: []told{{200, map[string]string{"RateLimit-Remaining": "0"}, -time.Hour}}},
		"none left, no reset":               {told: []told{{200, map[string]string{"RateLimit-Remaining": "0"}, 0}}},
		"none left for a day":               {told: []told{{200, map[string]string{"RateLimit-Remaining": "0", "RateLimit-Reset": "86400"}, 0}}, want: 2 * time.Minute},
		"unreadable":                        {told: []told{{200, map[string]string{"RateLimit-Remaining": "none", "RateLimit-Reset": "soon"}, 0}}},
		"reset alone on success":            {told: []told{{200, map[string]string{"RateLimit-Reset": "40"}, 0}}},
		"the second is used up":             {told: []told{{200, map[string]string{"X-Ratelimit-Remaining-Second": "0"}, 0}}, want: time.Second},
		"the second is not":                 {told: []told{{200, map[string]string{"X-Ratelimit-Remaining-Second": "1"}, 0}}},
		"both windows":                      {told: []told{{200, map[string]string{"RateLimit-Remaining": "9", "RateLimit-Reset": "40", "X-Ratelimit-Remaining-Second": "0"}, 0}}, want: time.Second},
		"429 with seconds":                  {told: []told{{429, map[string]string{"Retry-After": "12"}, 0}}, want: 12 * time.Second},
		"429 with absurd seconds":           {told: []told{{429, map[string]string{"Retry-After": "86400"}, 0}}, want: 2 * time.Minute},
		"429 with a reset":                  {told: []told{{429, map[string]string{"RateLimit-Reset": "9"}, 0}}, want: 9 * time.Second},
		"429 with a time":                   {told: []told{{429, map[string]string{"RateLimit-Remaining": "0"}, 9 * time.Second}}, want: 9 * time.Second},
		"429 and the second is used up":     {told: []told{{429, map[string]string{"X-Ratelimit-Remaining-Second": "0"}, 0}}, want: time.Second},
		"429 to several, one with seconds":  {told: []told{{429, nil, 0}, {429, map[string]string{"Retry-After": "7"}, 0}, {429, nil, 0}}, want: 7 * time.Second},
		"429 with both":                     {told: []told{{429, map[string]string{"Retry-After": "3", "RateLimit-Reset": "9"}, 0}}, want: 9 * time.Second},
		"429 without a word":                {told: []told{{429, nil, 0}}, want: 250 * time.Millisecond},
		"429 to several that left together": {told: []told{{429, nil, 0}, {429, nil, 0}, {429, nil, 0}}, want: 250 * time.Millisecond},
		"a late answer does not give more": {
			told:  []told{{200, map[string]string{"RateLimit-Remaining": "1", "RateLimit-Reset": "40"}, 0}, {200, map[string]string{"RateLimit-Remaining": "4", "RateLimit-Reset": "40"}, 0}},
			after: 1, want: 40 * time.Second,
		},
		"a later answer takes the rest": {
			told: []told{{200, map[string]string{"RateLimit-Remaining": "4", "RateLimit-Reset": "40"}, 0}, {200, map[string]string{"RateLimit-Remaining": "0", "RateLimit-Reset": "40"}, 0}},
			want: 40 * time.Second,
		},
	}
	for name, test := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				p := steady(0, 0)
				for _, told := range test.told {
					header := http.Header{}
					for name, value := range told.header {
						header.Set(name, value)
					}
					if told.epoch != 0 {
						date := time.Now().Add(skew)
						header.Set("Date", date.UTC().Format(http.TimeFormat))
						header.Set("RateLimit-Reset", strconv.FormatInt(date.Add(told.epoch).Unix(), 10))
					}
					p.Observe(told.status, header)
				}
				left := departures(t, p, test.after+1)
				if got := left[test.after]; got != test.want {
					t.Errorf("the request left after %s, want %s", got, test.want)
				}
			})
		})
	}
}

// TestPacerPauses looks at refusals that go on: what is asked for is kept, and a random part comes on top.
func TestPacerPauses(t *testing.T) {
	t.Parallel()
	const least = 250 * time.Millisecond
	for name, test := range map[string]struct {
		header http.Header
		share  float64
		want   func(pause time.Duration) time.Duration
	}{
		"nothing told, at the most":  {nil, 1, func(pause time.Duration) time.Duration { return pause }},
		"nothing told, at the least": {nil, 0, func(time.Duration) time.Duration { return least }},
		"seconds, at the most":       {http.Header{"Retry-After": {"7"}}, 1, func(pause time.Duration) time.Duration { return 7*time.Second + pause }},
		"seconds, half":              {http.Header{"Retry-After": {"7"}}, 0.5, func(pause time.Duration) time.Duration { return 7*time.Second + pause/2 }},
		"seconds, at the least":      {http.Header{"Retry-After": {"7"}}, 0, func(time.Duration) time.Duration { return 7 * time.Second }},
		"too many, at the most":      {http.Header{"Retry-After": {"900"}}, 1, func(pause time.Duration) time.Duration { return 2*time.Minute + pause }},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				p := steady(0, test.share)
				refuse := func(pause time.Duration) {
					t.Helper()
					pass(2 * time.Second) // what a second takes shall not matter here
					for range 3 {         // several that were refused together count once
						p.Observe(http.StatusTooManyRequests, test.header)
					}
					if got, want := departures(t, p, 1)[0], test.want(pause); got != want {
						t.Errorf("with a pause of up to %s the next request left after %s, want %s", pause, got, want)
					}
				}
				for _, pause := range []int{1, 2, 4, 8, 8} {
					refuse(time.Duration(pause) * time.Second)
				}
				p.Observe(http.StatusOK, http.Header{})
				refuse(time.Second)
			})
		})
	}
}

// TestPacerSpreads wants pacers that are refused at one moment to come back at different ones.
func TestPacerSpreads(t *testing.T) {
	t.Parallel()
	for name, header := range map[string]http.Header{"nothing told": nil, "seconds": {"Retry-After": {"7"}}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				back := map[time.Duration]bool{}
				for range 20 {
					p := newPacer(0)
					p.Observe(http.StatusTooManyRequests, header)
					back[departures(t, p, 1)[0]] = true
				}
				if len(back) < 15 {
					t.Errorf("20 pacers came back at %d moments", len(back))
				}
			})
		})
	}
}

// TestPacerSlowsDown looks at the minute after a refusal.
func TestPacerSlowsDown(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		p := steady(0, 0)
		p.Observe(http.StatusTooManyRequests, http.Header{})
		checkWindow(t, departures(t, p, 10), 2, time.Second)
		pass(time.Minute)
		if left := departures(t, p, 4); left[3] != 0 {
			t.Errorf("after a minute without a refusal four requests left at %v", left)
		}
	})
}

// TestPacerLearns looks at what refusals tell about the limit by the minute.
func TestPacerLearns(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		perMinute, passed, refusals int
		want                        int // by the minute afterwards; 0 for no limit
	}{
		"the smallest limit is reached":         {0, 50, 1, 50},
		"too early, and a pause may help":       {0, 29, 1, 0},
		"too early, and a pause did not help":   {0, 29, 2, 29},
		"another run has it all":                {0, 0, 2, 20},
		"the limit is known and still refused":  {60, 40, 1, 40},
		"the limit is known and lower than all": {10, 0, 2, 10},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				p := steady(test.perMinute, 0)
				for range test.passed {
					p.Observe(http.StatusOK, http.Header{})
				}
				for range test.refusals {
					p.Observe(http.StatusTooManyRequests, http.Header{})
					pass(leastHold)
				}
				if got := p.byMinute(); got != test.want {
					t.Fatalf("%d a minute, want %d", got, test.want)
				}
				if test.want == 0 {
					return
				}
				checkWindow(t, departures(t, p, test.want+5), test.want, time.Minute)
			})
		})
	}
}

// TestPacerGivesBack lets a learned limit grow by successes until it is none.
func TestPacerGivesBack(t *testing.T) {
	t.Parallel()
	for perMinute, successes := range map[int]int{60: 20, 0: 380} { // half a request each, from 50 on
		synctest.Test(t, func(t *testing.T) {
			p := steady(perMinute, 0)
			for range 50 {
				p.Observe(http.StatusOK, http.Header{})
			}
			p.Observe(http.StatusTooManyRequests, http.Header{})
			for range successes - 1 {
				p.Observe(http.StatusOK, http.Header{})
			}
			if got := p.byMinute(); got < 59 || got == perMinute {
				t.Errorf("after all successes but one it is %d a minute", got)
			}
			p.Observe(http.StatusOK, http.Header{})
			if got := p.byMinute(); got != perMinute {
				t.Errorf("after %d successes it is %d a minute, want %d again", successes, got, perMinute)
			}
		})
	}
}

func TestPacerWindowEnds(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		p := steady(0, 0)
		used := http.Header{}
		used.Set("RateLimit-Remaining", "0")
		used.Set("RateLimit-Reset", "30")
		p.Observe(http.StatusOK, used)
		departures(t, p, 1)
		fresh := http.Header{}
		fresh.Set("RateLimit-Remaining", "2")
		fresh.Set("RateLimit-Reset", "30")
		p.Observe(http.StatusOK, fresh)
		left := departures(t, p, 3)
		if left[1] != 0 || left[2] != 30*time.Second {
			t.Errorf("with 2 left in the new window requests left after %v", left)
		}
	})
}

// TestPacerWindowIsNotTakenAtOnce keeps one that knows when the service's window ends from being always there first.
func TestPacerWindowIsNotTakenAtOnce(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		p := steady(0, 0.5)
		header := http.Header{}
		header.Set("RateLimit-Remaining", "0")
		header.Set("RateLimit-Reset", "30")
		p.Observe(http.StatusOK, header)
		if left := departures(t, p, 1); left[0] != 30*time.Second+500*time.Millisecond {
			t.Errorf("the request left after %s", left[0])
		}
	})
}

func TestPacerIsShared(t *testing.T) {
	t.Parallel()
	a, b := pacerOf("https://Shared.test/v1", 60), pacerOf("https://shared.test/zdx/v1", 30)
	if a != b {
		t.Error("two addresses of one host have different pacers")
	}
	if pacerOf("https://shared.test/v1", 90); a.perMinute != 30 {
		t.Errorf("of 60, 30 and 90 a minute %d holds, not the smallest", a.perMinute)
	}
	if pacerOf("https://shared.test:8443/v1", 0) == a || pacerOf("http://shared.test/v1", 0) == a {
		t.Error("another port or scheme has the same pacer")
	}
}

// TestPacerAhead lets one that others wait for leave before those that have stood in line longer.
func TestPacerAhead(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		p := steady(0, 0)
		departures(t, p, perSecond) // the second is full
		left := make(chan string, 3)
		wait := func(name string, ahead bool) {
			if err := p.Wait(t.Context(), ahead); err != nil {
				t.Error(err)
			}
			left <- name
		}
		for _, name := range []string{"first", "second"} {
			go wait(name, false)
			synctest.Wait()
		}
		go wait("token", true)
		if order := []string{<-left, <-left, <-left}; order[0] != "token" || order[1] != "first" {
			t.Errorf("they left in the order %v", order)
		}
	})
}
