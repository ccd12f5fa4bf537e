package pomeriumzero

import (
	"context"
	"fmt"
	"sync"
	"sync/atomic"

	"golang.org/x/sync/singleflight"
)

// memo remembers the first success of a look-up for the life of the client. Callers that ask at the
// same time share one look-up; failures are not remembered.
type memo[T any] struct{ keyedMemo[T] }

func (m *memo[T]) get(ctx context.Context, load func(context.Context) (T, error)) (T, error) {
	return m.keyedMemo.get(ctx, "", load)
}

// keyedMemo is a memo for each key.
type keyedMemo[T any] struct {
	flight     singleflight.Group
	known      sync.Map
	generation atomic.Int64 // how often all was forgotten
}

// forget drops what is remembered, and what is being looked up right now.
func (m *keyedMemo[T]) forget() {
	m.generation.Add(1)
	m.known.Clear()
}

func (m *keyedMemo[T]) get(ctx context.Context, key string, load func(context.Context) (T, error)) (T, error) {
	if value, ok := m.known.Load(key); ok {
		return value.(T), nil //nolint:errcheck // only T is stored
	}
	var none T
	generation := m.generation.Load()
	result := m.flight.DoChan(fmt.Sprint(generation, "/", key), func() (any, error) {
		if value, ok := m.known.Load(key); ok { // another flight landed in between
			return value, nil
		}
		// It serves all who wait, so the first caller's cancellation must not end it.
		value, err := load(context.WithoutCancel(ctx))
		if err != nil {
			return none, err
		}
		if m.generation.Load() == generation {
			m.known.Store(key, value)
		}
		return value, nil
	})
	select {
	case <-ctx.Done():
		return none, context.Cause(ctx)
	case outcome := <-result:
		return outcome.Val.(T), outcome.Err //nolint:errcheck // only T is returned
	}
}
