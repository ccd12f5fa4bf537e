package provider

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/pomerium-zdx/terraform-provider-pomerium/internal/apimock"
)

// addTwinApp adds a second application of one name.
func addTwinApp(l *lab) {
	l.CreateObject("apps", "", map[string]any{"id": "9", "name": "MICROSOFT teams"})
}

func TestZDXApplications(t *testing.T) {
	t.Parallel()
	lookups(t, "zdx_applications", "applications", map[string]lookup{
		"all":                 {nil, nil, nil, []string{"/apps"}, "7 8", nil},
		"by name":             {map[string]any{"name": "sharepoint online"}, nil, nil, []string{"/apps"}, "8", nil},
		"by part of the name": {map[string]any{"name_contains": "TEAMS"}, addTwinApp, nil, []string{"/apps"}, "7 9", nil},
		"in places": {map[string]any{"location_ids": []string{"20", "4294967293"}, "department_ids": []string{"10"}, "geolocation_ids": []string{"0.0.us"}}, nil, nil,
			[]string{"/apps?dept=10&geo=0.0.us&loc=20&loc=4294967293"}, "7 8", nil},
		"where nobody is": {map[string]any{"department_ids": []string{"0"}}, nil, nil, []string{"/apps?dept=0"}, "", nil},
		"in a time":       {map[string]any{"from": "2h", "to": "30m"}, nil, nil, []string{"/apps?from=946677600&to=946683000"}, "", nil},
		"not to be seen":  {nil, forbidden("/apps"), nil, []string{"/apps"}, "", []string{"Could not read the applications", roleAdvice}},
	})
	lookupRefusals(t, "zdx_applications", map[string]any{}, map[string]refusal{
		"a geolocation's place": {map[string]any{"geolocation_ids": []string{}}, `AttributeName("geolocation_ids")`, "at least 1"},
		"an empty name":         {map[string]any{"name": ""}, `AttributeName("name")`, "at least 1"},
	})
}

func TestZDXApplication(t *testing.T) {
	t.Parallel()
	lookups(t, "zdx_application", "", map[string]lookup{
		"by ID":           {map[string]any{"id": "7"}, nil, nil, []string{"/apps/7"}, "7", nil},
		"by name":         {map[string]any{"name": "microsoft TEAMS"}, nil, nil, []string{"/apps", "/apps/7"}, "7", nil},
		"by both":         {map[string]any{"name": "Microsoft Teams", "id": "9"}, addTwinApp, nil, []string{"/apps", "/apps/9"}, "9", nil},
		"by ID in places": {map[string]any{"id": "7", "location_ids": []string{"20"}, "to": "1h"}, nil, nil, []string{"/apps/7?from=946674000&loc=20&to=946681200"}, "7", nil},
		"in places":       {map[string]any{"name": "SharePoint Online", "department_ids": []string{"10"}}, nil, nil, []string{"/apps?dept=10", "/apps/8?dept=10"}, "8", nil},
		"unknown ID":      {map[string]any{"id": "99"}, nil, nil, []string{"/apps/99"}, "", []string{"No application matches", `"99"`}},
		"two of one name": {map[string]any{"name": "Microsoft Teams"}, addTwinApp, nil, []string{"/apps"}, "", []string{"2 applications match", "7 (Microsoft Teams), 9 (MICROSOFT teams)"}},
		"unknown name":    {map[string]any{"name": "Teams"}, nil, nil, []string{"/apps"}, "", []string{"No application matches", "7 (Microsoft Teams), 8 (SharePoint Online)"}},
		"not to be seen":  {map[string]any{"name": "Microsoft Teams"}, forbidden("/apps/{appid}"), nil, []string{"/apps", "/apps/7"}, "", []string{"Could not read the application", roleAdvice}},
	})
	lookupRefusals(t, "zdx_application", map[string]any{"id": "7"}, map[string]refusal{
		"a name for an ID":  {map[string]any{"id": "Teams"}, `AttributeName("id")`, "Not a decimal ID"},
		"a location's name": {map[string]any{"location_ids": []string{"Lab office"}}, `AttributeName("location_ids").ElementKeyValue(tftypes.String<"Lab office">)`, "Not a decimal ID"},
	})
	if problems := validateDataSource(t, "zdx_application", nil); !strings.Contains(listed(problems), "Missing Attribute Configuration") {
		t.Errorf("without any choice: %s", listed(problems))
	}
}

// -1 stands for no data, and is no score.
func TestZDXApplicationMembers(t *testing.T) {
	t.Parallel()
	still(t, func(t *testing.T, lab *lab) {
		lab.EditObject("users", lab.UserID, func(m map[string]any) { m["score"] = 40 })
		p := lab.calm(t)
		state := p.mustRead("zdx_application", map[string]any{"name": "Microsoft Teams"})
		holds(t, json.Number("40"), state, "score")
		holds(t, json.Number("1"), state, "total_users")
		holds(t, map[string]any{"id": "0.0.us", "city": nil, "region": nil, "country": "United States", "geo_type": "country"}, state, "most_impacted_region")
		holds(t, map[string]any{
			"active_users": json.Number("1"), "active_devices": json.Number("1"),
			"num_poor": json.Number("0"), "num_okay": json.Number("1"), "num_good": json.Number("0"),
		}, state, "stats")
		holds(t, json.Number("40"), p.mustRead("zdx_applications", nil), "applications", 1, "score")
		unused := p.mustRead("zdx_application", map[string]any{"id": "7", "location_ids": []string{"20"}})
		holds(t, nil, unused, "score")
		holds(t, nil, unused, "most_impacted_region")
		holds(t, json.Number("0"), unused, "total_users")
	})
}

func TestZDXDeviceApplications(t *testing.T) {
	t.Parallel()
	const apps = "/devices/30989301/apps"
	device := func(more map[string]any) map[string]any { return with(map[string]any{"device_id": "30989301"}, more) }
	lookups(t, "zdx_device_applications", "applications", map[string]lookup{
		"all":       {device(nil), nil, nil, []string{apps}, "7 8", nil},
		"by name":   {device(map[string]any{"name_contains": "share"}), nil, nil, []string{apps}, "8", nil},
		"in a time": {device(map[string]any{"from": "1h"}), nil, nil, []string{apps + "?from=946681200&to=946684800"}, "7 8", nil},
		"unknown device": {map[string]any{"device_id": "1"}, nil, nil, []string{"/devices/1/apps"}, "",
			[]string{"Could not read the applications of device 1", "check the IDs"}},
		"not to be seen": {device(nil), forbidden("/devices/{deviceid}/apps"), nil, []string{apps}, "", []string{"Could not read the applications of device 30989301", roleAdvice}},
	})
	lookups(t, "zdx_device_application", "", map[string]lookup{
		"by ID":           {device(map[string]any{"id": "8"}), nil, nil, []string{apps, apps + "/8"}, "8", nil},
		"by name":         {device(map[string]any{"name": "MICROSOFT TEAMS", "from": "1h"}), nil, nil, []string{apps + "?from=946681200&to=946684800", apps + "/7?from=946681200&to=946684800"}, "7", nil},
		"two of one name": {device(map[string]any{"name": "Microsoft Teams"}), addTwinApp, nil, []string{apps}, "", []string{"2 device applications match", "7 (Microsoft Teams), 9 (MICROSOFT teams)"}},
		"not on the device": {device(map[string]any{"id": "8"}), func(l *lab) {
			l.EditObject("devices", l.DeviceID, func(m map[string]any) { m["apps"] = []any{7} })
		}, nil, []string{apps}, "", []string{"No device application matches", "These are there: 7 (Microsoft Teams)."}},
		"trend not to be seen": {device(map[string]any{"id": "8"}), forbidden("/devices/{deviceid}/apps/{appid}"), nil, []string{apps, apps + "/8"}, "",
			[]string{`Could not read the device application with id "8"`, roleAdvice}},
	})
	for _, typeName := range []string{"zdx_device_applications", "zdx_device_application"} {
		lookupRefusals(t, typeName, device(map[string]any{"name": "Microsoft Teams"}), map[string]refusal{
			typeName + " without device": {map[string]any{"device_id": nil}, `AttributeName("device_id")`, "required"},
			typeName + " of no device":   {map[string]any{"device_id": "lab-laptop"}, `AttributeName("device_id")`, "Not a decimal ID"},
			typeName + " without name":   {map[string]any{"name": ""}, `AttributeName("name")`, "at least 1"},
		})
	}
}

// The score over time is a series, or not there where the service tells the application once more.
func TestZDXDeviceApplicationTrend(t *testing.T) {
	t.Parallel()
	still(t, func(t *testing.T, lab *lab) {
		arguments := map[string]any{"device_id": lab.DeviceID, "id": "7", "from": "30m"}
		p := lab.calm(t)
		state := p.mustRead("zdx_device_application", arguments)
		holds(t, "score", state, "trend", "metric")
		points, _ := reach(t, state, "trend", "datapoints").([]any)
		if len(points) != 3 {
			t.Errorf("%d points, want one for each quarter of the hour", len(points))
		}
		holds(t, "1999-12-31T23:30:00Z", state, "trend", "datapoints", 0, "timestamp")
		lab.SetSwitches(func(w *apimock.Switches) { w.DeviceAppAsApp = true })
		other := p.mustRead("zdx_device_application", arguments)
		holds(t, []any{}, other, "trend", "datapoints")
		holds(t, reach(t, state, "score"), other, "score")
	})
}
