package apimock

import (
	"fmt"
	"slices"
)

// keepOngoing lists alerts without an end.
func keepOngoing(q *query, r *record) bool {
	ended, _ := seconds(r.members["ended_on"])
	return ended == 0 && q.alerted(r)
}

// keepHistorical lists alerts that ended.
func keepHistorical(q *query, r *record) bool {
	ended, _ := seconds(r.members["ended_on"])
	return ended > 0 && q.alerted(r)
}

// alerted tells whether an alert lasted into the window and touches a device at
// the wanted places.
func (q *query) alerted(r *record) bool {
	started, _ := seconds(r.members["started_on"])
	ended, _ := seconds(r.members["ended_on"])
	if started > q.to || (ended > 0 && ended < q.from) {
		return false
	}
	return !q.anyPlace() || slices.ContainsFunc(q.s.touched(r), q.placed)
}

// touched are the devices that an alert touches.
func (s *Server) touched(alert *record) []*record {
	var found []*record
	for _, r := range s.records["devices"] {
		if touches(alert, r) {
			found = append(found, r)
		}
	}
	return found
}

func touches(alert, device *record) bool {
	listed, _ := alert.members["devices"].([]any)
	return slices.ContainsFunc(listed, func(id any) bool { return fmt.Sprint(id) == device.id })
}

// viewAlert is an alert with counts of the devices it touches at each place.
// severity is text (zdx.md 6).
func viewAlert(q *query, r *record) map[string]any {
	devices := q.s.touched(r)
	body := map[string]any{"id": q.s.id(r.id), "num_devices": len(devices)}
	for _, name := range []string{"rule_name", "severity", "alert_type", "alert_status", "started_on", "ended_on"} {
		if value := r.members[name]; value != nil {
			body[name] = value
		}
	}
	if app := q.s.record("apps", fmt.Sprint(r.members["application"])); app != nil {
		body["application"] = viewIDName(q, app)
	}
	body["departments"] = q.counted(devices, "departments", "department", viewIDName)
	body["locations"] = q.counted(devices, "locations", "location", viewAlertLocation)
	geolocations := q.counted(devices, "geolocations", "geolocation", func(_ *query, r *record) map[string]any {
		return geolocation(r, "name", "city", "state", "country")
	})
	body["geolocations"], body["num_geolocations"] = geolocations, len(geolocations)
	return body
}

// counted are the places of devices, each with the number of devices there.
func (q *query) counted(devices []*record, kind, member string, view func(*query, *record) map[string]any) []any {
	found := []any{}
	for _, place := range q.s.records[kind] {
		n := 0
		for _, device := range devices {
			if fmt.Sprint(device.members[member]) == place.id {
				n++
			}
		}
		if n > 0 {
			body := view(q, place)
			body["num_devices"] = n
			found = append(found, body)
		}
	}
	return found
}

// viewAlertLocation has the location's groups as a list or, by switch, the
// first as an object.
func viewAlertLocation(q *query, r *record) map[string]any {
	body := viewIDName(q, r)
	groups := []any{}
	stored, _ := r.members["groups"].([]any)
	for _, item := range stored {
		group, _ := item.(map[string]any)
		groups = append(groups, map[string]any{"id": q.s.id(group["id"]), "name": text(group, "name")})
	}
	switch {
	case !q.s.switches.GroupsAsObject:
		body["groups"] = groups
	case len(groups) > 0:
		body["groups"] = groups[0]
	}
	return body
}

func keepAffected(q *query, r *record) bool { return touches(q.parent, r) && q.placed(r) }

func viewAffected(q *query, r *record) map[string]any {
	user := q.s.userOf(r)
	return map[string]any{
		"id": q.s.id(r.id), "name": r.members["name"], "userid": q.s.id(r.members["userid"]),
		"userName": text(user, "name"), "userEmail": text(user, "email"),
	}
}
