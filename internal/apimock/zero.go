package apimock

import (
	"net/http"
	"slices"
	"sync"
)

// zeroHandlers answer by operation ID; what is missing here answers 501.
var zeroHandlers = sync.OnceValue(func() map[string]func(*call) reply {
	handlers := map[string]func(*call) reply{
		"getIdToken":           getIDToken,
		"listOrganizations":    listOrganizations,
		"getOrganization":      getOrganization,
		"createOrganization":   createOrganization,
		"updateOrganization":   updateOrganization,
		"deleteOrganization":   deleteOrganization,
		"listNamespaces":       listNamespaces,
		"getQuotas":            getQuotas,
		"listFeatureFlags":     listFeatureFlags,
		"listDefaultTemplates": listDefaultTemplates,
		"getVersion":           getVersion,

		"listOrganizationInvites":    listInvitations,
		"createOrganizationInvite":   createInvitations,
		"deleteOrganizationInvite":   deleteInvitation,
		"listUsersInOrganization":    listUsers,
		"createApiAccessUser":        createAPIUser,
		"removeUserFromOrganization": removeUser,
		"renewApiUserRefreshToken":   renewRefreshToken,

		"listClusters":          listClusters,
		"createCluster":         createCluster,
		"getCluster":            getCluster,
		"updateCluster":         updateCluster,
		"deleteCluster":         deleteCluster,
		"rotateClusterToken":    rotateClusterToken,
		"generateSubdomainName": generateSubdomainName,
		"getClusterHealth":      getClusterHealth,
		"runHealthChecks":       runHealthChecks,
		"pingCluster":           pingCluster,
		"listClusterReplicas":   listClusterReplicas,

		"getSettings":                   getSettings,
		"updateSettings":                updateSettings,
		"patchSettings":                 patchSettings,
		"checkIdentityProviderSettings": checkIdentityProviderSettings,

		"listChangesets":    listChangesets,
		"compareChangesets": compareChangesets,
		"applyChangeset":    applyChangeset,
		"listActivityLogs":  listActivityLogs,

		"listServiceAccounts":    listServiceAccounts,
		"createServiceAccount":   createServiceAccount,
		"getServiceAccount":      getServiceAccount,
		"patchServiceAccount":    patchServiceAccount,
		"deleteServiceAccount":   deleteServiceAccount,
		"getServiceAccountToken": getServiceAccountToken,

		"listCustomDomains":    listCustomDomains,
		"addCustomDomain":      addCustomDomain,
		"deleteCustomDomain":   deleteCustomDomain,
		"retryCustomDomain":    retryCustomDomain,
		"getRouteCertificates": getRouteCertificates,
	}
	for _, k := range collections() {
		handlers["list"+k.many] = k.list
		handlers["create"+k.one] = k.create
		handlers["get"+k.one] = k.get
		handlers["update"+k.one] = k.update
		handlers["patch"+k.one] = k.patch
		handlers["delete"+k.one] = k.delete
	}
	return handlers
})

// serveZero checks the token, the contract and the organization, in this
// order, and lets the operation answer.
func (s *Server) serveZero(c *call) reply {
	if !c.op.open() {
		found, p := s.bearer(c.r, s.zero)
		if p != nil {
			return c.refuse(p)
		}
		c.user = found.user
	}
	if p := c.check(); p != nil {
		return c.refuse(p)
	}
	if id, ok := c.path["organizationId"]; ok {
		if c.user.roles[id] == "" || s.record("organizations", id) == nil {
			return c.refuse(s.missing())
		}
		c.organID = id
	}
	s.settleZero()
	handler := zeroHandlers()[c.op.id]
	if handler == nil {
		return c.refuse(notYet(c))
	}
	answer := handler(c)
	if answer.status < 300 && answer.body != nil {
		s.dress(c.op.answerSchema(answer.status), &answer)
	}
	return answer
}

func notYet(c *call) *problem {
	return &problem{http.StatusNotImplemented, "the mock does not do " + c.op.id + " yet"}
}

func listNamespaces(c *call) reply {
	list := []any{}
	role := namespaceRole(c.user.roles[c.organID])
	for _, r := range c.s.records["namespaces"] {
		if r.organizationID == c.organID && role != "member" {
			m := r.flat()
			m["role"] = role
			list = append(list, m)
		}
	}
	return reply{status: http.StatusOK, body: list}
}

// namespace finds a namespace of the organization; nil if there is none.
func (s *Server) namespace(organizationID, id string) *record {
	if r := s.record("namespaces", id); r != nil && r.organizationID == organizationID {
		return r
	}
	return nil
}

// above lists a namespace and those it lies in, nearest first.
func (s *Server) above(id string) []string {
	var chain []string
	for id != "" && !slices.Contains(chain, id) {
		chain = append(chain, id)
		r := s.record("namespaces", id)
		if r == nil {
			break
		}
		id = text(r.members, "parentId")
	}
	return chain
}
