// Package gather answers reads of single objects from lists. Terraform asks for each object of a state alone, ten at a
// time; a thousand objects need not be a thousand requests.
//
// Right goes before fast. What a list lacks is read alone, and so is everything when a list fails. A write makes all
// forgotten that was read before. However long a list is, at most as many of its pages are read as objects are wanted.
package gather

import (
	"context"
	"sync"
	"time"
)

const (
	// few objects are read alone: a list costs as many requests, and may be long.
	few = 2
	// AtOnce is how many pages are asked for together, as many as Terraform runs operations.
	AtOnce = 10
	// keep is how long a list answers reads. What is older is read again, and the memory is let go.
	keep = time.Minute
)

// Walk reads a list in rounds.
type Walk[T any] interface {
	// Next reads the next pages, at most so many, all at once.
	Next(ctx context.Context, most int) (Pages[T], error)
}

// Pages are what a round of a walk brought.
type Pages[T any] struct {
	Objects  map[string]T // by ID; those of an earlier round may come again
	Requests int          // how many were sent
	End      bool         // the list has no more
}

// Whole is the walk of a list without pages: a function that reads all of it.
type Whole[T any] func(ctx context.Context) (map[string]T, error)

// Next reads the list.
func (w Whole[T]) Next(ctx context.Context, _ int) (Pages[T], error) {
	objects, err := w(ctx)
	return Pages[T]{Objects: objects, Requests: 1, End: true}, err
}

// Mode says which reads are gathered.
type Mode int

// Those of lists of which several objects are wanted; none, to measure what it is worth; or all, to test what it must
// not change.
const (
	Several Mode = iota
	None
	All
)

// New gathers reads.
func New(mode Mode) *Reads {
	switch mode {
	case None:
		return nil
	case All:
		return &Reads{}
	}
	return &Reads{few: few}
}

// Reads gathers the reads of one client; nil gathers nothing. It is safe for concurrent use.
type Reads struct {
	few   int // reads of a list that go alone
	mu    sync.Mutex
	lists map[string]*list
}

// nextRound is a Walk's Next for objects of any type.
type nextRound func(ctx context.Context, most int) (Pages[any], error)

// list is a list that is being read, or has been. Its fields are guarded by the mutex of its Reads.
type list struct {
	next     nextRound
	reads    int             // of objects
	requests int             // for pages
	listed   map[string]bool // the objects that came
	handed   map[string]bool // the objects that somebody got, from here or alone: whoever wants one again reads it again
	known    map[string]any  // what came and nobody got
	complete bool            // everything has come
	over     bool            // nothing more comes: all came, or the list failed, or it was dropped
	arrival  chan struct{}   // closed when a round ends; nil between rounds
	waiting  int
	cancel   context.CancelFunc // ends the round
	expiry   *time.Timer
}

// Get returns an object of the list with this name: from the list, if several of its objects are wanted, else alone.
// walk begins to read the list, alone reads the object. The error is always alone's.
func Get[T any](ctx context.Context, r *Reads, name, id string, walk func() Walk[T], alone func(context.Context) (T, error)) (T, error) {
	if r == nil {
		return alone(ctx)
	}
	object, found := r.find(ctx, name, id, func() nextRound { return untyped(walk()) })
	if !found {
		return alone(ctx)
	}
	return object.(T), nil //nolint:errcheck // the name stands for one type
}

func untyped[T any](walk Walk[T]) nextRound {
	return func(ctx context.Context, most int) (Pages[any], error) {
		pages, err := walk.Next(ctx, most)
		objects := make(map[string]any, len(pages.Objects))
		for id, object := range pages.Objects {
			objects[id] = object
		}
		return Pages[any]{Objects: objects, Requests: pages.Requests, End: pages.End}, err
	}
}

// find waits for the object as long as the list can be expected to bring it.
func (r *Reads) find(ctx context.Context, name, id string, walk func() nextRound) (any, bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	l := r.open(name, walk)
	l.reads++
	defer func() { l.handed[id] = true }()
	for l.reads > r.few && !l.handed[id] {
		if object, ok := l.known[id]; ok {
			delete(l.known, id)
			return object, true
		}
		if l.arrival == nil && !r.begin(ctx, l) || !r.wait(ctx, name, l) {
			break
		}
	}
	return nil, false
}

// open returns the list with the name. It lives for a while.
func (r *Reads) open(name string, walk func() nextRound) *list {
	if l := r.lists[name]; l != nil {
		return l
	}
	l := &list{next: walk(), listed: map[string]bool{}, handed: map[string]bool{}, known: map[string]any{}}
	l.expiry = time.AfterFunc(keep, func() {
		r.mu.Lock()
		defer r.mu.Unlock()
		r.drop(name, l)
	})
	if r.lists == nil {
		r.lists = map[string]*list{}
	}
	r.lists[name] = l
	return l
}

// begin starts a round, unless nothing more can come. It serves all who wait, so the end of its caller is not its end.
func (r *Reads) begin(ctx context.Context, l *list) bool {
	// The list may hold far more than this configuration: each read pays for one page, no more. Nor does anybody know how
	// long the list is: the first page comes alone, and each round may be three times as large as what there was.
	most := min(l.reads-l.requests, 2*l.requests+1, AtOnce)
	if l.over || most <= 0 {
		return false
	}
	ctx, cancel := context.WithCancel(context.WithoutCancel(ctx))
	arrival := make(chan struct{})
	l.arrival, l.cancel = arrival, cancel
	go func() {
		defer cancel()
		pages, err := l.next(ctx, most)
		r.mu.Lock()
		defer r.mu.Unlock()
		defer close(arrival)
		l.arrival = nil
		if l.over {
			return // it was dropped meanwhile
		}
		l.requests += max(pages.Requests, 1)
		l.complete = pages.End && err == nil
		l.over = pages.End || err != nil
		for id, object := range pages.Objects {
			if !l.listed[id] && !l.handed[id] {
				l.known[id] = object
			}
			l.listed[id] = true
		}
	}()
	return true
}

// wait returns when a round has ended, and false when it is not worth waiting for any more.
func (r *Reads) wait(ctx context.Context, name string, l *list) bool {
	arrival := l.arrival
	l.waiting++
	r.mu.Unlock()
	select {
	case <-arrival:
	case <-ctx.Done():
	}
	r.mu.Lock()
	l.waiting--
	if ctx.Err() != nil && l.waiting == 0 && l.arrival == arrival {
		r.drop(name, l) // nobody waits for the round
	}
	return ctx.Err() == nil
}

// Lacks tells whether the list with this name has been read to its end, and the object was not in it.
func (r *Reads) Lacks(name, id string) bool {
	if r == nil {
		return false
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	l := r.lists[name]
	return l != nil && l.complete && !l.listed[id]
}

// Forget drops what was read. Whoever has written calls it then, whatever came of the write.
func (r *Reads) Forget() {
	if r == nil {
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	for name, l := range r.lists {
		r.drop(name, l)
	}
}

// drop lets the list go, and ends its round. Who waits for it reads alone.
func (r *Reads) drop(name string, l *list) {
	if r.lists[name] == l {
		delete(r.lists, name)
	}
	l.over = true
	l.known = nil
	l.expiry.Stop()
	if l.arrival != nil {
		l.cancel()
	}
}
