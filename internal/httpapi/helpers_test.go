package httpapi

import (
	"context"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"time"
)

// service is a server on loopback that counts what reaches it.
type service struct {
	*httptest.Server
	mu    sync.Mutex
	count int
}

// serve starts a server. The handler is told which request it is, from 1.
func serve(t *testing.T, handler func(w http.ResponseWriter, r *http.Request, n int)) *service {
	t.Helper()
	s := &service{}
	s.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.mu.Lock()
		s.count++
		n := s.count
		s.mu.Unlock()
		handler(w, r, n)
	}))
	t.Cleanup(s.Close)
	return s
}

func (s *service) requests() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.count
}

// waits are the waits of a client that does not wait.
type waits struct {
	mu   sync.Mutex
	list []time.Duration
	each func() // runs at each wait; nil for nothing
}

func (w *waits) sleep(ctx context.Context, wait time.Duration) error {
	w.mu.Lock()
	w.list = append(w.list, wait)
	each := w.each
	w.mu.Unlock()
	if each != nil {
		each()
	}
	return ctx.Err()
}

// client returns a client of the server that takes note of its waits instead of waiting. A connection
// serves one request, so that each request tells by itself whether it left.
func (s *service) client(t *testing.T, config Config) (*Client, *waits) {
	t.Helper()
	config.Service = "Test"
	if config.BaseURL == "" {
		config.BaseURL = s.URL + "/v1"
	}
	if config.Transport == nil {
		transport := DefaultTransport().(*http.Transport) //nolint:errcheck // its documented type
		transport.DisableKeepAlives = true
		config.Transport = transport
	}
	client, noted := New(config), &waits{}
	client.sleep = noted.sleep
	return client, noted
}

// token is a source of one token.
func token(value string) *TokenSource {
	return NewTokenSource(func(context.Context) (Token, error) { return Token{Value: value, Lifetime: time.Hour}, nil })
}

// drop ends the connection without an answer.
func drop(w http.ResponseWriter) {
	connection, _, err := http.NewResponseController(w).Hijack()
	if err == nil {
		_ = connection.Close()
	}
}
