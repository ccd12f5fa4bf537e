package provider

import (
	"encoding/json"
	"fmt"
	"reflect"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/pomerium-zdx/terraform-provider-pomerium/internal/apimock"
)

// faultOutcome is what one case came to.
type faultOutcome struct {
	failed  bool
	warned  bool
	tries   int // of the request, more than a run without a fault sends
	took    time.Duration
	differs bool   // a data source shows something else than without the fault
	between string // what state and service disagree about after the run, if anything
	left    string // what is left to do by hand, if anything
	told    string
}

// faultCase is one case: a fault at an operation.
type faultCase struct {
	t       *testing.T
	lab     *lab
	wire    *wire
	o       faultOperation
	f       labFault
	state   resourceState
	started bool
}

// provider is a new process of the provider.
func (c *faultCase) provider() *protocol {
	c.t.Helper()
	schemas, err := allSchemas()
	if err != nil {
		c.t.Fatal(err)
	}
	p := &protocol{
		t: c.t, schemas: schemas,
		server: serverOf(&pomeriumProvider{version: "test", knobs: knobs{transport: c.wire, gather: gathered()}}),
	}
	zdx := map[string]any{"key_id": c.lab.KeyID, "key_secret": c.lab.KeySecret, "url": c.lab.url + "/v1"}
	if c.o.oneAPI {
		zdx = map[string]any{
			"client_id": c.lab.ClientID, "client_secret": c.lab.ClientSecret, "url": c.lab.url + "/zdx/v1", "token_url": c.lab.url + "/oauth2/v1/token",
		}
	}
	config := p.dynamic(schemas.Provider, map[string]any{
		"zdx":           zdx,
		"pomerium_zero": map[string]any{"api_user_token": c.lab.APIUserToken, "url": c.lab.url + "/api/v0", "plan_checks": false},
	})
	answer, err := p.server.ConfigureProvider(c.t.Context(), &tfprotov6.ConfigureProviderRequest{TerraformVersion: "1.15.0", Config: config})
	if err != nil || len(answer.Diagnostics) > 0 {
		c.t.Fatalf("%v %s", err, listed(answer.Diagnostics))
	}
	return p
}

// run is one `terraform apply`: refresh, plan, and apply if there is a difference. What failed leaves the state as it was.
func (c *faultCase) run(wanted map[string]any) (changed bool, problems []*tfprotov6.Diagnostic) {
	c.t.Helper()
	p := c.provider()
	if !c.started {
		c.state, c.started = p.none(c.o.typ), true
	}
	there := p.state(c.state) != nil
	if there {
		fresh, found := p.refresh(c.state)
		problems = append(problems, found...)
		if hasError(problems) {
			return false, problems
		}
		c.state = fresh
		there = p.state(c.state) != nil
	}
	if !there && wanted == nil {
		return false, problems
	}
	plan, found := p.plan(c.t.Context(), c.state, wanted)
	problems = append(problems, found...)
	if hasError(found) || wanted != nil && !p.differs(plan) {
		return false, problems
	}
	if plan.replace {
		c.t.Error("the plan replaces the object")
	}
	after, found := p.apply(c.t.Context(), plan)
	problems = append(problems, found...)
	if hasError(found) && !there && p.state(after) != nil {
		c.t.Error("Terraform would take the new object for broken and replace it")
	}
	c.state = after
	return true, problems
}

func (c *faultCase) stateID() string {
	p := &protocol{t: c.t}
	value := p.state(c.state)
	if value == nil {
		return ""
	}
	return fmt.Sprint(value[c.o.id])
}

// held are the IDs of what the service holds and Terraform should manage.
func (c *faultCase) held() []string { return c.o.held(c.lab, c.o.then(c.lab) != nil) }

// disagreement tells how state and service differ; "" if they do not.
func (c *faultCase) disagreement() string {
	held, id := c.held(), c.stateID()
	switch {
	case len(held) > 1:
		return fmt.Sprintf("the service holds %d", len(held))
	case len(held) == 1 && id == "":
		return "the object is not in the state"
	case len(held) == 0 && id != "":
		return "the state has one that is gone"
	case len(held) == 1 && held[0] != id:
		return "the state has another"
	}
	return ""
}

// credential is what the service knows and might quote.
func (c *faultCase) credential() string {
	switch {
	case c.o.service == zeroService:
		return c.lab.APIUserToken
	case c.o.oneAPI:
		return c.lab.ClientSecret
	}
	return c.lab.KeySecret
}

// sent is how often the request was sent, or was to be.
func (c *faultCase) sent() int { return len(c.lab.Sent(c.o.method, c.o.path)) + c.wire.dials }

// arm sets the fault.
func (c *faultCase) arm(times int) {
	fault := c.f.fault
	if c.f.arm != nil {
		c.f.arm(c.lab, &fault, c.credential())
	}
	fault.Method, fault.Template, fault.Times, fault.Skip = c.o.method, c.o.path, times, c.o.skip
	if c.f.oneObject {
		fault.Object = c.objectText()
	}
	for _, other := range c.o.also {
		c.lab.AddFault(other)
	}
	switch {
	case c.f.refused:
		c.wire.refuse(c.o.method, c.o.path, "", times)
	case c.f.everywhere && len(c.o.others) > 0:
		fault.Skip = 0
		for _, template := range c.o.others {
			fault.Method, fault.Template = "", template
			c.lab.AddFault(fault)
		}
	default:
		c.lab.AddFault(fault)
	}
}

// objectText is what names the object in a request: its ID, or before it has one its name or its device.
func (c *faultCase) objectText() string {
	if c.started && c.stateID() != "" && strings.HasSuffix(c.o.path, "}") {
		return c.stateID()
	}
	return ""
}

func (c *faultCase) disarm() {
	c.lab.ClearFaults()
	c.wire.listenAgain()
}

// baseline is what a run without a fault sends and shows.
func (c *faultCase) baseline() (sent int, shown map[string]any) {
	c.t.Helper()
	for _, other := range c.o.also {
		c.lab.AddFault(other)
	}
	defer c.disarm()
	if c.o.data != nil {
		return 0, c.provider().mustRead(c.o.typ, c.o.data(c.lab))
	}
	return 0, nil
}

// faulty runs the case.
func (c *faultCase) faulty(l lasting) faultOutcome {
	c.t.Helper()
	if c.o.data != nil {
		return c.faultyRead(l)
	}
	if first := c.o.first(c.lab); first != nil {
		if _, problems := c.run(first); len(problems) > 0 {
			c.t.Fatalf("before the fault: %s", listed(problems))
		}
	}
	if c.o.behind != nil {
		c.o.behind(c.lab, c.stateID())
	}
	c.arm(l.times(c.o, c.f))
	c.lab.ResetJournal()
	began, before := time.Now(), c.sent()
	_, problems := c.run(c.o.then(c.lab))
	outcome := faultOutcome{failed: hasError(problems), took: time.Since(began), tries: c.sent() - before, told: listed(problems)}
	outcome.warned = !outcome.failed && len(problems) > 0
	c.check(problems)
	outcome.between = c.disagreement()
	c.disarm()
	outcome.left = c.converge(outcome.failed)
	return outcome
}

func (c *faultCase) faultyRead(l lasting) faultOutcome {
	c.t.Helper()
	_, want := c.baseline()
	c.arm(l.times(c.o, c.f))
	c.lab.ResetJournal()
	began, before := time.Now(), c.sent()
	shown, problems := c.provider().read(c.o.typ, c.o.data(c.lab))
	outcome := faultOutcome{failed: hasError(problems), took: time.Since(began), tries: c.sent() - before, told: listed(problems)}
	outcome.differs = !outcome.failed && !reflect.DeepEqual(timeless(shown), timeless(want))
	c.check(problems)
	c.disarm()
	c.provider().mustRead(c.o.typ, c.o.data(c.lab))
	return outcome
}

// timeless is a value without the numbers in it, which move as the mock's clock does.
func timeless(value any) any {
	switch value := value.(type) {
	case map[string]any:
		for name, member := range value {
			value[name] = timeless(member)
		}
	case []any:
		for i := range value {
			value[i] = timeless(value[i])
		}
	case json.Number:
		return "a number"
	}
	return value
}

// converge applies once more without a fault, if the run failed, and plans: it returns what is left to do, if anything.
func (c *faultCase) converge(failed bool) string {
	c.t.Helper()
	if failed {
		if _, problems := c.run(c.o.then(c.lab)); hasError(problems) {
			return "the next apply fails: " + listed(problems)
		}
	}
	changed, problems := c.run(c.o.then(c.lab))
	switch {
	case hasError(problems):
		return "the apply after the next one fails: " + listed(problems)
	case changed:
		return "the plan after the next apply is not empty"
	}
	wanted, held := c.o.then(c.lab), c.held()
	if difference := c.disagreement(); difference != "" {
		return difference
	}
	if (wanted != nil) != (len(held) == 1) {
		return fmt.Sprintf("the service holds %d", len(held))
	}
	return ""
}

// runCase runs one case on virtual time, with a lab of its own.
func runCase(t *testing.T, o faultOperation, f labFault, l lasting, outcome *faultOutcome) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		switches := unpaced()
		switches.FutureMembers = []string{futureMember}
		if o.then != nil && o.then(&lab{Server: &apimock.Server{}}) == nil {
			switches.AnalysisTakes = 3 * time.Hour // it must not end while its stop is tried
		}
		mock := apimock.New(switches)
		host := fmt.Sprintf("lab-%d.test", virtualHosts.Add(1))
		if o.prepare != nil {
			o.prepare(mock)
		}
		c := &faultCase{t: t, lab: &lab{Server: mock, url: "https://" + host}, wire: &wire{mock: mock, host: host}, o: o, f: f}
		*outcome = c.faulty(l)
		if outcome.took > longestRun {
			t.Errorf("the run took %s", outcome.took)
		}
		for _, violation := range mock.ContractViolations() {
			t.Error(violation)
		}
		<-time.After(time.Hour) // a process that has ended would not go on with its token
	})
}
