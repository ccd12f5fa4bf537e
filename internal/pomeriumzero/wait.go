package pomeriumzero

import (
	"context"
	"time"

	"github.com/pomerium-zdx/terraform-provider-pomerium/internal/httpapi"
)

const (
	// defaultPoll is the least time between two looks at something that somebody waits for. The service publishes no
	// limits (pomerium-zero.md 3, Errors).
	defaultPoll = 2 * time.Second
	// longestPoll is the most.
	longestPoll = 20 * time.Second
)

// WaitFor reads an object until enough tells that it has come far enough. It returns what it saw last; its ID is "" if
// that is nothing. The error is that of a look, or the context's.
func (c Collection[P]) WaitFor(ctx context.Context, id, parent string, enough func(Object[P]) bool) (last Object[P], err error) {
	err = c.client.poll(ctx, func() (bool, error) {
		object, err := c.fresh(ctx, id, parent)
		if err == nil {
			last = object
		}
		return err == nil && enough(object), err
	})
	return last, err
}

func (c *Client) poll(ctx context.Context, look func() (done bool, err error)) error {
	return httpapi.Poll(ctx, c.pollEvery, longestPoll, look)
}
