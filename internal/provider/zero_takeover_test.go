package provider

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// These tests run what the guide "Take over an existing organization" says, as it stands there, on an organization
// that grew by hand.

// grownRoutes is how many routes there are, with a policy for each ten. A CLI's own time grows with their square, so
// the usual number is small; TAKEOVER_ROUTES=200 is an organization of some size.
var grownRoutes = func() int {
	if routes, err := strconv.Atoi(os.Getenv("TAKEOVER_ROUTES")); err == nil {
		return routes
	}
	return 50
}()

var (
	grownPolicies = grownRoutes / 10
	grownObjects  = grownRoutes + grownPolicies
	allImported   = fmt.Sprintf("Plan: %d to import, 0 to add, 0 to change, 0 to destroy.", grownObjects)
	nothingElse   = fmt.Sprintf("Resources: %d imported, 0 added, 0 changed, 0 destroyed.", grownObjects)
)

// With import blocks that have for_each, with the data sources and then with files.
func TestTakeoverByImport(t *testing.T) {
	t.Parallel()
	c := openTakeover(t)
	objects := guideBlock(t, `resource "pomerium_zero_route" "this"`)
	dir := c.folder(declared + c.lab.providerBlock())
	c.write(filepath.Join(dir, "takeover.tf"), guideBlock(t, `data "pomerium_zero_routes" "all"`))
	c.write(filepath.Join(dir, "objects.tf"), objects)
	c.want(c.run(dir, "init"), 0)
	c.want(c.run(dir, "plan", "-out=takeover"), 0, allImported)
	c.want(c.run(dir, "apply", "takeover"), 0, nothingElse)
	c.want(c.plan(dir), 0, "No changes.")

	for _, kind := range []string{"policies", "routes"} {
		saved := c.run(dir, "output", "-raw", kind)
		c.want(saved, 0)
		c.write(filepath.Join(dir, kind+".yaml"), saved.Output)
	}
	c.write(filepath.Join(dir, "takeover.tf"), guideBlock(t, `yamldecode(file(`))
	c.want(c.run(dir, "apply", "-auto-approve"), 0, "Resources: 0 added, 0 changed, 0 destroyed.")
	c.wantNoWrite()
}

// With terraform query and the configuration that it generates.
func TestTakeoverByQuery(t *testing.T) {
	t.Parallel()
	c := openTakeover(t)
	if !hasQueries(c.cli.Version) {
		t.Skipf("%s has no query", c.cli.Version)
	}
	dir := c.folder(declared + c.lab.providerBlock())
	c.write(filepath.Join(dir, "takeover.tfquery.hcl"), guideBlock(t, `list "pomerium_zero_route" "all"`))
	c.want(c.run(dir, "init"), 0)
	c.want(c.run(dir, "query", "-generate-config-out=generated.tf"), 0, "list.pomerium_zero_route.all")
	c.want(c.run(dir, "plan", "-out=takeover"), 0, allImported)
	c.want(c.run(dir, "apply", "takeover"), 0, nothingElse)
	c.want(c.plan(dir), 0, "No changes.")
	c.wantNoWrite()
}

// The guide's block of a route hands on each argument, and so does that of a policy.
func TestTakeoverIsWhole(t *testing.T) {
	t.Parallel()
	blocks := strings.Split(guideBlock(t, `resource "pomerium_zero_route" "this"`), "\nresource ")
	schemas := providerSchemas(t)
	for i, name := range []string{"pomerium_zero_policy", "pomerium_zero_route"} {
		var want, got []string
		for _, attribute := range schemas[name].Block.Attributes {
			secret := attribute.Sensitive && attribute.Type != nil && attribute.Type.String() == "tftypes.String"
			version := strings.HasSuffix(attribute.Name, "_wo_version")
			if (attribute.Required || attribute.Optional) && !secret && !attribute.WriteOnly && !version && attribute.Name != "organization_id" {
				want = append(want, attribute.Name)
			}
		}
		for _, line := range regexp.MustCompile(`(?m)^  (\w+) += each\.value\.(\w+)$`).FindAllStringSubmatch(blocks[i], -1) {
			if line[1] != line[2] {
				t.Errorf("%s: %s", name, line[0])
			}
			got = append(got, line[1])
		}
		slices.Sort(want)
		slices.Sort(got)
		if !slices.Equal(want, got) {
			t.Errorf("%s hands on %v\nwant %v", name, got, want)
		}
	}
}

// guideBlock returns the only block of HCL in the guide that holds a text.
func guideBlock(t *testing.T, holds string) string {
	t.Helper()
	guide, err := os.ReadFile(filepath.Join(root, "templates", "guides", "takeover.md"))
	if err != nil {
		t.Fatal(err)
	}
	var found []string
	for _, block := range regexp.MustCompile("(?ms)^```terraform\n(.*?)^```$").FindAllStringSubmatch(string(guide), -1) {
		if strings.Contains(block[1], holds) {
			found = append(found, block[1])
		}
	}
	if len(found) != 1 {
		t.Fatalf("%d blocks of the guide hold %s, want 1", len(found), holds)
	}
	return found[0]
}

func openTakeover(t *testing.T) *cliCase {
	t.Helper()
	lab := newLab(t, unpaced())
	lab.EditObject("namespaces", lab.ClusterNamespaceID, func(n map[string]any) { n["name"] = "my-cluster" })
	c := openCLI(t, lab)
	lab.grow()
	return c
}

// grow makes what people make in a console over the years: something of everything but secrets.
func (l *lab) grow() {
	policies := make([]string, grownPolicies)
	for i := range policies {
		members := map[string]any{"explanation": "No \"${entry}\"\nfor you.", "enforced": i == 0}
		if i%2 == 0 {
			members["ppl"] = []any{map[string]any{"deny": map[string]any{"or": []any{map[string]any{"email": fmt.Sprintf("guest%d@acme.test", i)}}}}}
			members["originatorId"] = "console"
		}
		policies[i] = l.addPolicy(l.ClusterNamespaceID, fmt.Sprintf("policy %d", i), members)
	}
	kinds := []map[string]any{
		{},
		{"policyIds": policies[:3], "description": "It's 100% ${legacy}", "timeout": "90s", "allowWebsockets": true, "prefix": "/a"},
		{"regex": "^/(a|b)$", "regexPriorityOrder": 7, "to": []string{"http://a:1,2", "http://b:2,1"}, "loadBalancingPolicy": "random"},
		{"passIdentityHeaders": false, "setResponseHeaders": map[string]any{"X-Frame": "DENY"}, "removeRequestHeaders": []string{"Cookie"}},
		{"allowUpgrades": []string{}, "idpAccessTokenAllowedAudiences": []string{"b", "a"}, "healthyPanicThreshold": 0, "idleTimeout": "0s"},
		{"to": nil, "redirect": map[string]any{"schemeRedirect": "https", "hostRedirect": "new.example.com", "responseCode": 308}},
		{"to": nil, "response": map[string]any{"status": 404, "body": ""}},
		{"healthCheck": map[string]any{
			"type": "http", "path": "/healthz", "interval": "10s", "timeout": "1s", "healthyThreshold": 1, "unhealthyThreshold": 2,
			"expectedStatuses": []any{map[string]any{"start": 200, "end": 300}},
		}, "circuitBreakerThresholds": map[string]any{"maxRequests": 5}},
		{"mcp": map[string]any{"server": map[string]any{"path": "/mcp"}}},
		{"rewriteResponseHeaders": []any{map[string]any{"header": "Location", "value": "https://x", "matcher": map[string]any{"prefix": "http://x"}}}},
	}
	for i := range grownRoutes {
		members := maps.Clone(kinds[i%len(kinds)])
		if to, given := members["to"]; given && to == nil {
			members["to"] = []string{}
		}
		l.addRoute(l.ClusterNamespaceID, fmt.Sprintf("route-%d", i), members)
	}
}
