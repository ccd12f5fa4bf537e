package provider

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/defaults"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// A `moved` block may lead here from a type of another provider that manages the same objects. The CLI asks
// for the new state before it configures the provider, so the state is translated offline, and the refresh
// that follows brings what the other provider did not keep.

// peerType is a type of another provider, for the same kind of object.
type peerType struct {
	provider string            // namespace and name; the host is that of the CLI's registry
	name     string            // pomerium_route
	renamed  map[string]string // our names by theirs, where the two differ
}

// zeroPeers are the types that each kind of object may come from, by noun. A name that is not renamed is the same
// in both. What only the other provider has is left behind.
var zeroPeers = map[string][]peerType{
	"route": {
		{provider: "rasschaert/pomeriumzero", name: "pomeriumzero_route"},
		{provider: "pomerium/pomerium", name: "pomerium_route", renamed: map[string]string{
			"policies": "policy_ids", "idp_client_id": "identity_provider_client_id", "idp_client_secret": "identity_provider_client_secret",
		}},
	},
	"policy": {
		{provider: "rasschaert/pomeriumzero", name: "pomeriumzero_policy"},
		{provider: "pomerium/pomerium", name: "pomerium_policy"},
	},
}

// moveFrom returns the movers of a kind of object.
func moveFrom(peers []peerType) []resource.StateMover {
	var movers []resource.StateMover
	for _, peer := range peers {
		movers = append(movers, resource.StateMover{StateMover: peer.move})
	}
	return movers
}

// move leaves the response alone, which means "ask the next one", unless the source is the peer's. The identity
// stays unset: no peer knows the organization, and the framework takes half an identity that Read completes for
// another object.
func (p peerType) move(ctx context.Context, req resource.MoveStateRequest, resp *resource.MoveStateResponse) {
	if req.SourceTypeName != p.name || !strings.HasSuffix("/"+req.SourceProviderAddress, "/"+p.provider) {
		return
	}
	source := jsonMembers(req.SourceRawState.JSON)
	if source == nil {
		resp.Diagnostics.AddError("State cannot be moved", fmt.Sprintf(
			"The state of this %s is not the JSON object that Terraform keeps. Let Terraform forget it and import the object by its ID.", p.name))
		return
	}
	for theirs, ours := range p.renamed {
		if value, kept := source[theirs]; kept {
			source[ours] = value
		}
	}
	attributes := map[string]schema.Attribute{}
	values := map[string]tftypes.Value{}
	complete := true
	for name, attribute := range resp.TargetState.Schema.GetAttributes() {
		attributes[name] = attribute
		value, err := movedValue(ctx, attribute, source[name])
		if err != nil {
			resp.Diagnostics.AddError("State cannot be moved", fmt.Sprintf("The default of %s cannot be used: %s.", name, err))
			return
		}
		values[name] = value
		complete = complete && (!attribute.IsRequired() || !value.IsNull())
	}
	if values["id"].IsNull() {
		resp.Diagnostics.AddError("State cannot be moved", fmt.Sprintf(
			"The state of this %s has no ID, so there is nothing to find the object by. Let Terraform forget it and import the object.", p.name))
		return
	}
	if !complete { // without a required value it is to Read what an import is
		for name, attribute := range attributes {
			if name != "id" {
				values[name] = tftypes.NewValue(attribute.GetType().TerraformType(ctx), nil)
			}
		}
	}
	resp.TargetState.Raw = tftypes.NewValue(resp.TargetState.Schema.Type().TerraformType(ctx), values)
}

// movedValue returns an attribute's value, else its default, else null. What does not fit is left out: in lists of
// objects, every provider has its own. An empty text counts as unset, as in the service: the peers write "" for
// what nobody configured.
func movedValue(ctx context.Context, attribute schema.Attribute, source json.RawMessage) (tftypes.Value, error) {
	typ := attribute.GetType().TerraformType(ctx)
	if object, ok := attribute.(schema.SingleNestedAttribute); ok {
		return movedObject(ctx, object, source)
	}
	if isPlain(typ) && len(source) > 0 && string(source) != `""` {
		value, err := tfprotov6.RawState{JSON: source}.Unmarshal(typ)
		if err == nil && !value.IsNull() {
			return value, nil
		}
	}
	fallback := defaultOf(ctx, attribute)
	if fallback == nil {
		return tftypes.NewValue(typ, nil), nil
	}
	return fallback.ToTerraformValue(ctx)
}

// movedObject takes an object over whose members have the same names, for the secrets in it: the service may not
// tell them again. It is null unless all that is required is there.
func movedObject(ctx context.Context, object schema.SingleNestedAttribute, source json.RawMessage) (tftypes.Value, error) {
	typ := object.GetType().TerraformType(ctx)
	members := jsonMembers(source)
	if members == nil {
		return tftypes.NewValue(typ, nil), nil
	}
	values := map[string]tftypes.Value{}
	for name, attribute := range object.Attributes {
		value, err := movedValue(ctx, attribute, members[name])
		if err != nil || attribute.IsRequired() && value.IsNull() {
			return tftypes.NewValue(typ, nil), err
		}
		values[name] = value
	}
	return tftypes.NewValue(typ, values), nil
}

// jsonMembers returns the members of a JSON object, and nil for anything else.
func jsonMembers(source []byte) map[string]json.RawMessage {
	var members map[string]json.RawMessage
	if json.Unmarshal(source, &members) != nil {
		return nil
	}
	return members
}

// isPlain tells whether a type holds no object.
func isPlain(typ tftypes.Type) bool {
	switch typ := typ.(type) {
	case tftypes.List:
		return isPlain(typ.ElementType)
	case tftypes.Set:
		return isPlain(typ.ElementType)
	case tftypes.Map:
		return isPlain(typ.ElementType)
	case tftypes.Object, tftypes.Tuple:
		return false
	}
	return true
}

// defaultOf returns the default that the schema names, or nil. The members of properties that cannot be null
// have one.
func defaultOf(ctx context.Context, attribute schema.Attribute) attr.Value {
	switch a := attribute.(type) {
	case schema.BoolAttribute:
		if a.Default != nil {
			var resp defaults.BoolResponse
			a.Default.DefaultBool(ctx, defaults.BoolRequest{}, &resp)
			return resp.PlanValue
		}
	case schema.StringAttribute:
		if a.Default != nil {
			var resp defaults.StringResponse
			a.Default.DefaultString(ctx, defaults.StringRequest{}, &resp)
			return resp.PlanValue
		}
	case schema.SetAttribute:
		if a.Default != nil {
			var resp defaults.SetResponse
			a.Default.DefaultSet(ctx, defaults.SetRequest{}, &resp)
			return resp.PlanValue
		}
	}
	return nil
}
