package main

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"time"
)

// upstream is where the route of config/zero leads, elsewhere is where somebody turns it to.
const (
	upstream  = "http://httpbin:80"
	elsewhere = "http://elsewhere:8080"
)

const (
	work     = "work"     // the working folder of most steps
	recovery = "recovery" // the one without a state
)

var story = []step{
	{"Init finds the provider by its source, as it would in a registry", (*demo).initialize},
	{"A plan looks the organization and the namespace up and changes nothing", (*demo).plan},
	{"Apply makes policy and route and starts a deep trace", (*demo).apply},
	{"A second plan is empty", (*demo).planAgain},
	{"Somebody turns the route elsewhere in the console, and the plan shows it", (*demo).drift},
	{"Apply repairs the route", (*demo).repair},
	{"The deep trace ends by itself, and that is no difference", (*demo).traceEnds},
	{"The state is lost: import blocks bring policy and route back, and the plan is empty", (*demo).importAll},
	{"The laptop is still slow: a change of triggers starts a new deep trace", (*demo).traceAgain},
	{"Destroy removes policy and route and stops the running deep trace", (*demo).destroy},
}

func (d *demo) initialize(ctx context.Context) error {
	if err := d.copyConfig(work, "zero", "zdx"); err != nil {
		return err
	}
	return d.terraform(ctx, work, 0, []string{"Installed pomerium-zdx/pomerium"}, "init")
}

func (d *demo) plan(ctx context.Context) error {
	err := d.terraform(ctx, work, 2, []string{
		"pomerium_zero_policy.staff will be created", "pomerium_zero_route.httpbin will be created",
		"zdx_deeptrace.laptop will be created", "Plan: 3 to add, 0 to change, 0 to destroy.",
	}, "plan", "-detailed-exitcode", "-out=first.tfplan")
	if err != nil {
		return err
	}
	if held := d.held(); held != (holdings{}) {
		return fmt.Errorf("a plan has made something: the mock holds %v", held)
	}
	d.say("Exit code 2 stands for changes. The mock holds nothing yet.")
	return nil
}

func (d *demo) apply(ctx context.Context) error {
	if err := d.terraform(ctx, work, 0, []string{"Resources: 3 added, 0 changed, 0 destroyed."}, "apply", "first.tfplan"); err != nil {
		return err
	}
	if held := d.held(); held != (holdings{policies: 1, routes: 1, running: 1}) {
		return fmt.Errorf("the mock holds %v", held)
	}
	route := d.mock.Objects("routes")[0]
	d.policyID, d.routeID = fmt.Sprint(d.mock.Objects("policies")[0]["id"]), fmt.Sprint(route["id"])
	if policies := fmt.Sprint(route["policyIds"]); policies != fmt.Sprint([]string{d.policyID}) {
		return fmt.Errorf("policy %s does not guard the route, but %s", d.policyID, policies)
	}
	if err := d.leadsTo(upstream); err != nil {
		return err
	}
	d.say("The mock has route %q to %s, guarded by the policy,", route["name"], upstream)
	d.say("and a deep trace that runs on device %s.", d.mock.DeviceID)
	return nil
}

func (d *demo) planAgain(ctx context.Context) error { return d.emptyPlan(ctx, work) }

func (d *demo) drift(ctx context.Context) error {
	d.mock.EditObject("routes", d.routeID, func(route map[string]any) { route["to"] = []string{elsewhere} })
	return d.terraform(ctx, work, 2, []string{
		"pomerium_zero_route.httpbin will be updated in-place", "~ to ", `"` + elsewhere + `"`, `"` + upstream + `"`,
		"Plan: 0 to add, 1 to change, 0 to destroy.",
	}, "plan", "-detailed-exitcode")
}

func (d *demo) repair(ctx context.Context) error {
	if err := d.leadsTo(elsewhere); err != nil {
		return err // the plan before must have left it
	}
	if err := d.terraform(ctx, work, 0, []string{"Resources: 0 added, 1 changed, 0 destroyed."}, "apply", "-auto-approve"); err != nil {
		return err
	}
	if err := d.leadsTo(upstream); err != nil {
		return err
	}
	d.say("On the mock the route leads to %s again.", upstream)
	return nil
}

func (d *demo) traceEnds(ctx context.Context) error {
	d.mock.Advance(10 * time.Minute)
	trace := d.mock.Traces(d.mock.DeviceID)[0]
	if trace.EndedAt.IsZero() {
		return fmt.Errorf("ten minutes later the trace is %s", trace.Status)
	}
	d.say("Ten minutes later by the mock's clock the trace is %s.", trace.Status)
	return d.emptyPlan(ctx, work)
}

func (d *demo) importAll(ctx context.Context) error {
	if err := d.copyConfig(recovery, "zero", "import"); err != nil {
		return err
	}
	d.mock.ResetJournal()
	d.env = append(d.env, "TF_VAR_policy_id="+d.policyID, "TF_VAR_route_id="+d.routeID)
	if err := d.terraform(ctx, recovery, 0, nil, "init"); err != nil {
		return err
	}
	marks := []string{"Resources: 2 imported, 0 added, 0 changed, 0 destroyed."}
	if err := d.terraform(ctx, recovery, 0, marks, "apply", "-auto-approve"); err != nil {
		return err
	}
	if err := d.emptyPlan(ctx, recovery); err != nil {
		return err
	}
	for _, sent := range d.mock.Journal() {
		if sent.Method != http.MethodGet && sent.Template != "/token" {
			return fmt.Errorf("the import has sent %s %s", sent.Method, sent.Path)
		}
	}
	d.say("Nothing was sent to the mock but reads.")
	return nil
}

func (d *demo) traceAgain(ctx context.Context) error {
	if err := d.copyConfig(work, "again"); err != nil {
		return err
	}
	err := d.terraform(ctx, work, 0, []string{
		"zdx_deeptrace.laptop must be replaced", "forces replacement", "Resources: 1 added, 0 changed, 1 destroyed.",
	}, "apply", "-auto-approve")
	if err != nil {
		return err
	}
	if held := d.held(); held != (holdings{policies: 1, routes: 1, running: 1, ended: 1}) {
		return fmt.Errorf("the mock holds %v", held)
	}
	d.say("A new trace runs; the data of the first one, which has ended, was left alone.")
	return nil
}

func (d *demo) destroy(ctx context.Context) error {
	marks := []string{"Resources: 3 destroyed."}
	if err := d.terraform(ctx, work, 0, marks, "destroy", "-auto-approve"); err != nil {
		return err
	}
	if held := d.held(); held != (holdings{ended: 1}) {
		return fmt.Errorf("the mock still holds %v", held)
	}
	if broken := d.mock.ContractViolations(); len(broken) > 0 {
		return fmt.Errorf("the mock broke the services' contract: %s", strings.Join(broken, "; "))
	}
	d.say("The mock holds no policy and no route, and no trace runs.")
	return nil
}

// emptyPlan requires a plan without changes.
func (d *demo) emptyPlan(ctx context.Context, folder string) error {
	if err := d.terraform(ctx, folder, 0, []string{"No changes."}, "plan", "-detailed-exitcode"); err != nil {
		return err
	}
	d.say("Exit code 0: there is nothing to do.")
	return nil
}

// leadsTo requires that the route on the mock has this upstream and no other.
func (d *demo) leadsTo(want string) error {
	if to := fmt.Sprint(d.mock.Object("routes", d.routeID)["to"]); to != fmt.Sprint([]string{want}) {
		return fmt.Errorf("on the mock the route leads to %s instead of %s", to, want)
	}
	return nil
}

// holdings are the objects on the mock that the demo is about.
type holdings struct{ policies, routes, running, ended int }

func (h holdings) String() string {
	return fmt.Sprintf("%d policies, %d routes, %d running and %d ended deep traces", h.policies, h.routes, h.running, h.ended)
}

func (d *demo) held() holdings {
	h := holdings{policies: len(d.mock.Objects("policies")), routes: len(d.mock.Objects("routes"))}
	for _, trace := range d.mock.Traces(d.mock.DeviceID) {
		if trace.EndedAt.IsZero() {
			h.running++
		} else {
			h.ended++
		}
	}
	return h
}
