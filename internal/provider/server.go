package provider

import (
	"context"
	"iter"
	"reflect"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/pomerium-zdx/terraform-provider-pomerium/internal/gather"
	"github.com/pomerium-zdx/terraform-provider-pomerium/internal/httpapi"
)

// New returns a maker of the provider's server.
func New(version string) func() tfprotov6.ProviderServer {
	return func() tfprotov6.ProviderServer { return serverOf(&pomeriumProvider{version: version}) }
}

// NewReadingAlone returns a maker of a server that asks the services for each object alone, to measure what gathering
// the reads is worth.
func NewReadingAlone(version string) func() tfprotov6.ProviderServer {
	return func() tfprotov6.ProviderServer {
		return serverOf(&pomeriumProvider{version: version, knobs: knobs{gather: gather.None}})
	}
}

// Bare returns the provider without its server, to be measured.
func Bare(version string) provider.Provider { return &pomeriumProvider{version: version} }

// serverOf returns a provider's server, of which no text reaches a terminal raw.
func serverOf(p provider.Provider) tfprotov6.ProviderServer {
	return cleanServer{providerserver.NewProtocol6(p)().(fullServer), &stays{provider: p}} //nolint:errcheck // the framework's server is both
}

// fullServer is all of the protocol that the provider speaks.
type fullServer interface {
	tfprotov6.ProviderServer
	tfprotov6.ActionServer
	tfprotov6.ListResourceServer
}

// cleanServer is the one gate through which texts leave the provider for a CLI, which prints them as they are: names
// and words of a service may hold control characters and escape sequences, or be endless. Values of a state are not
// touched: they must be exact, and CLIs quote them.
type cleanServer struct {
	fullServer
	stays *stays
}

// mostText bounds a text in runes. The longest of ours lists faults of a policy.
const mostText = 20_000

func cleanText(text string) string {
	text = httpapi.Printable(text)
	if runes := []rune(text); len(runes) > mostText {
		return string(runes[:mostText]) + "…"
	}
	return text
}

func cleanAll(problems []*tfprotov6.Diagnostic) {
	for _, problem := range problems {
		problem.Summary, problem.Detail = cleanText(problem.Summary), cleanText(problem.Detail)
	}
}

// answered has a request answered, with a context that ends with the answer, and cleans the answer's Diagnostics, a
// member that all answers have that it is called for.
func answered[Q, A any](ctx context.Context, req *Q, call func(context.Context, *Q) (*A, error)) (*A, error) {
	ctx, release := lend(ctx)
	defer release()
	answer, err := call(ctx, req)
	if answer != nil {
		cleanAll(reflect.ValueOf(answer).Elem().FieldByName("Diagnostics").Interface().([]*tfprotov6.Diagnostic)) //nolint:errcheck // its only type
	}
	return answer, err
}

func (s cleanServer) ValidateProviderConfig(ctx context.Context, req *tfprotov6.ValidateProviderConfigRequest) (*tfprotov6.ValidateProviderConfigResponse, error) {
	return answered(ctx, req, s.fullServer.ValidateProviderConfig)
}

func (s cleanServer) ConfigureProvider(ctx context.Context, req *tfprotov6.ConfigureProviderRequest) (*tfprotov6.ConfigureProviderResponse, error) {
	return answered(ctx, req, s.fullServer.ConfigureProvider)
}

func (s cleanServer) ValidateResourceConfig(ctx context.Context, req *tfprotov6.ValidateResourceConfigRequest) (*tfprotov6.ValidateResourceConfigResponse, error) {
	return answered(ctx, req, s.fullServer.ValidateResourceConfig)
}

func (s cleanServer) UpgradeResourceState(ctx context.Context, req *tfprotov6.UpgradeResourceStateRequest) (*tfprotov6.UpgradeResourceStateResponse, error) {
	return answered(ctx, req, s.fullServer.UpgradeResourceState)
}

func (s cleanServer) UpgradeResourceIdentity(ctx context.Context, req *tfprotov6.UpgradeResourceIdentityRequest) (*tfprotov6.UpgradeResourceIdentityResponse, error) {
	return answered(ctx, req, s.fullServer.UpgradeResourceIdentity)
}

func (s cleanServer) ReadResource(ctx context.Context, req *tfprotov6.ReadResourceRequest) (*tfprotov6.ReadResourceResponse, error) {
	return answered(ctx, req, s.fullServer.ReadResource)
}

func (s cleanServer) PlanResourceChange(ctx context.Context, req *tfprotov6.PlanResourceChangeRequest) (*tfprotov6.PlanResourceChangeResponse, error) {
	if s.stays.nothingToPlan(ctx, req) {
		return &tfprotov6.PlanResourceChangeResponse{
			PlannedState: req.PriorState, PlannedPrivate: req.PriorPrivate, PlannedIdentity: req.PriorIdentity,
		}, nil
	}
	return answered(ctx, req, s.fullServer.PlanResourceChange)
}

func (s cleanServer) ApplyResourceChange(ctx context.Context, req *tfprotov6.ApplyResourceChangeRequest) (*tfprotov6.ApplyResourceChangeResponse, error) {
	return answered(ctx, req, s.fullServer.ApplyResourceChange)
}

func (s cleanServer) ImportResourceState(ctx context.Context, req *tfprotov6.ImportResourceStateRequest) (*tfprotov6.ImportResourceStateResponse, error) {
	return answered(ctx, req, s.fullServer.ImportResourceState)
}

func (s cleanServer) MoveResourceState(ctx context.Context, req *tfprotov6.MoveResourceStateRequest) (*tfprotov6.MoveResourceStateResponse, error) {
	return answered(ctx, req, s.fullServer.MoveResourceState)
}

func (s cleanServer) ValidateDataResourceConfig(ctx context.Context, req *tfprotov6.ValidateDataResourceConfigRequest) (*tfprotov6.ValidateDataResourceConfigResponse, error) {
	return answered(ctx, req, s.fullServer.ValidateDataResourceConfig)
}

func (s cleanServer) ReadDataSource(ctx context.Context, req *tfprotov6.ReadDataSourceRequest) (*tfprotov6.ReadDataSourceResponse, error) {
	return answered(ctx, req, s.fullServer.ReadDataSource)
}

func (s cleanServer) GenerateResourceConfig(ctx context.Context, req *tfprotov6.GenerateResourceConfigRequest) (*tfprotov6.GenerateResourceConfigResponse, error) {
	return answered(ctx, req, s.fullServer.GenerateResourceConfig)
}

func (s cleanServer) ValidateEphemeralResourceConfig(ctx context.Context, req *tfprotov6.ValidateEphemeralResourceConfigRequest) (*tfprotov6.ValidateEphemeralResourceConfigResponse, error) {
	return answered(ctx, req, s.fullServer.ValidateEphemeralResourceConfig)
}

func (s cleanServer) OpenEphemeralResource(ctx context.Context, req *tfprotov6.OpenEphemeralResourceRequest) (*tfprotov6.OpenEphemeralResourceResponse, error) {
	return answered(ctx, req, s.fullServer.OpenEphemeralResource)
}

func (s cleanServer) RenewEphemeralResource(ctx context.Context, req *tfprotov6.RenewEphemeralResourceRequest) (*tfprotov6.RenewEphemeralResourceResponse, error) {
	return answered(ctx, req, s.fullServer.RenewEphemeralResource)
}

func (s cleanServer) CloseEphemeralResource(ctx context.Context, req *tfprotov6.CloseEphemeralResourceRequest) (*tfprotov6.CloseEphemeralResourceResponse, error) {
	return answered(ctx, req, s.fullServer.CloseEphemeralResource)
}

func (s cleanServer) CallFunction(ctx context.Context, req *tfprotov6.CallFunctionRequest) (*tfprotov6.CallFunctionResponse, error) {
	ctx, release := lend(ctx)
	defer release()
	answer, err := s.fullServer.CallFunction(ctx, req)
	if answer != nil && answer.Error != nil {
		answer.Error.Text = cleanText(answer.Error.Text)
	}
	return answer, err
}

func (s cleanServer) ValidateListResourceConfig(ctx context.Context, req *tfprotov6.ValidateListResourceConfigRequest) (*tfprotov6.ValidateListResourceConfigResponse, error) {
	return answered(ctx, req, s.fullServer.ValidateListResourceConfig)
}

func (s cleanServer) ListResource(ctx context.Context, req *tfprotov6.ListResourceRequest) (*tfprotov6.ListResourceServerStream, error) {
	answer, err := s.fullServer.ListResource(ctx, req)
	if answer != nil {
		answer.Results = each(answer.Results, func(result *tfprotov6.ListResourceResult) {
			result.DisplayName = httpapi.Label(result.DisplayName)
			cleanAll(result.Diagnostics)
		})
	}
	return answer, err
}

func (s cleanServer) ValidateActionConfig(ctx context.Context, req *tfprotov6.ValidateActionConfigRequest) (*tfprotov6.ValidateActionConfigResponse, error) {
	return answered(ctx, req, s.fullServer.ValidateActionConfig)
}

func (s cleanServer) PlanAction(ctx context.Context, req *tfprotov6.PlanActionRequest) (*tfprotov6.PlanActionResponse, error) {
	return answered(ctx, req, s.fullServer.PlanAction)
}

func (s cleanServer) InvokeAction(ctx context.Context, req *tfprotov6.InvokeActionRequest) (*tfprotov6.InvokeActionServerStream, error) {
	answer, err := s.fullServer.InvokeAction(ctx, req)
	if answer != nil {
		answer.Events = each(answer.Events, func(event *tfprotov6.InvokeActionEvent) {
			switch kind := event.Type.(type) {
			case tfprotov6.ProgressInvokeActionEventType:
				// One line each: what came from the service must not look like another message.
				event.Type = tfprotov6.ProgressInvokeActionEventType{Message: strings.ReplaceAll(cleanText(kind.Message), "\n", " ")}
			case tfprotov6.CompletedInvokeActionEventType:
				cleanAll(kind.Diagnostics)
			}
		})
	}
	return answer, err
}

// each is a sequence whose elements are changed on their way.
func each[E any](sequence iter.Seq[E], change func(*E)) iter.Seq[E] {
	return func(push func(E) bool) {
		for element := range sequence {
			change(&element)
			if !push(element) {
				return
			}
		}
	}
}
