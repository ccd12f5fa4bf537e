package zdx_test

import (
	"fmt"
	"net/http"
	"strconv"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/pomerium-zdx/terraform-provider-pomerium/internal/apimock"
	"github.com/pomerium-zdx/terraform-provider-pomerium/internal/zdx"
)

// rateHeaders is each kind of headers that tells about limits.
var rateHeaders = []apimock.RateHeaders{
	apimock.RateHeadersNone, apimock.RateHeadersEpoch, apimock.RateHeadersSeconds,
	apimock.RateHeadersPerSecond, apimock.RateHeadersRetryAfter, apimock.RateHeadersRetryAfterDate,
}

// tier2 is a mock of the second tier (zdx.md 8), whose clock is ahead of virtual time: that begins in 2000,
// when epoch seconds were still fewer than the 1e9 from which on they are told from seconds to wait.
func tier2(headers apimock.RateHeaders) *apimock.Server {
	mock := apimock.New(apimock.Switches{RatePerSecond: 5, RatePerMinute: 60, RateHeaders: headers})
	mock.Advance(26 * 365 * 24 * time.Hour)
	return mock
}

// process is one run from the mock's one source address: it shares nothing with the others, since
// pacers are shared by host and each process has a host name of its own. The mock does not care.
type process struct {
	t      *testing.T
	mock   *apimock.Server
	name   string // its user agent
	client *zdx.Client

	mu       sync.Mutex
	asked    []asked
	finished time.Duration // since it began
}

// asked is what an answer with 429 said.
type asked struct{ at, until time.Time }

func newProcess(t *testing.T, mock *apimock.Server, perMinute int) *process {
	t.Helper()
	number := hosts.Add(1)
	p := &process{t: t, mock: mock, name: fmt.Sprintf("process-%d", number)}
	config := zdx.Config{Transport: p, UserAgent: p.name, RequestsPerMinute: perMinute}
	withKey(&config, mock, fmt.Sprintf("https://mock-%d.test", number))
	client, err := zdx.New(config)
	if err != nil {
		t.Fatal(err)
	}
	p.client = client
	return p
}

// RoundTrip takes down what refusals say, by the service's clock and in the test's own reading.
func (p *process) RoundTrip(request *http.Request) (*http.Response, error) {
	answer, err := apimock.Direct{Server: p.mock}.RoundTrip(request)
	if err == nil && answer.StatusCode == http.StatusTooManyRequests {
		now := p.mock.Now()
		p.mu.Lock()
		defer p.mu.Unlock()
		p.asked = append(p.asked, asked{now, until(p.t, answer.Header, now)})
	}
	return answer, err
}

// until is the time that an answer tells to wait for; now if it tells none.
func until(t *testing.T, header http.Header, now time.Time) time.Time {
	t.Helper()
	text := header.Get("Retry-After") + header.Get("RateLimit-Reset")
	if text == "" {
		return now
	}
	if date, err := http.ParseTime(text); err == nil {
		return date
	}
	seconds, err := strconv.ParseInt(text, 10, 64)
	if err != nil {
		t.Errorf("the mock says %q", text)
	}
	if seconds > 1e9 {
		return time.Unix(seconds, 0)
	}
	return now.Add(time.Duration(seconds) * time.Second)
}

// work reads n times with ten workers, as Terraform does, and fails the test for any error.
func (p *process) work(n int) {
	began := time.Now()
	jobs := make(chan struct{}, n)
	for range n {
		jobs <- struct{}{}
	}
	close(jobs)
	var group sync.WaitGroup
	for range 10 {
		group.Go(func() {
			for range jobs {
				if _, err := p.client.DeepTraces(p.t.Context(), p.mock.DeviceID); err != nil {
					p.t.Errorf("%s: %v", p.name, err)
				}
			}
		})
	}
	group.Wait()
	p.finished = time.Since(began)
}

// sent are the requests of the process that the mock received, and how many of them it refused.
func (p *process) sent() (requests []apimock.Exchange, refused int) {
	for _, exchange := range p.mock.Journal() {
		if exchange.Header.Get("User-Agent") != p.name {
			continue
		}
		requests = append(requests, exchange)
		if exchange.Status == http.StatusTooManyRequests {
			refused++
		}
	}
	return requests, refused
}

// checkPatience fails when a request left after a refusal and before the time that the refusal told. What left at
// the very moment of the refusal left together with what was refused.
func (p *process) checkPatience() {
	requests, refused := p.sent()
	if refused != len(p.asked) {
		p.t.Errorf("%s: the journal has %d refusals, and %d were received", p.name, refused, len(p.asked))
	}
	for _, refusal := range p.asked {
		for _, request := range requests {
			if request.Time.After(refusal.at) && request.Time.Before(refusal.until) {
				p.t.Errorf("%s: refused at %s until %s, it sent a request at %s", p.name, refusal.at, refusal.until, request.Time)
			}
		}
	}
}

// ideal is the shortest time in which n requests can be sent at 5 a second and 60 a minute.
func ideal(n int) time.Duration {
	return time.Duration((n-1)/60)*time.Minute + time.Duration((n-1)%60/5)*time.Second
}

// TestLoadTwoProcesses lets two runs from one address work at once: neither is starved, and none sees an error.
func TestLoadTwoProcesses(t *testing.T) {
	t.Parallel()
	for _, headers := range rateHeaders {
		for _, perMinute := range []int{60, 0} {
			t.Run(fmt.Sprintf("%s, %d", headers, perMinute), func(t *testing.T) {
				t.Parallel()
				synctest.Test(t, func(t *testing.T) {
					mock := tier2(headers)
					a, b := newProcess(t, mock, perMinute), newProcess(t, mock, perMinute)
					var group sync.WaitGroup
					group.Go(func() { a.work(100) })
					group.Go(func() { b.work(100) })
					group.Wait()
					a.checkPatience()
					b.checkPatience()
					quick, slow := min(a.finished, b.finished), max(a.finished, b.finished)
					if slow >= 2*quick {
						t.Errorf("one was done after %s, the other after %s", quick, slow)
					}
					if least := ideal(202); slow > 2*least { // a token each
						t.Errorf("both were done after %s, and %s are enough", slow, least)
					}
				})
			})
		}
	}
}

// TestLoadAlone measures what share of the allowed rate one run achieves with the tier's limit, and when it has to
// find the limit out.
func TestLoadAlone(t *testing.T) {
	t.Parallel()
	for _, headers := range rateHeaders {
		for _, perMinute := range []int{60, 0} {
			t.Run(fmt.Sprintf("%s, %d", headers, perMinute), func(t *testing.T) {
				t.Parallel()
				synctest.Test(t, func(t *testing.T) {
					p := newProcess(t, tier2(headers), perMinute)
					const reads = 600
					p.work(reads)
					p.checkPatience()
					requests, refused := p.sent()
					share := ideal(reads+1).Seconds() / p.finished.Seconds()
					t.Logf("%d reads took %s: %.3f of the allowed rate, %d refused", reads, p.finished, share, refused)
					if share < 0.9 {
						t.Errorf("only %.3f of the allowed rate was achieved", share)
					}
					if got := len(requests) - refused; got != reads+1 {
						t.Errorf("%d requests were let through for %d reads and a token", got, reads)
					}
					// Without the limit a few tries a minute are needed to know that it is still the same.
					if most := 40; refused > most || perMinute > 0 && refused > 0 {
						t.Errorf("%d requests were refused", refused)
					}
				})
			})
		}
	}
}
