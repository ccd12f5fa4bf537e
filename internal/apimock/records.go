package apimock

import (
	"fmt"
	"maps"
	"slices"
	"time"
)

// record is one stored object: what was written, without what is computed.
type record struct {
	kind, id, organizationID string
	created, updated         time.Time
	members                  map[string]any
	// clusterID is the cluster of what hangs on one without a member that says so.
	clusterID string
}

// kinds are the kinds that Objects and its like know.
var kinds = append([]string{
	"organizations", "namespaces", "clusters", "settings", "serviceAccounts", "routes", "policies", "keyPairs",
	"customDomains", "invitations", "changesets", "activityLogs", "apiUsers",
}, zdxKindNames()...)

// add stores an object; the caller holds the lock.
func (s *Server) add(kind, organizationID string, members map[string]any) *record {
	now := s.now()
	r := &record{kind: kind, id: randomID(), organizationID: organizationID, created: now, updated: now, members: members}
	s.records[kind] = append(s.records[kind], r)
	return r
}

// record finds an object; nil if there is none. Settings are found by their own
// ID and by the cluster's.
func (s *Server) record(kind, id string) *record {
	for _, r := range s.records[kind] {
		if r.id == id || (kind == "settings" && r.clusterID == id) {
			return r
		}
	}
	return nil
}

func (s *Server) remove(r *record) {
	s.records[r.kind] = slices.DeleteFunc(s.records[r.kind], func(o *record) bool { return o == r })
}

// mustKnow panics unless the object exists: a slip in a test's setup.
func (s *Server) mustKnow(kind, id string) *record {
	if !slices.Contains(kinds, kind) {
		panic(fmt.Sprintf("apimock: no kind %q, choose from %v", kind, kinds))
	}
	r := s.record(kind, id)
	if r == nil {
		panic(fmt.Sprintf("apimock: %s has no %q", kind, id))
	}
	return r
}

// flat is the object as stored, with id and times, in clear, no switch applied.
func (r *record) flat() map[string]any {
	m := as[map[string]any](clone(r.members))
	m["id"] = r.id
	m["createdAt"], m["updatedAt"] = r.created.Format(stamp), r.updated.Format(stamp)
	return m
}

// shown is flat with the cluster of what hangs on one.
func (r *record) shown() map[string]any {
	m := r.flat()
	if r.clusterID != "" {
		m["clusterId"] = r.clusterID
	}
	return m
}

// Objects returns deep copies of what is stored of a kind, oldest first:
// members as written plus id, createdAt and updatedAt, and clusterId for
// settings, service accounts and changesets; secrets in clear, no switch applied.
// Numbers are json.Number. The kinds are organizations, namespaces, clusters,
// settings, serviceAccounts, routes, policies, keyPairs, customDomains,
// invitations, changesets, activityLogs and apiUsers (which can be listed and
// removed only) of Pomerium Zero; devices, users,
// apps, webProbes, cloudPathProbes, departments, locations, geolocations,
// alerts, software, installations, analyses and snapshots of ZDX.
func (s *Server) Objects(kind string) []map[string]any {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.settleZero()
	found := []map[string]any{}
	if kind == "apiUsers" {
		for _, user := range s.people {
			if !user.person {
				found = append(found, user.view())
			}
		}
	}
	for _, r := range s.records[kind] {
		found = append(found, r.shown())
	}
	return found
}

// Object returns one of Objects, or nil if it is gone. Settings go by their own
// ID and by the cluster's, here and in EditObject.
func (s *Server) Object(kind, id string) map[string]any {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.settleZero()
	if r := s.record(kind, id); r != nil {
		return r.shown()
	}
	return nil
}

// clone copies decoded JSON.
func clone(value any) any {
	switch value := value.(type) {
	case map[string]any:
		m := make(map[string]any, len(value))
		for name, member := range value {
			m[name] = clone(member)
		}
		return m
	case []any:
		list := make([]any, len(value))
		for i, item := range value {
			list[i] = clone(item)
		}
		return list
	}
	return value
}

// as is the value with the type that the contract promised; anything else is a
// bug of the mock.
func as[T any](value any) T {
	typed, ok := value.(T)
	if !ok {
		panic(fmt.Sprintf("apimock: %T is not the promised %T", value, typed))
	}
	return typed
}

// normal brings what a test wrote ([]string, int, …) into the form of decoded JSON.
func normal(members map[string]any) map[string]any {
	value, err := decodeJSON(encodeJSON(members))
	if err != nil {
		panic("apimock: " + err.Error())
	}
	if value == nil {
		return map[string]any{}
	}
	return maps.Clone(as[map[string]any](value))
}

// text is a text member, "" if unset.
func text(members map[string]any, name string) string {
	value, _ := members[name].(string)
	return value
}

// texts is a list member as texts.
func texts(value any) []string {
	list, _ := value.([]any)
	found := make([]string, 0, len(list))
	for _, item := range list {
		if t, ok := item.(string); ok {
			found = append(found, t)
		}
	}
	return found
}

func anys(list []string) []any {
	found := make([]any, len(list))
	for i, item := range list {
		found[i] = item
	}
	return found
}
