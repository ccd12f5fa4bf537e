package provider

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/pomerium-zdx/terraform-provider-pomerium/internal/clitest"
)

// The CLI takes a type's first word for the provider's local name, and this provider serves two first words. What
// follows from that is decided by init and required_providers, which the test framework bypasses: so these tests
// run the CLI itself. The letters are those of peers.md, c3.

// attempts is how often a case runs whose outcome is random.
const attempts = 6

const (
	declared = `
terraform {
  required_providers {
    pomerium = { source = "pomerium-zdx/pomerium" }
  }
}
`
	declaredTwice = `
terraform {
  required_providers {
    pomerium = { source = "pomerium-zdx/pomerium" }
    zdx      = { source = "pomerium-zdx/pomerium" }
  }
}
`
	declaredAsZDX = `
terraform {
  required_providers {
    zdx = { source = "pomerium-zdx/pomerium" }
  }
}
`
	plainTrace = `
resource "zdx_deeptrace" "this" {
  device_id = "<device>"
}
`
	namedTrace = `
resource "zdx_deeptrace" "this" {
  provider  = pomerium
  device_id = "<device>"
}
`
	// plainPolicy lies in whatever organization the credentials see.
	plainPolicy = `
data "pomerium_zero_namespace" "root" {
  type = "root"
}

resource "pomerium_zero_policy" "this" {
  name         = "staff"
  namespace_id = data.pomerium_zero_namespace.root.id
  ppl          = "allow: {and: [{domain: {is: acme.test}}]}"
}
`
	bothMade = "Plan: 2 to add, 0 to change, 0 to destroy."
	oneMade  = "Plan: 1 to add, 0 to change, 0 to destroy."

	duplicateWarning = "Warning: Duplicate required provider"
)

func TestPrefixes(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]func(*cliCase){
		"A: plain zdx block":                      (*cliCase).plainBlock,
		"B: zdx block that names the provider":    (*cliCase).namedBlock,
		"C: two local names, one provider block":  (*cliCase).twoNamesOneBlock,
		"D: two local names, two provider blocks": (*cliCase).twoNamesTwoBlocks,
		"E: child module that calls it zdx":       (*cliCase).childModule,
		"F: a local name that is no prefix":       (*cliCase).otherName,
		"G: import block without provider":        (*cliCase).plainImport,
		"H: import block that names the provider": (*cliCase).namedImport,
		"I: only ZDX, and the local name is zdx":  (*cliCase).onlyZDX,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test(openCLI(t, newLab(t, unpaced())))
		})
	}
}

func (c *cliCase) plainBlock() {
	dir := c.folder(declared + c.lab.providerBlock() + plainTrace)
	c.wantSearch(c.run(dir, "init"), "hashicorp/zdx")
}

func (c *cliCase) namedBlock() {
	dir := c.folder(declared + c.lab.providerBlock() + plainPolicy + namedTrace)
	c.want(c.run(dir, "init"), 0)
	plan := c.plan(dir)
	c.want(plan, 2, bothMade, "zdx_deeptrace.this will be created", "pomerium_zero_policy.this will be created")
	c.wantNo(plan, "Warning:")
	c.wantNoWrite()
}

// twoNamesOneBlock ends at random in one of two ways. Either the configured provider serves both blocks, or the
// other one does, which has no settings: then each error must name the trap.
func (c *cliCase) twoNamesOneBlock() {
	dir := c.folder(declaredTwice + c.lab.providerBlock() + plainPolicy + plainTrace)
	c.want(c.run(dir, "init"), 0, duplicateWarning)
	right := 0
	for range attempts {
		plan := c.plan(dir)
		if plan.Code == 2 {
			right++
			c.want(plan, 2, bothMade)
			continue
		}
		c.want(plan, 1, "under two local names", "pomerium = { source = \"pomerium-zdx/pomerium\" }", "write `provider = pomerium` into every zdx_* block")
		c.wantErrors(plan, "Pomerium Zero is not configured", "Zscaler ZDX is not configured")
	}
	c.Logf("%d of %d runs used the configured provider", right, attempts)
	c.wantNoWrite()
}

// twoNamesTwoBlocks cannot be noticed from within: one of the blocks serves everything, silently. With the
// organization named, the other account is refused.
func (c *cliCase) twoNamesTwoBlocks() {
	other, otherToken := c.lab.AddOrganization("Other")
	otherBlock := strings.NewReplacer(c.lab.APIUserToken, otherToken, `"pomerium"`, `"zdx"`).Replace(c.lab.providerBlock())
	config := declaredTwice + c.lab.providerBlock() + otherBlock + plainPolicy
	for range attempts {
		dir := c.folder(config)
		c.want(c.run(dir, "init"), 0, duplicateWarning)
		apply := c.guarded(dir, "apply", "-auto-approve")
		if apply.Code != 0 {
			c.want(apply, 1, fmt.Sprintf("does not see organization %q", c.lab.OrganizationID), "guards against the wrong account")
			continue
		}
		for _, policy := range c.lab.Objects("policies") { // each attempt makes it anew
			c.lab.RemoveObject("policies", fmt.Sprint(policy["id"]))
		}
	}
	for _, write := range writes(c.lab) {
		if strings.Contains(write.Path, other) {
			c.Errorf("the wrong account was written to: %s %s", write.Method, write.Path)
		}
	}
}

func (c *cliCase) childModule() {
	dir := c.folder(declared + c.lab.providerBlock() + plainPolicy + `
module "traces" {
  source    = "./traces"
  providers = { zdx = pomerium }
}
`)
	c.write(filepath.Join(dir, "traces", "main.tf"), declaredAsZDX+plainTrace)
	init := c.run(dir, "init")
	c.want(init, 0)
	c.wantNo(init, duplicateWarning)
	plan := c.plan(dir)
	c.want(plan, 2, bothMade, "module.traces.zdx_deeptrace.this will be created")
	c.wantNo(plan, "Warning:")
	c.wantNoWrite()
}

func (c *cliCase) otherName() {
	rename := strings.NewReplacer("pomerium =", "pz =", `provider "pomerium"`, `provider "pz"`)
	dir := c.folder(rename.Replace(declared+c.lab.providerBlock()) + plainPolicy)
	c.wantSearch(c.run(dir, "init"), "hashicorp/pomerium")
}

// plainImport has no resource block yet. If it had one that names the provider, Terraform would take that one's;
// OpenTofu would not.
func (c *cliCase) plainImport() {
	dir := c.folder(declared + c.lab.providerBlock() + importBlock("", "9007199254740993"))
	c.wantSearch(c.run(dir, "init"), "hashicorp/zdx")
}

func (c *cliCase) namedImport() {
	trace := c.lab.StartTrace(c.lab.DeviceID, map[string]any{"session_name": "slow laptop", "session_length_minutes": 15})
	dir := c.folder(declared + c.lab.providerBlock() + importBlock("provider = pomerium", trace))
	c.want(c.run(dir, "init"), 0)
	c.want(c.run(dir, "plan", "-generate-config-out=generated.tf"), 0, "Plan: 1 to import, 0 to add, 0 to change, 0 to destroy.")

	generated, err := os.ReadFile(filepath.Join(dir, "generated.tf"))
	if err != nil {
		c.Fatal(err)
	}
	if !regexp.MustCompile(`(?m)^ +provider += pomerium$`).Match(generated) {
		c.Errorf("the generated block does not name the provider:\n%s", generated)
	}
	c.want(c.run(dir, "plan"), 0, "Plan: 1 to import, 0 to add, 0 to change, 0 to destroy.")
	c.wantNoWrite()
}

func (c *cliCase) onlyZDX() {
	block := strings.Replace(c.lab.providerBlock(), `provider "pomerium"`, `provider "zdx"`, 1)
	dir := c.folder(declaredAsZDX + block + plainTrace)
	c.want(c.run(dir, "init"), 0)
	plan := c.plan(dir)
	c.want(plan, 2, oneMade, "zdx_deeptrace.this will be created")
	c.wantNo(plan, "Warning:")
	c.wantNoWrite()
}

func importBlock(provider, trace string) string {
	return fmt.Sprintf("import {\n  %s\n  to = zdx_deeptrace.this\n  id = \"<device>/%s\"\n}\n", provider, trace)
}

func (c *cliCase) plan(dir string) clitest.Result {
	c.Helper()
	return c.run(dir, "plan", "-detailed-exitcode")
}

// guarded runs with the organization named for whichever provider block is chosen.
func (c *cliCase) guarded(dir string, args ...string) clitest.Result {
	c.Helper()
	return c.runIn([]string{envZeroOrganization + "=" + c.lab.OrganizationID}, dir, args...)
}

// wantSearch requires that init looked for a provider that does not exist. Without a network it cannot say so, only
// that the mirror has no such provider.
func (c *cliCase) wantSearch(init clitest.Result, provider string) {
	c.Helper()
	c.want(init, 1, "Error: Failed to query available provider packages", provider)
	c.wantNoWrite()
}

// wantErrors requires errors with these summaries and no other.
func (c *cliCase) wantErrors(result clitest.Result, summaries ...string) {
	c.Helper()
	for _, line := range regexp.MustCompile(`(?m)Error: .*$`).FindAllString(result.Output, -1) {
		if !slices.Contains(summaries, strings.TrimSpace(strings.TrimPrefix(line, "Error: "))) {
			c.Errorf("unexpected %q in:\n%s", line, result.Output)
		}
	}
}
