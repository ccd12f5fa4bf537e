package provider

import (
	"bytes"
	"context"
	"encoding/json"
	"maps"
	"math/big"
	"strings"
	"sync"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// protocol speaks to a provider as a CLI does, without one: hundreds of cases then cost what one CLI run does.
type protocol struct {
	t       *testing.T
	server  tfprotov6.ProviderServer
	schemas *tfprotov6.GetProviderSchemaResponse

	unplanned int // plans for which the framework was not asked
}

// allSchemas are those of any provider: to ask each one took a third of the time of a case.
var allSchemas = sync.OnceValues(func() (*tfprotov6.GetProviderSchemaResponse, error) {
	return serverOf(&pomeriumProvider{version: "test"}).GetProviderSchema(context.Background(), &tfprotov6.GetProviderSchemaRequest{})
})

// protocol configures a provider of the lab's with a ZDX key, or with the arguments given instead.
func (l *lab) protocol(t *testing.T, turned knobs, arguments map[string]any) *protocol {
	t.Helper()
	watch := l.watch(t)
	turned.log = watch
	p := &protocol{t: t, server: watchedServer{serverOf(&pomeriumProvider{version: "test", knobs: turned}).(fullServer), watch}} //nolint:errcheck // it is one
	schemas, err := allSchemas()
	if err != nil {
		t.Fatal(err)
	}
	p.schemas = schemas
	if arguments == nil {
		arguments = map[string]any{"key_id": l.KeyID, "key_secret": l.KeySecret, "url": l.url + "/v1"}
	}
	config := p.dynamic(schemas.Provider, map[string]any{
		"zdx":           arguments,
		"pomerium_zero": map[string]any{"api_user_token": l.APIUserToken, "url": l.url + "/api/v0", "plan_checks": l.planChecks},
	})
	answer, err := p.server.ConfigureProvider(t.Context(), &tfprotov6.ConfigureProviderRequest{TerraformVersion: "1.15.0", Config: config})
	if err != nil || len(answer.Diagnostics) > 0 {
		t.Fatalf("%v %s", err, listed(answer.Diagnostics))
	}
	return p
}

func (p *protocol) dynamic(schema *tfprotov6.Schema, arguments map[string]any) *tfprotov6.DynamicValue {
	p.t.Helper()
	object, ok := schema.ValueType().(tftypes.Object)
	if !ok {
		p.t.Fatal("no object")
	}
	for name := range arguments {
		if _, known := object.AttributeTypes[name]; !known {
			p.t.Fatalf("there is no argument %s", name)
		}
	}
	return p.pack(object, tfValue(p.t, object, arguments))
}

func (p *protocol) pack(typ tftypes.Type, value tftypes.Value) *tfprotov6.DynamicValue {
	p.t.Helper()
	dynamic, err := tfprotov6.NewDynamicValue(typ, value)
	if err != nil {
		p.t.Fatal(err)
	}
	return &dynamic
}

// values decodes a state; nil for an object that is not there.
func (p *protocol) values(schema *tfprotov6.Schema, state *tfprotov6.DynamicValue) map[string]any {
	p.t.Helper()
	if state == nil {
		return nil
	}
	value, err := state.Unmarshal(schema.ValueType())
	if err != nil {
		p.t.Fatal(err)
	}
	decoded, _ := plainValue(p.t, value).(map[string]any)
	return decoded
}

// plainValue is a value as JSON would have it: numbers are json.Number, an unknown value is tftypes.UnknownValue.
func plainValue(t *testing.T, value tftypes.Value) any {
	t.Helper()
	var err error
	var plain any
	switch {
	case !value.IsKnown():
		return tftypes.UnknownValue
	case value.IsNull():
		return nil
	case value.Type().Is(tftypes.String):
		var text string
		err = value.As(&text)
		plain = text
	case value.Type().Is(tftypes.Bool):
		var flag bool
		err = value.As(&flag)
		plain = flag
	case value.Type().Is(tftypes.Number):
		plain = exactNumber(t, value)
	case value.Type().Is(tftypes.Object{}) || value.Type().Is(tftypes.Map{}):
		var members map[string]tftypes.Value
		err = value.As(&members)
		all := map[string]any{}
		for name, member := range members {
			all[name] = plainValue(t, member)
		}
		plain = all
	default:
		var elements []tftypes.Value
		err = value.As(&elements)
		all := []any{}
		for _, element := range elements {
			all = append(all, plainValue(t, element))
		}
		plain = all
	}
	if err != nil {
		t.Fatal(err)
	}
	return plain
}

// read reads a data source after its validation. The state is nil when there is an error.
func (p *protocol) read(name string, arguments map[string]any) (map[string]any, []*tfprotov6.Diagnostic) {
	p.t.Helper()
	schema := p.schemas.DataSourceSchemas[name]
	if schema == nil {
		p.t.Fatalf("there is no data source %s", name)
	}
	config := p.dynamic(schema, arguments)
	valid, err := p.server.ValidateDataResourceConfig(p.t.Context(), &tfprotov6.ValidateDataResourceConfigRequest{TypeName: name, Config: config})
	if err != nil {
		p.t.Fatal(err)
	}
	if len(valid.Diagnostics) > 0 {
		return nil, valid.Diagnostics
	}
	answer, err := p.server.ReadDataSource(p.t.Context(), &tfprotov6.ReadDataSourceRequest{TypeName: name, Config: config})
	if err != nil {
		p.t.Fatal(err)
	}
	if hasError(answer.Diagnostics) {
		return nil, answer.Diagnostics
	}
	return p.values(schema, answer.State), answer.Diagnostics
}

// mustRead reads a data source that warns of nothing.
func (p *protocol) mustRead(name string, arguments map[string]any) map[string]any {
	p.t.Helper()
	state, problems := p.read(name, arguments)
	if len(problems) > 0 {
		p.t.Fatalf("%s: %s", name, listed(problems))
	}
	return state
}

func hasError(problems []*tfprotov6.Diagnostic) bool {
	for _, problem := range problems {
		if problem.Severity == tfprotov6.DiagnosticSeverityError {
			return true
		}
	}
	return false
}

// resourceState is a resource as the state holds it.
type resourceState struct {
	name     string
	schema   *tfprotov6.Schema
	state    *tfprotov6.DynamicValue
	private  []byte
	identity *tfprotov6.ResourceIdentityData
}

// planned is a plan that can be applied.
type planned struct {
	before  resourceState
	config  *tfprotov6.DynamicValue
	state   *tfprotov6.DynamicValue
	private []byte
	replace bool
}

// none is a resource that is not there.
func (p *protocol) none(name string) resourceState {
	p.t.Helper()
	schema := p.schemas.ResourceSchemas[name]
	if schema == nil {
		p.t.Fatalf("there is no resource %s", name)
	}
	return resourceState{name: name, schema: schema, state: p.pack(schema.ValueType(), tftypes.NewValue(schema.ValueType(), nil))}
}

func (p *protocol) state(o resourceState) map[string]any {
	p.t.Helper()
	return p.values(o.schema, o.state)
}

// plan plans a change to these arguments; nil plans the end of the object.
func (p *protocol) plan(ctx context.Context, o resourceState, arguments map[string]any) (planned, []*tfprotov6.Diagnostic) {
	p.t.Helper()
	result := planned{before: o, config: p.none(o.name).state}
	if arguments != nil {
		result.config = p.dynamic(o.schema, arguments)
	}
	req := &tfprotov6.PlanResourceChangeRequest{
		TypeName: o.name, PriorState: o.state, Config: result.config, ProposedNewState: p.proposed(o, arguments), PriorPrivate: o.private,
		PriorIdentity: o.identity,
	}
	if p.same(o.schema, req.ProposedNewState, o.state) {
		req.ProposedNewState = o.state // as CLIs encode it, in one order
	}
	answer, err := p.server.PlanResourceChange(ctx, req)
	if err != nil {
		p.t.Fatal(err)
	}
	result.state, result.private, result.replace = answer.PlannedState, answer.PlannedPrivate, len(answer.RequiresReplace) > 0
	server := p.server
	if watched, ok := server.(watchedServer); ok {
		server = watched.fullServer
	}
	if gate, ok := server.(cleanServer); ok && gate.stays.nothingToPlan(ctx, req) {
		p.checkNothingToPlan(ctx, o.schema, gate.fullServer, req, answer)
	}
	return result, answer.Diagnostics
}

func (p *protocol) same(schema *tfprotov6.Schema, a, b *tfprotov6.DynamicValue) bool {
	p.t.Helper()
	one, err := a.Unmarshal(schema.ValueType())
	if err != nil {
		p.t.Fatal(err)
	}
	other, err := b.Unmarshal(schema.ValueType())
	if err != nil {
		p.t.Fatal(err)
	}
	return one.Equal(other)
}

// checkNothingToPlan asks the framework as well where it was not asked, and expects the same answer.
func (p *protocol) checkNothingToPlan(ctx context.Context, schema *tfprotov6.Schema, framework fullServer,
	req *tfprotov6.PlanResourceChangeRequest, got *tfprotov6.PlanResourceChangeResponse,
) {
	p.t.Helper()
	want, err := framework.PlanResourceChange(ctx, req)
	if err != nil {
		p.t.Fatal(err)
	}
	if !p.same(schema, want.PlannedState, got.PlannedState) {
		p.t.Errorf("%s: the framework plans %v, not %v", req.TypeName, p.values(schema, want.PlannedState), p.values(schema, got.PlannedState))
	}
	if !bytes.Equal(want.PlannedPrivate, got.PlannedPrivate) || (want.PlannedIdentity == nil) != (got.PlannedIdentity == nil) ||
		len(want.RequiresReplace) > 0 || len(want.Diagnostics) > 0 || want.Deferred != nil {
		p.t.Errorf("%s: the framework plans %+v, not %+v", req.TypeName, want, got)
	}
	p.unplanned++
}

// proposed is what a CLI proposes: arguments from the configuration, and what is computed from the state before.
func (p *protocol) proposed(o resourceState, arguments map[string]any) *tfprotov6.DynamicValue {
	p.t.Helper()
	if arguments == nil {
		return p.none(o.name).state
	}
	config, err := p.dynamic(o.schema, arguments).Unmarshal(o.schema.ValueType())
	if err != nil {
		p.t.Fatal(err)
	}
	before, err := o.state.Unmarshal(o.schema.ValueType())
	if err != nil {
		p.t.Fatal(err)
	}
	if before.IsNull() {
		return p.dynamic(o.schema, arguments)
	}
	var members, prior map[string]tftypes.Value
	if err := config.As(&members); err != nil {
		p.t.Fatal(err)
	}
	if err := before.As(&prior); err != nil {
		p.t.Fatal(err)
	}
	members = maps.Clone(members)
	for _, attribute := range o.schema.Block.Attributes {
		if attribute.Computed && members[attribute.Name].IsNull() {
			members[attribute.Name] = prior[attribute.Name]
		}
	}
	return p.pack(o.schema.ValueType(), tftypes.NewValue(o.schema.ValueType(), members))
}

// apply carries a plan out.
func (p *protocol) apply(ctx context.Context, plan planned) (resourceState, []*tfprotov6.Diagnostic) {
	p.t.Helper()
	answer, err := p.server.ApplyResourceChange(ctx, &tfprotov6.ApplyResourceChangeRequest{
		TypeName: plan.before.name, PriorState: plan.before.state, PlannedState: plan.state, Config: plan.config, PlannedPrivate: plan.private,
		PlannedIdentity: plan.before.identity,
	})
	if err != nil {
		p.t.Fatal(err)
	}
	return resourceState{plan.before.name, plan.before.schema, answer.NewState, answer.Private, answer.NewIdentity}, answer.Diagnostics
}

// change plans and applies; an error of the plan ends there.
func (p *protocol) change(o resourceState, arguments map[string]any) (resourceState, []*tfprotov6.Diagnostic) {
	p.t.Helper()
	plan, problems := p.plan(p.t.Context(), o, arguments)
	if hasError(problems) {
		return o, problems
	}
	after, more := p.apply(p.t.Context(), plan)
	return after, append(problems, more...)
}

// mustChange is a change that neither fails nor warns.
func (p *protocol) mustChange(o resourceState, arguments map[string]any) resourceState {
	p.t.Helper()
	after, problems := p.change(o, arguments)
	if len(problems) > 0 {
		p.t.Fatalf("%s: %s", o.name, listed(problems))
	}
	return after
}

// refresh reads the object.
func (p *protocol) refresh(o resourceState) (resourceState, []*tfprotov6.Diagnostic) {
	p.t.Helper()
	answer, err := p.server.ReadResource(p.t.Context(), &tfprotov6.ReadResourceRequest{
		TypeName: o.name, CurrentState: o.state, Private: o.private, CurrentIdentity: o.identity,
	})
	if err != nil {
		p.t.Fatal(err)
	}
	if answer.NewState == nil {
		return o, answer.Diagnostics
	}
	if answer.NewIdentity == nil && !hasError(answer.Diagnostics) { // CLIs end there
		p.t.Errorf("%s was read without its identity", o.name)
	}
	return resourceState{o.name, o.schema, answer.NewState, answer.Private, answer.NewIdentity}, answer.Diagnostics
}

// changes tells whether a plan with these arguments would change anything.
func (p *protocol) changes(o resourceState, arguments map[string]any) bool {
	p.t.Helper()
	plan, problems := p.plan(p.t.Context(), o, arguments)
	if hasError(problems) {
		p.t.Fatalf("%s: %s", o.name, listed(problems))
	}
	return p.differs(plan)
}

// differs tells whether a plan changes anything.
func (p *protocol) differs(plan planned) bool {
	p.t.Helper()
	return plan.replace || !p.same(plan.before.schema, plan.before.state, plan.state)
}

// says tells whether one of the diagnostics holds all of the texts.
func says(problems []*tfprotov6.Diagnostic, severity tfprotov6.DiagnosticSeverity, texts ...string) bool {
	for _, problem := range problems {
		whole, all := problem.Summary+"\n"+problem.Detail, problem.Severity == severity
		for _, text := range texts {
			all = all && strings.Contains(whole, text)
		}
		if all {
			return true
		}
	}
	return false
}

func exactNumber(t *testing.T, value tftypes.Value) json.Number {
	t.Helper()
	exact := new(big.Float)
	if err := value.As(&exact); err != nil {
		t.Fatal(err)
	}
	return json.Number(exact.Text('f', -1))
}
