package httpapi

import (
	"context"
	"log/slog"
	"net/http"
	"time"
)

// LevelTrace is below slog.LevelDebug: bodies, redacted, are logged at this level only.
const LevelTrace = slog.LevelDebug - 4

// log tells of one attempt: what was asked and what came back, never a credential.
func (c *Client) log(ctx context.Context, request Request, payload []byte, answer *http.Response, body []byte, began time.Time) {
	attributes := []slog.Attr{
		slog.String("method", request.Method),
		slog.String("path", request.Path),
		slog.Duration("took", time.Since(began)),
	}
	if answer != nil {
		attributes = append(attributes, slog.Int("status", answer.StatusCode), slog.Int("bytes", len(body)))
	}
	c.config.Logger.LogAttrs(ctx, slog.LevelDebug, "request", attributes...)
	if !c.config.Logger.Enabled(ctx, LevelTrace) {
		return
	}
	c.config.Logger.LogAttrs(ctx, LevelTrace, "bodies",
		slog.String("method", request.Method), slog.String("path", request.Path),
		slog.String("sent", c.config.Redactor.Body(payload)),
		slog.String("received", c.config.Redactor.Body(body)))
}
