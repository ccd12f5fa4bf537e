package provider

import (
	"fmt"
	"slices"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/pomerium-zdx/terraform-provider-pomerium/internal/apimock"
)

// addRoute makes a route as if from the console.
func (l *lab) addRoute(namespaceID, name string, more map[string]any) string {
	members := map[string]any{
		"namespaceId": namespaceID, "name": name, "from": "https://" + name + ".example.com", "to": []string{"http://" + name + ":80"},
	}
	for member, value := range more {
		members[member] = value
	}
	return l.CreateObject("routes", l.OrganizationID, members)
}

func (l *lab) addPolicy(namespaceID, name string, more map[string]any) string {
	members := map[string]any{
		"namespaceId": namespaceID, "name": name,
		"ppl": map[string]any{"allow": map[string]any{"and": []any{map[string]any{"domain": map[string]any{"is": "acme.test"}}}}},
	}
	for member, value := range more {
		members[member] = value
	}
	return l.CreateObject("policies", l.OrganizationID, members)
}

// expect checks an attribute of a data source.
func expect(address, attribute string, check knownvalue.Check) statecheck.StateCheck {
	return statecheck.ExpectKnownValue("data."+address, tfjsonpath.New(attribute), check)
}

func exactly(text string) knownvalue.Check { return knownvalue.StringExact(text) }

// A route holds all that the service shows, in each spelling of what is unset, but no secret.
func TestZeroRouteDataSource(t *testing.T) {
	t.Parallel()
	for _, unset := range []apimock.UnsetAs{apimock.UnsetAbsent, apimock.UnsetEmpty, apimock.UnsetNull} {
		t.Run(string(unset), func(t *testing.T) {
			t.Parallel()
			switches := unpaced()
			switches.UnsetAs = unset
			lab := newLab(t, switches)
			staff := lab.addPolicy(lab.ClusterNamespaceID, "staff", nil)
			everywhere := lab.addPolicy(lab.RootNamespaceID, "everywhere", map[string]any{"enforced": true})
			wiki := lab.addRoute(lab.ClusterNamespaceID, "wiki", map[string]any{
				"policyIds": []string{staff}, "timeout": "90s", "setRequestHeaders": map[string]any{"X-Key": "value"},
				"kubernetesServiceAccountToken": "geheim-token",
			})
			byID := lab.step(fmt.Sprintf("data \"pomerium_zero_route\" \"this\" {\n  id = %q\n}\n", wiki))
			byName := lab.step(`
data "pomerium_zero_route" "this" {
  organization_id = "<organization>"
  namespace_id    = "<namespace>"
  name            = "wiki"
}
`)
			reference := func(id, name string) knownvalue.Check {
				return knownvalue.ListExact([]knownvalue.Check{knownvalue.ObjectExact(map[string]knownvalue.Check{
					"id": exactly(id), "name": exactly(name), "updated_at": knownvalue.NotNull(),
				})})
			}
			checks := []statecheck.StateCheck{}
			for attribute, check := range map[string]knownvalue.Check{
				"id": exactly(wiki), "name": exactly("wiki"), "namespace_id": exactly(lab.ClusterNamespaceID),
				"organization_id": exactly(lab.OrganizationID), "from": exactly("https://wiki.example.com"),
				"to": knownvalue.ListExact([]knownvalue.Check{exactly("http://wiki:80")}), "timeout": exactly("90s"),
				"prefix": knownvalue.Null(), "set_request_headers": knownvalue.MapExact(map[string]knownvalue.Check{"X-Key": exactly("value")}),
				"policy_ids":          knownvalue.SetExact([]knownvalue.Check{exactly(staff)}),
				"policies":            reference(staff, "staff"),
				"enforced_policies":   reference(everywhere, "everywhere"),
				"enforced_policy_ids": knownvalue.ListExact([]knownvalue.Check{exactly(everywhere)}),
				"created_at":          knownvalue.NotNull(), "updated_at": knownvalue.NotNull(), "allow_spdy": knownvalue.Bool(false),
			} {
				checks = append(checks, expect("pomerium_zero_route.this", attribute, check))
			}
			byID.ConfigStateChecks, byName.ConfigStateChecks = checks, checks
			lab.run(t, byID, byName)
		})
	}
}

// Without exactly one match the error lists the candidates; wrong arguments are told before anything is asked.
func TestZeroRouteDataSourceRefused(t *testing.T) {
	t.Parallel()
	lab := newLab(t, unpaced())
	wiki := lab.addRoute(lab.ClusterNamespaceID, "wiki", nil)
	lab.addRoute(lab.RootNamespaceID, "other", nil)
	for arguments, message := range map[string]string{
		``:                          "Missing Attribute Configuration",
		`name = "wiki"`:             "must be configured together",
		"id = \"x\"\n name = \"y\"": "Invalid Attribute Combination",
		`id = "nowhere"`:            "Could not read route nowhere",
		"id = \"\"":                 "length must be at least 1",
		"namespace_id = \"<namespace>\"\n name = \"Wiki\"": "These are there: " + wiki + " (wiki).",
		"namespace_id = \"nowhere\"\n name = \"wiki\"":     `has no namespace "nowhere"`,
	} {
		lab.run(t, resource.TestStep{
			Config: lab.hcl("data \"pomerium_zero_route\" \"this\" {\n" + arguments + "\n}"), ExpectError: words(message),
		})
	}
	lab.SetSwitches(func(s *apimock.Switches) { s.DeletedStatus = 404 })
	lab.run(t, resource.TestStep{
		Config: lab.hcl(`data "pomerium_zero_route" "this" { id = "nowhere" }`), ExpectError: words(`There is no route with the ID "nowhere".`),
	})
}

// Routes come in the order of their IDs, from one namespace, from those below, or from all.
func TestZeroRoutesDataSource(t *testing.T) {
	t.Parallel()
	lab := newLab(t, unpaced())
	other := lab.AddNamespace(lab.OrganizationID, "other", "cluster", lab.RootNamespaceID)
	below := []string{
		lab.addRoute(lab.ClusterNamespaceID, "wiki", nil), lab.addRoute(lab.ClusterNamespaceID, "Wiki-old", nil),
		lab.addRoute(lab.ClusterNamespaceID, "mail", nil),
	}
	elsewhere := lab.addRoute(other, "wiki", nil)
	slices.Sort(below)
	all := append(slices.Clone(below), elsewhere)
	slices.Sort(all)
	wiki := func() string {
		for _, route := range lab.Objects("routes") {
			if route["name"] == "wiki" && route["namespaceId"] == lab.ClusterNamespaceID {
				return fmt.Sprint(route["id"])
			}
		}
		return ""
	}()
	for name, test := range map[string]struct {
		arguments string
		routes    []string
		ids       map[string]knownvalue.Check // nil if not looked at
	}{
		"namespace":       {`namespace_id = "<namespace>"`, below, nil},
		"above":           {`namespace_id = "<root>"`, nil, map[string]knownvalue.Check{}},
		"descendants":     {"namespace_id = \"<root>\"\n include_descendants = true", all, nil},
		"everything":      {``, all, nil},
		"prefix":          {"namespace_id = \"<namespace>\"\n name_prefix = \"wiki\"", []string{wiki}, map[string]knownvalue.Check{"wiki": exactly(wiki)}},
		"contains":        {"namespace_id = \"<namespace>\"\n name_contains = \"-\"\n name_prefix = \"wiki\"", nil, map[string]knownvalue.Check{}},
		"same name twice": {`name = "wiki"`, nil, map[string]knownvalue.Check{lab.ClusterNamespaceID + "/wiki": exactly(wiki), other + "/wiki": exactly(elsewhere)}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			step := lab.step("data \"pomerium_zero_routes\" \"these\" {\n" + test.arguments + "\n}\n")
			if test.ids != nil {
				step.ConfigStateChecks = append(step.ConfigStateChecks, expect("pomerium_zero_routes.these", "ids", knownvalue.MapExact(test.ids)))
			}
			if test.ids == nil || test.routes != nil {
				routes := []knownvalue.Check{}
				for _, id := range test.routes {
					routes = append(routes, knownvalue.ObjectPartial(map[string]knownvalue.Check{"id": exactly(id), "enforced_policies": knownvalue.ListSizeExact(0)}))
				}
				step.ConfigStateChecks = append(step.ConfigStateChecks, expect("pomerium_zero_routes.these", "routes", knownvalue.ListExact(routes)))
			}
			lab.run(t, step)
		})
	}
}

func TestZeroRoutesDataSourceRefused(t *testing.T) {
	t.Parallel()
	lab := newLab(t, unpaced())
	for arguments, message := range map[string]string{
		`include_descendants = true`:  `Attribute "namespace_id" must be specified when "include_descendants"`,
		`namespace_id = "nowhere"`:    `has no namespace "nowhere"`,
		`organization_id = "nowhere"`: `does not see organization "nowhere"`,
	} {
		lab.run(t, resource.TestStep{
			Config: lab.hcl("data \"pomerium_zero_routes\" \"these\" {\n" + arguments + "\n}"), ExpectError: words(message),
		})
	}
}
