package zdx

import (
	"context"
	"time"

	"github.com/pomerium-zdx/terraform-provider-pomerium/internal/httpapi"
)

const (
	// defaultPoll is the least time between two looks at a trace that somebody waits for (zdx.md 8).
	defaultPoll = 15 * time.Second
	// longestPoll is the most. In between the time grows with that already waited, so that many who wait long leave
	// the minute's few requests to others.
	longestPoll = time.Minute
)

// WaitDeepTrace looks at a deep trace until enough tells that it has come far enough, and tells see of each look. It
// returns what it saw last; its ID is "" if that is nothing. The error is that of a look, or the context's.
func (c *Client) WaitDeepTrace(ctx context.Context, deviceID, traceID string, enough func(DeepTrace) bool, see func(DeepTrace)) (last DeepTrace, err error) {
	err = c.poll(ctx, func() (bool, error) {
		trace, err := c.DeepTrace(ctx, deviceID, traceID)
		if err != nil {
			return false, err
		}
		last = trace
		see(trace)
		return enough(trace), nil
	})
	return last, err
}

// poll calls look until it is done, fails, or ctx ends.
func (c *Client) poll(ctx context.Context, look func() (done bool, err error)) error {
	return httpapi.Poll(ctx, c.pollEvery, longestPoll, look)
}
