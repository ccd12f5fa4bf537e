// Package pomeriumzero is a client of the Pomerium Zero management API: organizations, namespaces,
// routes and policies. Facts about the service are quoted from its reference (pomerium-zero.md).
package pomeriumzero

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"strconv"
	"sync"
	"time"

	"github.com/pomerium-zdx/terraform-provider-pomerium/internal/gather"
	"github.com/pomerium-zdx/terraform-provider-pomerium/internal/httpapi"
)

// Service is the name of the service in errors.
const Service = "Pomerium Zero"

// DefaultURL is the base address of the service (pomerium-zero.md 1).
const DefaultURL = "https://console.pomerium.app/api/v0"

// Config says who calls and where. Only APIUserToken is required.
type Config struct {
	APIUserToken string // made in the console, shown there once
	// OrganizationID is the organization of calls that name none, and a guard: with a token that does
	// not see it, every call is refused. Empty means the only organization that the token sees.
	OrganizationID string
	URL            string // empty for DefaultURL
	UserAgent      string
	Logger         *slog.Logger
	Retry          httpapi.Retry
	Timeout        time.Duration // of one attempt; zero for httpapi.DefaultTimeout
	Transport      http.RoundTripper
	Gather         gather.Mode
	PollEvery      time.Duration // least time between two looks at something that is waited for; zero for two seconds
}

// Client calls the API. It is safe for concurrent use.
type Client struct {
	http           *httpapi.Client
	redactor       *httpapi.Redactor
	organizationID string
	organizations  memo[[]Organization]
	namespaces     keyedMemo[[]Namespace]
	reads          *gather.Reads
	pollEvery      time.Duration
	made           sync.Map // the IDs of the objects that the client has made
	waiting        sync.Map // namespace ID: what tells whether its changes wait
}

// New returns a client, or an error if the address cannot be used. It sends nothing.
func New(config Config) (*Client, error) {
	if config.URL == "" {
		config.URL = DefaultURL
	}
	base, err := httpapi.ParseBaseURL(config.URL)
	if err != nil {
		return nil, err
	}
	redactor := &httpapi.Redactor{}
	redactor.Add(config.APIUserToken)
	c := &Client{organizationID: config.OrganizationID, redactor: redactor, reads: gather.New(config.Gather), pollEvery: cmp.Or(config.PollEvery, defaultPoll)}
	c.http = httpapi.New(httpapi.Config{
		Service: Service, BaseURL: base, UserAgent: config.UserAgent, Logger: config.Logger,
		Redactor: redactor, Retry: config.Retry, Timeout: config.Timeout, Transport: config.Transport,
		Tokens: httpapi.NewTokenSource(func(ctx context.Context) (httpapi.Token, error) {
			return c.exchange(ctx, config.APIUserToken, redactor)
		}),
	})
	return c, nil
}

// exchange turns the API user token into an ID token. The seconds of its life come as text
// (pomerium-zero.md 1); a number is taken too.
func (c *Client) exchange(ctx context.Context, apiUserToken string, redactor *httpapi.Redactor) (httpapi.Token, error) {
	var answer idToken
	err := c.http.Do(ctx, httpapi.Request{
		Method: http.MethodPost, Path: "/token",
		Body:      map[string]string{"refreshToken": apiUserToken},
		Anonymous: true, Repeatable: true,
	}, &answer)
	if err != nil {
		return httpapi.Token{}, &SignInError{Err: err}
	}
	redactor.Add(answer.IDToken)
	return httpapi.Token{Value: answer.IDToken, Lifetime: time.Duration(answer.ExpiresInSeconds)}, nil
}

// idToken is the answer to an exchange.
type idToken struct {
	IDToken          string  `json:"idToken"`
	ExpiresInSeconds seconds `json:"expiresInSeconds"`
}

// UnmarshalJSON refuses an answer without a token, so that it is asked for again.
func (t *idToken) UnmarshalJSON(data []byte) error {
	type plain idToken
	if err := json.Unmarshal(data, (*plain)(t)); err != nil {
		return err
	}
	if t.IDToken == "" {
		return errors.New("it came without an ID token")
	}
	return nil
}

// seconds is a duration that is a number of seconds on the wire, as text or as a number.
type seconds time.Duration

func (s *seconds) UnmarshalJSON(data []byte) error {
	text := string(data)
	if unquoted, err := strconv.Unquote(text); err == nil {
		text = unquoted
	}
	count, err := strconv.ParseInt(text, 10, 64)
	if err != nil || count < 0 || count > int64(maxLifetime/time.Second) {
		return fmt.Errorf("%q is no number of seconds", text)
	}
	*s = seconds(time.Duration(count) * time.Second)
	return nil
}

// maxLifetime is far beyond any token's life; more is a fault that would overflow.
const maxLifetime = 10 * 365 * 24 * time.Hour

// SignInError is an API user token that could not be exchanged. Err is an *httpapi.Error in most cases.
type SignInError struct{ Err error }

func (e *SignInError) Error() string { return "signing in: " + e.Err.Error() }

func (e *SignInError) Unwrap() error { return e.Err }
