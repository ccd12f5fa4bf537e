package provider

import (
	"context"
	"log/slog"
	"os"
	"slices"
	"strings"
	"sync"

	"github.com/hashicorp/terraform-plugin-log/tflog"

	"github.com/pomerium-zdx/terraform-provider-pomerium/internal/httpapi"
)

// tflogHandler carries what the clients log to Terraform's log, which knows one level more than slog.
type tflogHandler struct{ attributes []slog.Attr }

var _ slog.Handler = tflogHandler{}

// Enabled saves the work of preparing bodies when nobody asked for a log. Which level is asked for is
// tflog's to say, which does not tell.
func (tflogHandler) Enabled(_ context.Context, level slog.Level) bool {
	return level > httpapi.LevelTrace || logWanted()
}

var logWanted = sync.OnceValue(func() bool { return asksForLog(os.Environ()) })

func asksForLog(environment []string) bool {
	return slices.ContainsFunc(environment, func(entry string) bool {
		name, value, _ := strings.Cut(entry, "=")
		return value != "" && (name == "TF_LOG" || strings.HasPrefix(name, "TF_LOG_PROVIDER") || strings.HasPrefix(name, "TF_LOG_SDK"))
	})
}

func (h tflogHandler) Handle(ctx context.Context, record slog.Record) error {
	fields := map[string]any{}
	add := func(attribute slog.Attr) bool {
		fields[attribute.Key] = httpapi.Printable(attribute.Value.Resolve().String())
		return true
	}
	for _, attribute := range h.attributes {
		add(attribute)
	}
	record.Attrs(add)
	write := tflog.Error
	switch {
	case record.Level <= httpapi.LevelTrace:
		write = tflog.Trace
	case record.Level < slog.LevelInfo:
		write = tflog.Debug
	case record.Level < slog.LevelWarn:
		write = tflog.Info
	case record.Level < slog.LevelError:
		write = tflog.Warn
	}
	write(ctx, record.Message, fields)
	return nil
}

func (h tflogHandler) WithAttrs(attributes []slog.Attr) slog.Handler {
	return tflogHandler{attributes: append(append([]slog.Attr{}, h.attributes...), attributes...)}
}

// WithGroup keeps names flat: the clients use no groups.
func (h tflogHandler) WithGroup(string) slog.Handler { return h }
