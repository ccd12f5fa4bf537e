package provider

import (
	"fmt"
	"net/http"
	"sync"
	"testing"
	"time"

	"github.com/pomerium-zdx/terraform-provider-pomerium/internal/apimock"
)

// atOnce does the work with as many hands as a CLI has.
func atOnce[T any](work []T, do func(i int, item T)) {
	var group sync.WaitGroup
	queue := make(chan int, len(work))
	for i := range work {
		queue <- i
	}
	close(queue)
	for range 10 {
		group.Go(func() {
			for i := range queue {
				do(i, work[i])
			}
		})
	}
	group.Wait()
}

// A hundred traces on a hundred devices, under the limits of a small tenant: planned, applied, refreshed and destroyed,
// by a process for each run. Slow, never refused for good, at the pace that is allowed, and never too early after a
// refusal.
func TestZDXDeepTraceHundredDevices(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		perMinute any
		headers   apimock.RateHeaders
	}{
		"told":                  {60, apimock.RateHeadersNone},
		"told, headers":         {60, apimock.RateHeadersEpoch},
		"learned from headers":  {nil, apimock.RateHeadersSeconds},
		"learned from refusals": {nil, apimock.RateHeadersRetryAfter},
		"learned from nothing":  {nil, apimock.RateHeadersNone},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			limits := apimock.Switches{RatePerSecond: 5, RatePerMinute: 60, RateHeaders: test.headers, MaxActiveTraces: 100}
			onVirtualTime(t, limits, func(t *testing.T, lab *lab, _ *protocol) {
				lab.Advance(26 * 365 * 24 * time.Hour) // virtual time begins in 2000, before epoch seconds looked like today's
				traces := make([]resourceState, 100)
				for i := range traces {
					lab.AddDevice(fmt.Sprint(5000+i), fmt.Sprintf("laptop-%d", i))
				}
				arguments := func(i int) map[string]any {
					return map[string]any{"device_id": fmt.Sprint(5000 + i), "session_name": fmt.Sprintf("rollout-%d", i), "session_length_minutes": 60}
				}
				process := func() *protocol { // pacers are those of a process, and a host has one
					lab.url = fmt.Sprintf("https://lab-%d.test", virtualHosts.Add(1))
					return lab.protocol(t, knobs{transport: apimock.Direct{Server: lab.Server}}, map[string]any{
						"key_id": lab.KeyID, "key_secret": lab.KeySecret, "url": lab.url + "/v1", "requests_per_minute": test.perMinute,
					})
				}
				began := time.Now()
				p := process()
				for i := range traces {
					traces[i] = p.none("zdx_deeptrace")
				}
				if sent := len(lab.Journal()); sent != 0 {
					t.Errorf("planning sent %d requests", sent)
				}
				atOnce(traces, func(i int, trace resourceState) { traces[i] = p.mustChange(trace, arguments(i)) })
				p = process()
				atOnce(traces, func(i int, trace resourceState) {
					refreshed, problems := p.refresh(trace)
					if len(problems) > 0 || p.changes(refreshed, arguments(i)) {
						t.Errorf("trace %d after a refresh: %s", i, listed(problems))
					}
					traces[i] = refreshed
				})
				p = process()
				atOnce(traces, func(_ int, trace resourceState) { p.mustChange(trace, nil) })
				took := time.Since(began)

				served, refused := 0, 0
				for _, exchange := range lab.Journal() {
					if exchange.Status == http.StatusTooManyRequests {
						refused++
					} else {
						served++
					}
				}
				share := leastTime(served).Seconds() / took.Seconds()
				t.Logf("%s: %d requests served and %d refused in %s: %.0f %% of the allowed rate", name, served, refused, took, 100*share)
				enough := 0.9
				if test.perMinute == nil {
					enough = 0.8 // who has to learn the limit is refused now and then, by chance more often
				}
				if share < enough {
					t.Errorf("%.0f %% of the allowed rate", 100*share)
				}
				if least := 3 + 100 + 100 + 200; served < least || served > least+refused { // a refused start looks at its device
					t.Errorf("%d requests were served, want %d", served, least)
				}
				for i := range traces {
					if left := lab.Traces(fmt.Sprint(5000 + i)); len(left) > 0 {
						t.Errorf("device %d has traces left", 5000+i)
					}
				}
			})
		})
	}
}

// leastTime is the shortest time for n requests at 5 a second and 60 a minute.
func leastTime(n int) time.Duration {
	return time.Duration((n-1)/60)*time.Minute + time.Duration((n-1)%60/5)*time.Second
}
