package zdx

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptrace"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/pomerium-zdx/terraform-provider-pomerium/internal/httpapi"
)

// hosts numbers the hosts of tests, because pacers are shared by host.
var hosts atomic.Int64

// reply is how the fake answers one request.
type reply struct {
	status  int // 0 for 200
	body    string
	header  map[string]string
	refused bool   // the connection never came about
	dropped bool   // the request left and no answer came
	before  func() // runs before the answer is given
}

// sent is a request that reached the fake.
type sent struct {
	method, path, body string
	header             http.Header
	at                 time.Time
	query              string
}

// fake is the service as a transport without sockets, so that tests can run on virtual time. Replies are
// given in the order in which they stand, the last one for ever. Key tokens are issued without a script.
type fake struct {
	host    string
	ahead   time.Duration // of its clock before ours
	mu      sync.Mutex
	script  map[string][]reply
	journal []sent
	tokens  int
}

func newFake(script map[string][]reply) *fake {
	return &fake{host: fmt.Sprintf("zdx-%d.test", hosts.Add(1)), script: script}
}

// client returns a client with a key, or with what config says.
func (f *fake) client(t *testing.T, config Config) *Client {
	t.Helper()
	if config.KeyID == "" && config.ClientID == "" {
		config.KeyID, config.KeySecret = "the-key-id", "the-key-secret"
	}
	if config.URL == "" {
		config.URL = "https://" + f.host + "/v1"
	}
	config.Transport = f
	client, err := New(config)
	if err != nil {
		t.Fatal(err)
	}
	return client
}

func (f *fake) RoundTrip(request *http.Request) (*http.Response, error) {
	var body []byte
	if request.Body != nil {
		body, _ = io.ReadAll(request.Body)
	}
	next := f.next(request, string(body))
	if next.refused {
		return nil, errors.New("connection refused")
	}
	if trace := httptrace.ContextClientTrace(request.Context()); trace != nil && trace.GotConn != nil {
		trace.GotConn(httptrace.GotConnInfo{})
	}
	if next.before != nil {
		next.before()
	}
	if err := request.Context().Err(); err != nil {
		return nil, err
	}
	if next.dropped {
		return nil, io.ErrUnexpectedEOF
	}
	return respond(request, next, f.ahead), nil
}

// respond makes the answer of a service whose clock is that much ahead.
func respond(request *http.Request, reply reply, ahead time.Duration) *http.Response {
	answer := &http.Response{
		StatusCode: max(reply.status, http.StatusOK),
		Header:     http.Header{"Date": {time.Now().Add(ahead).UTC().Format(http.TimeFormat)}},
		Body:       io.NopCloser(strings.NewReader(reply.body)),
		Request:    request,
	}
	for name, value := range reply.header {
		answer.Header.Set(name, value)
	}
	return answer
}

func (f *fake) next(request *http.Request, body string) reply {
	f.mu.Lock()
	defer f.mu.Unlock()
	name := request.Method + " " + request.URL.EscapedPath()
	if request.URL.Host != f.host {
		name = request.Method + " " + request.URL.Host + request.URL.EscapedPath()
	}
	f.journal = append(f.journal, sent{request.Method, request.URL.EscapedPath(), body, request.Header.Clone(), time.Now(), request.URL.RawQuery})
	replies := f.script[name]
	switch {
	case len(replies) == 0 && strings.HasSuffix(name, "/oauth/token"):
		f.tokens++
		return reply{body: fmt.Sprintf(`{"token":"issued-token-%d","token_type":"Bearer","expires_in":3600}`, f.tokens)}
	case len(replies) == 0:
		return reply{status: http.StatusNotImplemented, body: `{"message":"no reply to ` + name + `"}`}
	case len(replies) > 1:
		f.script[name] = replies[1:]
	}
	return replies[0]
}

// requests tells what was sent to a path that ends so, in order.
func (f *fake) requests(method, end string) []sent {
	f.mu.Lock()
	defer f.mu.Unlock()
	var found []sent
	for _, request := range f.journal {
		if request.method == method && strings.HasSuffix(request.path, end) {
			found = append(found, request)
		}
	}
	return found
}

// hasty does not try again.
var hasty = httpapi.Retry{Attempts: 1}

func ptr[T any](value T) *T { return &value }

// pass lets virtual time pass.
func pass(wait time.Duration) { <-time.After(wait) }
