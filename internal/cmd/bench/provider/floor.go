//go:build unix

package main

import (
	"context"
	"fmt"
	"sync"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// floor has the schemas of the provider that it embeds and does nothing, without the framework: it reads what the state
// holds, plans what is configured and applies what is planned. No provider can be faster: it is what the CLI costs.
type floor struct {
	tfprotov6.ProviderServer

	load  sync.Once
	types map[string]tftypes.Object
	err   error
}

// object is the type of a resource's state.
func (s *floor) object(ctx context.Context, name string) (tftypes.Object, error) {
	s.load.Do(func() {
		schemas, err := s.GetProviderSchema(ctx, &tfprotov6.GetProviderSchemaRequest{})
		if s.err = err; err != nil {
			return
		}
		s.types = map[string]tftypes.Object{}
		for name, schema := range schemas.ResourceSchemas {
			s.types[name] = schema.ValueType().(tftypes.Object) //nolint:errcheck // a block's type
		}
	})
	return s.types[name], s.err
}

func (s *floor) ConfigureProvider(context.Context, *tfprotov6.ConfigureProviderRequest) (*tfprotov6.ConfigureProviderResponse, error) {
	return &tfprotov6.ConfigureProviderResponse{}, nil
}

func (s *floor) ValidateResourceConfig(context.Context, *tfprotov6.ValidateResourceConfigRequest) (*tfprotov6.ValidateResourceConfigResponse, error) {
	return &tfprotov6.ValidateResourceConfigResponse{}, nil
}

func (s *floor) UpgradeResourceState(ctx context.Context, req *tfprotov6.UpgradeResourceStateRequest) (*tfprotov6.UpgradeResourceStateResponse, error) {
	object, err := s.object(ctx, req.TypeName)
	if err != nil {
		return nil, err
	}
	value, err := req.RawState.Unmarshal(object)
	if err != nil {
		return nil, err
	}
	state, err := tfprotov6.NewDynamicValue(object, value)
	return &tfprotov6.UpgradeResourceStateResponse{UpgradedState: &state}, err
}

func (s *floor) ReadResource(_ context.Context, req *tfprotov6.ReadResourceRequest) (*tfprotov6.ReadResourceResponse, error) {
	return &tfprotov6.ReadResourceResponse{NewState: req.CurrentState, NewIdentity: req.CurrentIdentity, Private: req.Private}, nil
}

// minted are the attributes that a service sets.
var minted = []string{"id", "created_at", "updated_at", "organization_id"}

func (s *floor) PlanResourceChange(ctx context.Context, req *tfprotov6.PlanResourceChangeRequest) (*tfprotov6.PlanResourceChangeResponse, error) {
	object, err := s.object(ctx, req.TypeName)
	if err != nil {
		return nil, err
	}
	planned, err := filled(object, req.ProposedNewState, func(value tftypes.Value, of tftypes.Type) tftypes.Value {
		if value.IsNull() {
			return tftypes.NewValue(of, tftypes.UnknownValue)
		}
		return value
	})
	return &tfprotov6.PlanResourceChangeResponse{PlannedState: planned, PlannedIdentity: req.PriorIdentity, PlannedPrivate: req.PriorPrivate}, err
}

func (s *floor) ApplyResourceChange(ctx context.Context, req *tfprotov6.ApplyResourceChangeRequest) (*tfprotov6.ApplyResourceChangeResponse, error) {
	object, err := s.object(ctx, req.TypeName)
	if err != nil {
		return nil, err
	}
	state, err := filled(object, req.PlannedState, func(value tftypes.Value, of tftypes.Type) tftypes.Value {
		if !value.IsKnown() {
			return tftypes.NewValue(of, "minted")
		}
		return value
	})
	return &tfprotov6.ApplyResourceChangeResponse{NewState: state, NewIdentity: identity(), Private: req.PlannedPrivate}, err
}

// identity is the one of all objects, for CLIs that insist.
func identity() *tfprotov6.ResourceIdentityData {
	object := tftypes.Object{AttributeTypes: map[string]tftypes.Type{"organization_id": tftypes.String, "id": tftypes.String}}
	data, err := tfprotov6.NewDynamicValue(object, tftypes.NewValue(object, map[string]tftypes.Value{
		"organization_id": tftypes.NewValue(tftypes.String, "minted"), "id": tftypes.NewValue(tftypes.String, "minted"),
	}))
	if err != nil {
		panic(fmt.Sprint("two texts do not make an identity: ", err))
	}
	return &tfprotov6.ResourceIdentityData{IdentityData: &data}
}

// filled changes what a service sets.
func filled(object tftypes.Object, data *tfprotov6.DynamicValue, fill func(tftypes.Value, tftypes.Type) tftypes.Value) (*tfprotov6.DynamicValue, error) {
	value, err := data.Unmarshal(object)
	if err != nil || value.IsNull() {
		return data, err
	}
	members := map[string]tftypes.Value{}
	if err := value.As(&members); err != nil {
		return nil, err
	}
	for _, name := range minted {
		members[name] = fill(members[name], object.AttributeTypes[name])
	}
	result, err := tfprotov6.NewDynamicValue(object, tftypes.NewValue(object, members))
	return &result, err
}
