package zdx

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/pomerium-zdx/terraform-provider-pomerium/internal/httpapi"
)

const (
	waitedTrace    = "GET /v1/devices/1/deeptraces/2"
	waitedAnalysis = "GET /v1/analysis/7"
)

// statuses are replies to looks at a trace.
func statuses(all ...string) []reply {
	var replies []reply
	for _, status := range all {
		replies = append(replies, reply{body: fmt.Sprintf(`{"trace_id":2,"status":%q}`, status)})
	}
	return replies
}

// Looks are never closer than 15 seconds, as many as are needed, and grow apart up to a minute and a bit.
func TestWaitDeepTrace(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		script := statuses("not_started")
		for range 40 {
			script = append(script, statuses("started")...)
		}
		f := newFake(map[string][]reply{waitedTrace: append(script, statuses("completed")...)})
		var seen []string
		last, err := f.client(t, Config{}).WaitDeepTrace(t.Context(), "1", "2", DeepTrace.Ended, func(trace DeepTrace) { seen = append(seen, trace.Status) })
		if err != nil || last.Status != "completed" || last.ID != "2" {
			t.Errorf("the last is %+v, %v", last, err)
		}
		looks := f.requests(http.MethodGet, "/deeptraces/2")
		if len(looks) != 42 || len(seen) != 42 || seen[0] != "not_started" || seen[41] != "completed" {
			t.Fatalf("%d looks, seen %v", len(looks), seen)
		}
		for i := 1; i < len(looks); i++ {
			if apart := looks[i].at.Sub(looks[i-1].at); apart < 15*time.Second || apart > 75*time.Second || i > 30 && apart < time.Minute {
				t.Errorf("look %d is %s after the one before", i, apart)
			}
		}
	})
}

// What is enough at once is not waited for.
func TestWaitEndsAtOnce(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		replies []reply
		looks   int
		took    time.Duration // at least; and at most a quarter and a second more
		fails   func(error) bool
	}{
		"enough":          {statuses("started"), 1, 0, nil},
		"enough later":    {statuses("not_started", "not_started", "started"), 3, 30 * time.Second, nil},
		"gone":            {[]reply{{status: http.StatusNotFound}}, 1, 0, httpapi.IsNotFound},
		"gone in between": {append(statuses("not_started"), reply{status: http.StatusNotFound}), 2, 15 * time.Second, httpapi.IsNotFound},
		"forbidden":       {[]reply{{status: http.StatusForbidden}}, 1, 0, httpapi.IsForbidden},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				f := newFake(map[string][]reply{waitedTrace: test.replies, "GET /v1/devices/1/deeptraces": {{body: `[]`}}})
				began := time.Now()
				last, err := f.client(t, Config{Retry: hasty}).WaitDeepTrace(t.Context(), "1", "2", DeepTrace.Started, func(DeepTrace) {})
				if took := time.Since(began); took < test.took || took > test.took*5/4+time.Second {
					t.Errorf("it took %s, want %s", took, test.took)
				}
				if looks := len(f.requests(http.MethodGet, "/deeptraces/2")); looks != test.looks {
					t.Errorf("%d looks, want %d", looks, test.looks)
				}
				if test.fails == nil && (err != nil || last.ID != "2") || test.fails != nil && !test.fails(err) {
					t.Errorf("%+v, %v", last, err)
				}
				if name == "gone in between" && last.Status != "not_started" {
					t.Errorf("what was seen last is %+v", last)
				}
			})
		})
	}
}

// The end of the context ends the wait in the middle of it, with its cause and what was seen last.
func TestWaitEndsWithContext(t *testing.T) {
	t.Parallel()
	enough := errors.New("enough of it")
	synctest.Test(t, func(t *testing.T) {
		f := newFake(map[string][]reply{waitedTrace: statuses("not_started")})
		ctx, cancel := context.WithTimeoutCause(t.Context(), 5*time.Second, enough)
		defer cancel()
		began := time.Now()
		last, err := f.client(t, Config{}).WaitDeepTrace(ctx, "1", "2", DeepTrace.Started, func(DeepTrace) {})
		if !errors.Is(err, enough) || last.Status != "not_started" || time.Since(began) != 5*time.Second {
			t.Errorf("%+v, %v after %s", last, err, time.Since(began))
		}
		if looks := len(f.requests(http.MethodGet, "/deeptraces/2")); looks != 1 {
			t.Errorf("%d looks, want 1", looks)
		}
	})
	synctest.Test(t, func(t *testing.T) { // while a look is under way
		ctx, cancel := context.WithCancelCause(t.Context())
		f := newFake(map[string][]reply{waitedTrace: {{body: `{"trace_id":2}`, before: func() { cancel(enough) }}}})
		if _, err := f.client(t, Config{}).WaitDeepTrace(ctx, "1", "2", DeepTrace.Started, func(DeepTrace) {}); !errors.Is(err, enough) {
			t.Error(err)
		}
	})
	synctest.Test(t, func(t *testing.T) { // what was enough stays so
		ctx, cancel := context.WithCancel(t.Context())
		f := newFake(map[string][]reply{waitedTrace: statuses("started")})
		last, err := f.client(t, Config{}).WaitDeepTrace(ctx, "1", "2", DeepTrace.Started, func(DeepTrace) { cancel() })
		if err != nil || last.Status != "started" {
			t.Errorf("%+v, %v", last, err)
		}
	})
}

// Another pace can be set.
func TestWaitPollEvery(t *testing.T) {
	t.Parallel()
	for _, every := range []time.Duration{time.Second, 5 * time.Minute} {
		synctest.Test(t, func(t *testing.T) {
			f := newFake(map[string][]reply{waitedAnalysis: {{body: `{}`}, {body: `{"status":"completed"}`}}})
			began := time.Now()
			if _, err := f.client(t, Config{PollEvery: every}).WaitAnalysis(t.Context(), "7"); err != nil {
				t.Error(err)
			}
			if took := time.Since(began); took < every || took > every*5/4 {
				t.Errorf("with %s it took %s", every, took)
			}
		})
	}
}
