package provider

import (
	"fmt"
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/terraform"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"
	"github.com/hashicorp/terraform-plugin-testing/tfversion"

	"github.com/pomerium-zdx/terraform-provider-pomerium/internal/apimock"
)

const (
	tracesTemplate = "/devices/{deviceid}/deeptraces"
	traceTemplate  = tracesTemplate + "/{trace_id}"
	traceAddress   = "zdx_deeptrace.this"
)

const traceHCL = `
resource "zdx_deeptrace" "this" {
  provider  = pomerium
  device_id = "<device>"
}
`

const fullTraceHCL = `
resource "zdx_deeptrace" "this" {
  provider               = pomerium
  device_id              = "<device>"
  session_name           = "crm-slow"
  session_length_minutes = 15
  probe_device           = true
  app_id                 = "<app>"
  web_probe_id           = "<web_probe>"
  cloudpath_probe_id     = "<cloudpath_probe>"
  triggers               = { ticket = "1" }
  timeouts               = { create = "5m", read = "5m", delete = "5m" }
}
`

func theTrace(t *testing.T, lab *lab) apimock.Trace {
	t.Helper()
	traces := lab.Traces(lab.DeviceID)
	if len(traces) == 0 {
		t.Fatal("the device has no trace")
	}
	return traces[len(traces)-1]
}

func plannedTrace(action plancheck.ResourceActionType) resource.ConfigPlanChecks {
	return resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{plancheck.ExpectResourceAction(traceAddress, action)}}
}

// The body that starts a trace holds the device as text and what is set, numbers for IDs, and no more.
func TestZDXDeepTraceLife(t *testing.T) {
	t.Parallel()
	lab := newLab(t, unpaced())
	create := lab.step(fullTraceHCL)
	create.ConfigStateChecks = []statecheck.StateCheck{
		statecheck.ExpectKnownValue(traceAddress, tfjsonpath.New("id"), knownvalue.StringRegexp(regexp.MustCompile("^"+lab.DeviceID+`/\d+$`))),
		statecheck.ExpectKnownValue(traceAddress, tfjsonpath.New("status"), knownvalue.StringExact("started")),
		statecheck.ExpectKnownValue(traceAddress, tfjsonpath.New("expected_time"), knownvalue.Int64Exact(7200)),
		statecheck.ExpectKnownValue(traceAddress, tfjsonpath.New("created_at"), knownvalue.NotNull()),
		statecheck.ExpectKnownValue(traceAddress, tfjsonpath.New("ended_at"), knownvalue.Null()),
	}
	imported := resource.TestStep{
		ResourceName: traceAddress, ImportState: true, ImportStateVerify: true,
		ImportStateVerifyIgnore: []string{"triggers", "timeouts", "expected_time"}, // the service tells the last at the start only
	}
	keepData := lab.step(strings.Replace(fullTraceHCL, "probe_device ", "delete_data_on_destroy = true\n  probe_device ", 1))
	keepData.ConfigPlanChecks = plannedTrace(plancheck.ResourceActionUpdate)
	lab.run(t, create, imported, keepData)

	starts := lab.Sent(http.MethodPost, tracesTemplate)
	if len(starts) != 1 {
		t.Fatalf("%d starts were sent, want 1", len(starts))
	}
	want := lab.fill(`{"app_id":<app>,"cloudpath_probe_id":<cloudpath_probe>,"deviceid":"<device>","probe_device":true,` +
		`"session_length_minutes":15,"session_name":"crm-slow","web_probe_id":<web_probe>}`)
	if sent := string(starts[0].Body); !sameJSON(t, sent, want) {
		t.Errorf("sent %s\nwant %s", sent, want)
	}
	if stops := lab.Sent(http.MethodDelete, traceTemplate); len(stops) != 1 {
		t.Errorf("%d stops were sent, want 1", len(stops))
	}
}

// The vendor's guide sends nothing but the device.
func TestZDXDeepTraceOfTheGuide(t *testing.T) {
	t.Parallel()
	lab := newLab(t, unpaced())
	lab.run(t, lab.step(traceHCL))
	starts := lab.Sent(http.MethodPost, tracesTemplate)
	if len(starts) != 1 || !sameJSON(t, string(starts[0].Body), lab.fill(`{"deviceid":"<device>"}`)) {
		t.Errorf("%d starts were sent, not one with the device only", len(starts))
	}
	for _, exchange := range lab.Sent("", "") {
		if !strings.HasSuffix(exchange.Template, "/token") && !strings.HasPrefix(exchange.Header.Get("Authorization"), "Bearer ") {
			t.Errorf("%s %s was sent without a bearer token", exchange.Method, exchange.Path)
		}
	}
}

// A trace that ended by itself is no difference, and destroying it leaves its data.
func TestZDXDeepTraceEnds(t *testing.T) {
	t.Parallel()
	lab := newLab(t, unpaced())
	ended := lab.step(traceHCL)
	ended.PreConfig = func() { lab.Advance(time.Hour) }
	ended.ConfigPlanChecks = resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{plancheck.ExpectEmptyPlan()}}
	ended.ConfigStateChecks = []statecheck.StateCheck{
		statecheck.ExpectKnownValue(traceAddress, tfjsonpath.New("status"), knownvalue.StringExact("completed")),
		statecheck.ExpectKnownValue(traceAddress, tfjsonpath.New("ended_at"), knownvalue.NotNull()),
	}
	lab.run(t, lab.step(traceHCL), ended)
	if stops := lab.Sent(http.MethodDelete, traceTemplate); len(stops) != 0 {
		t.Errorf("%d stops were sent to a trace that had ended", len(stops))
	}
	if len(lab.Traces(lab.DeviceID)) != 1 {
		t.Error("the data of the trace was not left")
	}
}

// What the service no longer keeps stays in the state, and nothing is started.
func TestZDXDeepTraceAgesOut(t *testing.T) {
	t.Parallel()
	lab := newLab(t, unpaced())
	agedOut := lab.step(traceHCL)
	agedOut.PreConfig = func() { lab.Advance(20 * 24 * time.Hour) }
	agedOut.ConfigPlanChecks = resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{plancheck.ExpectEmptyPlan()}}
	again := lab.step(strings.Replace(traceHCL, "device_id", "triggers = { run = 2 }\n  device_id", 1))
	again.ConfigPlanChecks = plannedTrace(plancheck.ResourceActionReplace)
	lab.run(t, lab.step(traceHCL), agedOut, again)
	if starts := lab.Sent(http.MethodPost, tracesTemplate); len(starts) != 2 {
		t.Errorf("%d starts were sent, want one and one more for triggers", len(starts))
	}
}

func TestZDXDeepTraceDeletesDataWhenAsked(t *testing.T) {
	t.Parallel()
	lab := newLab(t, unpaced())
	config := strings.Replace(traceHCL, "device_id", "delete_data_on_destroy = true\n  device_id", 1)
	ended := lab.step(config)
	ended.PreConfig = func() { lab.Advance(time.Hour) }
	lab.run(t, lab.step(config), ended)
	if left := lab.Traces(lab.DeviceID); len(left) != 0 {
		t.Errorf("%d traces are left", len(left))
	}
}

// Each argument starts a new trace when changed; the old one is stopped.
func TestZDXDeepTraceReplacement(t *testing.T) {
	t.Parallel()
	changes := map[string][2]string{
		"session_name":   {`"crm-slow"`, `"crm-fast"`},
		"session_length": {"session_length_minutes = 15", "session_length_minutes = 5"},
		"probe_device":   {"probe_device           = true", "probe_device           = false"},
		"unset":          {`cloudpath_probe_id     = "<cloudpath_probe>"`, ""},
		"triggers":       {`ticket = "1"`, `ticket = "2"`},
	}
	lab := newLab(t, unpaced())
	steps, config := []resource.TestStep{lab.step(fullTraceHCL)}, fullTraceHCL
	for _, change := range changes {
		config = strings.Replace(config, change[0], change[1], 1)
		step := lab.step(config)
		step.ConfigPlanChecks = plannedTrace(plancheck.ResourceActionReplace)
		steps = append(steps, step)
	}
	lab.run(t, steps...)
	starts, stops := len(lab.Sent(http.MethodPost, tracesTemplate)), len(lab.Sent(http.MethodDelete, traceTemplate))
	if want := len(changes) + 1; starts != want || stops != want {
		t.Errorf("%d starts and %d stops were sent, want %d of each", starts, stops, want)
	}
}

// A trace that runs and vanishes was stopped by someone else: it is started again, with a warning.
func TestZDXDeepTraceDeleted(t *testing.T) {
	t.Parallel()
	lab := newLab(t, unpaced())
	again := lab.step(traceHCL)
	again.PreConfig = func() { lab.RemoveTrace(lab.DeviceID, theTrace(t, lab).ID) }
	again.ConfigPlanChecks = plannedTrace(plancheck.ResourceActionCreate)
	lab.run(t, lab.step(traceHCL), again)
}

// A lost answer leaves neither an orphan nor a twin; nor does an answer without a usable ID.
func TestZDXDeepTraceLostAnswer(t *testing.T) {
	t.Parallel()
	for name, fault := range map[string]apimock.Fault{
		"dropped after the work":  {Drop: apimock.DropAfter},
		"dropped before the work": {Drop: apimock.DropBefore},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			lab := newLab(t, unpaced())
			fault.Method, fault.Template, fault.Times = http.MethodPost, tracesTemplate, 1
			lab.AddFault(fault)
			step := lab.step(fullTraceHCL)
			step.Check = func(*terraform.State) error {
				if traces := lab.Traces(lab.DeviceID); len(traces) != 1 {
					return fmt.Errorf("%d traces run", len(traces))
				}
				return nil
			}
			lab.run(t, step)
			if left := lab.Traces(lab.DeviceID); len(left) != 0 {
				t.Errorf("%d traces are left", len(left))
			}
		})
	}
}

// A device takes one trace at a time: the refusal says so and nothing of the other one is touched.
func TestZDXDeepTraceBusyDevice(t *testing.T) {
	t.Parallel()
	for _, status := range []int{http.StatusTooManyRequests, http.StatusConflict} {
		lab := newLab(t, unpaced())
		lab.SetSwitches(func(s *apimock.Switches) { s.BusyStatus = status })
		other := lab.StartTrace(lab.DeviceID, map[string]any{"session_name": "of the portal"})
		step := lab.step(traceHCL)
		step.ExpectError = words("A device takes one deep trace at a time")
		lab.run(t, step)
		if trace := theTrace(t, lab); trace.ID != other || trace.Status != "started" {
			t.Errorf("the other trace is %+v", trace)
		}
	}
}

func TestZDXDeepTraceForbidden(t *testing.T) {
	t.Parallel()
	lab := newLab(t, unpaced())
	refused := lab.step(traceHCL)
	refused.PreConfig = func() { lab.AddFault(apimock.Fault{Method: http.MethodGet, Status: http.StatusForbidden}) }
	refused.ExpectError = words("lack the role")
	restored := lab.step(traceHCL)
	restored.PreConfig = lab.ClearFaults
	restored.ConfigPlanChecks = resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{plancheck.ExpectEmptyPlan()}}
	lab.run(t, lab.step(traceHCL), refused, restored)
}

func TestZDXDeepTraceUnknown(t *testing.T) {
	t.Parallel()
	lab := newLab(t, unpaced())
	step := lab.step(`
resource "terraform_data" "later" { input = "<device>" }
resource "zdx_deeptrace" "this" {
  provider     = pomerium
  device_id    = terraform_data.later.output
  session_name = "of ${terraform_data.later.output}"
  triggers     = { device = terraform_data.later.output }
}
`)
	step.ConfigPlanChecks = plannedTrace(plancheck.ResourceActionCreate)
	lab.run(t, step)
}

// An imported trace is never started again because the service does not tell its arguments.
func TestZDXDeepTraceAdopted(t *testing.T) {
	t.Parallel()
	lab := newLab(t, unpaced())
	lab.SetSwitches(func(s *apimock.Switches) { s.DetailsEcho = apimock.DetailsNone })
	id := lab.StartTrace(lab.DeviceID, map[string]any{"session_name": "crm-slow", "session_length_minutes": 15})
	adopt := lab.step(fullTraceHCL)
	adopt.Config += lab.fill(`
import {
  provider = pomerium
  to       = zdx_deeptrace.this
  id       = "<device>/` + id + `"
}
`)
	adopt.ConfigPlanChecks = plannedTrace(plancheck.ResourceActionUpdate)
	changed := lab.step(strings.Replace(fullTraceHCL, `"crm-slow"`, `"crm-fast"`, 1))
	changed.ConfigPlanChecks = plannedTrace(plancheck.ResourceActionReplace)
	lab.run(t, adopt, changed)
	if starts := lab.Sent(http.MethodPost, tracesTemplate); len(starts) != 1 {
		t.Errorf("%d starts were sent, want the one for the changed name", len(starts))
	}
}

func TestZDXDeepTraceIdentity(t *testing.T) {
	t.Parallel()
	lab := newLab(t, unpaced())
	create := lab.step(traceHCL)
	create.ConfigStateChecks = []statecheck.StateCheck{statecheck.ExpectIdentity(traceAddress, map[string]knownvalue.Check{
		"device_id": knownvalue.StringExact(lab.DeviceID), "trace_id": knownvalue.NotNull(),
	})}
	runSince(t, tfversion.SkipBelow(tfversion.Version1_12_0), create)
}

func TestZDXDeepTraceWrongImportID(t *testing.T) {
	t.Parallel()
	lab := newLab(t, unpaced())
	lab.run(t, resource.TestStep{
		Config: lab.hcl(traceHCL), ResourceName: traceAddress, ImportState: true, ImportStateId: "30989301",
		ExpectError: words("is not <device_id>/<trace_id>"),
	})
}

func TestZDXDeepTraceRefused(t *testing.T) {
	t.Parallel()
	at := func(name string) string { return `AttributeName("` + name + `")` }
	refusals(t, "zdx_deeptrace", map[string]any{"device_id": "30989301"}, map[string]refusal{
		"device by name":       {map[string]any{"device_id": "laptop"}, at("device_id"), "by whole numbers"},
		"length":               {map[string]any{"session_length_minutes": 10}, at("session_length_minutes"), "one of"},
		"probe without app":    {map[string]any{"web_probe_id": "7"}, at("web_probe_id"), `"app_id" must be specified`},
		"cloud path alone":     {map[string]any{"cloudpath_probe_id": "7"}, at("cloudpath_probe_id"), `"app_id" must be specified`},
		"app that is no ID":    {map[string]any{"app_id": "Teams", "web_probe_id": "7"}, at("app_id"), "by whole numbers"},
		"empty session name":   {map[string]any{"session_name": ""}, at("session_name"), "at least 1"},
		"timeout not duration": {map[string]any{"timeouts": map[string]any{"create": "long"}}, at("timeouts") + `.AttributeName("create")`, "Time Duration"},
	})
}
