package provider

import (
	"encoding/json"
	"fmt"
	"testing"

	"github.com/pomerium-zdx/terraform-provider-pomerium/internal/apimock"
)

func TestZDXSoftwareInventory(t *testing.T) {
	t.Parallel()
	const all = "/inventory/software?limit=100"
	lookups(t, "zdx_software_inventory", "software", map[string]lookup{
		"all":            {nil, nil, nil, []string{all}, "browser-128 office-16", nil},
		"of a device":    {map[string]any{"device_ids": []string{"30989301"}}, nil, nil, []string{"/inventory/software?deviceids=30989301&limit=100"}, "browser-128", nil},
		"of users":       {map[string]any{"user_ids": []string{"1002", "1003"}}, nil, nil, []string{"/inventory/software?limit=100&userids=1002&userids=1003"}, "", nil},
		"in places":      {map[string]any{"location_ids": []string{"4294967293"}, "department_ids": []string{"10"}, "geolocation_ids": []string{"0.0.us"}}, nil, nil, []string{"/inventory/software?dept=10&geo=0.0.us&limit=100&loc=4294967293"}, "browser-128", nil},
		"by name":        {map[string]any{"name": "OFFICE"}, nil, nil, []string{all}, "office-16", nil},
		"by part":        {map[string]any{"name_contains": "row"}, nil, nil, []string{all}, "browser-128", nil},
		"not to be seen": {nil, forbidden("/inventory/software"), nil, []string{all}, "", []string{"Could not read the software inventory", roleAdvice}},
	})
	lookupRefusals(t, "zdx_software_inventory", map[string]any{}, map[string]refusal{
		"a device's name": {map[string]any{"device_ids": []string{"lab-laptop"}}, `AttributeName("device_ids").ElementKeyValue(tftypes.String<"lab-laptop">)`, "Not a decimal ID"},
		"no user":         {map[string]any{"user_ids": []string{}}, `AttributeName("user_ids")`, "at least 1"},
	})
}

func TestZDXSoftware(t *testing.T) {
	t.Parallel()
	const list, one = "/inventory/software?limit=100", "/inventory/software/browser-128?limit=100"
	lookups(t, "zdx_software", "", map[string]lookup{
		"by key":            {map[string]any{"software_key": "browser-128"}, nil, nil, []string{list, one}, "browser-128", nil},
		"by name":           {map[string]any{"software_name": "BROWSER"}, nil, nil, []string{list, one}, "browser-128", nil},
		"by name of vendor": {map[string]any{"software_name": "Browser", "vendor": "example SOFTWARE"}, nil, nil, []string{list, one}, "browser-128", nil},
		"of a device": {map[string]any{"vendor": "Example Software", "device_ids": []string{"30989301"}}, nil, nil,
			[]string{"/inventory/software?deviceids=30989301&limit=100", "/inventory/software/browser-128?deviceids=30989301&limit=100"}, "browser-128", nil},
		"under the other path": {map[string]any{"software_key": "browser-128"}, nil, func(w *apimock.Switches) { w.SoftwarePathPlural = true },
			[]string{list, one, "/inventory/softwares/browser-128?limit=100", "/inventory/softwares/browser-128"}, "browser-128", nil},
		"two of a vendor":      {map[string]any{"vendor": "Example Software"}, nil, nil, []string{list}, "", []string{"2 software products match", "browser-128 (Browser), office-16 (Office)"}},
		"unknown key":          {map[string]any{"software_key": "Browser-128"}, nil, nil, []string{list}, "", []string{"No software product matches", "browser-128 (Browser), office-16 (Office)"}},
		"of another vendor":    {map[string]any{"software_name": "Browser", "vendor": "Example"}, nil, nil, []string{list}, "", []string{"No software product matches"}},
		"not to be seen":       {map[string]any{"software_key": "browser-128"}, forbidden("/inventory/software"), nil, []string{list}, "", []string{"Could not read the software product", roleAdvice}},
		"installations unseen": {map[string]any{"software_key": "browser-128"}, forbidden("/inventory/software/{software_key}"), nil, []string{list, one}, "", []string{"Could not read the software product", roleAdvice}},
	})
	lookupRefusals(t, "zdx_software", map[string]any{"software_key": "browser-128"}, map[string]refusal{
		"an empty key":    {map[string]any{"software_key": ""}, `AttributeName("software_key")`, "at least 1"},
		"an empty vendor": {map[string]any{"vendor": ""}, `AttributeName("vendor")`, "at least 1"},
	})
}

func TestZDXSoftwareMembers(t *testing.T) {
	t.Parallel()
	still(t, func(t *testing.T, lab *lab) {
		for id := 501; id < 526; id++ {
			lab.AddDevice(fmt.Sprint(id), "desk")
			lab.CreateObject("installations", "", map[string]any{"software_key": "browser-128", "device_id": id})
		}
		state := lab.calm(t).mustRead("zdx_software", map[string]any{"software_key": "browser-128"})
		holds(t, json.Number("26"), state, "device_total")
		holds(t, "machine", state, "sw_install_type")
		if all, _ := reach(t, state, "installations").([]any); len(all) != 26 {
			t.Errorf("%d installations, want 26", len(all))
		}
		holds(t, map[string]any{
			"software_key": "browser-128", "software_name": "Browser", "software_version": "128.0", "software_group": "Browsers", "os": "Windows",
			"vendor": "Example Software", "user_id": "1001", "device_id": "30989301", "hostname": "lab-laptop", "username": "lab user",
			"install_date": "2026-01-15",
		}, state, "installations", 0)
		holds(t, nil, state, "installations", 25, "install_date") // the service writes ""
	}, func(w *apimock.Switches) { w.MaxPageSize = 10 })
}
