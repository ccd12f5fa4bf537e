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
			if err := p.Wait(t.Context()); err != nil {
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
		checkWindow(t, left, 5, time.Second)
		if left[4] != 0 {
			t.Errorf("the fifth request left after %s: a few requests shall not wait at all", left[4])
		}
		if last := left[22]; last > 5*time.Second {
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
				if err := p.Wait(t.Context()); err != nil {
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
		p := newPacer(0)
		p.Observe(http.StatusTooManyRequests, http.Header{"Retry-After": {"60"}})
		cause := errors.New("interrupted")
		began := time.Now()
		ctx, cancel := context.WithCancelCause(t.Context())
		outcomes := make(chan error, 2)
		for range 2 { // the one that waits for the time, and one in the queue behind it
			go func() { outcomes <- p.Wait(ctx) }()
			synctest.Wait()
		}
		cancel(cause)
		for range 2 {
			if err := <-outcomes; !errors.Is(err, cause) {
				t.Errorf("Wait returned %v, not the cause of the cancellation", err)
			}
		}
		if err := p.Wait(ctx); !errors.Is(err, cause) {
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
		"429 with both":                     {told: []told{{429, map[string]string{"Retry-After": "3", "RateLimit-Reset": "9"}, 0}}, want: 9 * time.Second},
		"429 without a word":                {told: []told{{429, nil, 0}}, want: time.Second},
		"429 to several that left together": {told: []told{{429, nil, 0}, {429, nil, 0}, {429, nil, 0}}, want: time.Second},
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
				p := newPacer(0)
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

// TestPacerPauses looks at refusals that go on and never say how long to wait.
func TestPacerPauses(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		p := newPacer(0)
		for _, want := range []int{1, 2, 4, 8, 16, 32, 32} {
			p.Observe(http.StatusTooManyRequests, http.Header{})
			if got := departures(t, p, 1)[0]; got != time.Duration(want)*time.Second {
				t.Errorf("the pause was %s, want %d s", got, want)
			}
		}
		p.Observe(http.StatusOK, http.Header{})
		p.Observe(http.StatusTooManyRequests, http.Header{})
		if got := departures(t, p, 1)[0]; got != time.Second {
			t.Errorf("after a success the pause was %s, want 1 s again", got)
		}
	})
}

func TestPacerWindowEnds(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		p := newPacer(0)
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
