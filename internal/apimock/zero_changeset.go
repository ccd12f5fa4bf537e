package apimock

import (
	"net/http"
	"slices"
	"time"
)

// Every change of routes, policies, key pairs and settings lands in a changeset
// of the clusters that see it (pomerium-zero.md 2). Service accounts, custom
// domains and clusters act at once. Reads answer the edited object at once,
// applied or not.
//
// With the settings' autoApplyChangesets a change is a changeset of its own that
// is current from the start, and takes along what was pending; without, the
// cluster's one pending changeset collects changes. The settings after the
// change decide. A changeset that failed leaves its changes in a pending one.

// changesetRow is the ends of a cluster's row of changesets: the pending one, if
// there is any, and the one that was applied last.
type changesetRow struct{ pending, last *record }

// applying is a changeset on its way.
type applying struct {
	set *record
	by  *apiUser
	due time.Time
}

const (
	statusApplied  = "applied"
	statusApplying = "applying"
	statusCurrent  = "current"
	statusFailed   = "failed"
	statusPending  = "pending"
)

func (s *Server) addChangeset(cluster *record, status string) *record {
	set := s.add("changesets", cluster.organizationID, map[string]any{"namespaceId": cluster.id, "status": status})
	set.clusterID = cluster.id
	return set
}

// firstChangeset is what a new cluster starts with.
func (s *Server) firstChangeset(cluster *record) {
	s.changes[cluster.id] = &changesetRow{last: s.addChangeset(cluster, statusCurrent)}
}

// seers are the clusters that see a namespace: the one that it lies in, or all
// of the organization.
func (s *Server) seers(organizationID, namespaceID string) []*record {
	for _, id := range s.above(namespaceID) {
		if cluster := s.record("clusters", id); cluster != nil {
			return []*record{cluster}
		}
	}
	var all []*record
	for _, cluster := range s.records["clusters"] {
		if cluster.organizationID == organizationID {
			all = append(all, cluster)
		}
	}
	return all
}

// open is the changeset of the cluster that collects changes. EditObject may
// have made another of what was pending, such as rejected.
func (s *Server) open(cluster *record) *record {
	row := s.changes[cluster.id]
	if row.pending == nil || row.pending.members["status"] != statusPending {
		row.pending = s.addChangeset(cluster, statusPending)
	}
	return row.pending
}

// land puts a change into a changeset of the cluster.
func (s *Server) land(cluster, log *record, by *apiUser) {
	row := s.changes[cluster.id]
	set := s.open(cluster)
	s.landed[set.id] = append(s.landed[set.id], log)
	set.updated = s.now()
	if s.record("settings", cluster.id).members["autoApplyChangesets"] == true {
		row.pending = nil
		s.applied(set, by, statusCurrent, s.now())
	}
}

// applied ends a changeset well: what was current before is applied.
func (s *Server) applied(set *record, by *apiUser, status string, at time.Time) {
	row := s.changes[set.clusterID]
	if row.last.members["status"] == statusCurrent {
		row.last.members["status"] = statusApplied
	}
	row.last = set
	set.members["status"], set.updated = status, at
	for _, log := range s.landed[set.id] {
		if as[map[string]any](log.members["applied"])["at"] == nil {
			log.members["applied"] = map[string]any{"at": at.Format(stamp), "by": by.info(), "changesetId": set.id}
		}
	}
}

// settleZero ends what is due by now: changesets and certificates.
func (s *Server) settleZero() {
	for len(s.waiting) > 0 {
		i := slices.IndexFunc(s.waiting, func(w applying) bool { return !s.now().Before(w.due) })
		if i < 0 {
			break
		}
		w := s.waiting[i]
		s.waiting = slices.Delete(s.waiting, i, i+1)
		if s.switches.ApplyFails == "" {
			s.applied(w.set, w.by, string(s.switches.AppliedAs), w.due)
			continue
		}
		w.set.members["status"], w.set.members["failureMessage"], w.set.updated = statusFailed, s.switches.ApplyFails, w.due
		next := s.open(s.record("clusters", w.set.clusterID))
		s.landed[next.id] = append(slices.Clone(s.landed[w.set.id]), s.landed[next.id]...)
	}
	s.certify()
}

// applyChangeset sends a pending changeset on its way; by default it arrives at
// once.
func applyChangeset(c *call) reply {
	if p := c.maySee(); p != nil {
		return c.refuse(p)
	}
	set, p := c.own("changesets", c.path["changesetId"])
	if p == nil {
		p = c.mayWrite()
	}
	if p == nil && set.members["status"] != statusPending {
		p = &problem{c.s.switches.ApplyRefusedStatus, "the changeset is " + text(set.members, "status") + ", not pending"}
	}
	if p != nil {
		return c.refuse(p)
	}
	set.members["status"], set.updated = statusApplying, c.s.now()
	c.s.changes[set.clusterID].pending = nil
	c.s.waiting = append(c.s.waiting, applying{set, c.user, c.s.now().Add(c.s.switches.ApplyDelay)})
	c.s.wrote(c.user, updated, set)
	c.s.settleZero()
	return reply{status: http.StatusOK, body: set.flat()}
}

// listChangesets answers oldest first without orderBy.
func listChangesets(c *call) reply {
	query := c.r.URL.Query()
	status, clusterID := query.Get("status"), query.Get("clusterId")
	if p := c.maySee(); p != nil {
		return c.refuse(p)
	}
	if clusterID != "" {
		if _, p := c.own("clusters", clusterID); p != nil {
			return c.refuse(p)
		}
	}
	var found []*record
	for _, r := range c.s.records["changesets"] {
		if r.organizationID == c.organID && (status == "" || r.members["status"] == status) && (clusterID == "" || r.clusterID == clusterID) {
			found = append(found, r)
		}
	}
	found, p := c.chosen(found, func(r *record, name string) any {
		switch name {
		case "id":
			return r.id
		case "createdAt":
			return r.created
		case "updatedAt":
			return r.updated
		case "cluster":
			return c.s.namespaceName(r)
		}
		return text(r.members, name)
	})
	if p != nil {
		return c.refuse(p)
	}
	return listed(found, (*record).flat)
}

// compareChangesets answers what changed after the first changeset up to the
// second, by default after the one applied last up to the pending one. Without
// a pending one nothing has changed since.
func compareChangesets(c *call) reply {
	query := c.r.URL.Query()
	cluster, p := c.clusterWith(query.Get("clusterId"))
	if p != nil {
		return c.refuse(p)
	}
	row := c.s.changes[cluster.id]
	start, end := row.last, row.pending
	if end == nil {
		end = start
	}
	for name, into := range map[string]**record{"firstId": &start, "secondId": &end} {
		if id := query.Get(name); id != "" {
			if *into, p = c.own("changesets", id); p == nil && (*into).clusterID != cluster.id {
				p = unfit("query parameter %s: a changeset of another cluster", name)
			}
			if p != nil {
				return c.refuse(p)
			}
		}
	}
	all := c.s.records["changesets"]
	first, second := slices.Index(all, start), slices.Index(all, end)
	if first > second {
		return c.refuse(unfit("query parameter secondId: the older one of the two"))
	}
	return reply{status: http.StatusOK, body: map[string]any{
		"startChangeset": start.flat(), "endChangeset": end.flat(),
		"entities": c.s.changedBetween(cluster, all[first+1:second+1]),
	}}
}

// changedBetween groups the changes in the changesets of a cluster by what was
// changed, in the order of the first change.
func (s *Server) changedBetween(cluster *record, sets []*record) []any {
	var order []string
	logs := map[string][]any{}
	seen := map[*record]bool{}
	for _, set := range sets {
		if set.clusterID != cluster.id {
			continue
		}
		for _, log := range s.landed[set.id] {
			if seen[log] {
				continue // a failed changeset left it to a later one
			}
			seen[log] = true
			id := text(as[map[string]any](log.members["entity"]), "id")
			if logs[id] == nil {
				order = append(order, id)
			}
			logs[id] = append(logs[id], log.flat())
		}
	}
	entities := []any{}
	for _, id := range order {
		entities = append(entities, logs[id])
	}
	return entities
}
