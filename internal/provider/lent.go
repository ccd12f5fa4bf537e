package provider

import (
	"context"
	"sync/atomic"
	"time"
)

// lentContext is the context of a request until it is answered, and holds nothing of it afterwards. The framework keeps
// each context that it was ever given, to cancel it when the provider is stopped, and with it the request's loggers and
// stream: six kilobytes for each request, a hundred megabytes in a plan of some thousand objects.
type lentContext struct {
	held atomic.Pointer[context.Context]
}

// lend returns the context and what ends it.
func lend(ctx context.Context) (lent context.Context, release func()) {
	l := &lentContext{}
	l.held.Store(&ctx)
	return l, func() { l.held.Store(nil) }
}

var released = func() context.Context {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	return ctx
}()

func (l *lentContext) context() context.Context {
	if held := l.held.Load(); held != nil {
		return *held
	}
	return released
}

func (l *lentContext) Deadline() (time.Time, bool) { return l.context().Deadline() }
func (l *lentContext) Done() <-chan struct{}       { return l.context().Done() }
func (l *lentContext) Err() error                  { return l.context().Err() }
func (l *lentContext) Value(key any) any           { return l.context().Value(key) }
