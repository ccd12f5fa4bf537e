package pomeriumzero_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/pomerium-zdx/terraform-provider-pomerium/internal/apimock"
	"github.com/pomerium-zdx/terraform-provider-pomerium/internal/httpapi"
	"github.com/pomerium-zdx/terraform-provider-pomerium/internal/pomeriumzero"
)

// transport is a function as a transport.
type transport func(*http.Request) (*http.Response, error)

func (f transport) RoundTrip(request *http.Request) (*http.Response, error) { return f(request) }

func TestNew(t *testing.T) {
	t.Parallel()
	if _, err := pomeriumzero.New(pomeriumzero.Config{URL: "http://zero.example.com"}); err == nil {
		t.Error("an address without https was taken")
	}
	var asked []string
	client, err := pomeriumzero.New(pomeriumzero.Config{
		Retry: httpapi.Retry{Attempts: 1},
		Transport: transport(func(request *http.Request) (*http.Response, error) {
			asked = append(asked, request.URL.String())
			return nil, errors.New("no network")
		}),
	})
	if err != nil || len(asked) != 0 {
		t.Fatalf("got %v after %q", err, asked)
	}
	if _, err := client.Organizations(t.Context()); err == nil {
		t.Error("there is an answer without a network")
	}
	if want := []string{"https://console.pomerium.app/api/v0/token"}; !slices.Equal(asked, want) {
		t.Errorf("asked %q, want %q", asked, want)
	}
}

// TestTokenIsShared lets many calls begin while nobody has a token yet.
func TestTokenIsShared(t *testing.T) {
	t.Parallel()
	virtual(t, func(t *testing.T, l *lab) {
		l.AddFault(apimock.Fault{Template: token, Delay: time.Second})
		var group sync.WaitGroup
		for range 20 {
			group.Go(func() {
				if _, err := l.routes().List(t.Context(), pomeriumzero.ListOptions{Parent: l.ClusterNamespaceID}); err != nil {
					t.Error(err)
				}
			})
		}
		group.Wait()
		l.wantSent(t, "POST", token, 1)
		l.wantSent(t, "GET", routes, 20)
		exchange := l.Sent("POST", token)[0]
		if got := string(exchange.Body); got != `{"refreshToken":"`+l.APIUserToken+`"}` || exchange.Header["Authorization"] != nil {
			t.Errorf("the exchange sent %s with Authorization %q", got, exchange.Header["Authorization"])
		}
		issued := fmt.Sprint(decode(t, json.RawMessage(exchange.Answer))["idToken"])
		for _, sent := range l.Sent("GET", routes) {
			if got := sent.Header.Values("Authorization"); !slices.Equal(got, []string{"Bearer " + issued}) {
				t.Errorf("Authorization is %q, want the bearer token", got)
			}
		}
	})
}

// TestTokenIsRenewed follows the life that the service gave the token, which is text on the wire.
func TestTokenIsRenewed(t *testing.T) {
	t.Parallel()
	virtual(t, func(t *testing.T, l *lab) {
		list := func() {
			t.Helper()
			if _, err := l.policies().List(t.Context(), pomeriumzero.ListOptions{Parent: l.ClusterNamespaceID}); err != nil {
				t.Error(err)
			}
		}
		list()
		pass(t, 59*time.Minute-time.Second)
		list()
		l.wantSent(t, "POST", token, 1)
		pass(t, time.Second)
		list()
		l.wantSent(t, "POST", token, 2)
	})
}

// pass lets virtual time go by.
func pass(t *testing.T, duration time.Duration) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), duration)
	defer cancel()
	<-ctx.Done()
}

// TestLifetime is about answers to the exchange that the reference does not show.
func TestLifetime(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		body string
		want string // of the error; empty for none
	}{
		"number":         {`{"idToken":"an-id-token","expiresInSeconds":3600}`, ""},
		"text":           {`{"idToken":"an-id-token","expiresInSeconds":"3600"}`, ""},
		"absurd text":    {`{"idToken":"an-id-token","expiresInSeconds":"99999999999999"}`, `"99999999999999" is no number of seconds`},
		"absurd number":  {`{"idToken":"an-id-token","expiresInSeconds":1e300}`, `"1e300" is no number of seconds`},
		"negative":       {`{"idToken":"an-id-token","expiresInSeconds":"-1"}`, `"-1" is no number of seconds`},
		"no token":       {`{"expiresInSeconds":"3600"}`, "without an ID token"},
		"another answer": {`<html>`, "not the JSON that was expected"},
	}
	for name, test := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			l := newLab(t, apimock.Switches{})
			l.AddFault(apimock.Fault{Template: token, Body: test.body})
			l.AddFault(apimock.Fault{Template: organizations, Body: `[]`})
			l.AddFault(apimock.Fault{Template: namespaces, Body: `[]`})
			_, err := l.Organizations(t.Context())
			_, err2 := l.Namespaces(t.Context(), l.OrganizationID)
			if test.want == "" {
				if err != nil || err2 != nil {
					t.Fatalf("got %v, %v", err, err2)
				}
				l.wantSent(t, "POST", token, 1)
				if got := l.Sent("GET", namespaces)[0].Header.Get("Authorization"); got != "Bearer an-id-token" {
					t.Errorf("Authorization is %q", got)
				}
				return
			}
			var signIn *pomeriumzero.SignInError
			if !errors.As(err, &signIn) || !strings.Contains(err.Error(), test.want) {
				t.Errorf("got %v, want a SignInError with %q", err, test.want)
			}
			l.wantSent(t, "GET", organizations, 0)
		})
	}
}

func TestSignInRefused(t *testing.T) {
	t.Parallel()
	l := newLab(t, apimock.Switches{})
	client := l.client(t, func(c *pomeriumzero.Config) { c.APIUserToken = "a token of nobody" })
	_, err := client.Routes(l.OrganizationID).Create(t.Context(), l.aRoute())
	var signIn *pomeriumzero.SignInError
	if !errors.As(err, &signIn) || !httpapi.IsUnauthorized(err) || httpapi.Ambiguous(err) {
		t.Errorf("got %v, want a SignInError with status 401", err)
	}
	if text := err.Error(); strings.Count(text, "signing in") != 1 || strings.Contains(text, "a token of nobody") {
		t.Errorf("the error reads %q", text)
	}
	l.wantSent(t, "POST", token, 1)
	if got := len(l.Journal()); got != 1 {
		t.Errorf("%d requests, want the exchange alone", got)
	}
}

// TestSignInFails makes sure that a create is not looked up when it was the exchange that got lost.
func TestSignInFails(t *testing.T) {
	t.Parallel()
	l := newLab(t, apimock.Switches{})
	l.AddFault(apimock.Fault{Template: token, Drop: apimock.DropAfter})
	_, err := l.routes().Create(t.Context(), l.aRoute())
	var signIn *pomeriumzero.SignInError
	if !errors.As(err, &signIn) || httpapi.Ambiguous(err) {
		t.Errorf("got %v, want a SignInError that is not ambiguous", err)
	}
	l.wantSent(t, "POST", token, impatient.Attempts)
	l.wantSent(t, "POST", routes, 0)
	l.wantSent(t, "GET", routes, 0)
}

// TestRevokedToken takes the token away between two calls: the next call gets a new one and succeeds.
func TestRevokedToken(t *testing.T) {
	t.Parallel()
	calls := map[string]func(t *testing.T, l *lab, id string) error{
		"GET": func(t *testing.T, l *lab, id string) error {
			_, err := l.routes().Get(t.Context(), id, l.ClusterNamespaceID)
			return err
		},
		"POST": func(t *testing.T, l *lab, _ string) error {
			other := l.aRoute()
			other.Name = "other"
			_, err := l.routes().Create(t.Context(), other)
			return err
		},
		"PUT": func(t *testing.T, l *lab, id string) error {
			_, err := l.routes().Update(t.Context(), id, l.aRoute())
			return err
		},
		"DELETE": func(t *testing.T, l *lab, id string) error {
			return l.routes().Delete(t.Context(), id, l.ClusterNamespaceID)
		},
	}
	for method, call := range calls {
		t.Run(method, func(t *testing.T) {
			t.Parallel()
			l := newLab(t, apimock.Switches{})
			id := create(t, l.routes(), l.aRoute()).ID
			l.ResetJournal()
			l.RevokeTokens()
			if err := call(t, l, id); err != nil {
				t.Fatal(err)
			}
			l.wantSent(t, "POST", token, 1)
			want := map[string]int{"GET": 1, "POST": 2, "PUT": 1, "DELETE": 0}[method]
			if got := len(l.Objects("routes")); got != want {
				t.Errorf("there are %d routes, want %d", got, want)
			}
		})
	}
}

// TestRevokedTokenOfMany lets calls be refused together.
func TestRevokedTokenOfMany(t *testing.T) {
	t.Parallel()
	virtual(t, func(t *testing.T, l *lab) {
		create(t, l.routes(), l.aRoute())
		l.ResetJournal()
		l.RevokeTokens()
		l.AddFault(apimock.Fault{Method: "GET", Template: routes, Delay: time.Second})
		var group sync.WaitGroup
		for range 20 {
			group.Go(func() {
				if _, err := l.routes().List(t.Context(), pomeriumzero.ListOptions{Parent: l.RootNamespaceID}); err != nil {
					t.Error(err)
				}
			})
		}
		synctest.Wait()
		l.wantSent(t, "GET", routes, 20)
		group.Wait()
		l.wantSent(t, "GET", routes, 40)
		l.wantSent(t, "POST", token, 1)
	})
}

func TestTokenThatIsNeverTaken(t *testing.T) {
	t.Parallel()
	l := newLab(t, apimock.Switches{})
	l.AddFault(apimock.Fault{Template: organizations, Status: http.StatusUnauthorized})
	_, err := l.Organizations(t.Context())
	var signIn *pomeriumzero.SignInError
	if !httpapi.IsUnauthorized(err) || errors.As(err, &signIn) {
		t.Errorf("got %v, want the 401 of the call itself", err)
	}
	l.wantSent(t, "POST", token, 2)
	l.wantSent(t, "GET", organizations, 2)
}

// TestNoSecretIsTold lets a service repeat every credential in its errors, and looks at errors and log.
func TestNoSecretIsTold(t *testing.T) {
	t.Parallel()
	const secret = "a-secret-of-the-route"
	var log bytes.Buffer
	l := newLab(t, apimock.Switches{})
	l.Client = l.client(t, func(c *pomeriumzero.Config) {
		c.Logger = slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: httpapi.LevelTrace}))
	})
	properties := l.aRoute()
	properties.KubernetesServiceAccountToken, properties.IdentityProviderClientSecret = new(secret), new(secret)
	id := create(t, l.routes(), properties).ID
	idToken := strings.TrimPrefix(l.Sent("POST", routes)[0].Header.Get("Authorization"), "Bearer ")
	echo := "the tokens are " + l.APIUserToken + " and " + idToken
	l.AddFault(apimock.Fault{Template: token, Status: http.StatusBadRequest, Body: `{"error":"unknown: ` + l.APIUserToken + `"}`})
	_, signIn := l.client(t, func(*pomeriumzero.Config) {}).Organizations(t.Context())
	l.ClearFaults()
	if signIn == nil {
		t.Fatal("the sign-in went well in spite of the fault")
	}
	told := []string{signIn.Error()}
	for _, fault := range []apimock.Fault{
		{Status: http.StatusBadRequest, Body: `{"error":"` + echo + `"}`},
		{Status: http.StatusForbidden, Body: echo, ContentType: "text/plain"},
		{Status: http.StatusBadGateway, Body: `{"message":"` + echo + `"}`},
		{Status: http.StatusOK, Body: `{"id":"x","name":["` + echo + `"]}`},
		{Drop: apimock.DropAfter},
	} {
		l.AddFault(fault)
		_, get := l.routes().Get(t.Context(), id, l.ClusterNamespaceID)
		_, post := l.routes().Create(t.Context(), l.aRoute())
		_, put := l.routes().Update(t.Context(), id, l.aRoute())
		l.ClearFaults()
		for _, err := range []error{get, post, put} {
			if err == nil {
				t.Fatal("a call went well in spite of the fault")
			}
			told = append(told, err.Error())
		}
	}
	all := strings.Join(append(told, log.String()), "\n")
	for _, hidden := range append(l.Secrets(), secret) {
		if strings.Contains(all, hidden) {
			t.Errorf("%q is told in:\n%s", hidden, all)
		}
	}
	if !strings.Contains(all, "the tokens are [redacted] and [redacted]") || !strings.Contains(log.String(), `\"name\":\"billing\"`) {
		t.Errorf("the service's words or the log are missing:\n%s", all)
	}
}
