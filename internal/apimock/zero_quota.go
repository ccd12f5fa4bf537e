package apimock

import (
	"maps"
	"net/http"
	"slices"
)

// quotaLimits are the published limits of a personal and of a professional
// organization (pomerium-zero.md 6). Those for hosted clusters are not
// published: as many as clusters.
func quotaLimits(organization *record) map[string]any {
	if text(organization.members, "organizationType") == "professional" {
		return map[string]any{
			"administrators": 20, "apiUsers": 1000, "certificates": 100, "clusters": 5, "customDomains": 5,
			"hostedClusters": 5, "policies": 100, "replicas": 5, "routes": 100, "serviceAccounts": 20,
		}
	}
	return map[string]any{
		"administrators": 1, "apiUsers": 2, "certificates": 10, "clusters": 1, "customDomains": 1,
		"hostedClusters": 1, "policies": 5, "replicas": 3, "routes": 10, "serviceAccounts": 2,
	}
}

// quotaCounts counts an organization's objects: all of them, or those of a
// namespace and of the namespaces below it.
func (s *Server) quotaCounts(organizationID, namespaceID string) map[string]any {
	counted := func(kind string, wanted func(*record) bool) int {
		n := 0
		for _, r := range s.records[kind] {
			if r.organizationID == organizationID && wanted(r) && (namespaceID == "" || slices.Contains(s.above(s.home(r)), namespaceID)) {
				n++
			}
		}
		return n
	}
	every := func(*record) bool { return true }
	counts := map[string]any{
		"certificates": counted("keyPairs", func(r *record) bool { return s.domainOf(r) == nil }),
		"clusters":     counted("clusters", every), "customDomains": counted("customDomains", every),
		"hostedClusters": counted("clusters", func(r *record) bool { return r.members["flavor"] == "hosted" }),
		"policies":       counted("policies", every), "replicas": counted("clusters", running),
		"routes": counted("routes", every), "serviceAccounts": counted("serviceAccounts", every),
	}
	maps.Copy(counts, s.userCounts(organizationID))
	return counts
}

func (s *Server) userCounts(organizationID string) map[string]any {
	administrators, apiUsers := 0, 0
	for _, user := range s.people {
		role := user.roles[organizationID]
		if user.person && (role == "owner" || role == "admin") {
			administrators++
		}
		if !user.person && role != "" {
			apiUsers++
		}
	}
	return map[string]any{"administrators": administrators, "apiUsers": apiUsers}
}

// overQuota refuses one more of what a member of Quotas counts, where the switch
// wants quotas.
func (s *Server) overQuota(organizationID, counter string) *problem {
	if !s.switches.EnforceQuotas {
		return nil
	}
	limit := as[int](quotaLimits(s.record("organizations", organizationID))[counter])
	if as[int](s.quotaCounts(organizationID, "")[counter]) < limit {
		return nil
	}
	return &problem{s.switches.QuotaStatus, "the quota of " + counter + " is used up"}
}

func getQuotas(c *call) reply {
	if p := c.maySee(); p != nil {
		return c.refuse(p)
	}
	home := c.r.URL.Query().Get("namespaceId")
	if home != "" && c.s.namespace(c.organID, home) == nil {
		return c.refuse(c.s.missing())
	}
	return reply{status: http.StatusOK, body: map[string]any{
		"limits": quotaLimits(c.s.record("organizations", c.organID)), "counts": c.s.quotaCounts(c.organID, home),
	}}
}
