package provider

import (
	"fmt"
	"net/http"
	"runtime/debug"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/pomerium-zdx/terraform-provider-pomerium/internal/apimock"
	"github.com/pomerium-zdx/terraform-provider-pomerium/internal/gather"
)

// randomCase is one configuration, another one into which it is changed, and the service that they meet.
type randomCase struct {
	kind          kindOfCase
	first, second map[string]any
	positions     []apimock.Position
	paced         bool
	seed          uint64 // of what is decided on the way
}

// labPolicies is how many policies the lab holds to refer to.
const labPolicies = 5

// life is a case on its way.
type life struct {
	chance
	randomCase
	t        *testing.T
	lab      *lab
	p        *protocol
	switches apimock.Switches
	names    *strings.Replacer // fills in what only the lab knows
	kept     map[string]any    // what the service held before the change
	step     string
	spelling bool // an import differed in the spelling of nothing
}

// difference ends a life: something is not as it should be.
type difference string

func (l *life) fail(format string, args ...any) {
	panic(difference(l.step + ": " + fmt.Sprintf(format, args...)))
}

// outcome is how a case ended: "" if all was as it should be, else what differed, with the requests.
type outcome struct {
	failure  string
	journal  string
	spelling bool
}

// live runs a case on virtual time, with a service and a provider of its own.
func (c randomCase) live(t *testing.T) (result outcome) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		l := &life{chance: newDrawer(c.seed, 0, nil).chance, randomCase: c, t: t}
		for _, position := range c.positions {
			position.Set(&l.switches)
		}
		if !c.paced {
			l.switches.RatePerSecond, l.switches.RatePerMinute = apimock.Off, apimock.Off
		}
		l.open()
		defer func() {
			if reason := recover(); reason != nil {
				result.failure = fmt.Sprint(reason)
				if _, expected := reason.(difference); !expected {
					result.failure = fmt.Sprintf("%s: panic: %v\n%s", l.step, reason, debug.Stack())
				}
			}
			if violations := l.lab.ContractViolations(); result.failure == "" && len(violations) > 0 {
				result.failure = "the mock broke the contract: " + violations[0]
			}
			result.journal, result.spelling = requests(l.lab), l.spelling
		}()
		switch c.kind.name {
		case "trace":
			l.liveTrace()
		case "settings":
			l.liveSettings()
		default:
			l.liveObject()
		}
	})
	return result
}

// open makes the lab, what configurations refer to, and a provider that signs in to it.
func (l *life) open() {
	mock := apimock.New(l.switches)
	l.lab = &lab{Server: mock, url: fmt.Sprintf("https://lab-%d.test", virtualHosts.Add(1))}
	l.wait(26 * 365 * 24 * time.Hour) // virtual time begins in 2000
	mock.AddDevice(otherDevice, "another")
	pairs := []string{
		"<namespace>", mock.ClusterNamespaceID, "<organization>", mock.OrganizationID, "<device>", mock.DeviceID,
		"<app>", mock.AppID, "<web_probe>", mock.WebProbeID, "<cloudpath_probe>", mock.CloudPathProbeID,
	}
	for i := range labPolicies {
		id := mock.CreateObject("policies", mock.OrganizationID, map[string]any{"name": fmt.Sprint("lab policy ", i), "enforced": i == 0})
		pairs = append(pairs, fmt.Sprintf("<policy %d>", i), id)
	}
	for i := range 2 {
		id := mock.CreateObject("keyPairs", mock.OrganizationID, map[string]any{"name": fmt.Sprint("lab key pair ", i)})
		pairs = append(pairs, fmt.Sprintf("<key pair %d>", i), id)
	}
	l.names = strings.NewReplacer(pairs...)
	mode := []gather.Mode{gather.Several, gather.All}[l.seed%2]
	l.p = l.lab.protocol(l.t, knobs{transport: apimock.Direct{Server: mock}, gather: mode}, l.credentials())
}

// wait lets virtual time pass, for the provider as for the service.
func (l *life) wait(length time.Duration) { <-time.After(length) }

// credentials are those that the switches leave.
func (l *life) credentials() map[string]any {
	if l.switches.OneAPIOnly || l.switches.RawSecretRefused && l.switches.HashedSecretRefused {
		return map[string]any{
			"client_id": l.lab.ClientID, "client_secret": l.lab.ClientSecret, "token_url": l.lab.url + "/oauth2/v1/token", "url": l.lab.url + "/zdx/v1",
		}
	}
	return map[string]any{
		"key_id": l.lab.KeyID, "key_secret": l.lab.KeySecret, "url": l.lab.url + "/v1", "hash_key_secret": l.switches.RawSecretRefused,
	}
}

// requests are the requests that changed something, or were refused.
func requests(lab *lab) string {
	var list strings.Builder
	for _, exchange := range lab.Journal() {
		if exchange.Method != http.MethodGet && !strings.HasSuffix(exchange.Path, "/token") || exchange.Status >= http.StatusBadRequest {
			fmt.Fprintf(&list, "%s %s\n  %s\n  %d %s\n", exchange.Method, exchange.Path, exchange.Body, exchange.Status, exchange.Answer)
		}
	}
	return list.String()
}

// liveObject takes an object of Pomerium Zero through its life.
func (l *life) liveObject() {
	first, second := l.first, l.inPlace()
	l.must("validation of the first", l.validate(first))
	l.must("validation of the second", l.validate(l.second))
	labs := l.counts()

	object := l.put("create", l.p.none(l.kind.typeName), first)
	l.step = "create"
	l.holds(object, first)
	object = l.settled("after the create", object, first)
	if l.with(0.5) {
		l.step = "another spelling"
		l.isEmpty(object, l.plan(object, l.respelled(first)))
	}

	l.wait(time.Duration(l.Int64N(int64(3 * time.Hour))))
	imported := l.imported(object, first)
	if l.with(0.5) {
		object = imported
	}

	before := l.id(object)
	l.kept = l.stored(object)
	object = l.put("change", object, second)
	l.step = "change"
	if l.id(object) != before {
		l.fail("it was replaced")
	}
	l.holds(object, second)
	object = l.settled("after the change", object, second)
	if l.with(0.3) {
		object = l.imported(object, second)
	}
	if l.kind.changeable != nil {
		object = l.replaced(object, l.second)
	}

	l.step = "destroy"
	gone := l.apply(l.plan(object, nil))
	if l.p.state(gone) != nil || l.stored(object) != nil {
		l.fail("it is still there")
	}
	if left := l.counts(); left != labs {
		l.fail("left are %s, want %s", left, labs)
	}
}

func (l *life) id(object resourceState) string { return fmt.Sprint(l.p.state(object)["id"]) }

func (l *life) must(step string, problems []*tfprotov6.Diagnostic) {
	l.step = step
	if hasError(problems) {
		l.fail("%s", listed(problems))
	}
}

func (l *life) validate(arguments map[string]any) []*tfprotov6.Diagnostic {
	schema := l.p.schemas.ResourceSchemas[l.kind.typeName]
	answer, err := l.p.server.ValidateResourceConfig(l.t.Context(), &tfprotov6.ValidateResourceConfigRequest{
		TypeName: l.kind.typeName, Config: l.p.dynamic(schema, l.raw(schema, arguments)),
		ClientCapabilities: &tfprotov6.ValidateResourceConfigClientCapabilities{WriteOnlyAttributesAllowed: true},
	})
	if err != nil {
		l.t.Fatal(err)
	}
	return answer.Diagnostics
}

// plan plans, and holds the plan against the rules of the CLI.
func (l *life) plan(object resourceState, arguments map[string]any) planned {
	var raw map[string]any
	if arguments != nil {
		raw = l.raw(object.schema, arguments)
	}
	plan, problems := l.p.plan(l.t.Context(), object, raw)
	if hasError(problems) {
		l.fail("plan: %s", listed(problems))
	}
	if arguments != nil {
		l.isValid(object, plan)
	}
	return plan
}

// apply applies, and holds the result against the plan as the CLI does.
func (l *life) apply(plan planned) resourceState {
	after, problems := l.p.apply(l.t.Context(), plan)
	if hasError(problems) {
		l.fail("apply: %s", listed(problems))
	}
	l.isConsistent(plan, after)
	return after
}

// put plans and applies a configuration.
func (l *life) put(step string, object resourceState, arguments map[string]any) resourceState {
	l.step = step
	plan := l.plan(object, arguments)
	if plan.replace {
		l.fail("it would be replaced")
	}
	if len(l.differs(object, plan.state)) == 0 {
		return object
	}
	return l.apply(plan)
}

// settled wants an empty plan, and a refresh that changes nothing, so that the plan behind it is the same.
func (l *life) settled(step string, object resourceState, arguments map[string]any) resourceState {
	l.step = step
	l.isEmpty(object, l.plan(object, arguments))
	fresh := l.refresh(object)
	if changed := l.differs(object, fresh.state); len(changed) > 0 {
		l.fail("the refresh changed the state: %v", changed)
	}
	return fresh
}

func (l *life) isEmpty(object resourceState, plan planned) {
	if changed := l.differs(object, plan.state); plan.replace || len(changed) > 0 {
		l.fail("the plan is not empty: %v", changed)
	}
}

func (l *life) refresh(object resourceState) resourceState {
	fresh, problems := l.p.refresh(object)
	if hasError(problems) {
		l.fail("refresh: %s", listed(problems))
	}
	if l.p.state(fresh) == nil {
		l.fail("a refresh takes it for gone")
	}
	return fresh
}

// imported imports the object into an empty state, by one of its names. Before an apply the service alone knows the object,
// and it does not tell how nothing was spelled ("", null, false), nor a secret that is masked or write-only: besides
// that, the plan must be empty. What the apply then sends must be what is there.
func (l *life) imported(object resourceState, arguments map[string]any) resourceState {
	l.step = "import"
	request := &tfprotov6.ImportResourceStateRequest{TypeName: object.name}
	id := l.names.Replace(l.kind.within) + l.id(object)
	switch l.IntN(3) {
	case 0:
		request.ID = id
	case 1:
		request.ID = l.lab.OrganizationID + "/" + id
	case 2:
		request.Identity = object.identity
	}
	fresh := l.refresh(l.takeOver(request))
	plan := l.plan(fresh, arguments)
	all := l.differs(fresh, plan.state)
	if len(all) == 0 {
		return fresh
	}
	told := slices.DeleteFunc(slices.Clone(all), l.isUntold)
	if plan.replace || len(told) > 0 || !slices.ContainsFunc(all, func(c changed) bool { return c.after.IsKnown() }) {
		l.fail("the plan is not empty: %v of %v", told, all)
	}
	l.spelling = true
	l.step = "apply after an import"
	fresh = l.apply(plan)
	l.holds(fresh, arguments)
	l.isEmpty(fresh, l.plan(fresh, arguments))
	return fresh
}

func (l *life) takeOver(request *tfprotov6.ImportResourceStateRequest) resourceState {
	answer, err := l.p.server.ImportResourceState(l.t.Context(), request)
	if err != nil {
		l.t.Fatal(err)
	}
	if hasError(answer.Diagnostics) || len(answer.ImportedResources) != 1 {
		l.fail("%d objects, %s", len(answer.ImportedResources), listed(answer.Diagnostics))
	}
	found := answer.ImportedResources[0]
	return resourceState{request.TypeName, l.p.schemas.ResourceSchemas[request.TypeName], found.State, found.Private, found.Identity}
}
