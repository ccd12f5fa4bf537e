package provider

import (
	"encoding/json"
	"testing"
)

func TestZDXProbes(t *testing.T) {
	t.Parallel()
	ofTeams := func(more map[string]any) map[string]any {
		return with(map[string]any{"device_id": "30989301", "app_id": "7"}, more)
	}
	for _, kind := range []struct{ list, one, member, noun, path, id, name, objects string }{
		{"zdx_web_probes", "zdx_web_probe", "web_probes", "web probe", "web-probes", "311204", "Teams web probe", "webProbes"},
		{"zdx_cloudpath_probes", "zdx_cloudpath_probe", "cloudpath_probes", "cloud path probe", "cloudpath-probes", "311205", "Teams Cloud Path", "cloudPathProbes"},
	} {
		t.Run(kind.noun, func(t *testing.T) {
			t.Parallel()
			list, template := "/devices/30989301/apps/7/"+kind.path, "/devices/{deviceid}/apps/{appid}/"+kind.path
			addTwin := func(l *lab) {
				l.CreateObject(kind.objects, "", map[string]any{"id": "400", "name": "teams CLOUD path", "app_id": 7})
				l.EditObject(kind.objects, kind.id, func(m map[string]any) { m["name"] = "Teams Cloud Path" })
			}
			addOfOther := func(l *lab) {
				l.CreateObject(kind.objects, "", map[string]any{"id": "400", "name": "SharePoint", "app_id": 8})
			}
			lookups(t, kind.list, kind.member, map[string]lookup{
				"all":                   {ofTeams(nil), addOfOther, nil, []string{list}, kind.id, nil},
				"by part of the name":   {ofTeams(map[string]any{"name_contains": "cloud"}), addTwin, nil, []string{list}, kind.id + " 400", nil},
				"by name":               {ofTeams(map[string]any{"name": "cloud"}), addTwin, nil, []string{list}, "", nil},
				"in a time":             {ofTeams(map[string]any{"from": "1h"}), nil, nil, []string{list + "?from=946681200&to=946684800"}, kind.id, nil},
				"of the other":          {map[string]any{"device_id": "30989301", "app_id": "8"}, addOfOther, nil, []string{"/devices/30989301/apps/8/" + kind.path}, "400", nil},
				"unknown application":   {map[string]any{"device_id": "30989301", "app_id": "9"}, nil, nil, []string{"/devices/30989301/apps/9/" + kind.path}, "", []string{"Could not read the " + kind.noun + "s of application 30989301/9", "check the IDs"}},
				"probes not to be seen": {ofTeams(nil), forbidden(template), nil, []string{list}, "", []string{"Could not read the " + kind.noun + "s", roleAdvice}},
			})
			lookups(t, kind.one, "", map[string]lookup{
				"the one by name": {ofTeams(map[string]any{"name": kind.name}), nil, nil, []string{list}, kind.id, nil},
				"the one by ID":   {ofTeams(map[string]any{"id": kind.id, "to": "1m"}), nil, nil, []string{list + "?from=946677540&to=946684740"}, kind.id, nil},
				"the one by both": {ofTeams(map[string]any{"id": "400", "name": "Teams Cloud Path"}), addTwin, nil, []string{list}, "400", nil},
				"two of one name": {ofTeams(map[string]any{"name": "Teams Cloud Path"}), addTwin, nil, []string{list}, "",
					[]string{"2 " + kind.noun + "s match", kind.id + " (Teams Cloud Path), 400 (teams CLOUD path)"}},
				"another application's": {ofTeams(map[string]any{"id": "400"}), addOfOther, nil, []string{list}, "",
					[]string{"No " + kind.noun + " matches", "These are there: " + kind.id + " (" + kind.name + ")."}},
				"list not to be seen": {ofTeams(map[string]any{"id": kind.id}), forbidden(template), nil, []string{list}, "", []string{"Could not read the " + kind.noun, roleAdvice}},
			})
			lookupRefusals(t, kind.one, ofTeams(map[string]any{"id": "1"}), map[string]refusal{
				"no device":             {map[string]any{"device_id": nil}, `AttributeName("device_id")`, "required"},
				"no application":        {map[string]any{"app_id": nil}, `AttributeName("app_id")`, "required"},
				"an application's name": {map[string]any{"app_id": "Teams"}, `AttributeName("app_id")`, "Not a decimal ID"},
				"a probe's name for ID": {map[string]any{"id": "Teams"}, `AttributeName("id")`, "Not a decimal ID"},
			})
		})
	}
}

func TestZDXProbeMembers(t *testing.T) {
	t.Parallel()
	still(t, func(t *testing.T, lab *lab) {
		p := lab.calm(t)
		arguments := map[string]any{"device_id": lab.DeviceID, "app_id": lab.AppID}
		web := p.mustRead("zdx_web_probe", with(arguments, map[string]any{"id": lab.WebProbeID}))
		holds(t, "Teams web probe", web, "name")
		holds(t, json.Number("9"), web, "num_probes") // two hours, each quarter, both ends
		path := p.mustRead("zdx_cloudpath_probe", with(arguments, map[string]any{"id": lab.CloudPathProbeID}))
		holds(t, "client", path, "avg_latencies", 0, "leg_src")
		holds(t, "zen", path, "avg_latencies", 1, "leg_dst")
		lab.EditObject("devices", lab.DeviceID, func(m map[string]any) { m["last_seen"] = lab.Now().Unix() - 3*3600 })
		holds(t, []any{}, p.mustRead("zdx_web_probes", arguments), "web_probes")
		lab.EditObject("devices", lab.DeviceID, func(m map[string]any) { m["last_seen"] = lab.Now().Unix() - 60 })
		// seen between two samples: it has the probe, which has measured nothing
		between := p.mustRead("zdx_web_probes", with(arguments, map[string]any{"from": "2m"}))
		holds(t, nil, between, "web_probes", 0, "avg_score")
		holds(t, json.Number("0"), between, "web_probes", 0, "num_probes")
	})
}
