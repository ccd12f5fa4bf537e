package provider

import (
	"fmt"
	"net/http"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/pomerium-zdx/terraform-provider-pomerium/internal/apimock"
)

const changesetType = "pomerium_zero_changeset_apply"

// waitingLab is a lab whose cluster waits for its changesets to be applied, with a route that waits.
func waitingLab(t *testing.T, switches apimock.Switches, test func(t *testing.T, l *lab, p *protocol, route resourceState)) {
	t.Helper()
	waitingLabOn(t, onVirtualTime, switches, test)
}

func waitingLabOn(t *testing.T, on func(*testing.T, apimock.Switches, func(*testing.T, *lab, *protocol)), switches apimock.Switches,
	test func(t *testing.T, l *lab, p *protocol, route resourceState),
) {
	t.Helper()
	on(t, switches, func(t *testing.T, l *lab, p *protocol) {
		l.EditObject("settings", l.ClusterNamespaceID, func(settings map[string]any) { settings["autoApplyChangesets"] = false })
		applied, problems := p.change(p.none(changesetType), l.applyAll(nil)) // the change of the settings themselves
		if hasError(problems) {
			t.Fatal(listed(problems))
		}
		if state := p.state(applied); state["status"] != "applied" || state["id"] != l.ClusterNamespaceID {
			t.Fatalf("the state is %v", state)
		}
		route, problems := p.change(p.none("pomerium_zero_route"), l.aRoute("crm"))
		if !says(problems, tfprotov6.DiagnosticSeverityWarning, "wait", "Lab cluster", l.ClusterNamespaceID, l.pending(t), changesetType) {
			t.Fatalf("no warning tells cluster and changeset: %s", listed(problems))
		}
		test(t, l, p, route)
	})
}

func (l *lab) aRoute(name string) map[string]any {
	return map[string]any{
		"name": name, "namespace_id": l.ClusterNamespaceID, "from": "https://" + name + ".example.pomerium.app", "to": []string{"http://" + name + ":80"},
	}
}

// applyAll are the arguments of an apply that carries all along.
func (l *lab) applyAll(more map[string]any) map[string]any {
	arguments := map[string]any{"cluster_id": l.ClusterNamespaceID, "include_others": true}
	for name, value := range more {
		arguments[name] = value
	}
	return arguments
}

// changeset is the cluster's only one with a status; "" if there is none.
func (l *lab) changeset(t *testing.T, status string) string {
	t.Helper()
	id := ""
	for _, changeset := range l.Objects("changesets") {
		if changeset["status"] != status {
			continue
		}
		if id != "" {
			t.Fatalf("two changesets are %s", status)
		}
		id = fmt.Sprint(changeset["id"])
	}
	return id
}

func (l *lab) pending(t *testing.T) string {
	t.Helper()
	return l.changeset(t, "pending")
}

func TestZeroChangesetApply(t *testing.T) {
	t.Parallel()
	waitingLab(t, apimock.Switches{ApplyDelay: time.Minute}, func(t *testing.T, l *lab, p *protocol, route resourceState) {
		_, problems := p.change(p.none("pomerium_zero_route"), l.aRoute("wiki"))
		if len(problems) > 0 {
			t.Errorf("a second change of the same run warns again: %s", listed(problems))
		}
		waiting := l.pending(t)
		arguments := map[string]any{"cluster_id": l.ClusterNamespaceID, "triggers": map[string]string{"route": "1"}}
		o := p.mustChange(p.none(changesetType), arguments)
		if state := p.state(o); state["changeset_id"] != waiting || state["status"] != "applied" || state["applied_at"] == nil {
			t.Errorf("the state is %v", state)
		}
		if l.pending(t) != "" {
			t.Error("it still waits")
		}
		fresh, problems := p.refresh(o)
		if len(problems) > 0 || p.changes(fresh, arguments) {
			t.Errorf("the plan after it is not empty: %s", listed(problems))
		}
		// Nothing waits, and the triggers change: it is no error, and nothing is sent.
		sent := len(l.Sent(http.MethodPost, zeroPath+"/changesets/{changesetId}/apply"))
		arguments["triggers"] = map[string]string{"route": "2"}
		o = p.mustChange(fresh, arguments)
		if state := p.state(o); state["changeset_id"] != nil || state["status"] != nil {
			t.Errorf("the state is %v", state)
		}
		// How it is applied concerns the next time only.
		p.mustChange(p.mustChange(route, l.aRoute("renamed")), nil)
		arguments["timeout"] = "9m"
		o = p.mustChange(o, arguments)
		if now := len(l.Sent(http.MethodPost, zeroPath+"/changesets/{changesetId}/apply")); now != sent || l.pending(t) == "" {
			t.Errorf("%d applies were sent, want %d", now, sent)
		}
		p.mustChange(o, nil)
		if l.pending(t) == "" {
			t.Error("destroying it applied something")
		}
	})
}

// A stranger's change is not carried along unless that is asked for; the error shows whose and what it is.
func TestZeroChangesetApplyOthers(t *testing.T) {
	t.Parallel()
	for name, opaque := range map[string]bool{"a token that tells whose it is": false, "a token that tells nothing": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			waitingLab(t, apimock.Switches{OpaqueIDTokens: opaque}, func(t *testing.T, l *lab, p *protocol, _ resourceState) {
				stranger := l.CreateObject("policies", l.OrganizationID, map[string]any{"name": "everyone", "namespaceId": l.ClusterNamespaceID})
				arguments := map[string]any{"cluster_id": l.ClusterNamespaceID}
				_, problems := p.change(p.none(changesetType), arguments)
				if !says(problems, tfprotov6.DiagnosticSeverityError, "Others have changed", l.ConsoleUserID, `create of policy "everyone"`, stranger, l.pending(t), "include_others = true") {
					t.Fatalf("the error is %s", listed(problems))
				}
				if says(problems, tfprotov6.DiagnosticSeverityError, `"crm"`) {
					t.Errorf("it accuses this API user: %s", listed(problems))
				}
				if l.pending(t) == "" {
					t.Fatal("it was applied")
				}
				arguments["users"] = []string{l.ConsoleUserID}
				p.mustChange(p.none(changesetType), arguments)
				if l.pending(t) != "" {
					t.Error("a user who may be carried along was not")
				}
			})
		})
	}
}

func TestZeroChangesetApplyFails(t *testing.T) {
	t.Parallel()
	waitingLab(t, apimock.Switches{}, func(t *testing.T, l *lab, p *protocol, _ resourceState) {
		l.SetSwitches(func(s *apimock.Switches) { s.ApplyFails = "route crm: no certificate" })
		o, problems := p.change(p.none(changesetType), l.applyAll(nil))
		if !says(problems, tfprotov6.DiagnosticSeverityError, "no certificate", "still runs", `"failed"`) || p.state(o) != nil {
			t.Errorf("the state is %v: %s", p.state(o), listed(problems))
		}
		l.SetSwitches(func(s *apimock.Switches) { s.ApplyFails = "" })
		p.mustChange(o, l.applyAll(nil))
	})
}

func TestZeroChangesetApplyTakesTooLong(t *testing.T) {
	t.Parallel()
	waitingLab(t, apimock.Switches{}, func(t *testing.T, l *lab, p *protocol, _ resourceState) {
		l.SetSwitches(func(s *apimock.Switches) { s.ApplyDelay = time.Hour })
		_, problems := p.change(p.none(changesetType), l.applyAll(map[string]any{"timeout": "3m"}))
		if !says(problems, tfprotov6.DiagnosticSeverityError, "Could not wait", `"applying"`, "3m0s") {
			t.Errorf("the error is %s", listed(problems))
		}
	})
}

// A lost answer of the apply is followed up; a refusal is told.
func TestZeroChangesetApplyFaults(t *testing.T) {
	t.Parallel()
	const call = zeroPath + "/changesets/{changesetId}/apply"
	for name, test := range map[string]struct {
		fault apimock.Fault
		fails string
	}{
		"lost answer":    {apimock.Fault{Drop: apimock.DropAfter, Times: 1}, ""},
		"lost request":   {apimock.Fault{Drop: apimock.DropBefore, Times: 1}, "Could not apply the changeset"},
		"refused":        {apimock.Fault{Status: http.StatusForbidden}, "lack the role"},
		"rate limited":   {apimock.Fault{Status: http.StatusTooManyRequests, Times: 2}, ""},
		"server's fault": {apimock.Fault{Status: http.StatusBadGateway, Times: 1}, "Could not apply the changeset"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			waitingLabOn(t, onSockets, unpaced(), func(t *testing.T, l *lab, p *protocol, _ resourceState) {
				test.fault.Method, test.fault.Template = http.MethodPost, call
				l.AddFault(test.fault)
				_, problems := p.change(p.none(changesetType), l.applyAll(nil))
				if test.fails == "" && (len(problems) > 0 || l.pending(t) != "") || test.fails != "" && !says(problems, tfprotov6.DiagnosticSeverityError, test.fails) {
					t.Errorf("%s", listed(problems))
				}
			})
		})
	}
}

func TestZeroChangesetApplyUnknownCluster(t *testing.T) {
	t.Parallel()
	onVirtualTime(t, unpaced(), func(t *testing.T, l *lab, p *protocol) {
		_, problems := p.change(p.none(changesetType), map[string]any{"cluster_id": "nowhere"})
		if !says(problems, tfprotov6.DiagnosticSeverityError, `no cluster "nowhere"`, l.ClusterNamespaceID) {
			t.Errorf("the error is %s", listed(problems))
		}
		plan, problems := p.plan(t.Context(), p.none(changesetType), map[string]any{"cluster_id": tftypes.UnknownValue, "triggers": tftypes.UnknownValue})
		if len(problems) > 0 || p.values(plan.before.schema, plan.state)["changeset_id"] != tftypes.UnknownValue {
			t.Errorf("planned %v: %s", p.values(plan.before.schema, plan.state), listed(problems))
		}
	})
}

// Where changes go live at once nothing is said.
func TestNothingWaits(t *testing.T) {
	t.Parallel()
	onVirtualTime(t, unpaced(), func(_ *testing.T, l *lab, p *protocol) {
		route := p.mustChange(p.none("pomerium_zero_route"), l.aRoute("crm"))
		p.mustChange(route, nil)
	})
}
