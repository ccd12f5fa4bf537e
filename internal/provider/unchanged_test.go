package provider

import (
	"maps"
	"testing"

	"github.com/pomerium-zdx/terraform-provider-pomerium/internal/apimock"
)

// An unchanged object is planned without the framework, with the framework's result; whatever differs is not. Every
// plan over the protocol, in every test, asks the framework as well where it was not asked.
func TestNothingToPlan(t *testing.T) {
	t.Parallel()
	policy := map[string]any{"name": "staff", "ppl": `allow: {and: [{domain: {is: example.com}}]}`}
	for name, test := range map[string]struct {
		typ       string
		arguments map[string]any
		then      map[string]any            // arguments of the second plan; nil for the same
		edit      func(held map[string]any) // what somebody else changed
		asked     bool                      // whether the framework is
		changes   bool
	}{
		"policy":                     {typ: "pomerium_zero_policy", arguments: policy},
		"route":                      {typ: "pomerium_zero_route", arguments: map[string]any{}},
		"a default written out":      {typ: "pomerium_zero_route", arguments: map[string]any{}, then: map[string]any{"allow_websockets": false}},
		"another than the default":   {typ: "pomerium_zero_route", arguments: map[string]any{"allow_websockets": true}},
		"a change":                   {typ: "pomerium_zero_route", arguments: map[string]any{}, then: map[string]any{"description": "other"}, asked: true, changes: true},
		"back to the default":        {typ: "pomerium_zero_route", arguments: map[string]any{"allow_websockets": true}, then: map[string]any{"allow_websockets": nil}, asked: true, changes: true},
		"drift from the default":     {typ: "pomerium_zero_route", arguments: map[string]any{}, edit: func(held map[string]any) { held["allowWebsockets"] = true }, asked: true, changes: true},
		"drift of a text by default": {typ: "pomerium_zero_policy", arguments: policy, edit: func(held map[string]any) { held["description"] = "other" }, asked: true, changes: true},
		"drift of what is written":   {typ: "pomerium_zero_policy", arguments: policy, edit: func(held map[string]any) { held["name"] = "other" }, asked: true, changes: true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			onVirtualTime(t, apimock.Switches{}, func(t *testing.T, lab *lab, p *protocol) {
				arguments := map[string]any{"name": "a", "namespace_id": lab.ClusterNamespaceID}
				if test.typ == "pomerium_zero_route" {
					maps.Copy(arguments, map[string]any{"from": "https://a.example.com", "to": []string{"http://a:80"}})
				}
				maps.Copy(arguments, test.arguments)
				o := p.mustChange(p.none(test.typ), arguments)
				if test.edit != nil {
					kind := map[string]string{"pomerium_zero_route": "routes", "pomerium_zero_policy": "policies"}[test.typ]
					lab.EditObject(kind, lab.Objects(kind)[0]["id"].(string), test.edit) //nolint:errcheck // IDs are text
				}
				o, told := p.refresh(o)
				if len(told) > 0 {
					t.Fatal(listed(told))
				}
				maps.Copy(arguments, test.then)
				before := p.unplanned
				if changes := p.changes(o, arguments); changes != test.changes {
					t.Errorf("the plan changes something: %t", changes)
				}
				if asked := p.unplanned == before; asked != test.asked {
					t.Errorf("the framework was asked: %t", asked)
				}
			})
		})
	}
}
