package zdx

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/pomerium-zdx/terraform-provider-pomerium/internal/httpapi"
)

func TestKeyRaw(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		f := newFake(map[string][]reply{"GET /v1/devices/7/deeptraces": {{body: `[]`}}})
		client := f.client(t, Config{})
		for range 2 {
			if _, err := client.DeepTraces(t.Context(), "7"); err != nil {
				t.Fatal(err)
			}
		}
		tokens := f.requests(http.MethodPost, "/oauth/token")
		if len(tokens) != 1 {
			t.Fatalf("%d tokens were asked for", len(tokens))
		}
		if diff := cmp.Diff(`{"key_id":"the-key-id","key_secret":"the-key-secret"}`, tokens[0].body); diff != "" {
			t.Error(diff)
		}
		if got := tokens[0].header.Get("Authorization"); got != "" {
			t.Errorf("the token call carries %q", got)
		}
		for _, request := range f.requests(http.MethodGet, "/deeptraces") {
			if got := request.header.Get("Authorization"); got != "Bearer issued-token-1" {
				t.Errorf("a request carries %q", got)
			}
		}
	})
}

// TestKeyHashed looks at the timestamp above all: it is the service's time, and that of each attempt.
func TestKeyHashed(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		f := newFake(map[string][]reply{
			"POST /v1/oauth/token": {
				{status: http.StatusServiceUnavailable, header: map[string]string{"Retry-After": "100"}},
				{body: `{"token":"issued-token","expires_in":3600}`},
			},
			"GET /v1/devices/7/deeptraces": {{body: `[]`}},
		})
		f.ahead = time.Hour
		client := f.client(t, Config{HashKeySecret: true, KeyID: "the-key-id", KeySecret: "the-key-secret"})
		if _, err := client.DeepTraces(t.Context(), "7"); err != nil {
			t.Fatal(err)
		}
		tokens := f.requests(http.MethodPost, "/oauth/token")
		if len(tokens) != 2 {
			t.Fatalf("%d tokens were asked for", len(tokens))
		}
		for i, want := range []time.Time{tokens[0].at, tokens[1].at.Add(time.Hour)} {
			var body struct {
				KeyID     string `json:"key_id"`
				KeySecret string `json:"key_secret"`
				Timestamp int64  `json:"timestamp"`
			}
			if err := json.Unmarshal([]byte(tokens[i].body), &body); err != nil {
				t.Fatal(err)
			}
			if off := time.Unix(body.Timestamp, 0).Sub(want).Abs(); off > time.Second {
				t.Errorf("the timestamp of attempt %d is off by %s", i, off)
			}
			sum := sha256.Sum256(fmt.Appendf(nil, "the-key-secret:%d", body.Timestamp))
			if want := hex.EncodeToString(sum[:]); body.KeySecret != want || body.KeyID != "the-key-id" {
				t.Errorf("attempt %d sent %s, want the hash %s", i, tokens[i].body, want)
			}
		}
	})
}

func TestTokenAnswers(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		answer string
		life   time.Duration // after which a new token is asked for, less the minute of caution
		bad    bool
	}{
		"number":    {answer: `{"token":"issued-token","expires_in":600}`, life: 10 * time.Minute},
		"text":      {answer: `{"token":"issued-token","expires_in":"600"}`, life: 10 * time.Minute},
		"not told":  {answer: `{"token":"issued-token"}`, life: time.Hour},
		"zero":      {answer: `{"token":"issued-token","expires_in":0}`, life: time.Hour},
		"for ever":  {answer: `{"token":"issued-token","expires_in":9223372036854775807}`, life: 365 * 24 * time.Hour},
		"no token":  {answer: `{"expires_in":600}`, bad: true},
		"other way": {answer: `{"access_token":"issued-token","expires_in":600}`, life: 10 * time.Minute},
	}
	for name, test := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				f := newFake(map[string][]reply{
					"POST /v1/oauth/token":         {{body: test.answer}},
					"GET /v1/devices/7/deeptraces": {{body: `[]`}},
				})
				client := f.client(t, Config{})
				read := func() {
					t.Helper()
					if _, err := client.DeepTraces(t.Context(), "7"); (err != nil) != test.bad {
						t.Fatalf("error %v, want one: %t", err, test.bad)
					}
				}
				read()
				if test.bad {
					return
				}
				pass(test.life - time.Minute - time.Second)
				read()
				if got := len(f.requests(http.MethodPost, "/oauth/token")); got != 1 {
					t.Errorf("%d tokens were asked for within the life of one", got)
				}
				pass(time.Second)
				read()
				if got := len(f.requests(http.MethodPost, "/oauth/token")); got != 2 {
					t.Errorf("%d tokens were asked for a minute before the end of the first", got)
				}
			})
		})
	}
}

func TestAdvice(t *testing.T) {
	t.Parallel()
	oneAPI := Config{ClientID: "the-client-id", ClientSecret: "the-client-secret", TokenURL: "https://id.test/oauth/token"}
	cases := map[string]struct {
		config Config
		path   string // whose answer it is
		reply  reply
		want   string // part of the advice; "" for none
	}{
		"key refused, 401":      {path: "POST /v1/oauth/token", reply: reply{status: 401}, want: "change hash_key_secret"},
		"key refused, 403":      {path: "POST /v1/oauth/token", reply: reply{status: 403, body: `{"message":"no"}`}, want: "change hash_key_secret"},
		"key call fails":        {path: "POST /v1/oauth/token", reply: reply{status: 500}},
		"key call not found":    {path: "POST /v1/oauth/token", reply: reply{status: 404}},
		"moved, at the token":   {path: "POST /v1/oauth/token", reply: reply{status: 403, body: `{"message":"Allowed ONLY through Zscaler OneAPI."}`}, want: "set client_id"},
		"moved, at the request": {path: "GET /v1/devices/7/deeptraces", reply: reply{status: 401, body: `{"reason":"only through zscaler oneapi"}`}, want: "set client_id"},
		"forbidden":             {path: "GET /v1/devices/7/deeptraces", reply: reply{status: 403, body: `{"message":"role"}`}},
		"client refused":        {config: oneAPI, path: "POST id.test/oauth/token", reply: reply{status: 400, body: `{"error":"invalid_client"}`}, want: "Check client_id"},
	}
	for name, test := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				f := newFake(map[string][]reply{test.path: {test.reply}})
				test.config.Retry = hasty
				_, err := f.client(t, test.config).DeepTraces(t.Context(), "7")
				var failure *httpapi.Error
				if !errors.As(err, &failure) || failure.Status != test.reply.status {
					t.Fatalf("%v is not the refusal", err)
				}
				var advice *CredentialError
				if errors.As(err, &advice) != (test.want != "") || advice != nil && !strings.Contains(advice.Error(), test.want) {
					t.Errorf("%v: want advice %q", err, test.want)
				}
			})
		})
	}
}

// TestSecretsStayInside reads everything that is logged, bodies included, and all errors.
func TestSecretsStayInside(t *testing.T) {
	t.Parallel()
	_, pem := privateKey(t, "PRIVATE KEY")
	configs := map[string]Config{
		"key":           {KeyID: "the-key-id", KeySecret: "planted<secret>&1"},
		"hashed key":    {KeyID: "the-key-id", KeySecret: "planted<secret>&1", HashKeySecret: true},
		"client secret": {ClientID: "the-client-id", ClientSecret: "planted<secret>&1", TokenURL: "https://id.test/token"},
		"private key":   {ClientID: "the-client-id", PrivateKey: pem, TokenURL: "https://id.test/token"},
	}
	for name, config := range configs {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				var (
					log   bytes.Buffer
					wire  []string // secrets as they went over the wire
					calls int
				)
				// The service repeats what it was sent, in members that nobody expects it in.
				config.Transport = transport(func(request *http.Request) (*http.Response, error) {
					body, _ := io.ReadAll(request.Body)
					if calls++; calls > 1 {
						token := strings.TrimPrefix(request.Header.Get("Authorization"), "Bearer ")
						wire = append(wire, token)
						said, _ := json.Marshal(map[string]string{"message": "who is " + strings.Join(wire, " ") + " " + pem + "?"})
						return respond(request, reply{status: http.StatusForbidden, body: string(said)}, 0), nil
					}
					var sent struct {
						KeySecret string `json:"key_secret"`
					}
					_ = json.Unmarshal(body, &sent)
					form, _ := url.ParseQuery(string(body))
					wire = append(wire, sent.KeySecret+form.Get("client_secret")+form.Get("client_assertion"))
					said, _ := json.Marshal(map[string]string{"token": "planted-token", "you_sent": wire[0]})
					return respond(request, reply{body: string(said)}, 0), nil
				})
				config.URL = "https://" + newFake(nil).host + "/v1"
				config.Logger = slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: httpapi.LevelTrace}))
				config.Retry = hasty
				client, err := New(config)
				if err != nil {
					t.Fatal(err)
				}
				_, err = client.DeepTraces(t.Context(), "7")
				if err == nil || len(wire) != 2 || len(wire[0]) < 10 || wire[1] != "planted-token" {
					t.Fatalf("error %v, secrets on the wire %q", err, wire)
				}
				secrets := slices.Concat(wire, []string{config.KeySecret, config.ClientSecret})
				if config.PrivateKey != "" {
					secrets = append(secrets, strings.Split(pem, "\n")[1])
				}
				for _, secret := range secrets {
					for name, text := range map[string]string{"log": log.String(), "error": err.Error()} {
						if secret != "" && strings.Contains(text, secret) {
							t.Errorf("the %s holds %q:\n%s", name, secret, text)
						}
					}
				}
				if !strings.Contains(log.String(), "you_sent") || !strings.Contains(err.Error(), "who is [redacted]") {
					t.Errorf("the echo did not get into error and log, so this proves nothing: %v\n%s", err, log.String())
				}
			})
		})
	}
}
