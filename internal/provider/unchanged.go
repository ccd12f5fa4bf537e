package provider

import (
	"bytes"
	"context"
	"sync"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/defaults"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// Most objects of most plans are unchanged, and the framework takes more time to find that out than the CLI takes for
// all the rest: it walks the schema again for each of a route's attributes. Where what is proposed is the state, byte
// for byte, and no default has anything to say, there is nothing to plan.

// stayer is a resource whose plan for an unchanged object is its state: ModifyPlan neither changes it nor warns.
type stayer interface{ staysUnchanged() }

// stays knows of each resource that stays unchanged what its defaults are.
type stays struct {
	provider provider.Provider
	load     sync.Once
	types    map[string]stayingType
}

type stayingType struct {
	object   tftypes.Object
	defaults map[string]tftypes.Value
}

func (s *stays) of(ctx context.Context, typeName string) (stayingType, bool) {
	s.load.Do(func() {
		s.types = map[string]stayingType{}
		var own provider.MetadataResponse
		s.provider.Metadata(ctx, provider.MetadataRequest{}, &own)
		for _, open := range s.provider.Resources(ctx) {
			opened := open()
			if _, ok := opened.(stayer); !ok {
				continue
			}
			var name resource.MetadataResponse
			opened.Metadata(ctx, resource.MetadataRequest{ProviderTypeName: own.TypeName}, &name)
			var described resource.SchemaResponse
			opened.Schema(ctx, resource.SchemaRequest{}, &described)
			if staying, ok := stayingTypeOf(ctx, described.Schema); ok {
				s.types[name.TypeName] = staying
			}
		}
	})
	staying, ok := s.types[typeName]
	return staying, ok
}

// stayingTypeOf is false for a schema with a default that is not understood here: in a nested attribute, or of a type
// that no default has had so far.
func stayingTypeOf(ctx context.Context, described schema.Schema) (staying stayingType, ok bool) {
	staying.object, ok = described.Type().TerraformType(ctx).(tftypes.Object)
	staying.defaults = map[string]tftypes.Value{}
	for name, attribute := range described.Attributes {
		if !attribute.IsOptional() || !attribute.IsComputed() {
			ok = ok && !anyDefaults(attribute)
			continue
		}
		value, understood := staticDefault(ctx, attribute)
		ok = ok && understood
		if value != nil {
			staying.defaults[name], _ = value.ToTerraformValue(ctx)
		}
	}
	return staying, ok
}

// staticDefault is the default of an attribute, nil if it has none.
func staticDefault(ctx context.Context, attribute schema.Attribute) (value attr.Value, understood bool) {
	switch attribute := attribute.(type) {
	case schema.BoolAttribute:
		if attribute.Default != nil {
			var resp defaults.BoolResponse
			attribute.Default.DefaultBool(ctx, defaults.BoolRequest{}, &resp)
			value = resp.PlanValue
		}
	case schema.StringAttribute:
		if attribute.Default != nil {
			var resp defaults.StringResponse
			attribute.Default.DefaultString(ctx, defaults.StringRequest{}, &resp)
			value = resp.PlanValue
		}
	case schema.SetAttribute:
		if attribute.Default != nil {
			var resp defaults.SetResponse
			attribute.Default.DefaultSet(ctx, defaults.SetRequest{}, &resp)
			value = resp.PlanValue
		}
	default:
		return nil, false
	}
	return value, true
}

// anyDefaults tells whether a nested attribute may have a default: only what is both optional and computed has.
func anyDefaults(attribute schema.Attribute) bool {
	var nested map[string]schema.Attribute
	switch attribute := attribute.(type) {
	case schema.SingleNestedAttribute:
		nested = attribute.Attributes
	case schema.ListNestedAttribute:
		nested = attribute.NestedObject.Attributes
	case schema.SetNestedAttribute:
		nested = attribute.NestedObject.Attributes
	case schema.MapNestedAttribute:
		nested = attribute.NestedObject.Attributes
	}
	for _, member := range nested {
		if member.IsOptional() && member.IsComputed() || anyDefaults(member) {
			return true
		}
	}
	return false
}

// nothingToPlan tells whether the plan is the state.
func (s *stays) nothingToPlan(ctx context.Context, req *tfprotov6.PlanResourceChangeRequest) bool {
	if req.PriorState == nil || req.ProposedNewState == nil || len(req.PriorState.MsgPack) == 0 ||
		!bytes.Equal(req.PriorState.MsgPack, req.ProposedNewState.MsgPack) {
		return false
	}
	staying, ok := s.of(ctx, req.TypeName)
	if !ok {
		return false
	}
	var prior, config map[string]tftypes.Value
	if !unpack(req.PriorState, staying.object, &prior) {
		return false
	}
	for name, value := range staying.defaults {
		if prior[name].Equal(value) {
			continue
		}
		if config == nil && !unpack(req.Config, staying.object, &config) { // only now: decoding it is most of the work
			return false
		}
		if config[name].IsNull() {
			return false // the default is what is planned
		}
	}
	return true
}

func unpack(data *tfprotov6.DynamicValue, object tftypes.Object, members *map[string]tftypes.Value) bool {
	value, err := data.Unmarshal(object)
	return err == nil && value.IsKnown() && !value.IsNull() && value.As(members) == nil
}
