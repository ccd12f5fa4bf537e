package zdx

import (
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/golang-jwt/jwt/v5"
	"github.com/google/go-cmp/cmp"
)

// privateKey returns a key and its text in PEM form of the kind.
func privateKey(t *testing.T, kind string) (*rsa.PrivateKey, string) {
	t.Helper()
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	bytes := x509.MarshalPKCS1PrivateKey(key)
	if kind == "PRIVATE KEY" {
		if bytes, err = x509.MarshalPKCS8PrivateKey(key); err != nil {
			t.Fatal(err)
		}
	}
	return key, string(pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: bytes}))
}

func oneAPIFake() *fake {
	return newFake(map[string][]reply{
		"POST id.test/oauth2/v1/token": {{body: `{"access_token":"issued-token","token_type":"Bearer","expires_in":"120"}`}},
		"GET /zdx/v1/devices/7/deeptraces": {
			{status: http.StatusUnauthorized}, {body: `[]`},
		},
	})
}

func TestOneAPISecret(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		f := oneAPIFake()
		client := f.client(t, Config{
			ClientID: "the-client-id", ClientSecret: "the client&secret",
			TokenURL: "https://id.test/oauth2/v1/token", URL: "https://" + f.host + "/zdx/v1",
		})
		if _, err := client.DeepTraces(t.Context(), "7"); err != nil {
			t.Fatal(err)
		}
		tokens := f.requests(http.MethodPost, "/oauth2/v1/token")
		if len(tokens) != 2 {
			t.Fatalf("%d tokens were asked for, want one and one more for the 401", len(tokens))
		}
		form, err := url.ParseQuery(tokens[0].body)
		if err != nil {
			t.Fatal(err)
		}
		want := url.Values{
			"grant_type": {"client_credentials"}, "audience": {"https://api.zscaler.com"},
			"client_id": {"the-client-id"}, "client_secret": {"the client&secret"},
		}
		if diff := cmp.Diff(want, form); diff != "" {
			t.Error(diff)
		}
		if got := tokens[0].header.Get("Content-Type"); got != "application/x-www-form-urlencoded" {
			t.Errorf("the form was sent as %s", got)
		}
		if got := f.requests(http.MethodGet, "/deeptraces")[0].header.Get("Authorization"); got != "Bearer issued-token" {
			t.Errorf("the request carries %q", got)
		}
	})
}

func TestOneAPIAssertion(t *testing.T) {
	t.Parallel()
	for _, kind := range []string{"RSA PRIVATE KEY", "PRIVATE KEY"} {
		t.Run(kind, func(t *testing.T) {
			key, text := privateKey(t, kind)
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				f := oneAPIFake()
				f.ahead = 30 * time.Minute
				client := f.client(t, Config{
					ClientID: "the-client-id", PrivateKey: text,
					TokenURL: "https://id.test/oauth2/v1/token", URL: "https://" + f.host + "/zdx/v1",
				})
				if _, err := client.DeepTraces(t.Context(), "7"); err != nil {
					t.Fatal(err)
				}
				tokens := f.requests(http.MethodPost, "/oauth2/v1/token")
				if len(tokens) != 2 {
					t.Fatalf("%d tokens were asked for, want one and one more for the 401", len(tokens))
				}
				// The first is signed by our clock, the second by ZIdentity's, which the first answer told.
				for i, now := range []time.Time{tokens[0].at, tokens[1].at.Add(f.ahead)} {
					form, err := url.ParseQuery(tokens[i].body)
					if err != nil {
						t.Fatal(err)
					}
					claims := jwt.MapClaims{}
					_, err = jwt.ParseWithClaims(form.Get("client_assertion"), claims,
						func(*jwt.Token) (any, error) { return &key.PublicKey, nil },
						jwt.WithValidMethods([]string{"RS256"}), jwt.WithTimeFunc(func() time.Time { return now }))
					if err != nil {
						t.Fatal(err)
					}
					expires, _ := claims["exp"].(float64)
					if off := expires - float64(now.Add(10*time.Minute).Unix()); off < -1 || off > 1 {
						t.Errorf("assertion %d ends %.0f s off ten minutes from now", i, off)
					}
					delete(claims, "exp")
					want := jwt.MapClaims{"iss": "the-client-id", "sub": "the-client-id", "aud": "https://api.zscaler.com"}
					if diff := cmp.Diff(want, claims); diff != "" {
						t.Error(diff)
					}
					form.Del("client_assertion")
					wantForm := url.Values{
						"grant_type": {"client_credentials"}, "audience": {"https://api.zscaler.com"}, "client_id": {"the-client-id"},
						"client_assertion_type": {"urn:ietf:params:oauth:client-assertion-type:jwt-bearer"},
					}
					if diff := cmp.Diff(wantForm, form); diff != "" {
						t.Error(diff)
					}
				}
				if strings.Contains(tokens[0].body, "client_secret") {
					t.Error("a secret was sent beside the assertion")
				}
			})
		})
	}
}

// TestOneAPITokenLife looks at the shortest life that can be set: it must not mean a token for each request.
func TestOneAPITokenLife(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		f := oneAPIFake()
		f.script["POST id.test/oauth2/v1/token"] = []reply{{body: `{"access_token":"issued-token"}`}} // a minute, then
		f.script["GET /zdx/v1/devices/7/deeptraces"] = []reply{{body: `[]`}}
		client := f.client(t, Config{
			ClientID: "the-client-id", ClientSecret: "the-client-secret",
			TokenURL: "https://id.test/oauth2/v1/token", URL: "https://" + f.host + "/zdx/v1",
		})
		for _, want := range []int{1, 1, 2} {
			if _, err := client.DeepTraces(t.Context(), "7"); err != nil {
				t.Fatal(err)
			}
			if got := len(f.requests(http.MethodPost, "/oauth2/v1/token")); got != want {
				t.Errorf("%d tokens were asked for, want %d", got, want)
			}
			pass(15 * time.Second)
		}
	})
}
