// Package httpapi is what the clients of both services share: tokens, retries, pacing, errors,
// redaction and logging. It knows neither service and nothing of Terraform.
package httpapi

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"strings"
	"sync/atomic"
	"time"
)

// MaxAnswer bounds the size of an answer in bytes: a service that streams without end must not
// exhaust the memory of a CI runner.
const MaxAnswer = 16 << 20

// DefaultTimeout bounds one attempt of one request, from dialing to the last byte of the answer.
const DefaultTimeout = 30 * time.Second

// Pacer spaces requests so that a service's rate limit is not met. It is asked before each attempt
// and told of each answer.
type Pacer interface {
	// Wait returns when the next request may leave, or with the context's error. One that others wait for goes ahead
	// of all that stand in line.
	Wait(ctx context.Context, ahead bool) error
	// Observe reads the rate limit headers of an answer.
	Observe(status int, header http.Header)
}

// Config says how a client reaches one service. Only Service and BaseURL are required.
type Config struct {
	Service   string            // name of the service in errors, such as "Pomerium Zero"
	BaseURL   string            // up to and including the version, checked by ParseBaseURL
	UserAgent string            // value of the User-Agent header
	Tokens    *TokenSource      // bearer tokens; nil sends no Authorization header
	Pacer     Pacer             // nil for no pacing
	Logger    *slog.Logger      // nil for no log
	Redactor  *Redactor         // nil for one that knows no value
	Retry     Retry             // zero for DefaultRetry
	Timeout   time.Duration     // of one attempt; zero for DefaultTimeout
	Transport http.RoundTripper // nil for DefaultTransport
}

// Client sends requests to one service. It is safe for concurrent use.
type Client struct {
	config Config
	http   *http.Client
	sleep  func(context.Context, time.Duration) error
	skew   atomic.Int64 // nanoseconds that the service's clock is ahead of ours
}

// New returns a client. It sends nothing.
func New(config Config) *Client {
	if config.Logger == nil {
		config.Logger = slog.New(slog.DiscardHandler)
	}
	if config.Redactor == nil {
		config.Redactor = &Redactor{}
	}
	if config.Retry == (Retry{}) {
		config.Retry = DefaultRetry
	}
	if config.Timeout == 0 {
		config.Timeout = DefaultTimeout
	}
	if config.Transport == nil {
		config.Transport = DefaultTransport()
	}
	return &Client{
		config: config,
		sleep:  sleep,
		http: &http.Client{
			Transport: config.Transport,
			// Neither service redirects. Following one could carry a token to another host.
			CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		},
	}
}

// DefaultTransport is the standard library's transport, proxy variables included, with enough idle
// connections for the ten operations that Terraform runs at once.
func DefaultTransport() http.RoundTripper {
	transport := http.DefaultTransport.(*http.Transport).Clone() //nolint:errcheck // its documented type
	transport.MaxIdleConnsPerHost = 10
	return transport
}

// Request is one call of the API.
type Request struct {
	Method string
	Path   string     // template as in the contract: /organizations/{organizationId}/routes
	Values []string   // what stands for the braces of Path, in order, unescaped
	Query  url.Values // nil for none
	Body   any        // sent as JSON; nil for none
	Form   url.Values // sent as a form instead of Body
	// Anonymous sends no bearer token: for the token calls themselves.
	Anonymous bool
	// Repeatable marks a POST that may be sent twice without harm, as a token exchange.
	Repeatable bool
}

// repeatable tells whether the request may be sent again when nobody knows if it was carried out.
func (r Request) repeatable() bool { return r.Method != http.MethodPost || r.Repeatable }

// Do sends the request, again if Retry allows, and decodes the JSON answer into out; nil drops it.
// Every error that concerns the exchange is an *Error.
func (c *Client) Do(ctx context.Context, request Request, out any) error {
	target, err := c.url(request)
	if err != nil {
		return err
	}
	var refused string // the token that was answered with 401
	for attempt := 1; ; attempt++ {
		token, err := c.admit(ctx, request, refused)
		if err != nil {
			return err
		}
		// Encoded for each attempt, when it leaves: a body may hold a timestamp that ages (zdx.md 3.1).
		payload, contentType, err := request.payload()
		if err != nil {
			return err
		}
		failure := c.attempt(ctx, request, target, payload, contentType, token, out)
		if failure == nil {
			return nil
		}
		if failure.Status == http.StatusUnauthorized && token != "" && refused == "" {
			// An unauthenticated request did nothing, so even a POST may go again.
			refused = token
			continue
		}
		wait, again := c.config.Retry.next(attempt, request.repeatable(), failure)
		if failure.Status == http.StatusTooManyRequests && c.config.Pacer != nil {
			wait = 0 // the pacer keeps everybody back, this request included
		}
		if !again || ctx.Err() != nil {
			return failure
		}
		c.config.Logger.LogAttrs(ctx, slog.LevelInfo, "waiting before the next attempt",
			slog.String("method", request.Method), slog.String("path", request.Path),
			slog.Int("status", failure.Status), slog.Duration("wait", wait))
		if err := c.sleep(ctx, wait); err != nil {
			return failure
		}
	}
}

// Pause waits as the client does between two attempts, for callers that look before they send a create again. It
// returns err, the failure of attempt number n, when there is no point in waiting.
func (c *Client) Pause(ctx context.Context, n int, err error) error {
	var failure *Error
	if !errors.As(err, &failure) {
		return err
	}
	wait, bearable := c.config.Retry.pause(n, failure)
	if !bearable || c.sleep(ctx, wait) != nil {
		return err
	}
	return nil
}

// Token returns the token that requests carry just now.
func (c *Client) Token(ctx context.Context) (string, error) { return c.config.Tokens.Token(ctx) }

// ServerTime is the time on the service's clock, as far as its answers told.
func (c *Client) ServerTime() time.Time { return time.Now().Add(time.Duration(c.skew.Load())) }

// admit waits until the request may leave and returns a token that is good then: one that was taken before might
// end while its request waits for its turn.
func (c *Client) admit(ctx context.Context, request Request, refused string) (string, error) {
	// A first token, so that its own request is not sent behind this one's back.
	if _, err := c.token(ctx, request, refused); err != nil {
		return "", err
	}
	if c.config.Pacer != nil {
		if err := c.config.Pacer.Wait(ctx, request.Anonymous); err != nil {
			failure := &Error{Service: c.config.Service, Method: request.Method, Path: request.Path}
			return "", failure.because(err, c.config.Redactor)
		}
	}
	return c.token(ctx, request, "")
}

func (c *Client) token(ctx context.Context, request Request, refused string) (string, error) {
	if request.Anonymous || c.config.Tokens == nil {
		return "", nil
	}
	var token string
	var err error
	if refused != "" {
		token, err = c.config.Tokens.Renew(ctx, refused)
	} else {
		token, err = c.config.Tokens.Token(ctx)
	}
	if failure := (*Error)(nil); err != nil && ctx.Err() != nil && !errors.As(err, &failure) {
		failure = &Error{Service: c.config.Service, Method: request.Method, Path: request.Path}
		err = failure.because(fmt.Errorf("signing in took too long: %w", err), c.config.Redactor)
	}
	if err != nil {
		return "", tokenError{err}
	}
	return token, nil
}

func (c *Client) url(request Request) (string, error) {
	path, err := expand(request.Path, request.Values)
	if err != nil {
		return "", err
	}
	target := strings.TrimSuffix(c.config.BaseURL, "/") + path
	if len(request.Query) > 0 {
		target += "?" + request.Query.Encode()
	}
	return target, nil
}

func (r Request) payload() (body []byte, contentType string, err error) {
	switch {
	case r.Form != nil:
		return []byte(r.Form.Encode()), "application/x-www-form-urlencoded", nil
	case r.Body == nil:
		return nil, "", nil
	}
	var buffer bytes.Buffer
	encoder := json.NewEncoder(&buffer)
	encoder.SetEscapeHTML(false) // "<" in an explanation shall arrive as it was written
	if err := encoder.Encode(r.Body); err != nil {
		return nil, "", fmt.Errorf("encoding the body of %s %s: %w", r.Method, r.Path, err)
	}
	return bytes.TrimSuffix(buffer.Bytes(), []byte("\n")), "application/json", nil
}

// attempt sends the request once.
func (c *Client) attempt(ctx context.Context, request Request, target string, payload []byte, contentType, token string, out any) *Error {
	failure := &Error{Service: c.config.Service, Method: request.Method, Path: request.Path}
	ctx, cancel := context.WithTimeout(ctx, c.config.Timeout)
	defer cancel()
	traced := httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{
		// With a connection in hand the request may have left; before that it surely has not.
		GotConn: func(httptrace.GotConnInfo) { failure.Sent = true },
	})
	call, err := http.NewRequestWithContext(traced, request.Method, target, bytes.NewReader(payload))
	if err != nil {
		return failure.because(err, c.config.Redactor)
	}
	call.Header.Set("Accept", "application/json")
	call.Header.Set("User-Agent", c.config.UserAgent)
	if contentType != "" {
		call.Header.Set("Content-Type", contentType)
	}
	if token != "" {
		call.Header.Set("Authorization", "Bearer "+token)
	}
	began := time.Now()
	answer, err := c.http.Do(call)
	if err != nil {
		c.log(ctx, request, payload, nil, nil, began)
		return failure.because(err, c.config.Redactor)
	}
	defer func() { _ = answer.Body.Close() }()
	c.observe(answer)
	body, err := readBody(answer)
	c.log(ctx, request, payload, answer, body, began)
	failure.Sent, failure.Status = true, answer.StatusCode
	failure.RequestID = c.config.Redactor.line(answer.Header.Get("X-Response-Id")) // pomerium-zero.md 3, Errors
	failure.RetryAfter = RetryAfter(answer.Header, c.ServerTime())
	switch {
	case len(body) > MaxAnswer || answer.ContentLength > MaxAnswer:
		return failure.because(fmt.Errorf("the answer is larger than %d MiB", MaxAnswer>>20), c.config.Redactor)
	case answer.StatusCode >= 300:
		failure.Message = c.config.Redactor.line(message(answer, body, c.config.Redactor))
		return failure
	case err != nil:
		return failure.because(fmt.Errorf("the answer broke off: %w", err), c.config.Redactor)
	case out == nil:
		return nil
	}
	if done, ok := out.(*Done); ok {
		done.read(answer.StatusCode, body)
		return nil
	}
	if err := json.Unmarshal(body, out); err != nil {
		return failure.because(fmt.Errorf("the answer is not the JSON that was expected: %w", err), c.config.Redactor)
	}
	return nil
}

// readBody reads an answer as far as it is looked at. One that tells that it is too large is not read at all.
func readBody(answer *http.Response) ([]byte, error) {
	if answer.ContentLength > MaxAnswer {
		return nil, nil
	}
	return io.ReadAll(io.LimitReader(answer.Body, MaxAnswer+1))
}

// observe learns the service's clock and tells the pacer.
func (c *Client) observe(answer *http.Response) {
	if date, err := http.ParseTime(answer.Header.Get("Date")); err == nil {
		c.skew.Store(int64(time.Until(date)))
	}
	if c.config.Pacer != nil {
		c.config.Pacer.Observe(answer.StatusCode, answer.Header)
	}
}

func sleep(ctx context.Context, wait time.Duration) error {
	if !Wait(ctx, wait) {
		return context.Cause(ctx)
	}
	return nil
}

// errTimeout stands for an attempt that took longer than Config.Timeout while the caller's own
// context was still good.
var errTimeout = errors.New("no answer in time")
