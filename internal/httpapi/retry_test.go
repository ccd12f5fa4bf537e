package httpapi

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"testing"
	"time"
)

// TestRetries walks through what is sent again: by what came back, and by the method.
func TestRetries(t *testing.T) {
	t.Parallel()
	post, get, put, del := Request{Method: "POST", Path: "/a"}, Request{Method: "GET", Path: "/a"}, Request{Method: "PUT", Path: "/a"}, Request{Method: "DELETE", Path: "/a"}
	exchange := Request{Method: "POST", Path: "/a", Repeatable: true}
	status := func(status int) func(http.ResponseWriter) {
		return func(w http.ResponseWriter) { w.WriteHeader(status) }
	}
	cases := map[string]struct {
		answer func(http.ResponseWriter) // nil for a connection that is refused
		again  []Request
		once   []Request
	}{
		"429":     {answer: status(429), again: []Request{post, get, put, del, exchange}},
		"502":     {answer: status(502), again: []Request{get, put, del, exchange}, once: []Request{post}},
		"503":     {answer: status(503), again: []Request{get, put, del, exchange}, once: []Request{post}},
		"504":     {answer: status(504), again: []Request{get, put, del, exchange}, once: []Request{post}},
		"dropped": {answer: drop, again: []Request{get, put, del, exchange}, once: []Request{post}},
		"cut":     {answer: func(w http.ResponseWriter) { cut(w, 200) }, again: []Request{get, put, exchange}, once: []Request{post}},
		"refused": {answer: nil, again: []Request{post, get, put, del}},
		"500":     {answer: status(500), once: []Request{post, get, put, del, exchange}},
		"501":     {answer: status(501), once: []Request{get}},
		"400":     {answer: status(400), once: []Request{post, get, put, del, exchange}},
		"403":     {answer: status(403), once: []Request{post, get}},
		"404":     {answer: status(404), once: []Request{get, del}},
		"409":     {answer: status(409), once: []Request{post, put, del}},
		"302":     {answer: status(302), once: []Request{get, post}},
		"200":     {answer: status(200), once: []Request{post, get, put, del}},
		"204":     {answer: status(204), once: []Request{del}},
	}
	for name, test := range cases {
		check := func(request Request, attempts int) {
			t.Run(fmt.Sprint(name, request.Method, request.Repeatable), func(t *testing.T) {
				t.Parallel()
				s := serve(t, func(w http.ResponseWriter, _ *http.Request, _ int) { test.answer(w) })
				config := Config{Retry: Retry{Attempts: 3, MinWait: time.Second, MaxWait: time.Minute}}
				if test.answer == nil {
					config.BaseURL = refusedURL(t)
				}
				client, waits := s.client(t, config)
				err := client.Do(t.Context(), request, nil)
				if got := len(waits.list) + 1; got != attempts {
					t.Errorf("%d attempts, want %d: %v", got, attempts, err)
				}
				if got := s.requests(); test.answer != nil && got != attempts {
					t.Errorf("%d requests, want %d", got, attempts)
				}
				if test.answer == nil && (err == nil || Ambiguous(err)) {
					t.Errorf("a refused connection is ambiguous: %v", err)
				}
			})
		}
		for _, request := range test.again {
			check(request, 3)
		}
		for _, request := range test.once {
			check(request, 1)
		}
	}
}

// TestWaits looks at how long a client waits for what it was told.
func TestWaits(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		retry     Retry
		asked     string
		least     []time.Duration
		most      []time.Duration
		noAttempt bool // it does not wait at all
	}{
		"doubling": {
			retry: Retry{Attempts: 5, MinWait: time.Second, MaxWait: 5 * time.Second, MaxAsked: time.Minute},
			least: []time.Duration{500 * time.Millisecond, time.Second, 2 * time.Second, 2500 * time.Millisecond},
			most:  []time.Duration{time.Second, 2 * time.Second, 4 * time.Second, 5 * time.Second},
		},
		"asked": {
			retry: Retry{Attempts: 2, MinWait: time.Second, MaxWait: time.Second, MaxAsked: time.Minute}, asked: "30",
			least: []time.Duration{30 * time.Second}, most: []time.Duration{33 * time.Second},
		},
		"asked for the longest": {
			retry: Retry{Attempts: 2, MinWait: time.Second, MaxWait: time.Second, MaxAsked: time.Minute}, asked: "60",
			least: []time.Duration{time.Minute}, most: []time.Duration{66 * time.Second},
		},
		"asked for too much": {
			retry: Retry{Attempts: 2, MinWait: time.Second, MaxWait: time.Second, MaxAsked: time.Minute}, asked: "61", noAttempt: true,
		},
		"asked for nothing": {
			retry: Retry{Attempts: 2, MinWait: time.Second, MaxWait: time.Second, MaxAsked: time.Minute}, asked: "-5",
			least: []time.Duration{500 * time.Millisecond}, most: []time.Duration{time.Second},
		},
		"one attempt": {retry: Retry{Attempts: 1, MinWait: time.Second, MaxWait: time.Second}, noAttempt: true},
	}
	for name, test := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := serve(t, func(w http.ResponseWriter, _ *http.Request, _ int) {
				if test.asked != "" {
					w.Header().Set("Retry-After", test.asked)
				}
				w.WriteHeader(http.StatusTooManyRequests)
			})
			client, waits := s.client(t, Config{Retry: test.retry})
			if err := client.Do(t.Context(), Request{Method: "POST", Path: "/a"}, nil); !IsRateLimited(err) {
				t.Errorf("got %v", err)
			}
			if len(waits.list) != len(test.least) || test.noAttempt != (len(waits.list) == 0) {
				t.Fatalf("waited %v", waits.list)
			}
			for i, wait := range waits.list {
				if wait < test.least[i] || wait > test.most[i] {
					t.Errorf("wait %d was %s, want %s to %s", i, wait, test.least[i], test.most[i])
				}
			}
		})
	}
}

// TestManyAttempts doubles further than a duration reaches.
func TestManyAttempts(t *testing.T) {
	t.Parallel()
	retry := Retry{Attempts: 200, MinWait: time.Second, MaxWait: time.Minute}
	for n := 1; n < 200; n++ {
		wait, again := retry.next(n, true, &Error{Status: http.StatusBadGateway})
		if !again || wait <= 0 || wait > time.Minute {
			t.Fatalf("after attempt %d: wait %s, again %t", n, wait, again)
		}
	}
}

func TestRetriesEndWithTheContext(t *testing.T) {
	t.Parallel()
	s := serve(t, func(w http.ResponseWriter, _ *http.Request, _ int) { w.WriteHeader(http.StatusBadGateway) })
	ctx, cancel := context.WithCancel(t.Context())
	client, waits := s.client(t, Config{})
	waits.each = cancel
	err := client.Do(ctx, Request{Method: "GET", Path: "/a"}, nil)
	var failure *Error
	if !errors.As(err, &failure) || failure.Status != http.StatusBadGateway {
		t.Errorf("got %v, want what the service said last", err)
	}
	if s.requests() != 1 || len(waits.list) != 1 {
		t.Errorf("%d requests, %d waits", s.requests(), len(waits.list))
	}
	if err := client.Do(ctx, Request{Method: "GET", Path: "/a"}, nil); !errors.Is(err, context.Canceled) || len(waits.list) != 1 {
		t.Errorf("with a dead context: %v, %d waits", err, len(waits.list))
	}
}

// TestSleep makes sure that the wait of real clients ends with the context.
func TestSleep(t *testing.T) {
	t.Parallel()
	if err := sleep(t.Context(), time.Nanosecond); err != nil {
		t.Error(err)
	}
	cause := errors.New("interrupted")
	ctx, cancel := context.WithCancelCause(t.Context())
	cancel(cause)
	if err := sleep(ctx, time.Hour); !errors.Is(err, cause) {
		t.Errorf("got %v", err)
	}
}

func TestRetryAfter(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 5, 6, 7, 8, 9, 0, time.UTC)
	const absurd = 1_000_000_000 * time.Second
	for text, want := range map[string]time.Duration{
		"":            0,
		"5":           5 * time.Second,
		" 5 ":         5 * time.Second,
		"5s":          5 * time.Second,
		"0.5":         500 * time.Millisecond,
		"0":           0,
		"-5":          0,
		"-5s":         0,
		"1e30":        absurd,
		"99999999999": absurd,
		"Inf":         absurd,
		"-Inf":        0,
		"NaN":         0,
		"soon":        0,
		"s":           0,
		"5 minutes":   0,
		now.Add(90 * time.Second).Format(http.TimeFormat): 90 * time.Second,
		now.Add(-time.Hour).Format(http.TimeFormat):       0,
		now.Add(time.Minute).Format(time.RFC850):          time.Minute,
	} {
		t.Run(text, func(t *testing.T) {
			t.Parallel()
			if got := RetryAfter(http.Header{"Retry-After": {text}}, now); got != want {
				t.Errorf("got %s, want %s", got, want)
			}
		})
	}
}

// TestRetryAfterByTheServicesClock looks at a date on a clock that is not ours.
func TestRetryAfterByTheServicesClock(t *testing.T) {
	t.Parallel()
	s := serve(t, func(w http.ResponseWriter, _ *http.Request, _ int) {
		theirs := time.Now().Add(-5 * time.Hour).UTC()
		w.Header().Set("Date", theirs.Format(http.TimeFormat))
		w.Header().Set("Retry-After", theirs.Add(time.Minute).Format(http.TimeFormat))
		w.WriteHeader(http.StatusTooManyRequests)
	})
	client, _ := s.client(t, Config{Retry: Retry{Attempts: 1}})
	var failure *Error
	if err := client.Do(t.Context(), Request{Method: "GET", Path: "/a"}, nil); !errors.As(err, &failure) {
		t.Fatal(err)
	}
	if off := (failure.RetryAfter - time.Minute).Abs(); off > 30*time.Second {
		t.Errorf("RetryAfter is %s, want a minute", failure.RetryAfter)
	}
}
