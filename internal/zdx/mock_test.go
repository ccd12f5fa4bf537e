package zdx_test

import (
	"errors"
	"fmt"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/pomerium-zdx/terraform-provider-pomerium/internal/apimock"
	"github.com/pomerium-zdx/terraform-provider-pomerium/internal/zdx"
)

func ptr[T any](value T) *T { return &value }

// unlimited is a mock without limits of its own.
var unlimited = apimock.Switches{RatePerSecond: apimock.Off, RatePerMinute: apimock.Off}

// hosts numbers the hosts of mocks, because clients pace themselves by host.
var hosts atomic.Int64

// lab returns a mock and a client of it, for a test on virtual time.
func lab(t *testing.T, edit func(*apimock.Switches), way way) (*apimock.Server, *zdx.Client) {
	t.Helper()
	mock := apimock.New(unlimited)
	if edit != nil {
		mock.SetSwitches(edit)
	}
	config := zdx.Config{Transport: apimock.Direct{Server: mock}}
	way(&config, mock, fmt.Sprintf("https://mock-%d.test", hosts.Add(1)))
	client, err := zdx.New(config)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		for _, violation := range mock.ContractViolations() {
			t.Error(violation)
		}
	})
	return mock, client
}

// way sets how a client signs in to a mock at the address.
type way func(config *zdx.Config, mock *apimock.Server, url string)

func withKey(config *zdx.Config, mock *apimock.Server, url string) {
	config.KeyID, config.KeySecret, config.URL = mock.KeyID, mock.KeySecret, url+"/v1"
}

func withHashedKey(config *zdx.Config, mock *apimock.Server, url string) {
	withKey(config, mock, url)
	config.HashKeySecret = true
}

func withClient(config *zdx.Config, mock *apimock.Server, url string) {
	config.ClientID, config.ClientSecret = mock.ClientID, mock.ClientSecret
	config.TokenURL, config.URL = url+"/oauth2/v1/token", url+"/zdx/v1"
}

func withPrivateKey(config *zdx.Config, mock *apimock.Server, url string) {
	withClient(config, mock, url)
	config.ClientSecret, config.PrivateKey = "", mock.PrivateKeyPEM
}

// live starts a trace, reads it, lists it and stops it. The mock refuses whatever the contract does not
// know, so it also checks what is sent.
func live(t *testing.T, mock *apimock.Server, client *zdx.Client, echoed bool) {
	t.Helper()
	request := zdx.DeepTraceRequest{
		SessionName: ptr("slow crm"), SessionLengthMinutes: ptr(int64(15)), ProbeDevice: ptr(true),
		AppID: ptr(zdx.ID(mock.AppID)), WebProbeID: ptr(zdx.ID(mock.WebProbeID)), CloudPathProbeID: ptr(zdx.ID(mock.CloudPathProbeID)),
	}
	started, err := client.StartDeepTrace(t.Context(), mock.DeviceID, request)
	if err != nil {
		t.Fatal(err)
	}
	if traces := mock.Traces(mock.DeviceID); len(traces) != 1 || traces[0].ID != started.ID {
		t.Fatalf("started %q, and the service has %v", started.ID, traces)
	}
	read, err := client.DeepTrace(t.Context(), mock.DeviceID, started.ID)
	if err != nil {
		t.Fatal(err)
	}
	if read.ID != started.ID || read.Ended() || read.CreatedAt.IsZero() {
		t.Errorf("read %+v", read)
	}
	if echo := read.Details; echoed && (echo.DeviceID != mock.DeviceID || *echo.SessionName != "slow crm" || *echo.CloudPathProbeID != zdx.ID(mock.CloudPathProbeID)) {
		t.Errorf("the echo is %+v", echo)
	}
	if length := read.Details.SessionLengthMinutes; length != nil && *length != 15 {
		t.Errorf("the length was read as %d minutes", *length)
	}
	list, err := client.DeepTraces(t.Context(), mock.DeviceID)
	if err != nil || len(list) != 1 || list[0].ID != started.ID {
		t.Errorf("listed %v, %v", list, err)
	}
	var busy *zdx.DeviceBusyError
	if _, err := client.StartDeepTrace(t.Context(), mock.DeviceID, zdx.DeepTraceRequest{}); !errors.As(err, &busy) || busy.TraceID != started.ID {
		t.Errorf("a second start got %v", err)
	}
	for range 2 { // stopping can be repeated
		if err := client.StopDeepTrace(t.Context(), mock.DeviceID, started.ID); err != nil {
			t.Errorf("stopping: %v", err)
		}
	}
	for _, trace := range mock.Traces(mock.DeviceID) {
		if trace.ID == started.ID && trace.Status == "started" {
			t.Error("the trace still runs")
		}
	}
}

func TestMockEveryWayOfSigningIn(t *testing.T) {
	t.Parallel()
	ways := map[string]way{
		"key": withKey, "hashed key": withHashedKey, "client secret": withClient, "private key": withPrivateKey,
	}
	for name, way := range ways {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				mock, client := lab(t, nil, way)
				live(t, mock, client, true)
			})
		})
	}
}

// TestMockEveryPosition lives the same life with every answer that the service might give.
func TestMockEveryPosition(t *testing.T) {
	t.Parallel()
	ways := map[string]way{"raw secret refused": withHashedKey, "OneAPI only": withClient, "expires_in is text": withClient}
	for _, position := range apimock.Positions() {
		t.Run(position.Name, func(t *testing.T) {
			t.Parallel()
			way := ways[position.Name]
			if way == nil {
				way = withKey
			}
			synctest.Test(t, func(t *testing.T) {
				mock, client := lab(t, position.Set, way)
				live(t, mock, client, position.Name != "details not echoed")
			})
		})
	}
}

func TestMockEndedTrace(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		mock, client := lab(t, func(w *apimock.Switches) { w.DeleteEndedStatus = 409 }, withKey)
		started, err := client.StartDeepTrace(t.Context(), mock.DeviceID, zdx.DeepTraceRequest{})
		if err != nil {
			t.Fatal(err)
		}
		mock.Advance(6 * time.Minute)
		trace, err := client.DeepTrace(t.Context(), mock.DeviceID, started.ID)
		if err != nil || !trace.Ended() || trace.EndedAt.IsZero() {
			t.Errorf("after its time the trace is %+v, %v", trace, err)
		}
		if err := client.StopDeepTrace(t.Context(), mock.DeviceID, started.ID); err != nil {
			t.Errorf("stopping a trace that has ended: %v", err)
		}
	})
}

// TestMockLargePlan reads many traces at once under the limits of the smallest tier, whose headers say
// nothing, little, or all: it is slow, and nothing fails.
func TestMockLargePlan(t *testing.T) {
	t.Parallel()
	for name, headers := range map[string]apimock.RateHeaders{
		"none": apimock.RateHeadersNone, "epoch": apimock.RateHeadersEpoch, "seconds": apimock.RateHeadersSeconds,
		"by the second": apimock.RateHeadersPerSecond, "Retry-After": apimock.RateHeadersRetryAfter, "a date": apimock.RateHeadersRetryAfterDate,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				limits := func(w *apimock.Switches) { w.RatePerSecond, w.RatePerMinute, w.RateHeaders = 5, 30, headers }
				mock, client := lab(t, limits, withKey)
				// The mock's clock is ahead, or the headers' epoch would lie before the seconds of 2001.
				mock.Advance(26 * 365 * 24 * time.Hour)
				work := make(chan struct{}, 80)
				for range 80 {
					work <- struct{}{}
				}
				close(work)
				var group sync.WaitGroup
				for range 10 { // as Terraform does
					group.Go(func() {
						for range work {
							if _, err := client.DeepTraces(t.Context(), mock.DeviceID); err != nil {
								t.Error(err)
							}
						}
					})
				}
				began := time.Now()
				group.Wait()
				if took := time.Since(began); took < 2*time.Minute || took > 6*time.Minute {
					t.Errorf("80 reads at 30 a minute took %s", took)
				}
				refused := len(mock.Journal()) - 81 // 80 reads and a token
				if refused > 20 {
					t.Errorf("%d requests more than needed were sent", refused)
				}
			})
		})
	}
}

// TestMockLostAnswer loses the answer of starts, before and after the service's work, while the mock's
// clock is far from ours.
func TestMockLostAnswer(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		fault  apimock.Fault
		starts int
	}{
		"dropped after the work":  {apimock.Fault{Drop: apimock.DropAfter}, 1},
		"dropped before the work": {apimock.Fault{Drop: apimock.DropBefore}, 2},
		"cut":                     {apimock.Fault{CutBody: true}, 1},
		"502 after the work":      {apimock.Fault{Status: 502, AnswerAfterWork: true}, 1},
		"503 before the work":     {apimock.Fault{Status: 503}, 2},
	}
	for name, test := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			mock := apimock.New(unlimited)
			server := httptest.NewServer(mock) // connections that break need sockets
			t.Cleanup(server.Close)
			config := zdx.Config{}
			withKey(&config, mock, server.URL)
			client, err := zdx.New(config)
			if err != nil {
				t.Fatal(err)
			}
			mock.Advance(90 * time.Minute)
			test.fault.Method, test.fault.Template, test.fault.Times = "POST", "/devices/{deviceid}/deeptraces", 1
			mock.AddFault(test.fault)
			trace, err := client.StartDeepTrace(t.Context(), mock.DeviceID, zdx.DeepTraceRequest{SessionName: ptr("slow crm")})
			if err != nil {
				t.Fatal(err)
			}
			if traces := mock.Traces(mock.DeviceID); len(traces) != 1 || traces[0].ID != trace.ID {
				t.Errorf("got trace %q, and the service has %v", trace.ID, traces)
			}
			if got := len(mock.Sent("POST", "/devices/{deviceid}/deeptraces")); got != test.starts {
				t.Errorf("started %d times, want %d", got, test.starts)
			}
		})
	}
}

func TestMockAdvice(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		edit func(*apimock.Switches)
		way  way
		want string
	}{
		"raw refused":    {func(w *apimock.Switches) { w.RawSecretRefused = true }, withKey, "hash_key_secret"},
		"hashed refused": {func(w *apimock.Switches) { w.HashedSecretRefused = true }, withHashedKey, "hash_key_secret"},
		"OneAPI only":    {func(w *apimock.Switches) { w.OneAPIOnly = true }, withKey, "set client_id"},
	}
	for name, test := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				mock, client := lab(t, test.edit, test.way)
				_, err := client.DeepTraces(t.Context(), mock.DeviceID)
				var advice *zdx.CredentialError
				if !errors.As(err, &advice) || !strings.Contains(advice.Error(), test.want) {
					t.Fatalf("got %v, want advice with %q", err, test.want)
				}
				for _, secret := range mock.Secrets() {
					if strings.Contains(err.Error(), secret) {
						t.Errorf("the error holds a secret: %v", err)
					}
				}
			})
		})
	}
}
