package apimock

import (
	"fmt"
	"slices"
)

// The two spellings of the path to a software's installations; one is served
// (zdx.md 11, row 21).
func softwareSingular(w Switches) bool { return !w.SoftwarePathPlural }
func softwarePlural(w Switches) bool   { return w.SoftwarePathPlural }

// installations are those of a software that the filters leave. The inventory
// has no window.
func (q *query) installations(softwareKey string) []*record {
	var found []*record
	for _, r := range q.s.records["installations"] {
		if text(r.members, "software_key") == softwareKey && q.installed(r) {
			found = append(found, r)
		}
	}
	return found
}

// installed holds an installation's device against the filters.
func (q *query) installed(r *record) bool {
	device := q.s.record("devices", fmt.Sprint(r.members["device_id"]))
	return device != nil && q.placed(device) &&
		q.allows("userids", fmt.Sprint(device.members["userid"])) && q.allows("deviceids", device.id)
}

// keepSoftware lists all software, or what is installed within the filters.
func keepSoftware(q *query, r *record) bool {
	filtered := q.anyPlace() || q.values.Has("userids") || q.values.Has("deviceids")
	return !filtered || len(q.installations(r.id)) > 0
}

func viewSoftware(q *query, r *record) map[string]any {
	users, devices := []string{}, []string{}
	for _, installation := range q.installations(r.id) {
		device := q.s.record("devices", fmt.Sprint(installation.members["device_id"]))
		users, devices = append(users, fmt.Sprint(device.members["userid"])), append(devices, device.id)
	}
	body := map[string]any{
		"software_key": r.id, "software_name": r.members["software_name"],
		"vendor": text(r.members, "vendor"), "software_group": text(r.members, "software_group"),
		"user_total": distinct(users), "device_total": distinct(devices),
	}
	name := "sw_install_type"
	if q.s.switches.InstallTypeLong {
		name = "software_install_type"
	}
	body[name] = text(r.members, "install_type")
	return body
}

func distinct(ids []string) int {
	slices.Sort(ids)
	return len(slices.Compact(ids))
}

func keepInstallation(q *query, r *record) bool {
	return text(r.members, "software_key") == q.parent.id && q.installed(r)
}

func viewInstallation(q *query, r *record) map[string]any {
	device := q.s.record("devices", fmt.Sprint(r.members["device_id"]))
	software, _ := device.members["software"].(map[string]any)
	return map[string]any{
		"software_key": q.parent.id, "software_name": q.parent.members["software_name"],
		"software_version": text(r.members, "software_version"), "software_group": text(q.parent.members, "software_group"),
		"vendor": text(q.parent.members, "vendor"), "os": text(software, "os_name"), "hostname": text(software, "hostname"),
		"user_id": q.s.id(device.members["userid"]), "device_id": q.s.id(device.id),
		"username": text(q.s.userOf(device), "name"), "install_date": text(r.members, "install_date"),
	}
}
