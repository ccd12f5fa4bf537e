package apimock

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
)

// zdxKind is one kind of ZDX object in the records. Members are stored under
// the names of the wire; what ZDX computes (scores, counts, series) is not.
// An object of any kind may have last_seen (Unix seconds): without it the
// object is active now (see query.active).
type zdxKind struct {
	kind     string
	required []string
	refers   map[string]string // members that hold the ID of another kind's object
	first    int64             // the first number that the mock gives; 0 = the ID must be given
	step     int64
	text     bool // IDs need not be numbers
}

var zdxKinds = []zdxKind{
	{kind: "devices", required: []string{"name", "userid"}, first: 40000001, refers: map[string]string{
		"userid": "users", "department": "departments", "location": "locations", "geolocation": "geolocations",
	}},
	{kind: "users", required: []string{"name", "email"}, first: 1001},
	{kind: "apps", required: []string{"name"}, first: 101},
	{kind: "webProbes", required: []string{"name", "app_id"}, first: 312001, refers: map[string]string{"app_id": "apps"}},
	{kind: "cloudPathProbes", required: []string{"name", "app_id"}, first: 313001, refers: map[string]string{"app_id": "apps"}},
	{kind: "departments", required: []string{"name"}, first: 101},
	{kind: "locations", required: []string{"name"}, first: 101},
	{kind: "geolocations", required: []string{"name"}, text: true, refers: map[string]string{"parent_geo_id": "geolocations"}},
	{kind: "alerts", required: []string{"rule_name", "started_on"}, first: 7345920184650200001, step: 2, refers: map[string]string{"application": "apps"}},
	{kind: "software", required: []string{"software_name"}, text: true},
	{kind: "installations", required: []string{"software_key", "device_id"}, first: 1, refers: map[string]string{
		"software_key": "software", "device_id": "devices",
	}},
	{kind: "analyses", required: []string{"device_id", "app_id"}, first: firstAnalysisID, step: 2, refers: map[string]string{
		"device_id": "devices", "app_id": "apps",
	}},
	{kind: "snapshots", required: []string{"name", "alert_id", "expiry"}, text: true, refers: map[string]string{"alert_id": "alerts"}},
}

func zdxKindNames() []string {
	names := make([]string, len(zdxKinds))
	for i, k := range zdxKinds {
		names[i] = k.kind
	}
	return names
}

// zdxKindOf finds a kind of ZDX; nil for one of Pomerium Zero.
func zdxKindOf(kind string) *zdxKind {
	i := slices.IndexFunc(zdxKinds, func(k zdxKind) bool { return k.kind == kind })
	if i < 0 {
		return nil
	}
	return &zdxKinds[i]
}

// create makes an object as if from the portal; the caller holds the lock. A
// device is made whole (see AddDevice), and the given members laid over it.
func (s *Server) create(k *zdxKind, members map[string]any) *record {
	id := fmt.Sprint(members["id"])
	if members["id"] == nil {
		id = s.nextID(k)
	}
	delete(members, "id")
	if !k.text && !isDecimal(id) || id == "" || s.record(k.kind, id) != nil {
		panic(fmt.Sprintf("apimock: %s %q is taken or no identifier", k.kind, id))
	}
	if k.kind == "devices" {
		members = s.deviceMembers(members)
	}
	if k.kind == "alerts" {
		whole := normal(map[string]any{
			"severity": "1", "alert_type": "application", "alert_status": "STARTED", "started_on": s.now().Unix(), "ended_on": 0,
		})
		maps.Copy(whole, members)
		members = whole
	}
	s.mustFit(k, members)
	r := s.add(k.kind, "", members)
	r.id = id
	return r
}

// nextID counts up from the kind's first number, past what is taken.
func (s *Server) nextID(k *zdxKind) string {
	if k.first == 0 {
		return randomID()
	}
	for {
		id := strconv.FormatInt(k.first+max(k.step, 1)*s.made[k.kind], 10)
		s.made[k.kind]++
		if s.record(k.kind, id) == nil {
			return id
		}
	}
}

// mustFit panics on members that no ZDX object of the kind could have.
func (s *Server) mustFit(k *zdxKind, members map[string]any) {
	for _, name := range k.required {
		if members[name] == nil || members[name] == "" {
			panic(fmt.Sprintf("apimock: %s need %s", k.kind, name))
		}
	}
	for name, kind := range k.refers {
		if id := members[name]; id != nil {
			s.mustKnow(kind, fmt.Sprint(id))
		}
	}
}
