package apimock

import (
	"fmt"
	"net/http"
	"slices"
)

// This file is what happens behind the client's back: another person at the
// console (ConsoleUserID) makes, changes and removes objects. What a
// person does to Pomerium Zero lands in changesets and in the activity log like
// what the client does.

// EditObject changes an object behind Terraform's back and moves updatedAt. It
// panics if the object is gone or the result is nothing the service could hold.
// Changes to id, createdAt, updatedAt and a clusterId that is no member are
// ignored. A cluster has the computed members that drift as well, and its
// namespace takes its name.
func (s *Server) EditObject(kind, id string, edit func(map[string]any)) {
	members := s.membersOf(kind, id)
	edit(members) // without the lock: it may call the server
	members = normal(members)
	s.mu.Lock()
	defer s.mu.Unlock()
	r := s.mustKnow(kind, id)
	computed := []string{"id", "createdAt", "updatedAt"}
	if r.clusterID != "" {
		computed = append(computed, "clusterId")
	}
	for _, name := range computed {
		delete(members, name)
	}
	s.mustBe(kind, r.organizationID, r, members)
	if k := zdxKindOf(kind); k != nil {
		s.mustFit(k, members)
	}
	s.rewrite(s.console, r, members)
}

// membersOf copies an object's members.
func (s *Server) membersOf(kind, id string) map[string]any {
	s.mu.Lock()
	defer s.mu.Unlock()
	return as[map[string]any](clone(s.mustKnow(kind, id).members))
}

// mustBe panics unless Pomerium Zero could hold these members. self is nil for
// a new object.
func (s *Server) mustBe(kind, organizationID string, self *record, members map[string]any) {
	if k := collectionOf(kind); k != nil {
		s.mustAccept(k, organizationID, self, members)
	}
	if k := loneKindOf(kind); k != nil {
		k.must(s, organizationID, self, members)
	}
}

// RemoveObject deletes an object behind Terraform's back: a policy leaves the
// routes it was assigned to, a key pair what names it, a custom domain takes its
// certificate along, and a cluster (or its namespace) everything in it.
func (s *Server) RemoveObject(kind, id string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if kind == "apiUsers" {
		s.removePerson(id)
		return
	}
	r := s.mustKnow(kind, id)
	if kind == "settings" {
		panic("apimock: settings live and die with their cluster")
	}
	if cluster := s.record("clusters", id); kind == "namespaces" && cluster != nil {
		r = cluster
	}
	s.wrote(s.console, deleted, r)
	if r.kind == "clusters" {
		s.removeCluster(r)
		return
	}
	s.forget(r)
}

// forget removes an object and every mention of it.
func (s *Server) forget(r *record) {
	s.remove(r)
	switch r.kind {
	case "policies":
		s.unassign(r.id)
	case "customDomains":
		if pair := s.record("keyPairs", text(r.members, "keyPairId")); pair != nil {
			s.forget(pair)
		}
	case "keyPairs":
		for _, user := range slices.Concat(s.records["routes"], s.records["settings"]) {
			for _, name := range keyPairMembers {
				if text(user.members, name) == r.id {
					delete(user.members, name)
					user.updated = s.now()
				}
			}
		}
	}
}

// unassign takes a policy from the routes that it is assigned to.
func (s *Server) unassign(policyID string) {
	for _, route := range s.records["routes"] {
		ids := texts(route.members["policyIds"])
		kept := slices.DeleteFunc(slices.Clone(ids), func(other string) bool { return other == policyID })
		if len(kept) < len(ids) {
			route.members["policyIds"], route.updated = anys(kept), s.now()
		}
	}
}

// CreateObject makes an object as if from the console and returns its ID.
// Required booleans, lists, texts and policies that properties lacks are false
// and empty, namespaceId is the root namespace, clusterId the organization's
// first cluster; a cluster's domain is minted. An object of ZDX belongs to no
// organization; its ID may be among the properties, or is the next number. It
// panics on what the service would refuse.
func (s *Server) CreateObject(kind, organizationID string, properties map[string]any) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	if k := zdxKindOf(kind); k != nil {
		return s.create(k, normal(properties)).id
	}
	s.mustKnow("organizations", organizationID)
	members := normal(properties)
	var r *record
	if k := collectionOf(kind); k != nil {
		if members["namespaceId"] == nil {
			members["namespaceId"] = s.rootNamespace(organizationID)
		}
		k.fillRequired(members)
		s.mustAccept(k, organizationID, nil, members)
		r = s.add(kind, organizationID, members)
	} else if k := loneKindOf(kind); k != nil && k.make != nil {
		r = k.make(s, organizationID, members)
	} else {
		panic(fmt.Sprintf("apimock: CreateObject does not make %s", kind))
	}
	s.wrote(s.console, created, r)
	return r.id
}

// loneKind is a kind of Pomerium Zero object that is no collection, as EditObject
// and CreateObject need it.
type loneKind struct {
	kind   string
	schema string // of the contract, that the object must fit as answered
	view   func(s *Server, r *record) map[string]any
	// check refuses members that fit the contract and still can't be.
	check func(s *Server, organizationID string, self *record, members map[string]any) *problem
	// make makes one from a test's members. Nil = it comes with another object.
	make func(s *Server, organizationID string, members map[string]any) *record
}

func loneKinds() []*loneKind {
	return []*loneKind{clusters(), settings(), serviceAccounts(), customDomains(), invitations()}
}

func loneKindOf(kind string) *loneKind {
	for _, k := range loneKinds() {
		if k.kind == kind {
			return k
		}
	}
	return nil
}

// must panics where the service could not hold these members.
func (k *loneKind) must(s *Server, organizationID string, self *record, members map[string]any) {
	whole := record{kind: k.kind, organizationID: organizationID, members: members}
	if self != nil {
		whole = *self
		whole.members = members
	}
	if err := s.fits(zeroSchema(k.schema), k.view(s, &whole)); err != nil {
		panic("apimock: " + k.kind + " " + err.Error())
	}
	if p := k.check(s, organizationID, self, members); p != nil {
		panic("apimock: " + k.kind + " " + p.text)
	}
}

// firstCluster is the cluster that CreateObject means by default.
func (s *Server) firstCluster(organizationID string) string {
	for _, r := range s.records["clusters"] {
		if r.organizationID == organizationID {
			return r.id
		}
	}
	panic("apimock: the organization has no cluster")
}

// cluster is the cluster of the path, or the problem with it.
func (c *call) cluster() (*record, *problem) { return c.clusterWith(c.path["clusterId"]) }

func (c *call) clusterWith(id string) (*record, *problem) {
	if p := c.maySee(); p != nil {
		return nil, p
	}
	return c.own("clusters", id)
}

// own is an object of the organization, or what answers for one that is not.
func (c *call) own(kind, id string) (*record, *problem) {
	if r := c.s.record(kind, id); r != nil && r.organizationID == c.organID {
		return r, nil
	}
	return nil, c.s.missing()
}

// either is the first problem.
func either(problems ...*problem) *problem {
	for _, p := range problems {
		if p != nil {
			return p
		}
	}
	return nil
}

// unfit is a 400.
func unfit(text string, arguments ...any) *problem {
	return &problem{http.StatusBadRequest, fmt.Sprintf(text, arguments...)}
}
