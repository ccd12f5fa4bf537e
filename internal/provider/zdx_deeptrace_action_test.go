package provider

import (
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/pomerium-zdx/terraform-provider-pomerium/internal/apimock"
)

// invoke runs the action and returns its progress messages.
func (p *protocol) invoke(arguments map[string]any) (messages []string, problems []*tfprotov6.Diagnostic) {
	p.t.Helper()
	const name = "zdx_deeptrace"
	actions, ok := p.server.(tfprotov6.ActionServer)
	schema := p.schemas.ActionSchemas[name]
	if !ok || schema == nil {
		p.t.Fatalf("there is no action %s", name)
	}
	config := p.dynamic(schema.Schema, arguments)
	valid, err := actions.ValidateActionConfig(p.t.Context(), &tfprotov6.ValidateActionConfigRequest{ActionType: name, Config: config})
	if err != nil {
		p.t.Fatal(err)
	}
	if len(valid.Diagnostics) > 0 {
		return nil, valid.Diagnostics
	}
	answer, err := actions.InvokeAction(p.t.Context(), &tfprotov6.InvokeActionRequest{ActionType: name, Config: config})
	if err != nil {
		p.t.Fatal(err)
	}
	for event := range answer.Events {
		switch event := event.Type.(type) {
		case tfprotov6.ProgressInvokeActionEventType:
			messages = append(messages, event.Message)
		case tfprotov6.CompletedInvokeActionEventType:
			problems = append(problems, event.Diagnostics...)
		}
	}
	return messages, problems
}

func wholeTrace(l *lab, more map[string]any) map[string]any {
	return thisDevice(l, mergedWith(map[string]any{
		"session_name": "after deploy", "probe_device": true,
		"app_id": l.AppID, "web_probe_id": l.WebProbeID, "cloudpath_probe_id": l.CloudPathProbeID,
	}, more))
}

// The action starts a trace, tells how it stands, and in the end prints what the service measured.
func TestZDXDeepTraceAction(t *testing.T) {
	t.Parallel()
	onVirtualTime(t, unpaced(), func(t *testing.T, lab *lab, p *protocol) {
		began := time.Now()
		messages, problems := p.invoke(wholeTrace(lab, map[string]any{"wait_for": "ended"}))
		if took := time.Since(began); len(problems) > 0 || took < 5*time.Minute || took > 8*time.Minute {
			t.Fatalf("after %s: %s", took, listed(problems))
		}
		all := strings.Join(messages, "\n")
		t.Log(all)
		trace := theTrace(t, lab)
		hops := lab.measured(t, trace.ID, "cloudpath")
		for _, text := range []string{"Deep trace " + trace.ID + " of device " + lab.DeviceID + ": started.", ": completed.", "Web probe, pft: mean", "no response", "Health, ", hops} {
			if !strings.Contains(all, text) {
				t.Errorf("%q is not told", text)
			}
		}
		sent := lab.Sent(http.MethodPost, tracesTemplate)
		want := lab.fill(`{"app_id":<app>,"cloudpath_probe_id":<cloudpath_probe>,"deviceid":"<device>","probe_device":true,"session_name":"after deploy","web_probe_id":<web_probe>}`)
		if len(sent) != 1 || !sameJSON(t, string(sent[0].Body), want) {
			t.Errorf("%d starts were sent, the first is %s", len(sent), sent[0].Body)
		}
		if len(lab.Sent(http.MethodDelete, "")) > 0 {
			t.Error("the trace was stopped")
		}
	})
}

// measured finds the address of a hop that the service told of in a report of a trace.
func (l *lab) measured(t *testing.T, traceID, report string) string {
	t.Helper()
	answers := l.Sent(http.MethodGet, traceTemplate+"/"+report)
	if len(answers) == 0 {
		t.Fatalf("%s of trace %s was not asked for", report, traceID)
	}
	_, address, _ := strings.Cut(string(answers[len(answers)-1].Answer), `"ip":"`)
	address, _, _ = strings.Cut(address, `"`)
	return address
}

func TestZDXDeepTraceActionDoesNotWait(t *testing.T) {
	t.Parallel()
	onVirtualTime(t, unpaced(), func(t *testing.T, lab *lab, p *protocol) {
		began := time.Now()
		messages, problems := p.invoke(thisDevice(lab, nil))
		if len(problems) > 0 || len(messages) != 1 || time.Since(began) > 0 {
			t.Errorf("after %s: %v %s", time.Since(began), messages, listed(problems))
		}
		if looks := len(lab.Sent(http.MethodGet, "")); looks != 0 {
			t.Errorf("it looked %d times", looks)
		}
	})
}

// What a trace was not asked for is not mentioned; a report that cannot be read is, and costs nothing of the others.
func TestZDXDeepTraceActionFindings(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		arguments map[string]any
		before    func(*lab)
		want      []string
		wantNo    []string
	}{
		"device only":      {map[string]any{"probe_device": true}, nil, []string{"Health, "}, []string{"Web probe", "Cloud path", "could not be read"}},
		"nothing":          {nil, nil, []string{"has no data"}, []string{"Health", "Web probe"}},
		"no data is 404":   {nil, func(lab *lab) { lab.SetSwitches(func(w *apimock.Switches) { w.NoDataStatus = 404 }) }, []string{"has no data"}, []string{"could not be read"}},
		"a report refused": {map[string]any{"probe_device": true}, func(lab *lab) { lab.AddFault(apimock.Fault{Template: traceTemplate + "/cloudpath", Status: 403}) }, []string{"could not be read", "Health, "}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			onVirtualTime(t, unpaced(), func(t *testing.T, lab *lab, p *protocol) {
				if test.before != nil {
					test.before(lab)
				}
				messages, problems := p.invoke(thisDevice(lab, mergedWith(map[string]any{"wait_for": "ended"}, test.arguments)))
				all := strings.Join(messages, "\n")
				if len(problems) > 0 {
					t.Error(listed(problems))
				}
				for _, text := range test.want {
					if !strings.Contains(all, text) {
						t.Errorf("%q is not in:\n%s", text, all)
					}
				}
				for _, text := range test.wantNo {
					if strings.Contains(all, text) {
						t.Errorf("%q is in:\n%s", text, all)
					}
				}
			})
		})
	}
}

func TestZDXDeepTraceActionFails(t *testing.T) {
	t.Parallel()
	onVirtualTime(t, unpaced(), func(t *testing.T, lab *lab, p *protocol) {
		if _, problems := p.invoke(thisDevice(lab, map[string]any{"wait_for": "ended", "timeouts": map[string]any{"invoke": "1m"}})); hasError(problems) || !says(problems, isWarning, "Stopped waiting") {
			t.Errorf("too long: %s", listed(problems))
		}
		if _, problems := p.invoke(thisDevice(lab, nil)); !says(problems, isError, "allows one at a time") {
			t.Errorf("busy: %s", listed(problems))
		}
		lab.Advance(10 * time.Minute)
		lab.AddFault(apimock.Fault{Method: http.MethodGet, Template: traceTemplate, Status: http.StatusForbidden})
		if _, problems := p.invoke(thisDevice(lab, map[string]any{"wait_for": "started"})); !says(problems, isError, "Could not wait for deep trace") {
			t.Errorf("forbidden: %s", listed(problems))
		}
		_, problems := p.invoke(thisDevice(lab, map[string]any{"web_probe_id": "7"}))
		if !slices.ContainsFunc(problems, func(d *tfprotov6.Diagnostic) bool { return d.Attribute.String() == `AttributeName("web_probe_id")` }) {
			t.Errorf("a probe without its application: %s", listed(problems))
		}
	})
}

const actionHCL = declared + `
action "zdx_deeptrace" "after" {
  provider = pomerium
  config {
    device_id    = "<device>"
    session_name = "after deploy"
  }
}

resource "terraform_data" "deploy" {
  input = "1"
  lifecycle {
    action_trigger {
      events  = [after_create]
      actions = [action.zdx_deeptrace.after]
    }
  }
}
`

// A CLI that knows actions runs it after a deployment and shows its messages.
func TestZDXDeepTraceActionWithCLI(t *testing.T) {
	t.Parallel()
	c := openCLI(t, newLab(t, unpaced()))
	if !hasQueries(c.cli.Version) {
		t.Skipf("%s has no actions", c.cli.Version)
	}
	dir := c.folder(c.lab.providerBlock() + actionHCL)
	c.want(c.run(dir, "init"), 0)
	c.want(c.run(dir, "apply", "-auto-approve"), 0, "of device "+c.lab.DeviceID+": started.")
	if traces := c.lab.Traces(c.lab.DeviceID); len(traces) != 1 || traces[0].SessionName != "after deploy" {
		t.Errorf("the device has the traces %v", traces)
	}
	c.want(c.run(dir, "plan", "-detailed-exitcode"), 0)
	if starts := len(c.lab.Sent(http.MethodPost, tracesTemplate)); starts != 1 {
		t.Errorf("%d starts were sent", starts)
	}
}
