package provider

import (
	"fmt"
	"maps"
	"math/big"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/pomerium-zdx/terraform-provider-pomerium/internal/apimock"
)

// raw turns drawn arguments into what the protocol's harness takes, with the lab's names filled in.
func (l *life) raw(schema *tfprotov6.Schema, arguments map[string]any) map[string]any {
	object, ok := schema.ValueType().(tftypes.Object)
	if !ok {
		l.t.Fatal("no object")
	}
	members := map[string]any{}
	for name, value := range arguments {
		members[name] = l.rawValue(object.AttributeTypes[name], value)
	}
	return members
}

func (l *life) rawValue(typ tftypes.Type, value any) any {
	switch value := value.(type) {
	case string:
		return l.names.Replace(value)
	case spelled:
		return value[0]
	case float64: // as exact as the CLI reads it
		exact, _, err := big.ParseFloat(fmt.Sprint(value), 10, 512, big.ToNearestEven)
		if err != nil {
			l.t.Fatal(err)
		}
		return exact
	case []any:
		var element tftypes.Type
		switch typ := typ.(type) {
		case tftypes.List:
			element = typ.ElementType
		case tftypes.Set:
			element = typ.ElementType
		}
		elements := []tftypes.Value{}
		for _, item := range value {
			elements = append(elements, tftypes.NewValue(element, l.rawValue(element, item)))
		}
		return elements
	case map[string]any:
		members := map[string]tftypes.Value{}
		switch typ := typ.(type) {
		case tftypes.Map:
			for name, item := range value {
				members[name] = tftypes.NewValue(typ.ElementType, l.rawValue(typ.ElementType, item))
			}
		case tftypes.Object:
			for name, member := range typ.AttributeTypes {
				members[name] = tftypes.NewValue(member, l.rawValue(member, value[name]))
			}
		}
		return members
	}
	return value
}

// respelled writes the same arguments in another way: texts with several spellings, sets in another order.
func (l *life) respelled(arguments map[string]any) map[string]any {
	object, ok := l.p.schemas.ResourceSchemas[l.kind.typeName].ValueType().(tftypes.Object)
	if !ok {
		l.t.Fatal("no object")
	}
	again, ok := l.respelledValue(object, arguments).(map[string]any)
	if !ok {
		l.t.Fatal("no arguments")
	}
	return again
}

func (l *life) respelledValue(typ tftypes.Type, value any) any {
	switch value := value.(type) {
	case spelled:
		return spelled{oneAmong(l.chance, value...)}
	case []any:
		list := slices.Clone(value)
		switch typ := typ.(type) {
		case tftypes.Set:
			l.Shuffle(len(list), func(i, k int) { list[i], list[k] = list[k], list[i] })
		case tftypes.List:
			for i := range list {
				list[i] = l.respelledValue(typ.ElementType, list[i])
			}
		}
		return list
	case map[string]any:
		object, ok := typ.(tftypes.Object)
		if !ok {
			return value
		}
		again := map[string]any{}
		for _, name := range slices.Sorted(maps.Keys(value)) {
			again[name] = l.respelledValue(object.AttributeTypes[name], value[name])
		}
		return again
	}
	return value
}

// changed is one attribute that two values of a resource differ in.
type changed struct {
	path          string
	before, after tftypes.Value
}

func (c changed) String() string { return fmt.Sprintf("%s: %s -> %s", c.path, c.before, c.after) }

func (c changed) attribute() string { return c.path[strings.LastIndex(c.path, ".")+1:] }

// differs lists in what the planned or fresh value differs from the state.
func (l *life) differs(object resourceState, later *tfprotov6.DynamicValue) []changed {
	var list []changed
	findChanges("", l.value(object.schema, object.state), l.value(object.schema, later), &list)
	slices.SortFunc(list, func(a, b changed) int { return strings.Compare(a.path, b.path) })
	return list
}

func (l *life) value(schema *tfprotov6.Schema, dynamic *tfprotov6.DynamicValue) tftypes.Value {
	value, err := dynamic.Unmarshal(schema.ValueType())
	if err != nil {
		l.t.Fatal(err)
	}
	return value
}

func findChanges(at string, before, after tftypes.Value, list *[]changed) {
	if sameInState(before, after) {
		return
	}
	whole := before.IsKnown() && after.IsKnown() && !before.IsNull() && !after.IsNull()
	switch {
	case whole && before.Type().Is(tftypes.Object{}):
		left, right := membersIn(before), membersIn(after)
		for name := range left {
			findChanges(strings.TrimPrefix(at+"."+name, "."), left[name], right[name], list)
		}
	case whole && before.Type().Is(tftypes.List{}) && len(elementsIn(before)) == len(elementsIn(after)):
		for i, item := range elementsIn(before) {
			findChanges(fmt.Sprintf("%s.%d", at, i), item, elementsIn(after)[i], list)
		}
	default:
		*list = append(*list, changed{at, before, after})
	}
}

// sameInState compares sets without their order, as the CLI does.
func sameInState(a, b tftypes.Value) bool {
	if a.Type().Is(tftypes.Set{}) && a.IsKnown() && b.IsKnown() && !a.IsNull() && !b.IsNull() {
		texts := func(set tftypes.Value) []string {
			var list []string
			for _, item := range elementsIn(set) {
				list = append(list, item.String())
			}
			slices.Sort(list)
			return list
		}
		return slices.Equal(texts(a), texts(b))
	}
	return a.Equal(b)
}

func membersIn(object tftypes.Value) map[string]tftypes.Value {
	var all map[string]tftypes.Value
	if object.IsKnown() && !object.IsNull() {
		if err := object.As(&all); err != nil {
			panic(err)
		}
	}
	return all
}

func elementsIn(list tftypes.Value) []tftypes.Value {
	var all []tftypes.Value
	if list.IsKnown() && !list.IsNull() {
		if err := list.As(&all); err != nil {
			panic(err)
		}
	}
	return all
}

// emptyCounts tells whether an empty set differs from none.
func (l *life) emptyCounts(name string) bool {
	if slices.Contains([]string{"allow_upgrades", "idp_access_token_allowed_audiences"}, name) {
		return true
	}
	place := slices.IndexFunc(l.kind.attributes, func(a *tfprotov6.SchemaAttribute) bool { return a.Name == name })
	return l.kind.name == "settings" && place >= 0 && isSet(l.kind.attributes[place]) // none is not managed
}

func isSet(attribute *tfprotov6.SchemaAttribute) bool {
	return attribute.NestedType == nil && strings.HasPrefix(attribute.Type.String(), "tftypes.Set")
}

// filledIn are the defaults that the service fills in.
var filledIn = map[string]string{"codec_client_type": "http1", "flavor": "standard"}

// isUntold tells whether an import cannot know what differs: how nothing was spelled, a secret that the service does
// not show or that is write-only, a default that the service fills in, what only Terraform knows, and what is computed
// because of these.
func (l *life) isUntold(c changed) bool {
	name := c.attribute()
	spellsNothing := isNothingInState(c.before) && isNothingInState(c.after)
	if l.emptyCounts(name) && spellsNothing {
		return l.switches.EmptyAs == apimock.EmptyUnset || l.switches.UnsetAs == apimock.UnsetEmpty
	}
	isSecret := slices.Contains([]string{"kubernetes_service_account_token", "identity_provider_client_secret", "client_secret"}, name)
	isTerraforms := slices.Contains([]string{"store_token", "wait_for_certificate"}, name)
	return spellsNothing || !c.after.IsKnown() || strings.HasSuffix(name, "_wo_version") ||
		(isTerraforms || name == "key") && c.before.IsNull() ||
		isSecret && (c.after.IsNull() || l.switches.SecretsOnRead == apimock.SecretsMasked || l.switches.SecretsOnRead == apimock.SecretsOmitted) ||
		filledIn[name] != "" && c.before.IsNull() && c.after.Equal(tftypes.NewValue(tftypes.String, filledIn[name]))
}

func isNothingInState(value tftypes.Value) bool {
	switch typ := value.Type(); {
	case !value.IsKnown():
		return false
	case value.IsNull():
		return true
	case typ.Is(tftypes.String):
		return value.Equal(tftypes.NewValue(tftypes.String, ""))
	case typ.Is(tftypes.Bool):
		return value.Equal(tftypes.NewValue(tftypes.Bool, false))
	case typ.Is(tftypes.Map{}):
		var entries map[string]tftypes.Value
		return value.As(&entries) == nil && len(entries) == 0
	case typ.Is(tftypes.Set{}) || typ.Is(tftypes.List{}):
		return len(elementsIn(value)) == 0
	}
	return false
}

// isValid holds a plan against the rules by which the CLI refuses one as invalid: an argument is planned as configured, or
// stays as it is where both mean the same; what is computed is free where nothing is configured; what is write-only is null.
func (l *life) isValid(object resourceState, plan planned) {
	l.validMembers("", object.schema.Block.Attributes, l.value(object.schema, object.state), l.value(object.schema, plan.config), l.value(object.schema, plan.state))
}

func (l *life) validMembers(at string, attributes []*tfprotov6.SchemaAttribute, prior, config, plan tftypes.Value) {
	before, written, after := membersIn(prior), membersIn(config), membersIn(plan)
	for _, attribute := range attributes {
		name := attribute.Name
		p, known := before[name]
		if !known {
			p = tftypes.NewValue(written[name].Type(), nil)
		}
		l.validMember(strings.TrimPrefix(at+"."+name, "."), attribute, p, written[name], after[name])
	}
}

func (l *life) validMember(at string, attribute *tfprotov6.SchemaAttribute, prior, config, plan tftypes.Value) {
	switch {
	case attribute.WriteOnly && plan.IsNull(), !attribute.WriteOnly && sameInState(plan, config):
	case !attribute.WriteOnly && attribute.Computed && config.IsNull():
	case !attribute.WriteOnly && sameInState(plan, prior) && !prior.IsNull() && !config.IsNull():
	case attribute.NestedType == nil || plan.IsNull() || config.IsNull():
		l.fail("the plan is invalid: %s is planned as %s, configured as %s, was %s", at, plan, config, prior)
	case attribute.NestedType.Nesting == tfprotov6.SchemaObjectNestingModeSingle:
		l.validMembers(at, attribute.NestedType.Attributes, prior, config, plan)
	default:
		planned, configured, before := elementsIn(plan), elementsIn(config), elementsIn(prior)
		if len(planned) != len(configured) {
			l.fail("the plan is invalid: %s has %d elements, configured %d", at, len(planned), len(configured))
		}
		for i := range planned {
			was := tftypes.NewValue(planned[i].Type(), nil)
			if i < len(before) {
				was = before[i]
			}
			l.validMembers(fmt.Sprintf("%s.%d", at, i), attribute.NestedType.Attributes, was, configured[i], planned[i])
		}
	}
}

// isConsistent holds what an apply made against its plan, as the CLI does: what was known is as planned.
func (l *life) isConsistent(plan planned, after resourceState) {
	var list []changed
	findChanges("", l.value(after.schema, plan.state), l.value(after.schema, after.state), &list)
	for _, c := range list {
		if c.before.IsKnown() {
			l.fail("the result is inconsistent with the plan: %s", c)
		}
		if !c.after.IsKnown() {
			l.fail("the result is unknown: %s", c)
		}
	}
}
