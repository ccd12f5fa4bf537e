package apimock

import (
	"fmt"
	"maps"
	"net/http"

	"github.com/getkin/kin-openapi/openapi3"
)

// collection describes a kind of Pomerium Zero object that lives in a
// namespace: this is all that a further kind has to say.
type collection struct {
	kind      string // as in Objects and in the path
	one, many string // as in operation IDs: createRoute, listRoutes
	idName    string // the path's parameter
	// check refuses members that fit the contract and still can't be.
	check func(s *Server, organizationID string, members map[string]any) *problem
	// computed are members that only the server sets, id and times excepted.
	computed func(s *Server, r *record) map[string]any
	// users names what forbids the deletion; "" = nothing. Nil = never forbidden.
	users func(s *Server, r *record) string
	// sorting are the fields of orderBy and filter that are not plain members.
	sorting map[string]func(s *Server, r *record) any
	// quota is the member of Quotas that counts the kind.
	quota string
	// nameless objects may go without a name.
	nameless bool
	// hidden is a member that is written and never read, "" if there is none.
	hidden string
	// keep carries over what a PUT does not replace. Nil = it replaces everything.
	keep func(s *Server, before, after map[string]any)
}

// collections are the kinds of object that the mock serves.
func collections() []*collection { return []*collection{routes(), policies(), keyPairs()} }

func collectionOf(kind string) *collection {
	for _, k := range collections() {
		if k.kind == kind {
			return k
		}
	}
	return nil
}

// properties is the schema of the body of create and update.
func (k *collection) properties() *openapi3.SchemaRef {
	return zeroSchema("Create" + k.one + "Request")
}

// zeroSchema is a schema of Pomerium Zero's contract.
func zeroSchema(name string) *openapi3.SchemaRef {
	if schema := operations()[serviceZero][0].spec.Components.Schemas[name]; schema != nil {
		return schema
	}
	panic("apimock: the contract has no " + name)
}

// find returns the object of the path, or the problem with it.
func (k *collection) find(c *call) (*record, *problem) {
	if p := c.maySee(); p != nil {
		return nil, p
	}
	r := c.s.record(k.kind, c.path[k.idName])
	if r == nil || r.organizationID != c.organID {
		return nil, c.s.missing()
	}
	return r, nil
}

func (k *collection) get(c *call) reply {
	r, p := k.find(c)
	if p != nil {
		return c.refuse(p)
	}
	return reply{status: http.StatusOK, body: k.view(c.s, r)}
}

func (k *collection) create(c *call) reply {
	if p := c.mayWrite(); p != nil {
		return c.refuse(p)
	}
	members := c.s.stored(k.properties(), c.body)
	p := c.s.accept(k, c.organID, nil, members)
	if p == nil {
		p = c.s.overQuota(c.organID, k.quota)
	}
	if p != nil {
		return c.refuse(p)
	}
	r := c.s.add(k.kind, c.organID, members)
	c.s.wrote(c.user, created, r)
	return reply{status: http.StatusCreated, body: k.view(c.s, r)}
}

// update replaces the object: a member left out is unset (pomerium-zero.md 4).
func (k *collection) update(c *call) reply {
	r, p := k.find(c)
	if p == nil {
		p = c.mayWrite()
	}
	if p != nil {
		return c.refuse(p)
	}
	members := c.s.stored(k.properties(), c.body)
	if k.keep != nil {
		k.keep(c.s, r.members, members)
	}
	return k.replace(c, r, members)
}

// patch applies a JSON Patch to the members as stored; the result is held
// against the contract like the body of an update.
func (k *collection) patch(c *call) reply {
	r, p := k.find(c)
	if p == nil {
		p = c.mayWrite()
	}
	if p != nil {
		return c.refuse(p)
	}
	members, p := c.patched(r, k.properties())
	if p != nil {
		return c.refuse(p)
	}
	return k.replace(c, r, members)
}

// patched is what the patch of the request makes of an object's members.
func (c *call) patched(r *record, schema *openapi3.SchemaRef) (map[string]any, *problem) {
	members, err := applyPatch(clone(r.members), as[[]any](c.body))
	if err != nil {
		return nil, &problem{http.StatusBadRequest, err.Error()}
	}
	if err := c.s.fits(schema, members); err != nil {
		return nil, &problem{http.StatusBadRequest, "after the patch: " + err.Error()}
	}
	return c.s.stored(schema, members), nil
}

func (k *collection) replace(c *call, r *record, members map[string]any) reply {
	if text(members, "namespaceId") != text(r.members, "namespaceId") {
		return c.refuse(&problem{http.StatusBadRequest, "/namespaceId: an object can't move to another namespace"})
	}
	if p := c.s.accept(k, c.organID, r, members); p != nil {
		return c.refuse(p)
	}
	c.s.rewrite(c.user, r, members)
	return reply{status: http.StatusOK, body: k.view(c.s, r)}
}

func (k *collection) delete(c *call) reply {
	r, p := k.find(c)
	if p == nil {
		p = c.mayWrite()
	}
	if p != nil {
		return c.refuse(p)
	}
	if k.users != nil {
		if by := k.users(c.s, r); by != "" {
			return c.refuse(&problem{c.s.switches.InUseStatus, fmt.Sprintf("%s is in use by %s", text(r.members, "name"), by)})
		}
	}
	c.s.wrote(c.user, deleted, r)
	c.s.remove(r)
	return reply{status: http.StatusNoContent}
}

// view is the object as the contract wants it answered, before the switches.
func (k *collection) view(s *Server, r *record) map[string]any {
	m := r.flat()
	maps.Copy(m, k.computed(s, r))
	delete(m, k.hidden)
	return m
}

// fits holds members against a schema of the contract.
func (s *Server) fits(schema *openapi3.SchemaRef, members any) error {
	known := withoutMembers(members, s.switches.FutureMembers)
	if err := schema.Value.VisitJSON(known, openapi3.VisitAsRequest()); err != nil {
		return fmt.Errorf("%s", schemaProblem(err))
	}
	return closedWorld{}.check(schema, known, "")
}

// accept refuses what the contract allows and the service does not: an unknown
// namespace, an empty or taken name, and what the kind's own check finds.
// self is nil for a new object.
func (s *Server) accept(k *collection, organizationID string, self *record, members map[string]any) *problem {
	if s.namespace(organizationID, text(members, "namespaceId")) == nil {
		return &problem{http.StatusBadRequest, "/namespaceId: the organization has no such namespace"}
	}
	name := text(members, "name")
	if name == "" && !k.nameless {
		return &problem{http.StatusBadRequest, "/name: must not be empty"}
	}
	if p := k.check(s, organizationID, members); p != nil {
		return p
	}
	for _, other := range s.records[k.kind] {
		if name != "" && other != self && text(other.members, "name") == name && other.members["namespaceId"] == members["namespaceId"] {
			return &problem{s.switches.TakenNameStatus, fmt.Sprintf("/name: %q is taken in the namespace", name)}
		}
	}
	return nil
}

// mustAccept panics where a request would be refused: a slip in a test's setup.
func (s *Server) mustAccept(k *collection, organizationID string, self *record, members map[string]any) {
	if err := s.fits(k.properties(), members); err != nil {
		panic("apimock: " + k.kind + " " + err.Error())
	}
	if p := s.accept(k, organizationID, self, members); p != nil {
		panic("apimock: " + k.kind + " " + p.text)
	}
}

// fillRequired adds required members that are missing, with their zero value;
// a policy's is the rule that grants nothing.
func (k *collection) fillRequired(members map[string]any) {
	schema := k.properties().Value
	for _, name := range schema.Required {
		if _, ok := members[name]; ok || name == "name" {
			continue
		}
		switch kind := schema.Properties[name].Value.Type; {
		case kind.Is("boolean"):
			members[name] = false
		case kind.Is("array"):
			members[name] = []any{}
		case kind.Is("string"):
			members[name] = ""
		case name == freeMember:
			members[name] = map[string]any{}
		}
	}
}
