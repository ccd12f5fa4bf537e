package provider

import (
	"fmt"
	"net/http"
	"regexp"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/terraform"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"
	"github.com/hashicorp/terraform-plugin-testing/tfversion"

	"github.com/pomerium-zdx/terraform-provider-pomerium/internal/apimock"
)

// zeroCase is what the tests that all objects of Pomerium Zero pass need to know of one kind. Each
// configuration holds one object of the type, called "this".
type zeroCase struct {
	typeName string // pomerium_zero_policy
	kind     string // of the mock: policies
	minimal  string // required arguments only, name = "first"
	full     string // all arguments, another name
	moved    string // minimal in the root namespace
	drift    func(map[string]any)
	drifted  string // the attribute that drift changes
	unknown  string // an argument that is known only after apply
}

func (c zeroCase) address() string  { return c.typeName + ".this" }
func (c zeroCase) template() string { return "/organizations/{organizationId}/" + c.kind }
func (c zeroCase) item() string {
	return c.template() + map[string]string{"policies": "/{policyId}", "routes": "/{routeId}"}[c.kind]
}

// only returns the ID of the only object of the kind.
func (c zeroCase) only(t *testing.T, lab *lab) string {
	t.Helper()
	objects := lab.Objects(c.kind)
	if len(objects) != 1 {
		t.Fatalf("the service holds %d %s, want 1", len(objects), c.kind)
	}
	return fmt.Sprint(objects[0]["id"])
}

func (c zeroCase) planned(action plancheck.ResourceActionType) resource.ConfigPlanChecks {
	return resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{plancheck.ExpectResourceAction(c.address(), action)}}
}

// test runs what every kind must show.
func (c zeroCase) test(t *testing.T) {
	for name, check := range map[string]func(*testing.T){
		"life": c.testLife, "import by identity": c.testIdentity, "replacement": c.testReplacement, "drift": c.testDrift,
		"deleted behind our back": c.testDeleted, "lost role": c.testLostRole, "lost answer": c.testLostAnswer,
		"taken name": c.testTakenName, "known after apply": c.testUnknown, "rate limited": c.testRateLimited,
		"deleted twice": c.testDeletedTwice, "wrong namespace": c.testWrongNamespace, "wrong organization": c.testWrongOrganization,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			check(t)
		})
	}
}

// refusedPlan expects a plan to be refused with a message, before anything is changed, and without a credential
// in the message.
func (l *lab) refusedPlan(t *testing.T, config, message string) {
	t.Helper()
	var told error
	resource.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: factories(), Steps: []resource.TestStep{{Config: config, PlanOnly: true}},
		ErrorCheck: func(err error) error { told = err; return nil },
	})
	if told == nil || !words(message).MatchString(told.Error()) {
		t.Errorf("refused with %v\nwant: %s", told, message)
		return
	}
	for _, secret := range l.Secrets() {
		if strings.Contains(told.Error(), secret) {
			t.Errorf("a credential stands in the error: %s", told)
		}
	}
	for _, exchange := range l.Journal() {
		if exchange.Method != http.MethodGet && !strings.HasSuffix(exchange.Template, "/token") {
			t.Errorf("%s %s was sent", exchange.Method, exchange.Path)
		}
	}
}

// words matches a message that the CLI may have wrapped into lines.
func words(message string) *regexp.Regexp {
	return regexp.MustCompile(strings.Join(strings.Fields(regexp.QuoteMeta(message)), `[\s│]+`))
}

// testLife creates, changes in place both ways, imports, and destroys.
func (c zeroCase) testLife(t *testing.T) {
	lab := newLab(t, unpaced())
	id := ""
	imported := resource.TestStep{
		ResourceName: c.address(), ImportState: true, ImportStateVerify: true, ImportStateVerifyIgnore: []string{"ppl"},
	}
	importedWithOrganization := imported
	importedWithOrganization.ImportStateIdFunc = func(*terraform.State) (string, error) {
		return lab.OrganizationID + "/" + c.only(t, lab), nil
	}
	update := lab.step(c.full)
	update.ConfigPlanChecks = c.planned(plancheck.ResourceActionUpdate)
	back := lab.step(c.minimal)
	back.ConfigPlanChecks = c.planned(plancheck.ResourceActionUpdate)
	back.Check = func(*terraform.State) error {
		if now := c.only(t, lab); now != id {
			return fmt.Errorf("the ID changed from %s to %s", id, now)
		}
		return nil
	}
	create := lab.step(c.minimal)
	create.ConfigStateChecks = []statecheck.StateCheck{
		statecheck.ExpectKnownValue(c.address(), tfjsonpath.New("organization_id"), knownvalue.StringExact(lab.OrganizationID)),
		statecheck.ExpectKnownValue(c.address(), tfjsonpath.New("created_at"), knownvalue.NotNull()),
		statecheck.ExpectKnownValue(c.address(), tfjsonpath.New("updated_at"), knownvalue.NotNull()),
	}
	create.Check = func(*terraform.State) error { id = c.only(t, lab); return nil }
	lab.run(t, create, imported, update, imported, importedWithOrganization, back)
	if left := lab.Objects(c.kind); len(left) != 0 {
		t.Errorf("%d %s are left after destroy", len(left), c.kind)
	}
	if posts := lab.Sent(http.MethodPost, c.template()); len(posts) != 1 {
		t.Errorf("%d creates were sent, want 1", len(posts))
	}
}

func (c zeroCase) testIdentity(t *testing.T) {
	lab := newLab(t, unpaced())
	create := lab.step(c.full)
	create.ConfigStateChecks = []statecheck.StateCheck{
		statecheck.ExpectIdentity(c.address(), map[string]knownvalue.Check{
			"organization_id": knownvalue.StringExact(lab.OrganizationID), "id": knownvalue.NotNull(),
		}),
	}
	byIdentity := resource.TestStep{
		ResourceName: c.address(), ImportState: true, ImportStateKind: resource.ImportBlockWithResourceIdentity,
		// Another spelling of the same policy is planned as no change.
		ImportPlanChecks: resource.ImportPlanChecks{PreApply: []plancheck.PlanCheck{
			plancheck.ExpectResourceAction(c.address(), plancheck.ResourceActionNoop),
		}},
	}
	runSince(t, tfversion.SkipBelow(tfversion.Version1_12_0), create, byIdentity)
}

// runSince runs steps that need what both CLIs have since a version.
func runSince(t *testing.T, oldest tfversion.TerraformVersionCheck, steps ...resource.TestStep) {
	t.Helper()
	resource.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: factories(), Steps: steps,
		TerraformVersionChecks: []tfversion.TerraformVersionCheck{oldest},
	})
}

func (c zeroCase) testReplacement(t *testing.T) {
	lab := newLab(t, unpaced())
	move := lab.step(c.moved)
	move.ConfigPlanChecks = c.planned(plancheck.ResourceActionReplace)
	move.Check = func(*terraform.State) error {
		if held := lab.Object(c.kind, c.only(t, lab)); held["namespaceId"] != lab.RootNamespaceID {
			return fmt.Errorf("it is in namespace %v", held["namespaceId"])
		}
		return nil
	}
	lab.run(t, lab.step(c.minimal), move)
}

// testDrift changes the object behind Terraform's back: the plan shows it and the apply repairs it. A touch
// that changes nothing but the time is no difference.
func (c zeroCase) testDrift(t *testing.T) {
	lab := newLab(t, unpaced())
	before := map[string]any{}
	drifted := lab.step(c.minimal)
	drifted.PreConfig = func() {
		id := c.only(t, lab)
		before = lab.Object(c.kind, id)
		lab.EditObject(c.kind, id, c.drift)
	}
	drifted.ConfigPlanChecks = resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{
		plancheck.ExpectResourceAction(c.address(), plancheck.ResourceActionUpdate),
	}}
	drifted.Check = func(*terraform.State) error {
		after := lab.Object(c.kind, c.only(t, lab))
		if fmt.Sprint(after[c.drifted]) != fmt.Sprint(before[c.drifted]) {
			return fmt.Errorf("%s is %v after the repair, was %v", c.drifted, after[c.drifted], before[c.drifted])
		}
		return nil
	}
	touched := lab.step(c.minimal)
	touched.PreConfig = func() { lab.EditObject(c.kind, c.only(t, lab), func(map[string]any) {}) }
	touched.ConfigPlanChecks = resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{plancheck.ExpectEmptyPlan()}}
	lab.run(t, lab.step(c.minimal), drifted, touched)
}

func (c zeroCase) testDeleted(t *testing.T) {
	lab := newLab(t, unpaced())
	again := lab.step(c.minimal)
	again.PreConfig = func() { lab.RemoveObject(c.kind, c.only(t, lab)) }
	again.ConfigPlanChecks = c.planned(plancheck.ResourceActionCreate)
	lab.run(t, lab.step(c.minimal), again)
}

// testLostRole takes the role away: the 403 is an error, and the object is still in the state afterwards.
func (c zeroCase) testLostRole(t *testing.T) {
	lab := newLab(t, unpaced())
	refused := lab.step(c.minimal)
	refused.PreConfig = func() {
		lab.AddFault(apimock.Fault{Method: http.MethodGet, Template: c.item(), Status: http.StatusForbidden})
		lab.AddFault(apimock.Fault{Method: http.MethodGet, Template: c.template(), Status: http.StatusForbidden})
	}
	refused.ExpectError = words("lack the role")
	restored := lab.step(c.minimal)
	restored.PreConfig = lab.ClearFaults
	restored.ConfigPlanChecks = resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{plancheck.ExpectEmptyPlan()}}
	lab.run(t, lab.step(c.minimal), refused, restored)
}

// testLostAnswer loses the answer of the create after the work. The fault matrix knows more ways.
func (c zeroCase) testLostAnswer(t *testing.T) {
	lab := newLab(t, unpaced())
	lab.AddFault(apimock.Fault{Method: http.MethodPost, Template: c.template(), Drop: apimock.DropAfter, Times: 1})
	step := lab.step(c.minimal)
	step.Check = func(*terraform.State) error { c.only(t, lab); return nil }
	lab.run(t, step)
	if left := lab.Objects(c.kind); len(left) != 0 {
		t.Errorf("%d orphans", len(left))
	}
}

// testTakenName meets an object of the same name: it is not taken over, and the error says how to.
func (c zeroCase) testTakenName(t *testing.T) {
	lab := newLab(t, apimock.Switches{TakenNameStatus: http.StatusBadRequest}) // what tells least of the two
	first := lab.hcl(c.minimal)
	second := strings.ReplaceAll(c.minimal, `"this" {`, `"that" {`)
	lab.run(t,
		resource.TestStep{Config: first},
		resource.TestStep{Config: first + lab.fill(second), ExpectError: words("take that " + strings.TrimPrefix(c.typeName, "pomerium_zero_") + " over with an import block")},
	)
}

// testUnknown configures an argument that is known only after apply.
func (c zeroCase) testUnknown(t *testing.T) {
	lab := newLab(t, unpaced())
	step := lab.step(c.unknown)
	step.ConfigPlanChecks = c.planned(plancheck.ResourceActionCreate)
	step.Check = func(*terraform.State) error { c.only(t, lab); return nil }
	lab.run(t, step)
}

func (c zeroCase) testRateLimited(t *testing.T) {
	lab := newLab(t, unpaced())
	for _, method := range []string{http.MethodPost, http.MethodGet, http.MethodPut, http.MethodDelete} {
		lab.AddFault(apimock.Fault{Method: method, Status: http.StatusTooManyRequests, Times: 2, Header: http.Header{"Retry-After": {"0"}}})
	}
	lab.run(t, lab.step(c.minimal), lab.step(c.full))
	if left := lab.Objects(c.kind); len(left) != 0 {
		t.Errorf("%d %s are left after destroy", len(left), c.kind)
	}
}

// testDeletedTwice destroys what someone deletes between the refresh and the destroy.
func (c zeroCase) testDeletedTwice(t *testing.T) {
	lab := newLab(t, unpaced())
	lab.AddFault(apimock.Fault{Method: http.MethodDelete, Template: c.item(), Drop: apimock.DropAfter, Times: 1})
	lab.run(t, lab.step(c.minimal))
	if sent := lab.Sent(http.MethodDelete, c.item()); len(sent) != 2 {
		t.Errorf("%d deletes were sent, want 2: the lost one and one more", len(sent))
	}
}

func (c zeroCase) testWrongNamespace(t *testing.T) {
	config := strings.ReplaceAll(c.minimal, "<namespace>", "nowhere")
	lab := newLab(t, unpaced())
	lab.refusedPlan(t, lab.hcl(config), `has no namespace "nowhere"`)
}

func (c zeroCase) testWrongOrganization(t *testing.T) {
	config := strings.Replace(c.minimal, `"this" {`, `"this" {
  organization_id = "elsewhere"`, 1)
	lab := newLab(t, unpaced())
	lab.refusedPlan(t, lab.hcl(config), `does not see organization "elsewhere"`)
}
