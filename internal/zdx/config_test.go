package zdx

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

func TestNewRefuses(t *testing.T) {
	t.Parallel()
	key := Config{KeyID: "id", KeySecret: "secret"}
	client := Config{ClientID: "id", ClientSecret: "secret", VanityDomain: "acme"}
	with := func(config Config, edit func(*Config)) Config {
		edit(&config)
		return config
	}
	cases := map[string]struct {
		config Config
		want   string // part of the error
	}{
		"nothing":                 {Config{}, "set key_id and key_secret, or client_id"},
		"both ways":               {with(client, func(c *Config) { c.KeyID, c.KeySecret = "id", "secret" }), "not both"},
		"key without secret":      {Config{KeyID: "id"}, "belong together"},
		"key without ID":          {Config{KeySecret: "secret"}, "belong together"},
		"client without ID":       {Config{ClientSecret: "secret", VanityDomain: "acme"}, "client_id is missing"},
		"client without secret":   {Config{ClientID: "id", VanityDomain: "acme"}, "client_secret or private_key"},
		"client with both":        {with(client, func(c *Config) { c.PrivateKey = "key" }), "either client_secret or private_key"},
		"client without domain":   {Config{ClientID: "id", ClientSecret: "secret"}, "vanity_domain, or token_url"},
		"private key of no kind":  {Config{ClientID: "id", PrivateKey: "hunter2", VanityDomain: "acme"}, "private_key: it is not an RSA private key"},
		"cloud with a path":       {with(key, func(c *Config) { c.Cloud = "evil.test/" }), `cloud: "evil.test/"`},
		"cloud with a port":       {with(key, func(c *Config) { c.Cloud = "a:80" }), "cloud:"},
		"domain with a host":      {with(client, func(c *Config) { c.VanityDomain = "acme.zslogin.net" }), "vanity_domain:"},
		"OneAPI cloud with space": {with(client, func(c *Config) { c.OneAPICloud = "be ta" }), "oneapi_cloud:"},
		"url without https":       {with(key, func(c *Config) { c.URL = "http://zdx.test/v1" }), "url: it must be https"},
		"url of no kind":          {with(key, func(c *Config) { c.URL = "zdx.test" }), "url: it must be an https URL"},
		"token url without https": {with(client, func(c *Config) { c.TokenURL = "http://zdx.test/token" }), "token_url: it must be https"},
	}
	for name, test := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := New(test.config)
			if err == nil || !strings.Contains(err.Error(), test.want) {
				t.Fatalf("error %v, want %q", err, test.want)
			}
			if strings.Contains(err.Error(), "hunter2") {
				t.Errorf("the error repeats the key: %v", err)
			}
		})
	}
}

// TestAddresses looks at where requests go by default.
func TestAddresses(t *testing.T) {
	t.Parallel()
	client := func(edit func(*Config)) Config {
		config := Config{ClientID: "id", ClientSecret: "secret", VanityDomain: "acme"}
		edit(&config)
		return config
	}
	cases := map[string]struct {
		config Config
		token  string
		base   string
	}{
		"key":          {Config{KeyID: "id", KeySecret: "secret"}, "https://api.zdxcloud.net/v1/oauth/token", "https://api.zdxcloud.net/v1"},
		"key, cloud":   {Config{KeyID: "id", KeySecret: "secret", Cloud: "zdxbeta"}, "https://api.zdxbeta.net/v1/oauth/token", "https://api.zdxbeta.net/v1"},
		"key, url":     {Config{KeyID: "id", KeySecret: "secret", URL: "https://zdx.test/base/v1/"}, "https://zdx.test/base/v1/oauth/token", "https://zdx.test/base/v1"},
		"client":       {client(func(*Config) {}), "https://acme.zslogin.net/oauth2/v1/token", "https://api.zsapi.net/zdx/v1"},
		"production":   {client(func(c *Config) { c.OneAPICloud = "PRODUCTION" }), "https://acme.zslogin.net/oauth2/v1/token", "https://api.zsapi.net/zdx/v1"},
		"client, beta": {client(func(c *Config) { c.OneAPICloud = "Beta" }), "https://acme.zsloginbeta.net/oauth2/v1/token", "https://api.beta.zsapi.net/zdx/v1"},
		"client, urls": {client(func(c *Config) { c.TokenURL, c.URL = "https://id.test/token", "https://zdx.test/zdx/v1" }), "https://id.test/token", "https://zdx.test/zdx/v1"},
		"no domain":    {client(func(c *Config) { c.TokenURL, c.VanityDomain = "https://id.test:8443/a%2Fb", "" }), "https://id.test:8443/a%2Fb", "https://api.zsapi.net/zdx/v1"},
	}
	for name, test := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var addresses []string // sent one after the other
			test.config.Transport = transport(func(request *http.Request) (*http.Response, error) {
				addresses = append(addresses, request.URL.String())
				if len(addresses) == 1 {
					return respond(request, reply{body: `{"token":"a-token","access_token":"a-token","expires_in":60}`}, 0), nil
				}
				return respond(request, reply{body: `[]`}, 0), nil
			})
			client, err := New(test.config)
			if err != nil {
				t.Fatal(err)
			}
			if len(addresses) != 0 {
				t.Fatalf("New sent requests to %v", addresses)
			}
			if _, err := client.DeepTraces(t.Context(), "7"); err != nil {
				t.Fatal(err)
			}
			if len(addresses) != 2 || addresses[0] != test.token || addresses[1] != test.base+"/devices/7/deeptraces" {
				t.Errorf("requests went to %v", addresses)
			}
		})
	}
}

type transport func(*http.Request) (*http.Response, error)

func (t transport) RoundTrip(request *http.Request) (*http.Response, error) { return t(request) }

// TestDefaultTransport makes sure that a client without a transport of its own reaches a server.
func TestDefaultTransport(t *testing.T) {
	t.Parallel()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodPost {
			_, _ = w.Write([]byte(`{"token":"a-token","expires_in":3600}`))
			return
		}
		if got := r.UserAgent(); got != "agent/1" {
			t.Errorf("the user agent is %q", got)
		}
		_, _ = w.Write([]byte(`[{"trace_id":1}]`))
	}))
	defer server.Close()
	client, err := New(Config{KeyID: "id", KeySecret: "secret", URL: server.URL + "/v1", UserAgent: "agent/1"})
	if err != nil {
		t.Fatal(err)
	}
	traces, err := client.DeepTraces(t.Context(), "7")
	if err != nil || len(traces) != 1 {
		t.Fatalf("got %v, %v", traces, err)
	}
}
