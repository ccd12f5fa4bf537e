package provider

import (
	"context"
	"log/slog"
	"strings"
	"sync"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/pomerium-zdx/terraform-provider-pomerium/internal/httpapi"
)

// watch listens to a provider that a test speaks to: to its log down to the last level, with bodies, to all that it says
// and to the states and plans that it hands out. It stands between every test on the protocol and its provider.
type watch struct {
	mu   sync.Mutex
	text strings.Builder
}

// watch has the lab's secrets looked for at the end of the test in what the provider let out.
func (l *lab) watch(t *testing.T) *watch {
	t.Helper()
	w := &watch{}
	t.Cleanup(func() {
		for _, leak := range newLeakSearch(secretsOfLab(l)).in(w.heard()) {
			t.Errorf("a secret leaked: %s", leak)
		}
	})
	return w
}

func (w *watch) heard() string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.text.String()
}

func (w *watch) hear(texts ...string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, text := range texts {
		w.text.WriteString(text)
		w.text.WriteByte('\n')
	}
}

// Enabled, Handle, WithAttrs and WithGroup make it the end of a log.
func (*watch) Enabled(_ context.Context, level slog.Level) bool { return level >= httpapi.LevelTrace }

func (w *watch) Handle(_ context.Context, record slog.Record) error {
	w.hear(record.Message)
	record.Attrs(func(a slog.Attr) bool {
		w.hear(a.Value.String())
		return true
	})
	return nil
}

func (w *watch) WithAttrs([]slog.Attr) slog.Handler { return w }
func (w *watch) WithGroup(string) slog.Handler      { return w }

func (w *watch) hearAll(problems []*tfprotov6.Diagnostic, values ...*tfprotov6.DynamicValue) {
	for _, problem := range problems {
		w.hear(problem.Summary, problem.Detail)
	}
	for _, value := range values {
		if value != nil {
			w.hear(string(value.MsgPack), string(value.JSON))
		}
	}
}

// withoutTokens leaves out of a state what it may hold of secrets: the tokens that a service makes for a new object, and
// that are in the state because the schema says so.
func withoutTokens(typeName string, state *tfprotov6.DynamicValue) *tfprotov6.DynamicValue {
	schemas, err := allSchemas()
	if err != nil || state == nil || schemas.ResourceSchemas[typeName] == nil {
		return state
	}
	schema := schemas.ResourceSchemas[typeName]
	value, err := state.Unmarshal(schema.ValueType())
	if err != nil {
		return state
	}
	var members map[string]tftypes.Value
	if value.IsNull() || value.As(&members) != nil {
		return state
	}
	for _, attribute := range schema.Block.Attributes {
		if attribute.Sensitive && attribute.Computed {
			members[attribute.Name] = tftypes.NewValue(attribute.Type, nil)
		}
	}
	bare, err := tfprotov6.NewDynamicValue(schema.ValueType(), tftypes.NewValue(schema.ValueType(), members))
	if err != nil {
		return state
	}
	return &bare
}

// watchedServer is a server whose answers are watched.
type watchedServer struct {
	fullServer
	*watch
}

func (s watchedServer) ConfigureProvider(ctx context.Context, req *tfprotov6.ConfigureProviderRequest) (*tfprotov6.ConfigureProviderResponse, error) {
	answer, err := s.fullServer.ConfigureProvider(ctx, req)
	if answer != nil {
		s.hearAll(answer.Diagnostics)
	}
	return answer, err
}

func (s watchedServer) ReadResource(ctx context.Context, req *tfprotov6.ReadResourceRequest) (*tfprotov6.ReadResourceResponse, error) {
	answer, err := s.fullServer.ReadResource(ctx, req)
	if answer != nil {
		s.hearAll(answer.Diagnostics, withoutTokens(req.TypeName, answer.NewState))
	}
	return answer, err
}

func (s watchedServer) PlanResourceChange(ctx context.Context, req *tfprotov6.PlanResourceChangeRequest) (*tfprotov6.PlanResourceChangeResponse, error) {
	answer, err := s.fullServer.PlanResourceChange(ctx, req)
	if answer != nil {
		s.hearAll(answer.Diagnostics, withoutTokens(req.TypeName, answer.PlannedState))
	}
	return answer, err
}

func (s watchedServer) ApplyResourceChange(ctx context.Context, req *tfprotov6.ApplyResourceChangeRequest) (*tfprotov6.ApplyResourceChangeResponse, error) {
	answer, err := s.fullServer.ApplyResourceChange(ctx, req)
	if answer != nil {
		s.hearAll(answer.Diagnostics, withoutTokens(req.TypeName, answer.NewState))
	}
	return answer, err
}

func (s watchedServer) ImportResourceState(ctx context.Context, req *tfprotov6.ImportResourceStateRequest) (*tfprotov6.ImportResourceStateResponse, error) {
	answer, err := s.fullServer.ImportResourceState(ctx, req)
	if answer != nil {
		s.hearAll(answer.Diagnostics)
	}
	return answer, err
}

func (s watchedServer) ReadDataSource(ctx context.Context, req *tfprotov6.ReadDataSourceRequest) (*tfprotov6.ReadDataSourceResponse, error) {
	answer, err := s.fullServer.ReadDataSource(ctx, req)
	if answer != nil {
		s.hearAll(answer.Diagnostics, answer.State)
	}
	return answer, err
}
