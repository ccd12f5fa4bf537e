package provider

import (
	"context"
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"os"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6/tf6server"

	"github.com/pomerium-zdx/terraform-provider-pomerium/internal/apimock"
	"github.com/pomerium-zdx/terraform-provider-pomerium/internal/clitest"
	"github.com/pomerium-zdx/terraform-provider-pomerium/internal/httpapi"
)

// hasty is the patience of the provider that the CLI uses: with it a request is tried four times.
var hasty = knobs{
	retry:   httpapi.Retry{Attempts: 4, MinWait: 5 * time.Millisecond, MaxWait: 20 * time.Millisecond, MaxAsked: 5 * time.Second},
	timeout: 3 * time.Second, unpaced: true,
}

// cliFault is a fault with how long it lasts, and the objects that it is for.
type cliFault struct {
	key   string // name of the objects
	fault labFault
	times int
}

func (f cliFault) title() string {
	return fmt.Sprintf("%s, %s", f.fault.name, map[int]string{0: "for ever", 1: "once", 4: "for all tries"}[f.times])
}

func cliFaults() []cliFault {
	var all []cliFault
	for _, f := range allFaults() {
		if f.everywhere {
			continue // a fault has one object here
		}
		for _, times := range []int{1, hasty.retry.Attempts, 0} {
			all = append(all, cliFault{fmt.Sprintf("fault-%03d", len(all)), f, times})
		}
	}
	return all
}

// device is the ID of the fault's own device.
func (f cliFault) device() string { return "7000" + strings.TrimPrefix(f.key, "fault-") }

// cliRequest is what a phase lets fail: a request for each object of a type.
type cliRequest struct {
	typ, method, template string
	object                func(f cliFault, id string) string // what names the object in the request
}

func byName(f cliFault, _ string) string   { return f.key }
func byDevice(f cliFault, _ string) string { return f.device() }
func byID(_ cliFault, id string) string    { return id }

const (
	routesPath   = zeroPath + "/routes"
	policiesPath = zeroPath + "/policies"
	routePath    = routesPath + "/{routeId}"
	policyPath   = policiesPath + "/{policyId}"
)

var (
	cliCreates = []cliRequest{
		{"pomerium_zero_route", "POST", routesPath, byName}, {"pomerium_zero_policy", "POST", policiesPath, byName},
		{"zdx_deeptrace", "POST", tracesTemplate, byDevice}, {"zdx_analysis", "POST", analysesTemplate, byDevice},
		{"zdx_alert_snapshot", "POST", snapshotsTemplate, byName},
	}
	cliReads = []cliRequest{
		{"pomerium_zero_route", "GET", routePath, byID}, {"pomerium_zero_policy", "GET", policyPath, byID},
		{"zdx_deeptrace", "GET", traceTemplate, byDevice}, {"zdx_analysis", "GET", analysisTemplate, byID},
	}
	cliUpdates = []cliRequest{{"pomerium_zero_route", "PUT", routePath, byID}, {"pomerium_zero_policy", "PUT", policyPath, byID}}
	cliDeletes = []cliRequest{
		{"pomerium_zero_route", "DELETE", routePath, byID}, {"pomerium_zero_policy", "DELETE", policyPath, byID},
		{"zdx_deeptrace", "DELETE", traceTemplate, byDevice}, {"zdx_analysis", "DELETE", analysisTemplate, byID},
	}
)

// faultsHCL has an object of each kind for each fault.
const faultsHCL = `
terraform {
  required_providers {
    pomerium = { source = "pomerium-zdx/pomerium" }
  }
}
variable "faults" { type = map(string) }
variable "description" { default = "one" }
resource "pomerium_zero_route" "this" {
  for_each     = var.faults
  name         = each.key
  description  = var.description
  namespace_id = "<namespace>"
  from         = "https://${each.key}.example.pomerium.app"
  to           = ["http://${each.key}:80"]
}
resource "pomerium_zero_policy" "this" {
  for_each     = var.faults
  name         = each.key
  description  = var.description
  namespace_id = "<namespace>"
  ppl          = jsonencode({ allow = { and = [{ domain = { is = "acme.test" } }] } })
}
resource "zdx_deeptrace" "this" {
  provider               = pomerium
  for_each               = var.faults
  device_id              = each.value
  session_name           = each.key
  session_length_minutes = 60
}
resource "zdx_analysis" "this" {
  provider        = pomerium
  for_each        = var.faults
  device_id       = each.value
  app_id          = "<app>"
  wait_for_result = false
}
resource "zdx_alert_snapshot" "this" {
  provider = pomerium
  for_each = var.faults
  name     = each.key
  alert_id = "<alert>"
}
`

// faultsCLI is the test with a real CLI.
type faultsCLI struct {
	*cliCase
	dir, reattach string
	wire          *wire
	faults        []cliFault
	processes     int
	cases         int
}

// TestFaultMatrixCLI lets the requests of hundreds of objects fail, each by a fault of its own, in one run of a CLI after the
// other: create, read, update, delete. Each object has success or one error; the run after it brings all together.
// Requests that no object can be told by, sign-in and lists, are TestFaultMatrix's alone.
func TestFaultMatrixCLI(t *testing.T) {
	if os.Getenv("FAULTS_CLI") == "" {
		t.Skip("takes minutes: FAULTS_CLI=1 runs it")
	}
	t.Parallel()
	switches := unpaced()
	switches.FutureMembers, switches.AnalysisTakes, switches.MaxActiveTraces = []string{futureMember}, 3*time.Hour, 10_000
	mock := apimock.New(switches)
	lab := &lab{Server: mock, url: "https://cli.lab.test"}
	began := time.Now()
	c := &faultsCLI{cliCase: openCLI(t, lab), wire: &wire{mock: mock, host: "cli.lab.test"}, faults: cliFaults()}
	devices := map[string]string{}
	for _, f := range c.faults {
		lab.AddDevice(f.device(), f.key)
		devices[f.key] = f.device()
	}
	config := strings.ReplaceAll(faultsHCL, "<alert>", lab.AlertID)
	c.dir = c.folder(lab.providerBlock() + config)
	values, err := json.Marshal(map[string]any{"faults": devices})
	if err != nil {
		t.Fatal(err)
	}
	c.write(c.dir+"/terraform.tfvars.json", string(values))
	turned := hasty
	turned.transport = c.wire
	c.reattach = serveForCLI(t, &pomeriumProvider{version: "test", knobs: turned})

	c.want(c.cliRun("init"), 0)
	c.phase(cliCreates, "apply", "-auto-approve", "-refresh=false")
	c.clean("apply", "-auto-approve")
	c.heldOnce("one")
	c.phase(cliReads, "apply", "-auto-approve")
	c.heldOnce("one")
	c.phase(cliUpdates, "apply", "-auto-approve", "-var=description=two")
	c.clean("apply", "-auto-approve", "-var=description=two")
	c.heldOnce("two")
	c.want(c.cliRun("plan", "-detailed-exitcode", "-var=description=two"), 0)
	c.phase(cliDeletes, "destroy", "-auto-approve")
	c.clean("destroy", "-auto-approve")
	for _, kind := range []string{"routes", "policies"} {
		if left := lab.Objects(kind); len(left) > 0 {
			t.Errorf("%d %s are left", len(left), kind)
		}
	}
	for _, f := range c.faults {
		// What ZDX answers to a stop is not documented: nothing at all is taken for a success (byHand).
		if left := c.running(f); left > 0 && f.fault.name != "an empty body" {
			t.Errorf("%s: %d traces run on", f.title(), left)
		}
	}
	for _, violation := range mock.ContractViolations() {
		t.Error(violation)
	}
	summarize(t, "fault matrix with %s: %d cases in %d processes and %s", c.cli.Version, c.cases, c.processes, time.Since(began).Round(time.Second))
}

// serveForCLI serves a provider of this process to CLIs and returns the variable that tells them of it.
func serveForCLI(t *testing.T, p *pomeriumProvider) string {
	t.Helper()
	ctx, cancel := context.WithCancel(context.WithoutCancel(t.Context()))
	ended := make(chan struct{})
	told := make(chan string, 1)
	option, config := debugOption(ctx, tf6server.WithDebug, ended)
	go func() {
		err := tf6server.Serve("registry.terraform.io/pomerium-zdx/pomerium", func() tfprotov6.ProviderServer { return serverOf(p) },
			option, tf6server.WithoutLogStderrOverride(), tf6server.WithLoggingSink(t))
		if err != nil {
			t.Error(err)
		}
	}()
	go func() { told <- config() }()
	t.Cleanup(func() {
		cancel()
		<-ended
	})
	return <-told
}

// debugOption makes the option of a served provider, whose channel has a type of a module that is not this one's own
// dependency. config waits for the provider and returns the variable for the CLI.
func debugOption[C any](ctx context.Context, with func(context.Context, chan *C, chan struct{}) tf6server.ServeOpt, ended chan struct{}) (
	option tf6server.ServeOpt, config func() string,
) {
	started := make(chan *C, 1)
	return with(ctx, started, ended), func() string {
		served := reflect.ValueOf(<-started).Elem()
		address, ok := served.FieldByName("Addr").Interface().(net.Addr)
		if !ok {
			panic("the provider serves at no address")
		}
		provider := map[string]any{
			"Protocol": fmt.Sprint(served.FieldByName("Protocol")), "ProtocolVersion": served.FieldByName("ProtocolVersion").Int(), "Pid": os.Getpid(), "Test": true,
			"Addr": map[string]string{"Network": address.Network(), "String": address.String()},
		}
		all := map[string]any{}
		for _, host := range []string{"registry.terraform.io", "registry.opentofu.org"} {
			all[host+"/pomerium-zdx/pomerium"] = provider
		}
		text, err := json.Marshal(all)
		if err != nil {
			panic(err)
		}
		return "TF_REATTACH_PROVIDERS=" + string(text)
	}
}

func (c *faultsCLI) cliRun(args ...string) clitest.Result {
	c.Helper()
	c.processes++
	return c.runIn([]string{c.reattach}, c.dir, args...)
}

// told is an error of the CLI's.
type told struct{ address, summary, detail string }

// errorsOf reads the errors of a command with -json.
func (c *faultsCLI) errorsOf(output string) []told {
	c.Helper()
	var all []told
	for line := range strings.Lines(output) {
		var event struct {
			Type       string
			Diagnostic struct{ Severity, Summary, Detail, Address string }
		}
		if json.Unmarshal([]byte(line), &event) == nil && event.Type == "diagnostic" && event.Diagnostic.Severity == "error" {
			all = append(all, told{event.Diagnostic.Address, event.Diagnostic.Summary, event.Diagnostic.Detail})
		}
	}
	return all
}

// phase arms every fault for its own objects, runs a command, and holds the errors against the promise.
func (c *faultsCLI) phase(requests []cliRequest, args ...string) {
	c.Helper()
	armed := map[string]cliFault{} // by address
	for _, request := range requests {
		ids := c.ids(request.typ)
		for _, f := range c.faults {
			if f.fault.writes && request.method == "GET" {
				continue
			}
			object := request.object(f, ids[f.key])
			if object == "" {
				c.Fatalf("there is no %s %s", request.typ, f.key)
			}
			c.arm(f, request, object)
			armed[fmt.Sprintf("%s.this[%q]", request.typ, f.key)] = f
			c.cases++
		}
	}
	c.lab.ResetJournal()
	result := c.cliRun(append(args, "-json", "-parallelism=50")...)
	c.lab.ClearFaults()
	c.wire.listenAgain()
	seen := map[string]bool{}
	for _, problem := range c.errorsOf(result.Output) {
		if problem.address == "" {
			problem.address = c.addressOf(problem)
		}
		f, known := armed[problem.address]
		if !known {
			c.Errorf("%s: an error of nobody's: %+v", args[0], problem)
			continue
		}
		if seen[problem.address] {
			c.Errorf("%s: another error of %s (%s): %+v", args[0], problem.address, f.title(), problem)
		}
		seen[problem.address] = true
		names := []string{f.key, f.device(), c.lab.AlertID, c.ids(strings.Split(problem.address, ".")[0])[f.key]}
		names = slices.DeleteFunc(names, func(name string) bool { return name == "" })
		for _, complaint := range complaints(problem.summary, problem.detail, names, f.fault.causes, c.lab.Secrets()) {
			c.Errorf("%s, %s: %s", problem.address, f.title(), complaint)
		}
	}
	if result.Code == 0 {
		c.Errorf("%s ended well", args[0])
	}
	for address, f := range armed {
		if f.final() && !seen[address] {
			c.Errorf("%s: %s without an error: %s", args[0], address, f.title())
		}
	}
}

// final tells whether there is no way around the fault.
func (f cliFault) final() bool {
	return f.fault.fault.Status == http.StatusForbidden || f.fault.fault.Status == http.StatusUnprocessableEntity
}

// addressOf finds out whose an error is that came without an address, as those of a destruction do: by the words that
// name the object.
func (c *faultsCLI) addressOf(problem told) string {
	for _, request := range cliDeletes {
		noun := strings.TrimPrefix(strings.TrimPrefix(request.typ, "pomerium_zero_"), "zdx_")
		ids := c.ids(request.typ)
		for _, f := range c.faults {
			named := strings.Contains(problem.summary, fmt.Sprintf("%s %q", noun, f.key)) || strings.Contains(problem.summary, "of device "+f.device()) ||
				noun == "analysis" && strings.HasSuffix(problem.summary, "analysis "+ids[f.key])
			if named && (noun == "deeptrace") == strings.Contains(problem.summary, "deep trace") {
				return fmt.Sprintf("%s.this[%q]", request.typ, f.key)
			}
		}
	}
	return ""
}

func (c *faultsCLI) arm(f cliFault, request cliRequest, object string) {
	if f.fault.refused {
		c.wire.refuse(request.method, request.template, object, f.times)
		return
	}
	fault := f.fault.fault
	if f.fault.arm != nil {
		f.fault.arm(c.lab, &fault, c.lab.KeySecret)
		if strings.HasPrefix(request.typ, "pomerium_") {
			f.fault.arm(c.lab, &fault, c.lab.APIUserToken)
		}
	}
	fault.Method, fault.Template, fault.Object, fault.Times = request.method, request.template, object, f.times
	c.lab.AddFault(fault)
}

// clean runs a command without faults.
func (c *faultsCLI) clean(args ...string) {
	c.Helper()
	result := c.cliRun(append(args, "-json", "-parallelism=50")...)
	for _, problem := range c.errorsOf(result.Output) {
		c.Errorf("%s without a fault: %+v", args[0], problem)
	}
	c.want(result, 0)
}

// ids are the IDs of a type's objects by their key, as the service has them.
func (c *faultsCLI) ids(typ string) map[string]string {
	ids := map[string]string{}
	switch typ {
	case "pomerium_zero_route", "pomerium_zero_policy":
		for _, object := range c.lab.Objects(map[string]string{"pomerium_zero_route": "routes", "pomerium_zero_policy": "policies"}[typ]) {
			ids[fmt.Sprint(object["name"])] = fmt.Sprint(object["id"])
		}
	case "zdx_analysis":
		keys := map[string]string{}
		for _, f := range c.faults {
			keys[f.device()] = f.key
		}
		for _, analysis := range c.lab.Analyses() { // the latest is the one of the state
			ids[keys[analysis.DeviceID]] = analysis.ID
		}
	}
	return ids
}

func (c *faultsCLI) running(f cliFault) int {
	running := 0
	for _, trace := range c.lab.Traces(f.device()) {
		if trace.EndedAt.IsZero() && trace.Status != "abort_initiated" {
			running++
		}
	}
	return running
}

// heldOnce tells of objects that the service does not hold exactly once, or as they should not be.
func (c *faultsCLI) heldOnce(description string) {
	c.Helper()
	for _, kind := range []string{"routes", "policies"} {
		held := map[string]int{}
		for _, object := range c.lab.Objects(kind) {
			held[fmt.Sprint(object["name"])]++
			if object["description"] != description {
				c.Errorf("%s %s is described as %v", kind, object["name"], object["description"])
			}
		}
		for _, f := range c.faults {
			if held[f.key] != 1 {
				c.Errorf("%s: the service holds %d %s", f.title(), held[f.key], kind)
			}
		}
		if len(held) != len(c.faults) {
			c.Errorf("the service holds %d %s, want %d", len(held), kind, len(c.faults))
		}
	}
	for _, f := range c.faults {
		if running := c.running(f); running != 1 {
			c.Errorf("%s: %d traces run", f.title(), running)
		}
	}
}
