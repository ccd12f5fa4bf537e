package gather

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
)

// service has numbered objects, all of the same version, in pages of a hundred. A request takes a tenth of a second.
type service struct {
	there   int
	fails   bool // its list
	version atomic.Int64

	mu            sync.Mutex
	alone         map[string]int
	pages, broken int
}

const latency = 100 * time.Millisecond

var errRefused = errors.New("refused")

func (s *service) work(ctx context.Context) error {
	select {
	case <-time.After(latency):
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// walk reads the service's list.
type walk struct {
	*service
	offset int
}

func (w *walk) Next(ctx context.Context, most int) (Pages[int64], error) {
	version := w.version.Load()
	err := w.work(ctx)
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.pages += most; err != nil {
		w.broken++
		return Pages[int64]{}, err
	}
	if w.fails {
		return Pages[int64]{}, errRefused
	}
	pages := Pages[int64]{Objects: map[string]int64{}, Requests: most}
	for end := w.offset + 100*most; w.offset < min(end, w.there); w.offset++ {
		pages.Objects[fmt.Sprint(w.offset)] = version
	}
	pages.End = w.offset >= w.there
	return pages, nil
}

func (s *service) get(ctx context.Context, reads *Reads, id string) (int64, error) {
	return Get(ctx, reads, "list", id, func() Walk[int64] { return &walk{service: s} },
		func(ctx context.Context) (int64, error) {
			s.mu.Lock()
			s.alone[id]++
			s.mu.Unlock()
			version := s.version.Load()
			return version, s.work(ctx)
		})
}

// all reads the objects from one number to another as Terraform does, so many at a time.
func (s *service) all(t *testing.T, reads *Reads, from, to, parallel int) {
	t.Helper()
	ids := make(chan string)
	var workers sync.WaitGroup
	for range parallel {
		workers.Go(func() {
			for id := range ids {
				if version, err := s.get(t.Context(), reads, id); version != s.version.Load() || err != nil {
					t.Errorf("%s has version %d, %v", id, version, err)
				}
			}
		})
	}
	for number := from; number < to; number++ {
		ids <- fmt.Sprint(number)
	}
	close(ids)
	workers.Wait()
}

func (s *service) wantSent(t *testing.T, alone, pages int) {
	t.Helper()
	sent := 0
	for _, times := range s.alone {
		sent += times
	}
	if sent != alone || s.pages != pages {
		t.Errorf("%d objects and %d pages were asked for, want %d and %d", sent, s.pages, alone, pages)
	}
}

func onVirtualTime(t *testing.T, there int, test func(t *testing.T, s *service, reads *Reads)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		reads := New(Several)
		s := &service{there: there, alone: map[string]int{}}
		s.version.Store(7)
		test(t, s, reads)
		<-time.After(keep + 10*latency)
		synctest.Wait()
		if len(reads.lists) > 0 {
			t.Errorf("%d lists are still kept", len(reads.lists))
		}
	})
}

// What is asked for: two objects alone, then pages, as many as there are reads and not one more.
func TestRequests(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		there, from, to, parallel int
		fails                     bool
		alone, pages              int
		within                    time.Duration
	}{
		"one":                       {there: 1000, to: 1, parallel: 10, alone: 1, within: latency},
		"two":                       {there: 1000, to: 2, parallel: 10, alone: 2, within: latency},
		"ten of ten":                {there: 10, to: 10, parallel: 10, alone: 2, pages: 1, within: latency},
		"one after the other":       {there: 100, to: 100, parallel: 1, alone: 2, pages: 1, within: 3 * latency},
		"two hundred and fifty":     {there: 250, to: 250, parallel: 10, alone: 2, pages: 4, within: 2 * latency},
		"a thousand":                {there: 1000, to: 1000, parallel: 10, alone: 2, pages: 13, within: 3 * latency},
		"ten of many, the first":    {there: 100_000, to: 10, parallel: 10, alone: 2, pages: 1, within: latency},
		"ten of many, in the midst": {there: 100_000, from: 50_000, to: 50_010, parallel: 10, alone: 10, pages: 10, within: 4 * latency},
		"ten that are not listed":   {there: 50, from: 60, to: 70, parallel: 10, alone: 10, pages: 1, within: 2 * latency},
		"ten of a list that fails":  {there: 50, to: 10, parallel: 10, fails: true, alone: 10, pages: 1, within: 2 * latency},
	}
	for name, test := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			onVirtualTime(t, test.there, func(t *testing.T, s *service, reads *Reads) {
				s.fails = test.fails
				began := time.Now()
				s.all(t, reads, test.from, test.to, test.parallel)
				if took := time.Since(began); took > test.within {
					t.Errorf("it took %s, want %s", took, test.within)
				}
				s.wantSent(t, test.alone, test.pages)
			})
		})
	}
}

// Whoever reads an object again reads it from the service, and so does everybody when the list has become old.
func TestSecondRead(t *testing.T) {
	t.Parallel()
	onVirtualTime(t, 50, func(t *testing.T, s *service, reads *Reads) {
		s.all(t, reads, 0, 10, 10)
		s.wantSent(t, 2, 1)
		s.version.Add(1)
		s.all(t, reads, 0, 10, 10)
		s.wantSent(t, 12, 1)
		<-time.After(keep)
		s.all(t, reads, 0, 10, 10)
		s.wantSent(t, 14, 2)
	})
}

// Only a list that came to its end tells that something is not in it.
func TestLacks(t *testing.T) {
	t.Parallel()
	onVirtualTime(t, 150, func(t *testing.T, s *service, reads *Reads) {
		s.all(t, reads, 0, 3, 3)
		if reads.Lacks("list", "150") || reads.Lacks("other", "150") {
			t.Error("half a list tells what is missing")
		}
		s.all(t, reads, 100, 103, 3)
		if !reads.Lacks("list", "150") || reads.Lacks("list", "149") || reads.Lacks("list", "1") {
			t.Error("a whole list does not tell what is missing")
		}
		reads.Forget()
		if reads.Lacks("list", "150") {
			t.Error("a list from before a write tells what is missing")
		}
	})
}

// The end of a caller is not that of the others, though it was he who began the round; with the last one ends the round.
func TestCancelled(t *testing.T) {
	t.Parallel()
	for cancelled, broken := range map[int]int{1: 0, 4: 0, 5: 1} {
		t.Run(fmt.Sprint(cancelled, " of 5"), func(t *testing.T) {
			t.Parallel()
			onVirtualTime(t, 50, func(t *testing.T, s *service, reads *Reads) {
				s.all(t, reads, 0, 2, 2)
				ctx, cancel := context.WithCancel(t.Context())
				contexts := map[bool]context.Context{true: ctx, false: t.Context()}
				var callers sync.WaitGroup
				for number := range 5 {
					callers.Go(func() {
						_, err := s.get(contexts[number < cancelled], reads, fmt.Sprint(2+number))
						if (err != nil) != (number < cancelled) {
							t.Errorf("caller %d: %v", number, err)
						}
					})
					synctest.Wait() // the first one waits for the round that it began
				}
				cancel()
				callers.Wait()
				synctest.Wait()
				if s.broken != broken {
					t.Errorf("%d rounds were broken off, want %d", s.broken, broken)
				}
				s.all(t, reads, 20, 25, 5)
			})
		})
	}
}

// However reads and writes mix, no read is answered with what was read before a write that had ended by then.
func TestWrites(t *testing.T) {
	t.Parallel()
	for seed := range uint64(20) {
		onVirtualTime(t, 500, func(t *testing.T, s *service, reads *Reads) {
			var ended atomic.Int64
			write := func() {
				<-time.After(latency / 2)
				version := s.version.Add(1)
				<-time.After(latency / 2)
				reads.Forget()
				ended.Store(version)
			}
			var callers sync.WaitGroup
			for caller := range uint64(10) {
				callers.Go(func() {
					random := rand.New(rand.NewPCG(seed, caller))
					for range 100 {
						<-time.After(time.Duration(random.IntN(40)) * time.Millisecond)
						if caller == 0 && random.IntN(8) == 0 {
							write()
							continue
						}
						before := ended.Load()
						version, err := s.get(t.Context(), reads, fmt.Sprint(random.IntN(600)))
						if version < before || err != nil {
							t.Errorf("version %d is read after %d was written, %v", version, before, err)
						}
					}
				})
			}
			callers.Wait()
			if s.pages == 0 || ended.Load() < 8 {
				t.Errorf("%d pages and %d writes show nothing", s.pages, ended.Load())
			}
		})
	}
}

// Without gathering everything is read alone.
func TestOff(t *testing.T) {
	t.Parallel()
	onVirtualTime(t, 50, func(t *testing.T, s *service, reads *Reads) {
		off := New(None)
		s.all(t, off, 0, 10, 10)
		off.Forget()
		if off.Lacks("list", "100") {
			t.Error("without a list nothing is missing")
		}
		s.wantSent(t, 10, 0)
	})
}

// In the mode for tests the first read is gathered as well.
func TestAll(t *testing.T) {
	t.Parallel()
	onVirtualTime(t, 50, func(t *testing.T, s *service, _ *Reads) {
		s.all(t, New(All), 0, 1, 1)
		s.wantSent(t, 0, 1)
	})
}
