package httpapi

import (
	"context"
	"math/rand/v2"
	"time"
)

// Wait waits, and tells whether the context lived to the end of it.
func Wait(ctx context.Context, long time.Duration) bool {
	timer := time.NewTimer(long)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return false
	case <-timer.C:
		return ctx.Err() == nil
	}
}

// Poll calls look until it is done, fails, or the context ends. The pauses grow with the time already waited, from the
// least to the most, so that many who wait long leave the service's few requests to others.
func Poll(ctx context.Context, least, most time.Duration, look func() (done bool, err error)) error {
	for began := time.Now(); ; {
		done, err := look()
		if ctx.Err() != nil && !done {
			return context.Cause(ctx)
		}
		if done || err != nil {
			return err
		}
		wait := min(max(least, time.Since(began)/4), max(least, most))
		if !Wait(ctx, wait+rand.N(wait/4+1)) { //nolint:gosec // spreads requests, guards nothing
			return context.Cause(ctx)
		}
	}
}
