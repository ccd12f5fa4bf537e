package provider

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/pomerium-zdx/terraform-provider-pomerium/internal/apimock"
	"github.com/pomerium-zdx/terraform-provider-pomerium/internal/ppl"
)

// holds wants the service to hold what the arguments say, member by member as the contract names them, and nothing of an
// earlier configuration.
func (l *life) holds(object resourceState, arguments map[string]any) {
	stored := l.stored(object)
	if stored == nil {
		l.fail("the service does not hold it")
	}
	l.holdsObject("", l.kind.contract, l.kind.attributes, arguments, stored)
}

func (l *life) holdsObject(at string, contract *openapi3.Schema, attributes []*tfprotov6.SchemaAttribute, arguments, stored map[string]any) {
	naming := mirrorOf(l.kind.typeName)
	schemas := []*openapi3.Schema{contract}
	for _, branch := range contract.OneOf {
		schemas = append(schemas, branch.Value)
	}
	for _, schema := range schemas {
		for member, ref := range schema.Properties {
			name := naming.attribute(member)
			if _, omitted := naming.omitted[member]; omitted || l.kind.name+"."+name == undrawn {
				continue
			}
			place := slices.IndexFunc(attributes, func(a *tfprotov6.SchemaAttribute) bool { return a.Name == name })
			if place < 0 {
				l.t.Fatalf("there is no attribute %s", name)
			}
			want := arguments[name]
			if secret := arguments[name+"_wo"]; secret != nil {
				want = secret
			}
			if want == nil && at == "" {
				want = l.unsaid(member, name)
			}
			got, there := stored[member]
			l.holdsMember(at+"/"+member, ref, attributes[place], want, got, there)
		}
	}
}

func (l *life) holdsMember(at string, ref *openapi3.SchemaRef, attribute *tfprotov6.SchemaAttribute, want, got any, there bool) {
	differ := func() { l.fail("the service holds %s of %s, configured is %s", jsonOf(got), at, jsonOf(want)) }
	table, isTable := want.(map[string]any)
	isTable = isTable && attribute.NestedType == nil
	if isNothing(want) || isTable && len(table) == 0 {
		entries, isObject := got.(map[string]any)
		if !isNothing(got) && (!isObject || len(entries) > 0 || attribute.NestedType != nil) {
			differ()
		}
		if l.emptyCounts(attribute.Name) && l.switches.EmptyAs != apimock.EmptyUnset && there != (want != nil) {
			differ()
		}
		return
	}
	switch want := want.(type) {
	case spelled:
		text, _ := got.(string)
		if !l.means(ref, attribute.Name, want[0], text, got) {
			differ()
		}
	case string:
		if got != l.names.Replace(want) {
			differ()
		}
	case []any:
		l.holdsList(at, ref, attribute, want, got, differ)
	case map[string]any:
		object, ok := got.(map[string]any)
		switch {
		case !ok:
			differ()
		case !isTable:
			l.holdsObject(at, ref.Value, attribute.NestedType.Attributes, want, object)
		case jsonOf(object) != jsonOf(want):
			differ()
		}
	default:
		if fmt.Sprint(want) != fmt.Sprint(got) {
			differ()
		}
	}
}

func (l *life) holdsList(at string, ref *openapi3.SchemaRef, attribute *tfprotov6.SchemaAttribute, want []any, got any, differ func()) {
	list, _ := got.([]any)
	if len(list) != len(want) {
		differ()
	}
	if attribute.NestedType != nil {
		for i := range want {
			arguments, isArguments := want[i].(map[string]any)
			object, isObject := list[i].(map[string]any)
			if !isArguments || !isObject {
				differ()
			}
			l.holdsObject(fmt.Sprintf("%s/%d", at, i), ref.Value.Items.Value, attribute.NestedType.Attributes, arguments, object)
		}
		return
	}
	var wanted, held []string
	for i := range want {
		wanted, held = append(wanted, l.names.Replace(fmt.Sprint(want[i]))), append(held, fmt.Sprint(list[i]))
	}
	if strings.HasPrefix(attribute.Type.String(), "tftypes.Set") {
		slices.Sort(wanted)
		slices.Sort(held)
	}
	if !slices.Equal(wanted, held) {
		differ()
	}
}

// means tells whether the service holds what was written, in whichever spelling.
func (l *life) means(ref *openapi3.SchemaRef, name, written, held string, whole any) bool {
	switch {
	case name == "ppl":
		document, err := json.Marshal(whole)
		return err == nil && ppl.Equal(string(document), written)
	case name == "certificate":
		return samePEM(written, held)
	case ref.Value.Format == "date-time":
		a, errA := time.Parse(time.RFC3339, written)
		b, errB := time.Parse(time.RFC3339, held)
		return errA == nil && errB == nil && a.Equal(b)
	case strings.HasSuffix(ref.Ref, "/Duration"):
		a, errA := time.ParseDuration(written)
		b, errB := time.ParseDuration(held)
		return errA == nil && errB == nil && a == b
	}
	return strings.EqualFold(strings.TrimSuffix(written, "/"), strings.TrimSuffix(held, "/"))
}
