package httpapi_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/pomerium-zdx/terraform-provider-pomerium/internal/httpapi"
)

// issuer issues token-1, token-2, and so on.
type issuer struct {
	issued   atomic.Int64
	lifetime time.Duration
	takes    time.Duration
	err      error
}

func (i *issuer) fetch(ctx context.Context) (httpapi.Token, error) {
	n := i.issued.Add(1)
	if i.takes > 0 {
		timer := time.NewTimer(i.takes)
		defer timer.Stop()
		select {
		case <-ctx.Done():
			return httpapi.Token{}, ctx.Err()
		case <-timer.C:
		}
	}
	return httpapi.Token{Value: fmt.Sprintf("token-%d", n), Lifetime: i.lifetime}, i.err
}

// pass lets virtual time pass.
func pass(wait time.Duration) { <-time.After(wait) }

func TestTokenIsSharedByAllWhoWait(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		i := &issuer{lifetime: time.Hour, takes: time.Second}
		source := httpapi.NewTokenSource(i.fetch)
		var group sync.WaitGroup
		for range 50 {
			group.Go(func() {
				if got, err := source.Token(t.Context()); got != "token-1" || err != nil {
					t.Errorf("got %q, %v", got, err)
				}
			})
		}
		group.Wait()
		if got := i.issued.Load(); got != 1 {
			t.Errorf("%d exchanges", got)
		}
	})
}

func TestTokenOutlivesTheFirstCaller(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		i := &issuer{lifetime: time.Hour, takes: time.Second}
		source := httpapi.NewTokenSource(i.fetch)
		cause := errors.New("interrupted")
		ctx, cancel := context.WithCancelCause(t.Context())
		first, second := make(chan error, 1), make(chan error, 1)
		go func() { _, err := source.Token(ctx); first <- err }()
		synctest.Wait()
		go func() { _, err := source.Token(t.Context()); second <- err }()
		synctest.Wait()
		cancel(cause)
		if err := <-first; !errors.Is(err, cause) {
			t.Errorf("the first caller got %v", err)
		}
		if err := <-second; err != nil {
			t.Errorf("the second caller got %v", err)
		}
		if got := i.issued.Load(); got != 1 {
			t.Errorf("%d exchanges", got)
		}
	})
}

func TestTokenIsRenewedInTime(t *testing.T) {
	t.Parallel()
	cases := map[string]struct{ lifetime, good time.Duration }{
		"an hour":       {time.Hour, 59 * time.Minute},
		"three minutes": {3 * time.Minute, 2 * time.Minute},
		"two minutes":   {2 * time.Minute, time.Minute},
		"a minute":      {time.Minute, 30 * time.Second},
		"ten seconds":   {10 * time.Second, 5 * time.Second},
	}
	for name, test := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				// The exchange takes its time, and life is counted from when it was asked for.
				i := &issuer{lifetime: test.lifetime, takes: time.Second}
				source := httpapi.NewTokenSource(i.fetch)
				began := time.Now()
				for _, at := range []struct {
					time time.Duration
					want string
				}{{0, "token-1"}, {test.good - time.Millisecond, "token-1"}, {test.good, "token-2"}} {
					pass(at.time - time.Since(began))
					if got, err := source.Token(t.Context()); got != at.want || err != nil {
						t.Errorf("after %s got %q, %v, want %s", at.time, got, err, at.want)
					}
				}
			})
		})
	}
}

func TestTokenThatNobodyIssues(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		i := &issuer{err: errors.New("no")}
		source := httpapi.NewTokenSource(i.fetch)
		for n := range int64(2) { // a failure is not remembered
			if got, err := source.Token(t.Context()); !errors.Is(err, i.err) || got != "" || i.issued.Load() != n+1 {
				t.Errorf("got %q, %v after %d exchanges", got, err, i.issued.Load())
			}
		}
	})
}

func TestTokenRenew(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		i := &issuer{lifetime: time.Hour}
		source := httpapi.NewTokenSource(i.fetch)
		for _, step := range []struct{ refused, want string }{
			{"", "token-1"}, {"token-1", "token-2"}, {"token-1", "token-2"}, {"token-2", "token-3"},
		} {
			if got, err := source.Renew(t.Context(), step.refused); got != step.want || err != nil {
				t.Errorf("in place of %q got %q, %v, want %s", step.refused, got, err, step.want)
			}
		}
	})
}

// guarded is a service, as a transport, that takes one token only.
type guarded struct {
	good    atomic.Pointer[string]
	refused atomic.Int64
	served  atomic.Int64
	gate    chan struct{} // nil, or what refusals wait for
}

func (g *guarded) RoundTrip(request *http.Request) (*http.Response, error) {
	answer := &http.Response{StatusCode: http.StatusOK, Header: http.Header{}, Body: io.NopCloser(strings.NewReader("{}")), Request: request}
	if request.Header.Get("Authorization") == "Bearer "+*g.good.Load() {
		g.served.Add(1)
		return answer, nil
	}
	g.refused.Add(1)
	if g.gate != nil {
		<-g.gate
	}
	answer.StatusCode = http.StatusUnauthorized
	return answer, nil
}

func (g *guarded) client(i *issuer) *httpapi.Client {
	return httpapi.New(httpapi.Config{Service: "Test", BaseURL: "https://test.test", Tokens: httpapi.NewTokenSource(i.fetch), Transport: g})
}

func TestUnauthorizedIsAnsweredWithANewToken(t *testing.T) {
	t.Parallel()
	for _, method := range []string{"GET", "POST", "DELETE"} {
		t.Run(method, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				i, g := &issuer{lifetime: time.Hour}, &guarded{}
				client := g.client(i)
				g.good.Store(ptr("token-2"))
				if err := client.Do(t.Context(), httpapi.Request{Method: method, Path: "/a"}, nil); err != nil {
					t.Fatal(err)
				}
				if i.issued.Load() != 2 || g.refused.Load() != 1 || g.served.Load() != 1 {
					t.Errorf("%d exchanges, %d refused, %d served", i.issued.Load(), g.refused.Load(), g.served.Load())
				}
				g.good.Store(ptr("none"))
				err := client.Do(t.Context(), httpapi.Request{Method: method, Path: "/a"}, nil)
				if !httpapi.IsUnauthorized(err) || httpapi.Ambiguous(err) {
					t.Errorf("got %v", err)
				}
				if i.issued.Load() != 3 || g.refused.Load() != 3 {
					t.Errorf("a second 401 is not final: %d exchanges, %d refused", i.issued.Load(), g.refused.Load())
				}
			})
		})
	}
}

func TestUnauthorizedTogether(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		i, g := &issuer{lifetime: time.Hour}, &guarded{gate: make(chan struct{})}
		client := g.client(i)
		g.good.Store(ptr("token-2"))
		var group sync.WaitGroup
		for range 20 {
			group.Go(func() {
				if err := client.Do(t.Context(), httpapi.Request{Method: "POST", Path: "/a"}, nil); err != nil {
					t.Error(err)
				}
			})
		}
		synctest.Wait() // all have the first token and are refused
		close(g.gate)
		group.Wait()
		if i.issued.Load() != 2 || g.refused.Load() != 20 || g.served.Load() != 20 {
			t.Errorf("%d exchanges, %d refused, %d served", i.issued.Load(), g.refused.Load(), g.served.Load())
		}
	})
}

func TestUnauthorizedWithoutToken(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		i, g := &issuer{}, &guarded{}
		g.good.Store(ptr("token-1"))
		err := g.client(i).Do(t.Context(), httpapi.Request{Method: "POST", Path: "/a", Anonymous: true}, nil)
		if !httpapi.IsUnauthorized(err) || i.issued.Load() != 0 || g.refused.Load() != 1 {
			t.Errorf("got %v after %d exchanges and %d requests", err, i.issued.Load(), g.refused.Load())
		}
	})
}

// TestTokenCallThatFails makes sure that a create is not ambiguous when it was its token that failed.
func TestTokenCallThatFails(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		cases := map[string]error{
			"by the service": &httpapi.Error{Service: "Test", Status: http.StatusInternalServerError, Sent: true},
			"wrapped":        fmt.Errorf("no token: %w", &httpapi.Error{Sent: true}),
			"otherwise":      errors.New("no key"),
		}
		for name, failure := range cases {
			g := &guarded{}
			err := g.client(&issuer{err: failure}).Do(t.Context(), httpapi.Request{Method: "POST", Path: "/a"}, nil)
			if err == nil || httpapi.Ambiguous(err) || g.refused.Load() != 0 {
				t.Errorf("%s: got %v after %d requests", name, err, g.refused.Load())
			}
			var before *httpapi.Error
			if errors.As(failure, &before) && !before.Sent {
				t.Errorf("%s: the error of the exchange, which others hold too, was changed", name)
			}
		}
	})
}

func ptr[T any](value T) *T { return &value }
