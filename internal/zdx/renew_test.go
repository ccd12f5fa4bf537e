package zdx_test

import (
	"net/http"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/pomerium-zdx/terraform-provider-pomerium/internal/apimock"
	"github.com/pomerium-zdx/terraform-provider-pomerium/internal/zdx"
)

// renewals are the ways of signing in, each with every form of expires_in that it knows.
var renewals = map[string]struct {
	way  way
	text bool // expires_in is text
}{
	"key": {withKey, false}, "hashed key": {withHashedKey, false},
	"client secret": {withClient, false}, "client secret, text": {withClient, true},
	"private key": {withPrivateKey, false}, "private key, text": {withPrivateKey, true},
}

// eachRenewal runs a test on virtual time for each way of signing in, with a mock whose tokens live that long and a
// client of it.
func eachRenewal(t *testing.T, lifetime time.Duration, test func(t *testing.T, mock *apimock.Server, client *zdx.Client)) {
	t.Helper()
	for name, renewal := range renewals {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				mock, client := lab(t, func(w *apimock.Switches) { w.TokenLifetime, w.ExpiresInText = lifetime, renewal.text }, renewal.way)
				test(t, mock, client)
			})
		})
	}
}

// liveSlowly starts a trace, reads it, lists it and stops it, and lets rest pass after each.
func liveSlowly(t *testing.T, mock *apimock.Server, client *zdx.Client, rest func()) {
	t.Helper()
	started, err := client.StartDeepTrace(t.Context(), mock.DeviceID, zdx.DeepTraceRequest{SessionName: ptr("slow crm")})
	if err != nil {
		t.Fatal(err)
	}
	rest()
	if read, err := client.DeepTrace(t.Context(), mock.DeviceID, started.ID); err != nil || read.ID != started.ID {
		t.Errorf("read %+v, %v", read, err)
	}
	rest()
	if list, err := client.DeepTraces(t.Context(), mock.DeviceID); err != nil || len(list) != 1 || list[0].ID != started.ID {
		t.Errorf("listed %v, %v", list, err)
	}
	rest()
	if err := client.StopDeepTrace(t.Context(), mock.DeviceID, started.ID); err != nil {
		t.Error(err)
	}
	rest()
}

// signIns counts the token requests, and the requests whose token was refused. Each of these must have been sent
// again, and the next one of its kind must have passed.
func signIns(t *testing.T, mock *apimock.Server) (tokens, refused int) {
	t.Helper()
	journal := mock.Journal()
	for i, exchange := range journal {
		if strings.HasSuffix(exchange.Template, "/token") {
			tokens++
			if exchange.Status != http.StatusOK {
				t.Errorf("signing in was answered with %d", exchange.Status)
			}
			continue
		}
		if exchange.Status != http.StatusUnauthorized {
			continue
		}
		refused++
		repeated := false
		for _, later := range journal[i+1:] {
			if later.Method == exchange.Method && later.Path == exchange.Path {
				old, renewed := exchange.Header.Get("Authorization"), later.Header.Get("Authorization")
				repeated = old != renewed && later.Status < 300
				break
			}
		}
		if !repeated {
			t.Errorf("%s %s was refused for its token and not sent again with another one", exchange.Method, exchange.Path)
		}
	}
	return tokens, refused
}

// TestRenewTokensOfTwoSeconds rests longer than a token lives between any two calls.
func TestRenewTokensOfTwoSeconds(t *testing.T) {
	t.Parallel()
	eachRenewal(t, 2*time.Second, func(t *testing.T, mock *apimock.Server, client *zdx.Client) {
		for range 5 {
			liveSlowly(t, mock, client, func() { <-time.After(3 * time.Second) })
		}
		tokens, refused := signIns(t, mock)
		if tokens != 20 || refused != 0 {
			t.Errorf("20 calls asked for %d tokens, and %d requests carried one that had ended", tokens, refused)
		}
	})
}

// TestRenewWithinOneLife asks for a token once as long as it is good, and for the next in time: tokens of two seconds
// are renewed after one.
func TestRenewWithinOneLife(t *testing.T) {
	t.Parallel()
	eachRenewal(t, 2*time.Second, func(t *testing.T, mock *apimock.Server, client *zdx.Client) {
		for range 40 { // 20 seconds
			if _, err := client.DeepTraces(t.Context(), mock.DeviceID); err != nil {
				t.Fatal(err)
			}
			<-time.After(500 * time.Millisecond)
		}
		tokens, refused := signIns(t, mock)
		if tokens != 20 || refused != 0 {
			t.Errorf("in 20 seconds %d tokens were asked for, and %d requests carried one that had ended", tokens, refused)
		}
	})
}

// TestRenewWhenTheServiceSaysSo lets tokens end by the service's clock alone, so that only its refusal tells.
func TestRenewWhenTheServiceSaysSo(t *testing.T) {
	t.Parallel()
	eachRenewal(t, time.Minute, func(t *testing.T, mock *apimock.Server, client *zdx.Client) {
		for range 5 {
			liveSlowly(t, mock, client, func() {
				mock.Advance(61 * time.Second)
				<-time.After(2 * time.Second) // a token is good for half a minute by our clock
			})
		}
		tokens, refused := signIns(t, mock)
		if tokens != 20 || refused != 19 {
			t.Errorf("20 calls asked for %d tokens, and %d were refused, want all but the first", tokens, refused)
		}
	})
}

// TestRenewBurst lets 20 requests leave at once: one token is enough for all, and one more when it has ended.
func TestRenewBurst(t *testing.T) {
	t.Parallel()
	const lifetime = 20 * time.Second // the pace spreads 20 requests over some six seconds
	eachRenewal(t, lifetime, func(t *testing.T, mock *apimock.Server, client *zdx.Client) {
		for bursts := range 4 {
			var group sync.WaitGroup
			for range 20 {
				group.Go(func() {
					if _, err := client.DeepTraces(t.Context(), mock.DeviceID); err != nil {
						t.Error(err)
					}
				})
			}
			group.Wait()
			tokens, refused := signIns(t, mock)
			if tokens != bursts+1 || refused != 0 {
				t.Errorf("%d bursts asked for %d tokens, and %d requests were refused", bursts+1, tokens, refused)
			}
			<-time.After(lifetime)
		}
	})
}

// TestRenewInTheQueue keeps requests waiting for their turn longer than a token lives: the one that they are sent with
// is good when they leave.
func TestRenewInTheQueue(t *testing.T) {
	t.Parallel()
	eachRenewal(t, 2*time.Second, func(t *testing.T, mock *apimock.Server, client *zdx.Client) {
		var group sync.WaitGroup
		for range 20 {
			group.Go(func() {
				for range 3 {
					if _, err := client.DeepTraces(t.Context(), mock.DeviceID); err != nil {
						t.Error(err)
					}
				}
			})
		}
		group.Wait()
		if _, refused := signIns(t, mock); refused != 0 {
			t.Errorf("%d requests carried a token that had ended", refused)
		}
	})
}
