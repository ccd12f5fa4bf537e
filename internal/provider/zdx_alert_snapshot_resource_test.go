package provider

import (
	"net/http"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/pomerium-zdx/terraform-provider-pomerium/internal/apimock"
)

const (
	snapshotsTemplate = "/snapshot/alert"
	snapshotAddress   = "zdx_alert_snapshot.this"
)

func thisSnapshot(l *lab, more map[string]any) map[string]any {
	return mergedWith(map[string]any{"name": "teams", "alert_id": l.AlertID}, more)
}

func TestZDXAlertSnapshotLife(t *testing.T) {
	t.Parallel()
	lab := newLab(t, unpaced())
	config := `
resource "zdx_alert_snapshot" "this" {
  provider    = pomerium
  name        = "teams"
  alert_id    = "` + lab.AlertID + `"
  obfuscation = ["USER_NAME", "IP_ADDRESS"]
}
`
	create := lab.step(config)
	create.ConfigStateChecks = []statecheck.StateCheck{
		statecheck.ExpectKnownValue(snapshotAddress, tfjsonpath.New("id"), knownvalue.NotNull()),
		statecheck.ExpectKnownValue(snapshotAddress, tfjsonpath.New("expires_at"), knownvalue.NotNull()),
		statecheck.ExpectSensitiveValue(snapshotAddress, tfjsonpath.New("url")),
	}
	later := lab.step(config)
	later.PreConfig = func() { lab.Advance(100 * 24 * time.Hour) }
	later.ConfigPlanChecks = resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{plancheck.ExpectEmptyPlan()}}
	lab.run(t, create, later)
	sent := lab.Sent(http.MethodPost, snapshotsTemplate)
	if len(sent) != 1 || !sameJSON(t, string(sent[0].Body), `{"name":"teams","alert_id":`+lab.AlertID+`,"obfuscation":["IP_ADDRESS","USER_NAME"]}`) {
		t.Errorf("%d requests were sent, not one with all members", len(sent))
	}
}

// The time of its end is sent as epoch seconds; a duration counts from its making.
func TestZDXAlertSnapshotExpiry(t *testing.T) {
	t.Parallel()
	onVirtualTime(t, unpaced(), func(t *testing.T, lab *lab, p *protocol) {
		ends := lab.Now().Add(72 * time.Hour).Truncate(time.Second)
		for _, expiry := range []string{"72h", ends.Format(time.RFC3339)} {
			lab.ResetJournal()
			snapshot := p.mustChange(p.none("zdx_alert_snapshot"), thisSnapshot(lab, map[string]any{"expiry": expiry}))
			sent := string(lab.Sent(http.MethodPost, snapshotsTemplate)[0].Body)
			if !sameJSON(t, sent, `{"name":"teams","alert_id":`+lab.AlertID+`,"expiry":`+epoch(ends)+`}`) {
				t.Errorf("%s: sent %s", expiry, sent)
			}
			if told := p.state(snapshot)["expires_at"]; told != ends.Format(time.RFC3339) {
				t.Errorf("%s: it ends at %v", expiry, told)
			}
		}
	})
}

// The service cannot delete a snapshot: destroying it says so while it lives, and sends nothing.
func TestZDXAlertSnapshotDestroy(t *testing.T) {
	t.Parallel()
	onVirtualTime(t, unpaced(), func(t *testing.T, lab *lab, p *protocol) {
		snapshot := p.mustChange(p.none("zdx_alert_snapshot"), thisSnapshot(lab, nil))
		lab.ResetJournal()
		if after, problems := p.change(snapshot, nil); !says(problems, isWarning, "no call to delete") || hasError(problems) || p.state(after) != nil {
			t.Errorf("while it lives: %s", listed(problems))
		}
		<-time.After(3 * time.Hour) // of virtual time
		if _, problems := p.change(snapshot, nil); len(problems) > 0 {
			t.Errorf("when its time is up: %s", listed(problems))
		}
		if refreshed, problems := p.refresh(snapshot); len(problems) > 0 || p.changes(refreshed, thisSnapshot(lab, nil)) {
			t.Errorf("refreshed: %s", listed(problems))
		}
		if sent := lab.Journal(); len(sent) > 0 {
			t.Errorf("%d requests were sent", len(sent))
		}
	})
}

func TestZDXAlertSnapshotFails(t *testing.T) {
	t.Parallel()
	onVirtualTime(t, unpaced(), func(t *testing.T, lab *lab, p *protocol) {
		for _, test := range []struct {
			status  int
			message string
		}{{http.StatusForbidden, "lack the role"}, {http.StatusServiceUnavailable, "cannot be found out"}} {
			lab.ClearFaults()
			lab.ResetJournal()
			lab.AddFault(apimock.Fault{Method: http.MethodPost, Template: snapshotsTemplate, Status: test.status})
			if after, problems := p.change(p.none("zdx_alert_snapshot"), thisSnapshot(lab, nil)); !says(problems, isError, test.message) || p.state(after) != nil {
				t.Errorf("%d: %s", test.status, listed(problems))
			}
			if sent := len(lab.Sent(http.MethodPost, snapshotsTemplate)); sent != 1 {
				t.Errorf("%d: %d were sent", test.status, sent)
			}
		}
	})
}

func TestZDXAlertSnapshotRefusedInput(t *testing.T) {
	t.Parallel()
	at := func(name string) string { return `AttributeName("` + name + `")` }
	refusals(t, "zdx_alert_snapshot", map[string]any{"name": "teams", "alert_id": "1"}, map[string]refusal{
		"alert by name":  {map[string]any{"alert_id": "teams"}, at("alert_id"), "by whole numbers"},
		"no name":        {map[string]any{"name": ""}, at("name"), "at least 1"},
		"too short":      {map[string]any{"expiry": "1h"}, at("expiry"), "from 2h to 2160h"},
		"too long":       {map[string]any{"expiry": "2161h"}, at("expiry"), "from 2h to 2160h"},
		"no time":        {map[string]any{"expiry": "tomorrow"}, at("expiry"), "from 2h to 2160h"},
		"hides nothing":  {map[string]any{"obfuscation": []string{}}, at("obfuscation"), "at least 1"},
		"hides too much": {map[string]any{"obfuscation": []string{"ALL"}}, at("obfuscation") + `.ElementKeyValue(tftypes.String<"ALL">)`, "one of"},
	})
}
