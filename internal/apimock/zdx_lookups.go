package apimock

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
)

// lookupList is a list that ZDX answers: what is kept of a kind, and how one of
// them is printed. A further list is one more entry.
type lookupList struct {
	kind   string
	parent parent              // the object of the path that the list hangs below
	page   string              // the page's member that holds the list; "" = a bare array
	path   func(Switches) bool // whether the path is served; nil = always
	refuse []string            // filters that the mock does not do, refused with 501
	keep   func(q *query, r *record) bool
	view   func(q *query, r *record) map[string]any
}

// parent names an object in a path.
type parent struct{ kind, parameter, missing string }

var (
	theDevice   = parent{"devices", "deviceid", "no such device"}
	theApp      = parent{"apps", "appid", "no such application"}
	theUser     = parent{"users", "userid", "no such user"}
	theAlert    = parent{"alerts", "alert_id", "no such alert"}
	theSoftware = parent{"software", "software_key", "no such software"}
)

var lookupLists = map[string]lookupList{
	"listDevices":                        {kind: "devices", page: "devices", keep: keepDevice, view: viewDeviceSummary},
	"listUsers":                          {kind: "users", page: "users", keep: keepUser, view: viewUser},
	"listApps":                           {kind: "apps", keep: keepApp, view: viewApp},
	"listAppUsers":                       {kind: "users", parent: theApp, page: "users", keep: keepAppUser, view: viewAppUserSummary},
	"listDepartments":                    {kind: "departments", keep: keepNamed, view: viewIDName},
	"listLocations":                      {kind: "locations", keep: keepNamed, view: viewIDName},
	"listActiveGeolocations":             {kind: "geolocations", keep: keepGeolocation, view: viewGeolocation},
	"listOngoingAlerts":                  {kind: "alerts", page: "alerts", keep: keepOngoing, view: viewAlert},
	"listHistoricalAlerts":               {kind: "alerts", page: "alerts", keep: keepHistorical, view: viewAlert},
	"listAlertAffectedDevices":           {kind: "devices", parent: theAlert, page: "devices", keep: keepAffected, view: viewAffected, refuse: []string{"location_groups"}},
	"listSoftware":                       {kind: "software", page: "software", keep: keepSoftware, view: viewSoftware},
	"listSoftwareInstallations":          {kind: "installations", parent: theSoftware, page: "software", path: softwareSingular, keep: keepInstallation, view: viewInstallation},
	"listSoftwareInstallationsAlternate": {kind: "installations", parent: theSoftware, page: "software", path: softwarePlural, keep: keepInstallation, view: viewInstallation},
}

func (l lookupList) answer(c *call) reply {
	if l.path != nil && !l.path(c.s.switches) {
		return c.refuse(&problem{http.StatusNotFound, "no such path"})
	}
	q, p := c.query()
	if p == nil && l.parent.kind != "" {
		q.parent, p = c.named(l.parent)
	}
	if p != nil {
		return c.refuse(p)
	}
	for _, name := range l.refuse {
		if q.values.Has(name) {
			return c.refuse(&problem{http.StatusNotImplemented, "the mock does not filter by " + name})
		}
	}
	found := []any{}
	for _, r := range c.s.records[l.kind] {
		if l.keep(q, r) {
			found = append(found, l.view(q, r))
		}
	}
	if l.page == "" {
		return reply{status: http.StatusOK, body: found}
	}
	return c.page(l.page, found)
}

// named finds an object of the path.
func (c *call) named(p parent) (*record, *problem) {
	r := c.s.record(p.kind, c.path[p.parameter])
	if r == nil {
		return nil, &problem{http.StatusNotFound, p.missing}
	}
	return r, nil
}

// lookupObject is one object that ZDX answers by its identifier.
type lookupObject struct {
	parent parent // a second object in the path, before the first
	object parent
	keep   func(q *query, r *record) bool // nil = always
	view   func(q *query, r *record) map[string]any
}

var lookupObjects = map[string]lookupObject{
	"getDevice":  {object: theDevice, view: viewDevice},
	"getUser":    {object: theUser, view: viewUser},
	"getApp":     {object: theApp, view: viewOneApp},
	"getAppUser": {parent: theApp, object: theUser, keep: usesApp, view: viewAppUser},
	"getAlert":   {object: theAlert, view: viewAlert},
}

func (o lookupObject) answer(c *call) reply {
	q, p := c.query()
	if p == nil && o.parent.kind != "" {
		q.parent, p = c.named(o.parent)
	}
	if p != nil {
		return c.refuse(p)
	}
	r, p := c.named(o.object)
	if p == nil && o.keep != nil && !o.keep(q, r) {
		p = &problem{http.StatusNotFound, o.object.missing}
	}
	if p != nil {
		return c.refuse(p)
	}
	return reply{status: http.StatusOK, body: o.view(q, r)}
}

func keepNamed(q *query, r *record) bool { return q.active(r) && q.found(r, "name") }

func viewIDName(q *query, r *record) map[string]any {
	return map[string]any{"id": q.s.id(r.id), "name": r.members["name"]}
}

// keepGeolocation lists the topmost geolocations, or those right below one.
func keepGeolocation(q *query, r *record) bool {
	return text(r.members, "parent_geo_id") == q.values.Get("parent_geo_id") && q.active(r) && q.found(r, "name", "description")
}

func viewGeolocation(q *query, r *record) map[string]any {
	children := []any{}
	for _, child := range q.s.records["geolocations"] {
		if text(child.members, "parent_geo_id") == r.id {
			children = append(children, geolocation(child, "description", "geo_type"))
		}
	}
	body := geolocation(r, "name", "description", "geo_type")
	body["children"] = children
	return body
}

// geolocation prints the members of a geolocation that it has.
func geolocation(r *record, members ...string) map[string]any {
	body := map[string]any{"id": r.id}
	for _, name := range members {
		if value := r.members[name]; value != nil {
			body[name] = value
		}
	}
	return body
}

// keepDevice filters devices by everything that the contract offers.
func keepDevice(q *query, r *record) bool {
	if !q.active(r) || !q.placed(r) || !q.allows("userids", fmt.Sprint(r.members["userid"])) {
		return false
	}
	if q.values.Has("emails") && !slices.ContainsFunc(q.values["emails"], func(email string) bool {
		return strings.EqualFold(email, text(q.s.userOf(r), "email"))
	}) {
		return false
	}
	return q.s.switches.DeviceFilterIgnored || q.wired(r, "mac_address", "mac") && q.wired(r, "private_ipv4", "ipv4")
}

// wired holds a device's network interfaces against a filter.
func (q *query) wired(device *record, filter, member string) bool {
	if !q.values.Has(filter) {
		return true
	}
	interfaces, _ := device.members["network"].([]any)
	return slices.ContainsFunc(interfaces, func(network any) bool {
		members, _ := network.(map[string]any)
		return strings.EqualFold(text(members, member), q.values.Get(filter))
	})
}

// userOf are the members of a device's user, none if there is none any more.
func (s *Server) userOf(device *record) map[string]any {
	if r := s.record("users", fmt.Sprint(device.members["userid"])); r != nil {
		return r.members
	}
	return nil
}

// devicesOf are a user's devices.
func (s *Server) devicesOf(user *record) []*record {
	var found []*record
	for _, r := range s.records["devices"] {
		if fmt.Sprint(r.members["userid"]) == user.id {
			found = append(found, r)
		}
	}
	return found
}

func viewDeviceSummary(q *query, r *record) map[string]any {
	return map[string]any{"id": q.s.id(r.id), "name": r.members["name"], "userid": q.s.id(r.members["userid"])}
}

func viewDevice(q *query, r *record) map[string]any {
	body := map[string]any{"id": q.s.id(r.id), "name": r.members["name"]}
	for _, name := range []string{"hardware", "network", "software"} {
		if value := r.members[name]; value != nil {
			body[name] = value
		}
	}
	return body
}

// keepUser keeps a user for one of whose devices the places fit.
func keepUser(q *query, r *record) bool {
	return q.active(r) && q.found(r, "name", "email") &&
		(!q.anyPlace() || slices.ContainsFunc(q.s.devicesOf(r), q.placed))
}

func viewUser(q *query, r *record) map[string]any {
	devices := []any{}
	for _, device := range q.s.devicesOf(r) {
		devices = append(devices, map[string]any{
			"id": q.s.id(device.id), "name": device.members["name"],
			"geo_loc": q.geoLocations(device), "zs_loc": q.locations(device),
		})
	}
	return map[string]any{"id": q.s.id(r.id), "name": r.members["name"], "email": r.members["email"], "devices": devices}
}

// geoLocations is where a device stands; coordinates are numbers or text.
func (q *query) geoLocations(device *record) []any {
	r := q.s.record("geolocations", fmt.Sprint(device.members["geolocation"]))
	if r == nil {
		return []any{}
	}
	body := geolocation(r, "city", "state", "country", "geo_type", "geo_lat", "geo_long")
	if q.s.switches.CoordinatesText {
		for _, name := range []string{"geo_lat", "geo_long"} {
			if body[name] != nil {
				body[name] = fmt.Sprint(body[name])
			}
		}
	}
	body["geo_detection"] = "ip"
	return []any{body}
}

func (q *query) locations(device *record) []any {
	r := q.s.record("locations", fmt.Sprint(device.members["location"]))
	if r == nil {
		return []any{}
	}
	return []any{viewIDName(q, r)}
}
