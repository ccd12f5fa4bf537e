package httpapi

import (
	"context"
	"sync"
	"time"

	"golang.org/x/sync/singleflight"
)

// renewBefore is how long before its end a token is renewed.
const renewBefore = time.Minute

// Token is a bearer token and its lifetime, counted from when it was asked for.
type Token struct {
	Value    string
	Lifetime time.Duration
}

// TokenSource hands out one token to all callers and renews it in time. Concurrent callers share one
// exchange. It is safe for concurrent use.
type TokenSource struct {
	fetch  func(context.Context) (Token, error)
	now    func() time.Time
	flight singleflight.Group

	mu    sync.Mutex
	value string
	until time.Time
}

// NewTokenSource returns a source that gets its tokens from fetch, at the first call of Token.
func NewTokenSource(fetch func(context.Context) (Token, error)) *TokenSource {
	return &TokenSource{fetch: fetch, now: time.Now}
}

// Token returns a token that is good for a minute at least, or for half of its life if that is shorter.
func (s *TokenSource) Token(ctx context.Context) (string, error) {
	if value := s.current(); value != "" {
		return value, nil
	}
	result := s.flight.DoChan("", func() (any, error) {
		if value := s.current(); value != "" { // another flight landed in between
			return value, nil
		}
		// The exchange serves all who wait, so the first caller's cancellation must not end it.
		return s.exchange(context.WithoutCancel(ctx))
	})
	select {
	case <-ctx.Done():
		return "", context.Cause(ctx)
	case outcome := <-result:
		if outcome.Err != nil {
			return "", outcome.Err
		}
		return outcome.Val.(string), nil //nolint:errcheck // set a few lines above
	}
}

// Renew returns another token than the refused one. Callers that were refused together cause one
// exchange only.
func (s *TokenSource) Renew(ctx context.Context, refused string) (string, error) {
	s.mu.Lock()
	if s.value == refused {
		s.value = ""
	}
	s.mu.Unlock()
	return s.Token(ctx)
}

func (s *TokenSource) current() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.now().Before(s.until) {
		return s.value
	}
	return ""
}

func (s *TokenSource) exchange(ctx context.Context) (string, error) {
	// Round(0) drops the monotonic clock, which stands still while a laptop sleeps.
	asked := s.now().Round(0)
	token, err := s.fetch(ctx)
	if err != nil {
		return "", err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.value = token.Value
	s.until = asked.Add(token.Lifetime - min(renewBefore, token.Lifetime/2))
	return token.Value, nil
}
