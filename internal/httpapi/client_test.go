package httpapi

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestDoSends(t *testing.T) {
	t.Parallel()
	type received struct{ Method, Target, Body, ContentType, Accept, Agent, Authorization string }
	cases := map[string]struct {
		request Request
		want    received
	}{
		"get": {
			Request{Method: "GET", Path: "/a/{id}", Values: []string{"x/y"}, Query: url.Values{"q": {"1 2"}}},
			received{Method: "GET", Target: "/v1/a/x%2Fy?q=1+2", Authorization: "Bearer the-token"},
		},
		"json": {
			Request{Method: "PUT", Path: "/a", Body: map[string]string{"text": "a <b> & c"}},
			received{Method: "PUT", Target: "/v1/a", Body: `{"text":"a <b> & c"}`, ContentType: "application/json", Authorization: "Bearer the-token"},
		},
		"form without token": {
			Request{Method: "POST", Path: "/t", Form: url.Values{"a": {"1&2"}}, Anonymous: true},
			received{Method: "POST", Target: "/v1/t", Body: "a=1%262", ContentType: "application/x-www-form-urlencoded"},
		},
	}
	for name, test := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := serve(t, func(w http.ResponseWriter, r *http.Request, _ int) {
				body, _ := io.ReadAll(r.Body)
				_ = json.NewEncoder(w).Encode(received{
					r.Method, r.URL.RequestURI(), string(body), r.Header.Get("Content-Type"),
					r.Header.Get("Accept"), r.UserAgent(), r.Header.Get("Authorization"),
				})
			})
			client, _ := s.client(t, Config{UserAgent: "agent/1", Tokens: token("the-token")})
			var got received
			if err := client.Do(t.Context(), test.request, &got); err != nil {
				t.Fatal(err)
			}
			test.want.Accept, test.want.Agent = "application/json", "agent/1"
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestDoRefusesToSend(t *testing.T) {
	t.Parallel()
	cases := map[string]Request{
		"empty ID":         {Method: "GET", Path: "/a/{id}", Values: []string{""}},
		"body of no kind":  {Method: "POST", Path: "/a", Body: func() {}},
		"method of spaces": {Method: "G E T", Path: "/a"},
	}
	for name, request := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := serve(t, func(http.ResponseWriter, *http.Request, int) {})
			client, _ := s.client(t, Config{Retry: Retry{Attempts: 1}})
			if err := client.Do(t.Context(), request, nil); err == nil || Ambiguous(err) {
				t.Errorf("got %v", err)
			}
			if got := s.requests(); got != 0 {
				t.Errorf("%d requests were sent", got)
			}
		})
	}
}

// stamp is a body that is another each time it is encoded.
type stamp struct{ n *int }

func (s stamp) MarshalJSON() ([]byte, error) { *s.n++; return fmt.Append(nil, *s.n), nil }

func TestBodyIsEncodedForEachAttempt(t *testing.T) {
	t.Parallel()
	var bodies []string
	s := serve(t, func(w http.ResponseWriter, r *http.Request, n int) {
		body, _ := io.ReadAll(r.Body)
		bodies = append(bodies, string(body))
		if n == 1 {
			w.WriteHeader(http.StatusServiceUnavailable)
		}
	})
	client, _ := s.client(t, Config{})
	if err := client.Do(t.Context(), Request{Method: "PUT", Path: "/a", Body: stamp{new(int)}}, nil); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"1", "2"}, bodies); diff != "" {
		t.Error(diff)
	}
}

// TestRedirects makes sure that no redirect is followed, and so no token gets to another host.
func TestRedirects(t *testing.T) {
	t.Parallel()
	for _, status := range []int{301, 302, 303, 307, 308} {
		t.Run(fmt.Sprint(status), func(t *testing.T) {
			t.Parallel()
			other := serve(t, func(http.ResponseWriter, *http.Request, int) {})
			s := serve(t, func(w http.ResponseWriter, r *http.Request, _ int) {
				http.Redirect(w, r, other.URL+"/v1/a", status)
			})
			client, _ := s.client(t, Config{Tokens: token("the-token")})
			for _, method := range []string{"GET", "POST"} {
				err := client.Do(t.Context(), Request{Method: method, Path: "/a"}, nil)
				var failure *Error
				if !errors.As(err, &failure) || failure.Status != status || !strings.Contains(failure.Message, "redirect") {
					t.Errorf("got %v", err)
				}
				if Ambiguous(err) {
					t.Error("a redirect counts as ambiguous")
				}
			}
			if s.requests() != 2 || other.requests() != 0 {
				t.Errorf("%d requests, and %d to the other host", s.requests(), other.requests())
			}
		})
	}
}

func TestBrokenAnswers(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		answer func(w http.ResponseWriter)
		status int
		want   string
	}{
		"not JSON":       {func(w http.ResponseWriter) { _, _ = w.Write([]byte("<html>")) }, 200, "not the JSON that was expected"},
		"another JSON":   {func(w http.ResponseWriter) { _, _ = w.Write([]byte(`["x"]`)) }, 200, "not the JSON that was expected"},
		"empty":          {func(http.ResponseWriter) {}, 200, "not the JSON that was expected"},
		"dropped":        {drop, 0, "EOF"},
		"cut":            {func(w http.ResponseWriter) { cut(w, 200) }, 200, "the answer broke off"},
		"refusal, cut":   {func(w http.ResponseWriter) { cut(w, 418) }, 418, "half"},
		"without an end": {func(w http.ResponseWriter) { flood(w, 200) }, 200, "larger than 16 MiB"},
		"refusal, flood": {func(w http.ResponseWriter) { flood(w, 418) }, 418, "larger than 16 MiB"},
	}
	for name, test := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := serve(t, func(w http.ResponseWriter, _ *http.Request, _ int) { test.answer(w) })
			client, _ := s.client(t, Config{})
			var out struct{ A int }
			err := client.Do(t.Context(), Request{Method: "POST", Path: "/a"}, &out)
			var failure *Error
			if !errors.As(err, &failure) || failure.Status != test.status || !failure.Sent {
				t.Fatalf("got %#v, %v, want status %d", failure, err, test.status)
			}
			if !strings.Contains(err.Error(), test.want) {
				t.Errorf("got %q, want %q", err, test.want)
			}
			if got, want := Ambiguous(err), test.status < 400; got != want {
				t.Errorf("Ambiguous is %t", got)
			}
			if got := s.requests(); got != 1 {
				t.Errorf("a POST was sent %d times", got)
			}
		})
	}
}

// cut ends the connection in the middle of an answer.
func cut(w http.ResponseWriter, status int) {
	w.Header().Set("Content-Length", "1000")
	w.WriteHeader(status)
	_, _ = w.Write([]byte(`half`))
	_ = http.NewResponseController(w).Flush()
	drop(w)
}

// flood answers without end, until the client has had enough.
func flood(w http.ResponseWriter, status int) {
	w.WriteHeader(status)
	chunk := []byte(strings.Repeat(" ", 1<<20))
	for {
		if _, err := w.Write(chunk); err != nil {
			return
		}
	}
}

func TestAnswerThatIsDropped(t *testing.T) {
	t.Parallel()
	s := serve(t, func(w http.ResponseWriter, _ *http.Request, _ int) { _, _ = w.Write([]byte("no JSON")) })
	client, _ := s.client(t, Config{})
	if err := client.Do(t.Context(), Request{Method: "DELETE", Path: "/a"}, nil); err != nil {
		t.Errorf("an answer that nobody wants was read: %v", err)
	}
}

func TestTimeout(t *testing.T) {
	t.Parallel()
	s := serve(t, func(_ http.ResponseWriter, r *http.Request, _ int) { <-r.Context().Done() })
	client, _ := s.client(t, Config{Timeout: time.Millisecond, Retry: Retry{Attempts: 1}})
	err := client.Do(t.Context(), Request{Method: "GET", Path: "/a"}, nil)
	if !errors.Is(err, context.DeadlineExceeded) || !strings.Contains(err.Error(), "no answer in time") {
		t.Errorf("got %v", err)
	}
}

func TestServerTime(t *testing.T) {
	t.Parallel()
	const ahead = 3 * time.Hour
	s := serve(t, func(w http.ResponseWriter, _ *http.Request, n int) {
		w.Header().Set("Date", time.Now().Add(ahead).UTC().Format(http.TimeFormat))
		if n > 1 {
			w.Header().Set("Date", "no date")
		}
	})
	client, _ := s.client(t, Config{})
	if off := time.Until(client.ServerTime()).Abs(); off > time.Minute {
		t.Errorf("before any answer the service's clock is off ours by %s", off)
	}
	for range 2 { // what cannot be read changes nothing
		if err := client.Do(t.Context(), Request{Method: "GET", Path: "/a"}, nil); err != nil {
			t.Fatal(err)
		}
		if off := (time.Until(client.ServerTime()) - ahead).Abs(); off > time.Minute {
			t.Errorf("the service's clock is off what it said by %s", off)
		}
	}
}

// pace is a pacer that takes notes.
type pace struct {
	waited   int
	ahead    int // of those, how many went ahead
	err      error
	observed []string
}

func (p *pace) Wait(_ context.Context, ahead bool) error {
	p.waited++
	if ahead {
		p.ahead++
	}
	return p.err
}

func (p *pace) Observe(status int, header http.Header) {
	p.observed = append(p.observed, fmt.Sprintf("%d %s", status, header.Get("RateLimit-Remaining")))
}

func TestPacerIsAskedAndTold(t *testing.T) {
	t.Parallel()
	s := serve(t, func(w http.ResponseWriter, _ *http.Request, n int) {
		w.Header().Set("RateLimit-Remaining", fmt.Sprint(n))
		if n == 1 {
			w.WriteHeader(http.StatusTooManyRequests)
		}
	})
	pacer := &pace{}
	client, _ := s.client(t, Config{Pacer: pacer})
	if err := client.Do(t.Context(), Request{Method: "POST", Path: "/a"}, nil); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"429 1", "200 2"}, pacer.observed); diff != "" || pacer.waited != 2 {
		t.Errorf("asked %d times, told %s", pacer.waited, diff)
	}
	if pacer.ahead != 0 {
		t.Error("an ordinary request went ahead of others")
	}
	if err := client.Do(t.Context(), Request{Method: "POST", Path: "/a", Anonymous: true}, nil); err != nil || pacer.ahead != 1 {
		t.Errorf("a token request, for which others wait, did not go ahead: %v", err)
	}
	pacer.err = context.Canceled
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	err := client.Do(ctx, Request{Method: "POST", Path: "/a"}, nil)
	if !errors.Is(err, context.Canceled) || Ambiguous(err) || s.requests() != 3 {
		t.Errorf("a request that did not get its turn: %v, %d requests", err, s.requests())
	}
}

// refusedURL is an address at which nobody listens.
func refusedURL(t *testing.T) string {
	t.Helper()
	listener, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = listener.Close() }()
	return "http://" + listener.Addr().String()
}
