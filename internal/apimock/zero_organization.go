package apimock

import (
	"net/http"
	"slices"
)

func listOrganizations(c *call) reply {
	list := []any{}
	for _, r := range c.s.records["organizations"] {
		if role := c.user.roles[r.id]; role != "" {
			list = append(list, c.s.organization(r, role))
		}
	}
	return c.s.organizationReply(list)
}

func getOrganization(c *call) reply {
	r := c.s.record("organizations", c.organID)
	return c.s.organizationReply(c.s.organization(r, c.user.roles[r.id]))
}

func (s *Server) organizationReply(body any) reply {
	r := reply{status: http.StatusOK, body: body}
	if s.switches.OrganizationAsInGuide {
		r.distort = func(body any) any {
			return withoutFuture(body, []string{"quotas", "readOnly", "logoURL"})
		}
	}
	return r
}

// organization is the organization as this caller sees it.
func (s *Server) organization(r *record, role string) map[string]any {
	m := r.flat()
	m["joinedAt"], m["role"] = m["createdAt"], organizationRole(role)
	m["quotas"] = quotaLimits(r)
	return m
}

// createOrganization makes a professional organization, the personal one being
// made with the account, and its first cluster (pomerium-zero.md 2, 6). The
// namespace in the answer is the root.
func createOrganization(c *call) reply {
	members := c.s.stored(zeroSchema("CreateOrganizationRequest"), c.body)
	if text(members, "name") == "" {
		return c.refuse(unfit("/name: must not be empty"))
	}
	r := c.s.addOrganization(text(members, "name"), "professional", c.user)
	if logo := members["logoURL"]; logo != nil {
		r.members["logoURL"] = logo
	}
	c.s.wrote(c.user, created, r)
	root := c.s.record("namespaces", c.s.rootNamespace(r.id))
	cluster := c.s.addCluster(r.id, root.id, map[string]any{"name": members["name"], "domain": c.s.mintDomain()})
	c.s.wrote(c.user, created, cluster)
	return reply{status: http.StatusCreated, body: map[string]any{
		"organization": c.s.organization(r, "owner"), "namespace": root.flat(), "cluster": c.s.clusterWithToken(cluster),
	}}
}

// updateOrganization replaces name and logo. The owner alone passes the
// organization on, to one of its users, and stays as admin.
func updateOrganization(c *call) reply {
	r := c.s.record("organizations", c.organID)
	members := c.s.stored(zeroSchema("UpdateOrganizationRequest"), c.body)
	p := c.mayManage()
	if p == nil && text(members, "name") == "" {
		p = unfit("/name: must not be empty")
	}
	if heir := text(members, "ownerUserId"); p == nil && heir != "" && heir != text(r.members, "ownerUserId") {
		p = c.passOn(heir)
	}
	if p != nil {
		return c.refuse(p)
	}
	next := as[map[string]any](clone(r.members))
	delete(next, "logoURL")
	for name, value := range members {
		next[name] = value
	}
	c.s.rewrite(c.user, r, next)
	return c.s.organizationReply(c.s.organization(r, c.user.roles[r.id]))
}

// passOn makes another user of the organization its owner.
func (c *call) passOn(heir string) *problem {
	if c.user.roles[c.organID] != "owner" {
		return &problem{http.StatusForbidden, "owner user required"}
	}
	for _, user := range c.s.people {
		if user.id == heir && user.roles[c.organID] != "" {
			c.user.roles[c.organID], user.roles[c.organID] = "admin", "owner"
			return nil
		}
	}
	return unfit("/ownerUserId: the organization has no such user")
}

// deleteOrganization is for the owner. Users who are left without an
// organization stay, so that their tokens go on.
func deleteOrganization(c *call) reply {
	if c.user.roles[c.organID] != "owner" {
		return c.refuse(&problem{http.StatusForbidden, "owner user required"})
	}
	for _, cluster := range slices.Clone(c.s.records["clusters"]) {
		if cluster.organizationID == c.organID {
			c.s.removeCluster(cluster)
		}
	}
	for kind, records := range c.s.records {
		c.s.records[kind] = slices.DeleteFunc(records, func(r *record) bool { return r.organizationID == c.organID })
	}
	c.s.remove(c.s.record("organizations", c.organID))
	for _, user := range c.s.people {
		delete(user.roles, c.organID)
	}
	return reply{status: http.StatusNoContent}
}

// listFeatureFlags answers one flag of each state; their names mean nothing.
func listFeatureFlags(*call) reply {
	return reply{status: http.StatusOK, body: []any{
		map[string]any{"name": "lab-on", "enabled": true}, map[string]any{"name": "lab-off", "enabled": false},
	}}
}

// listDefaultTemplates answers one template: what new settings hold, and what a
// route or policy must have at least.
func listDefaultTemplates(c *call) reply {
	kind := c.path["recordType"]
	properties := defaultSettings()
	for _, k := range []*collection{routes(), policies()} {
		if entityTypes[k.kind] == kind {
			properties = map[string]any{}
			k.fillRequired(properties)
			delete(properties, "namespaceId")
		}
	}
	const since = "2026-01-01T00:00:00.000000Z"
	return reply{status: http.StatusOK, body: []any{map[string]any{
		"id": "default-" + kind, "name": "Default " + kind, "recordType": kind, "defaultProperties": properties,
		"createdAt": since, "updatedAt": since,
	}}}
}

func getVersion(*call) reply {
	return reply{status: http.StatusOK, body: map[string]any{"version": "0.0.0-mock"}}
}
