package apimock

import "slices"

// The activities of the contract.
const (
	created = "create"
	updated = "update"
	deleted = "delete"
)

// entityTypes are the kinds that the activity log knows, by the contract's
// names. It has none for clusters, which go by their namespace, nor for
// invitations and users.
var entityTypes = map[string]string{
	"routes": "route", "policies": "policy", "keyPairs": "key_pair", "settings": "settings", "serviceAccounts": "service_account",
	"customDomains": "custom_domain", "organizations": "organization", "namespaces": "namespace", "clusters": "namespace",
	"changesets": "changeset",
}

// held are the kinds that changesets hold back.
var held = []string{"routes", "policies", "keyPairs", "settings"}

// rewrite replaces an object's members and records it. A cluster and its
// namespace share their name.
func (s *Server) rewrite(by *apiUser, r *record, members map[string]any) {
	r.members, r.updated = members, s.now()
	twin := map[string]string{"clusters": "namespaces", "namespaces": "clusters"}[r.kind]
	if other := s.record(twin, r.id); other != nil {
		other.members["name"], other.updated = members["name"], s.now()
	}
	s.wrote(by, updated, r)
}

// wrote records what a user did to an object, before it is removed, and lets
// changesets have it.
func (s *Server) wrote(by *apiUser, activity string, r *record) {
	entityType := entityTypes[r.kind]
	if entityType == "" {
		return
	}
	entity := map[string]any{"type": entityType, "id": r.id, "data": map[string]any{"name": s.label(r)}}
	space := s.home(r)
	log := s.add("activityLogs", r.organizationID, map[string]any{
		"activityType": activity, "entity": entity, "user": by.info(),
		"namespace": map[string]any{"id": space, "name": s.nameOfNamespace(space)},
		"applied":   map[string]any{"by": map[string]any{}},
	})
	if r.kind == "organizations" {
		log.organizationID = r.id
	}
	if !slices.Contains(held, r.kind) {
		log.members["applied"] = map[string]any{"by": by.info(), "at": s.now().Format(stamp)}
		return
	}
	for _, cluster := range s.seers(r.organizationID, space) {
		s.land(cluster, log, by)
	}
}

// label is what the activity log shows as an object's name.
func (s *Server) label(r *record) string {
	switch r.kind {
	case "settings":
		return s.nameOfNamespace(r.clusterID)
	case "serviceAccounts":
		return text(r.members, "description")
	case "customDomains":
		return text(r.members, "domainName")
	}
	return text(r.members, "name")
}

// home is the namespace that an object lies in.
func (s *Server) home(r *record) string {
	for _, id := range []string{text(r.members, "namespaceId"), text(r.members, "clusterId"), r.clusterID} {
		if id != "" {
			return id
		}
	}
	if r.kind == "organizations" {
		return s.rootNamespace(r.id)
	}
	return r.id
}

// listActivityLogs answers oldest first without orderBy.
func listActivityLogs(c *call) reply {
	if p := c.maySee(); p != nil {
		return c.refuse(p)
	}
	query := c.r.URL.Query()
	var found []*record
	for _, log := range c.s.records["activityLogs"] {
		inner := func(object, name string) string { return text(as[map[string]any](log.members[object]), name) }
		ok := log.organizationID == c.organID
		for name, value := range map[string]string{
			"activityType": text(log.members, "activityType"), "entityId": inner("entity", "id"),
			"entityType": inner("entity", "type"), "namespaceId": inner("namespace", "id"), "userId": inner("user", "id"),
		} {
			ok = ok && (query.Get(name) == "" || query.Get(name) == value)
		}
		if set := query.Get("changesetId"); ok && (set == "" || slices.Contains(c.s.landed[set], log)) {
			found = append(found, log)
		}
	}
	found, p := c.chosen(found, fieldOfLog)
	if p != nil {
		return c.refuse(p)
	}
	return listed(found, (*record).flat)
}

// fieldOfLog is what a log shows to filter and orderBy. A quick filter asks for
// the name.
func fieldOfLog(log *record, name string) any {
	entity := as[map[string]any](log.members["entity"])
	switch name {
	case "user":
		return text(as[map[string]any](log.members["user"]), "displayName")
	case "entity.id":
		return text(entity, "id")
	case "entity.type":
		return text(entity, "type")
	case "updatedAt":
		return log.updated
	}
	return text(as[map[string]any](entity["data"]), "name")
}
