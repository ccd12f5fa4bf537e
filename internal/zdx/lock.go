package zdx

import (
	"context"
	"sync"
)

// keyedLock is a lock for each key. The zero value is ready. Locks of keys are never dropped: there is
// one for each device that a configuration traces.
type keyedLock struct{ locks sync.Map }

// lock waits for the key's lock, or returns the context's error.
func (l *keyedLock) lock(ctx context.Context, key string) (unlock func(), err error) {
	held, _ := l.locks.LoadOrStore(key, make(chan struct{}, 1))
	turn := held.(chan struct{}) //nolint:errcheck // nothing else is stored
	select {
	case <-ctx.Done():
		return nil, context.Cause(ctx)
	case turn <- struct{}{}:
		return func() { <-turn }, nil
	}
}
