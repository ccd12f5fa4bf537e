package provider

import (
	"encoding/json"
	"fmt"
	"testing"

	"github.com/pomerium-zdx/terraform-provider-pomerium/internal/apimock"
)

const (
	alertID      = "7345920184650192837" // beyond what a float64 holds exactly
	endedAlertID = "7345920184650192844"
)

func TestZDXAlerts(t *testing.T) {
	t.Parallel()
	lookups(t, "zdx_alerts", "alerts", map[string]lookup{
		"that go on":       {nil, nil, nil, []string{"/alerts/ongoing?limit=100"}, alertID, nil},
		"by state":         {map[string]any{"state": "ongoing"}, nil, nil, []string{"/alerts/ongoing?limit=100"}, alertID, nil},
		"that have ended":  {map[string]any{"state": "historical"}, nil, nil, []string{"/alerts/historical?limit=100"}, endedAlertID, nil},
		"in two weeks":     {map[string]any{"state": "historical", "from": "336h"}, nil, nil, []string{"/alerts/historical?from=945475200&limit=100&to=946684800"}, endedAlertID, nil},
		"before they were": {map[string]any{"to": "2h"}, nil, nil, []string{"/alerts/ongoing?from=946670400&limit=100&to=946677600"}, "", nil},
		"in places": {map[string]any{"location_ids": []string{"4294967293"}, "department_ids": []string{"10"}, "geolocation_ids": []string{"0.0.us"}}, nil, nil,
			[]string{"/alerts/ongoing?dept=10&geo=0.0.us&limit=100&loc=4294967293"}, alertID, nil},
		"in other places": {map[string]any{"department_ids": []string{"0"}}, nil, nil, []string{"/alerts/ongoing?dept=0&limit=100"}, "", nil},
		"of a rule":       {map[string]any{"name": "TEAMS score"}, nil, nil, []string{"/alerts/ongoing?limit=100"}, alertID, nil},
		"of other rules":  {map[string]any{"name_contains": "share"}, nil, nil, []string{"/alerts/ongoing?limit=100"}, "", nil},
		"not to be seen":  {nil, forbidden("/alerts/ongoing"), nil, []string{"/alerts/ongoing?limit=100"}, "", []string{"Could not read the alerts", roleAdvice}},
	})
	lookupRefusals(t, "zdx_alerts", map[string]any{}, map[string]refusal{
		"another state": {map[string]any{"state": "ended"}, `AttributeName("state")`, `"historical"`},
		"no rule":       {map[string]any{"name": ""}, `AttributeName("name")`, "at least 1"},
	})
}

func TestZDXAlert(t *testing.T) {
	t.Parallel()
	const one, devices = "/alerts/" + alertID, "/alerts/" + alertID + "/affected_devices?limit=100"
	const ended, endedDevices = "/alerts/" + endedAlertID, "/alerts/" + endedAlertID + "/affected_devices?limit=100"
	again := func(l *lab) { l.CreateObject("alerts", "", map[string]any{"rule_name": "teams SCORE"}) }
	lookups(t, "zdx_alert", "", map[string]lookup{
		"by ID":           {map[string]any{"id": alertID}, nil, nil, []string{one, devices}, alertID, nil},
		"ended, by ID":    {map[string]any{"id": endedAlertID}, nil, nil, []string{ended, endedDevices}, endedAlertID, nil},
		"by rule":         {map[string]any{"rule_name": "teams score"}, nil, nil, []string{"/alerts/ongoing?limit=100", one, devices}, alertID, nil},
		"ended, by rule":  {map[string]any{"rule_name": "SharePoint score", "state": "historical", "from": "3h"}, nil, nil, []string{"/alerts/historical?from=946674000&limit=100&to=946684800", ended, endedDevices}, endedAlertID, nil},
		"by both":         {map[string]any{"rule_name": "Teams score", "id": alertID}, again, nil, []string{"/alerts/ongoing?limit=100", one, devices}, alertID, nil},
		"unknown ID":      {map[string]any{"id": "7345920184650192838"}, nil, nil, []string{"/alerts/7345920184650192838"}, "", []string{"No alert matches", `ZDX has no alert with id "7345920184650192838"`}},
		"two of one rule": {map[string]any{"rule_name": "Teams score"}, again, nil, []string{"/alerts/ongoing?limit=100"}, "", []string{"2 alerts match", alertID + " (Teams score)", " (teams SCORE)"}},
		"of the other list": {map[string]any{"rule_name": "SharePoint score"}, nil, nil, []string{"/alerts/ongoing?limit=100"}, "",
			[]string{"No alert matches", "These are there: " + alertID + " (Teams score)."}},
		"not to be seen":         {map[string]any{"id": alertID}, forbidden("/alerts/{alert_id}"), nil, []string{one}, "", []string{"Could not read the alert", roleAdvice}},
		"devices not to be seen": {map[string]any{"id": alertID}, forbidden("/alerts/{alert_id}/affected_devices"), nil, []string{one, devices}, "", []string{"Could not read the alert", roleAdvice}},
	})
	lookupRefusals(t, "zdx_alert", map[string]any{"id": alertID}, map[string]refusal{
		"a rule for an ID": {map[string]any{"id": "Teams score"}, `AttributeName("id")`, "Not a decimal ID"},
		"an empty rule":    {map[string]any{"rule_name": ""}, `AttributeName("rule_name")`, "at least 1"},
		"another state":    {map[string]any{"state": "ONGOING"}, `AttributeName("state")`, `"ongoing"`},
	})
}

func TestZDXAlertMembers(t *testing.T) {
	t.Parallel()
	still(t, func(t *testing.T, lab *lab) {
		p := lab.calm(t)
		state := p.mustRead("zdx_alert", map[string]any{"rule_name": "Teams score"})
		holds(t, "1", state, "severity")
		holds(t, "1999-12-31T23:30:00Z", state, "started_on")
		holds(t, nil, state, "ended_on") // the service writes 0
		holds(t, map[string]any{"id": "7", "name": "Microsoft Teams"}, state, "application")
		holds(t, []any{map[string]any{"id": "10", "name": "Sales", "num_devices": json.Number("1")}}, state, "departments")
		holds(t, []any{map[string]any{"id": "31", "name": "Remote"}}, state, "locations", 0, "groups")
		holds(t, "4294967293", state, "locations", 0, "id")
		holds(t, []any{map[string]any{
			"id": "30989301", "name": "lab-laptop", "user_id": "1001", "user_name": "lab user", "user_email": "user@example.com",
		}}, state, "affected_devices")
		holds(t, "1999-12-31T23:00:00Z", p.mustRead("zdx_alerts", map[string]any{"state": "historical"}), "alerts", 0, "ended_on")
	})
}

// Affected devices come in pages as well.
func TestZDXAlertOfManyDevices(t *testing.T) {
	t.Parallel()
	still(t, func(t *testing.T, lab *lab) {
		affected := []any{}
		for id := 501; id < 526; id++ {
			affected = append(affected, id)
			lab.AddDevice(fmt.Sprint(id), "desk")
		}
		lab.EditObject("alerts", alertID, func(m map[string]any) { m["devices"] = affected })
		state := lab.calm(t).mustRead("zdx_alert", map[string]any{"id": alertID})
		if devices, _ := reach(t, state, "affected_devices").([]any); len(devices) != 25 {
			t.Errorf("%d devices, want 25", len(devices))
		}
		holds(t, "525", state, "affected_devices", 24, "id")
	}, func(w *apimock.Switches) { w.MaxPageSize = 10 })
}
