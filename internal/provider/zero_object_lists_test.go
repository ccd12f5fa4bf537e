package provider

import (
	"fmt"
	"slices"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
)

// numbered gives an object another name, where it has one.
func (c objectCase) numbered(l *lab, number int) map[string]any {
	arguments := c.minimal(l)
	for _, name := range []string{"name", "description", "domain_name", "email"} {
		if text, has := arguments[name].(string); has {
			arguments[name] = fmt.Sprintf("n%d-%s", number, text)
		}
	}
	return arguments
}

// Several objects of a kind are read from their list: a refresh of twelve sends few requests, and each is its own.
func TestGatheredReadsOfAllKinds(t *testing.T) {
	t.Parallel()
	const count = 12
	for _, c := range objectCases() {
		t.Run(c.noun(), func(t *testing.T) {
			t.Parallel()
			onSockets(t, unpaced(), func(t *testing.T, l *lab, p *protocol) {
				var objects []resourceState
				for number := range count {
					objects = append(objects, p.mustChange(p.none(c.typeName), c.numbered(l, number)))
				}
				p = l.protocol(t, knobs{retry: impatient}, nil) // another run
				l.ResetJournal()
				after, told := p.refreshAll(objects)
				if len(told) > 0 {
					t.Fatal(listed(told))
				}
				for number, object := range after {
					if p.changes(object, c.numbered(l, number)) {
						t.Errorf("number %d is read as %v", number, p.state(object))
					}
				}
				reads := len(l.Sent("GET", c.one())) + len(l.Sent("GET", c.template()))
				if reads > 6 {
					t.Errorf("%d requests for %d objects", reads, count)
				}
			})
		})
	}
}

// A list gives what an import of the same objects would.
func TestZeroObjectLists(t *testing.T) {
	t.Parallel()
	for _, c := range objectCases() {
		t.Run(c.noun(), func(t *testing.T) {
			t.Parallel()
			onSockets(t, unpaced(), func(t *testing.T, l *lab, p *protocol) {
				o := p.mustChange(p.none(c.typeName), c.minimal(l))
				id := p.state(o)["id"]
				scopes := []map[string]any{nil}
				if c.holder != "" {
					scopes = append(scopes, map[string]any{c.holder: l.ClusterNamespaceID})
				}
				for _, scope := range scopes {
					place := slices.IndexFunc(p.listed(c.typeName, scope), func(found tfprotov6.ListResourceResult) bool {
						whole, err := found.Resource.Unmarshal(o.schema.ValueType())
						if err != nil {
							t.Fatal(err)
						}
						state, _ := plainValue(t, whole).(map[string]any)
						return state["id"] == id && found.DisplayName != ""
					})
					if place < 0 {
						t.Errorf("the list of %v lacks it", scope)
						continue
					}
					found := p.listed(c.typeName, scope)[place]
					answer, err := p.server.ImportResourceState(t.Context(), &tfprotov6.ImportResourceStateRequest{TypeName: c.typeName, Identity: found.Identity})
					if err != nil || len(answer.Diagnostics) > 0 {
						t.Fatal(err, listed(answer.Diagnostics))
					}
					if imported := p.values(o.schema, answer.ImportedResources[0].State); imported["id"] != id {
						t.Errorf("its identity imports %v", imported["id"])
					}
				}
			})
		})
	}
}

// listed is what a list resource finds.
func (p *protocol) listed(name string, scope map[string]any) (all []tfprotov6.ListResourceResult) {
	p.t.Helper()
	schema := p.schemas.ListResourceSchemas[name]
	answer, err := p.server.(tfprotov6.ListResourceServer).ListResource(p.t.Context(), &tfprotov6.ListResourceRequest{ //nolint:errcheck // it is one
		TypeName: name, Config: p.dynamic(schema, scope), IncludeResource: true, Limit: 100,
	})
	if err != nil {
		p.t.Fatal(err)
	}
	for result := range answer.Results {
		if len(result.Diagnostics) > 0 {
			p.t.Fatal(listed(result.Diagnostics))
		}
		all = append(all, result)
	}
	return all
}
