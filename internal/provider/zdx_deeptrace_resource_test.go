package provider

import (
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
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
		// The service tells expected_time at the start only, and the times of a trace only when it is read.
		ImportStateVerifyIgnore: []string{"triggers", "timeouts", "expected_time", "created_at", "started_at"},
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
