// Package zdx is a client of the ZDX API: both ways of signing in, the pace that the service asks for, starts of
// deep traces that leave neither an orphan nor a twin, and what traces, devices and applications tell.
package zdx

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"regexp"
	"strings"
	"time"

	"github.com/pomerium-zdx/terraform-provider-pomerium/internal/gather"
	"github.com/pomerium-zdx/terraform-provider-pomerium/internal/httpapi"
)

// service is the name of the service in errors.
const service = "ZDX"

// patience rides out a restart of the service for a minute at least, jitter at its shortest, and a limit that is shared
// with other runs for some minutes: how long to wait between such refusals is the pacer's business (zdx.md 8).
var patience = httpapi.Retry{Attempts: 8, Limited: 30, MinWait: 2 * time.Second, MaxWait: 30 * time.Second, MaxAsked: longestHold}

// Config says how to reach ZDX and as whom. Exactly one way of signing in is set: a key of the ZDX
// portal, or a client of OneAPI (zdx.md 3).
type Config struct {
	KeyID         string
	KeySecret     string
	HashKeySecret bool // send the SHA-256 of "secret:timestamp" instead of the secret (zdx.md 11, row 4)

	ClientID     string
	ClientSecret string // this or PrivateKey
	PrivateKey   string // PEM, RSA
	VanityDomain string // the organization's name at ZIdentity; not needed with TokenURL
	OneAPICloud  string // "" for production, else a name such as "beta"
	TokenURL     string // "" for the one that follows from VanityDomain and OneAPICloud

	Cloud string // cloud of a key; "" for "zdxcloud"
	URL   string // base address with its version; "" for the one that follows from the clouds

	UserAgent string
	Logger    *slog.Logger
	Retry     httpapi.Retry // zero for a patience of one to two minutes
	// RequestsPerMinute is the limit of the tenant's tier (zdx.md 8); 0 learns it from answers only.
	RequestsPerMinute int
	// PollEvery is the least time between two looks at something that is waited for; 0 for 15 seconds.
	PollEvery time.Duration
	Timeout   time.Duration     // of one attempt; zero for httpapi.DefaultTimeout
	Transport http.RoundTripper // nil for httpapi.DefaultTransport
	// Unpaced sends requests as they come, to a service that has no rate limit.
	Unpaced bool
	Gather  gather.Mode // which reads of deep traces come from lists
}

// Client talks to ZDX. It is safe for concurrent use.
type Client struct {
	api     *httpapi.Client // patient
	once    *httpapi.Client // sends a request a single time, for callers that look before they try again
	starts  *httpapi.Client // less patient with refusals of a start, which may mean a limit of sessions instead
	logger  *slog.Logger
	devices keyedLock // one start at a time
	reads   *gather.Reads

	pollEvery time.Duration
}

// New checks the credentials' form and the addresses and returns a client. It sends nothing.
func New(config Config) (*Client, error) {
	if err := config.checkCredentials(); err != nil {
		return nil, err
	}
	if err := config.checkNames(); err != nil {
		return nil, err
	}
	base, err := httpapi.ParseBaseURL(cmp.Or(config.URL, config.defaultURL()))
	if err != nil {
		return nil, fmt.Errorf("url: %w", err)
	}
	if config.Transport == nil {
		config.Transport = httpapi.DefaultTransport() // one pool of connections for all that follows
	}
	if config.Logger == nil {
		config.Logger = slog.New(slog.DiscardHandler)
	}
	if config.Retry == (httpapi.Retry{}) {
		config.Retry = patience
	}
	redactor := &httpapi.Redactor{}
	redactor.Add(config.KeySecret, config.ClientSecret, config.PrivateKey)
	patient := httpapi.Config{
		Service:   service,
		BaseURL:   base,
		UserAgent: config.UserAgent,
		Pacer:     pacerOf(base, config.RequestsPerMinute),
		Logger:    config.Logger,
		Redactor:  redactor,
		Retry:     config.Retry,
		Timeout:   config.Timeout,
		Transport: config.Transport,
	}
	if config.Unpaced {
		patient.Pacer = nil
	}
	var fetch func(context.Context) (httpapi.Token, error)
	if config.KeyID != "" {
		fetch = newKey(config, patient)
	} else if fetch, err = newOneAPI(config, patient); err != nil {
		return nil, err
	}
	patient.Tokens = httpapi.NewTokenSource(fetch)
	impatient := patient
	impatient.Retry.Attempts, impatient.Retry.Limited = 1, 1
	starting := patient
	starting.Retry.Limited = min(patient.Retry.Limited, patient.Retry.Attempts)
	return &Client{
		api: httpapi.New(patient), once: httpapi.New(impatient), starts: httpapi.New(starting), logger: config.Logger,
		pollEvery: cmp.Or(config.PollEvery, defaultPoll), reads: gather.New(config.Gather),
	}, nil
}

// ServerTime is the time on the service's clock, as far as its answers told; ours before the first.
func (c *Client) ServerTime() time.Time { return c.api.ServerTime() }

// do sends the request and explains refusals whose cause is the way of signing in.
func (c *Client) do(ctx context.Context, api *httpapi.Client, request httpapi.Request, out any) error {
	return explain(api.Do(ctx, request, out))
}

// hostLabel is what a cloud or a vanity domain may be made of. Credentials are sent to a host that is
// composed of them, so nothing that could turn it into another host is let through.
var hostLabel = regexp.MustCompile(`^[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?$`)

// checkCredentials tells which argument is missing or superfluous.
func (c Config) checkCredentials() error {
	key := c.KeyID != "" || c.KeySecret != ""
	client := c.ClientID != "" || c.ClientSecret != "" || c.PrivateKey != ""
	switch {
	case key && client:
		return errors.New("set either key_id and key_secret, or client_id with client_secret or private_key, not both")
	case !key && !client:
		return errors.New("set key_id and key_secret, or client_id with client_secret or private_key")
	case key && (c.KeyID == "" || c.KeySecret == ""):
		return errors.New("key_id and key_secret belong together, and one of them is missing")
	case client && c.ClientID == "":
		return errors.New("client_id is missing")
	case client && (c.ClientSecret == "") == (c.PrivateKey == ""):
		return errors.New("client_id needs either client_secret or private_key")
	case client && c.VanityDomain == "" && c.TokenURL == "":
		return errors.New("client_id needs vanity_domain, or token_url")
	}
	return nil
}

// checkNames tells which name cannot be part of a host.
func (c Config) checkNames() error {
	for name, value := range map[string]string{
		"cloud": c.Cloud, "oneapi_cloud": c.OneAPICloud, "vanity_domain": c.VanityDomain,
	} {
		if value != "" && !hostLabel.MatchString(value) {
			return fmt.Errorf("%s: %q is not a plain name of letters, digits and hyphens", name, value)
		}
	}
	return nil
}

// defaultURL is the base address of the way of signing in (zdx.md 2).
func (c Config) defaultURL() string {
	switch cloud := c.oneAPICloud(); {
	case c.KeyID != "":
		return "https://api." + cmp.Or(c.Cloud, "zdxcloud") + ".net/v1"
	case cloud == "":
		return "https://api.zsapi.net/zdx/v1"
	default:
		return "https://api." + cloud + ".zsapi.net/zdx/v1"
	}
}

// oneAPICloud is the cloud as it stands in host names: nothing for production, which the vendor's
// other tools let users write out.
func (c Config) oneAPICloud() string {
	cloud := strings.ToLower(c.OneAPICloud)
	if cloud == "production" {
		return ""
	}
	return cloud
}

// Token returns the token that requests carry just now, for calls that the client does not know.
func (c *Client) Token(ctx context.Context) (string, error) { return c.api.Token(ctx) }
