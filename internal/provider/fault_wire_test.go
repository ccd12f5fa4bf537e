package provider

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptrace"
	"os"
	"regexp"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"

	"github.com/pomerium-zdx/terraform-provider-pomerium/internal/apimock"
)

// wire carries requests to a mock without sockets, and breaks as connections break: what the mock does to a connection
// is an error of the transport here, or an answer that ends too soon.
type wire struct {
	mock *apimock.Server
	host string // "" for any
	// lost are the hosts that something was sent to although they are not the service's.
	lost atomic.Value

	mu      sync.Mutex
	refused []*refusedDial
	dials   int // that were refused
}

// refusedDial is a fault that the mock cannot have: nobody listens where it should be.
type refusedDial struct {
	method string
	path   *regexp.Regexp
	object string
	times  int // that are left; negative for ever
}

// refuse lets the connections of some requests be refused, the next times of them; 0 for ever.
func (w *wire) refuse(method, template, object string, times int) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if times == 0 {
		times = -1
	}
	pattern := regexp.MustCompile(`\\\{[^}]*\\\}`).ReplaceAllString(regexp.QuoteMeta(template), `[^/]+`)
	w.refused = append(w.refused, &refusedDial{method, regexp.MustCompile(pattern + "$"), object, times})
}

func (w *wire) listenAgain() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.refused = nil
}

func (w *wire) refuses(request *http.Request, body string) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, r := range w.refused {
		if r.times != 0 && r.method == request.Method && r.path.MatchString(request.URL.Path) &&
			(r.object == "" || strings.Contains(request.URL.Path, r.object) || strings.Contains(body, r.object)) {
			r.times--
			w.dials++
			return true
		}
	}
	return false
}

// hugeHeader marks an answer whose body is as long as the header says, without being kept in memory anywhere.
const hugeHeader = "X-Lab-Huge"

func (w *wire) RoundTrip(request *http.Request) (*http.Response, error) {
	if w.host != "" && request.URL.Host != w.host {
		w.lost.Store(request.URL.Host)
		return nil, fmt.Errorf("there is no host %s", request.URL.Host)
	}
	body := ""
	if request.Body != nil {
		data, err := io.ReadAll(request.Body)
		if err != nil {
			return nil, err
		}
		body = string(data)
	}
	if w.refuses(request, body) {
		return nil, &net.OpError{Op: "dial", Net: "tcp", Err: os.NewSyscallError("connect", syscall.ECONNREFUSED)}
	}
	if trace := httptrace.ContextClientTrace(request.Context()); trace != nil && trace.GotConn != nil {
		trace.GotConn(httptrace.GotConnInfo{}) // from here on the request may have arrived
	}
	received := request.Clone(request.Context())
	received.RequestURI = request.URL.RequestURI()
	received.Body = io.NopCloser(strings.NewReader(body))
	answer := apimock.NewRecorder()
	broken := aborts(func() { w.mock.ServeHTTP(answer, received) })
	if err := request.Context().Err(); err != nil {
		return nil, context.Cause(request.Context())
	}
	result := answer.Result()
	switch whole := result.Body; {
	case broken && answer.Body.Len() == 0:
		return nil, io.EOF
	case broken:
		result.Body = io.NopCloser(io.MultiReader(whole, brokenOff{}))
	case result.Header.Get(hugeHeader) != "":
		result.ContentLength = -1
		if result.Header.Get(hugeHeader) == "told" {
			result.ContentLength = huge
		}
		result.Body = io.NopCloser(io.LimitReader(spaces{}, huge))
	}
	return result, nil
}

// huge is more than an answer may be.
const huge = 20 << 20

// aborts tells whether a handler breaks its connection.
func aborts(handler func()) (broken bool) {
	defer func() {
		switch p := recover(); p {
		case nil:
		case http.ErrAbortHandler:
			broken = true
		default:
			panic(p)
		}
	}()
	handler()
	return false
}

// brokenOff is where a body ends too soon.
type brokenOff struct{}

func (brokenOff) Read([]byte) (int, error) { return 0, io.ErrUnexpectedEOF }

// spaces is a body without end.
type spaces struct{}

func (spaces) Read(b []byte) (int, error) {
	for i := range b {
		b[i] = ' '
	}
	return len(b), nil
}
