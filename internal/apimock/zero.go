package apimock

import (
	"net/http"
	"slices"
	"sync"
)

// zeroHandlers answer by operation ID; what is missing here answers 501.
var zeroHandlers = sync.OnceValue(func() map[string]func(*call) reply {
	handlers := map[string]func(*call) reply{
		"getIdToken":        getIDToken,
		"listOrganizations": listOrganizations,
		"getOrganization":   getOrganization,
		"listNamespaces":    listNamespaces,
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

// organization is the organization as this caller sees it. The quotas are the
// published ones of a personal account (pomerium-zero.md 6).
func (s *Server) organization(r *record, role string) map[string]any {
	m := r.flat()
	m["joinedAt"], m["role"] = m["createdAt"], organizationRole(role)
	m["quotas"] = map[string]any{
		"administrators": 1, "apiUsers": 2, "certificates": 10, "clusters": 1, "customDomains": 1,
		"hostedClusters": 1, "policies": 5, "replicas": 3, "routes": 10, "serviceAccounts": 2,
	}
	return m
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
