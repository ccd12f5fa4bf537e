package apimock

import (
	"crypto/rand"
	"fmt"
	"maps"
	"math/big"
	"net/http"
	"net/netip"
	"slices"
)

// clusters hold what can be written (name, domain, flavor, the override) and
// what drifts by itself (onboardingStatus, componentVersions, …), so that a test
// can let it drift (pomerium-zero.md 6).
func clusters() *loneKind {
	return &loneKind{
		kind: "clusters", schema: "Cluster", view: viewCluster, check: checkCluster,
		make: func(s *Server, organizationID string, members map[string]any) *record {
			if members["domain"] == nil {
				members["domain"] = s.mintDomain()
			}
			clusters().must(s, organizationID, nil, withDrift(clone(members)))
			return s.addCluster(organizationID, s.rootNamespace(organizationID), members)
		},
	}
}

// driftMembers are computed members that the mock keeps with the cluster.
var driftMembers = []string{
	"autoDetectIpAddress", "componentVersions", "hasFailingHealthChecks", "importStatus", "minReplicaVersion", "onboardingStatus",
}

// withDrift fills what a cluster has before it ran for the first time, and the
// flavor, which is standard by default.
func withDrift(members any) map[string]any {
	whole := map[string]any{
		"flavor": "standard", "componentVersions": map[string]any{}, "hasFailingHealthChecks": false, "onboardingStatus": "in_progress",
	}
	maps.Copy(whole, as[map[string]any](members))
	return whole
}

func viewCluster(_ *Server, r *record) map[string]any {
	m := r.flat()
	m["namespaceId"], m["fqdn"] = r.id, text(r.members, "domain")+".pomerium.app"
	return m
}

// checkCluster refuses a taken name, what is no address, and a domain that is
// not a minted label or in use. That a chosen domain is refused was observed
// (pomerium-zero.md 6); that the name is unique is inferred.
func checkCluster(s *Server, organizationID string, self *record, members map[string]any) *problem {
	name, domain := text(members, "name"), text(members, "domain")
	if name == "" {
		return unfit("/name: must not be empty")
	}
	if address := text(members, "manualOverrideIpAddress"); address != "" {
		if _, err := netip.ParseAddr(address); err != nil {
			return unfit("/manualOverrideIpAddress: %q is no IP address", address)
		}
	}
	switch fresh := s.minted[domain]; {
	case self == nil && !fresh:
		return unfit("/domain: %q is not from generateSubdomainName, or in use", domain)
	case self != nil && domain != text(self.members, "domain"):
		return unfit("/domain: can't change")
	}
	for _, other := range s.records["clusters"] {
		if other != self && other.organizationID == organizationID && text(other.members, "name") == name {
			return &problem{s.switches.TakenNameStatus, fmt.Sprintf("/name: %q is taken in the organization", name)}
		}
	}
	return nil
}

// addCluster makes a cluster with what belongs to it: a namespace with the same
// ID (pomerium-zero.md 2), settings, and a first changeset, which is current.
func (s *Server) addCluster(organizationID, parentID string, members map[string]any) *record {
	space := s.add("namespaces", organizationID, map[string]any{"name": members["name"], "type": "cluster"})
	if parentID != "" {
		space.members["parentId"] = parentID
	}
	r := s.add("clusters", organizationID, withDrift(members))
	r.id = space.id
	s.minted[text(members, "domain")] = false
	own := s.add("settings", organizationID, defaultSettings())
	own.clusterID = r.id
	s.checked[r.id] = s.now()
	s.firstChangeset(r)
	return r
}

// removeCluster removes a cluster, its namespace and everything in it.
func (s *Server) removeCluster(cluster *record) {
	inside := func(namespaceID string) bool { return slices.Contains(s.above(namespaceID), cluster.id) }
	var gone []*record
	for _, kind := range []string{"routes", "policies", "keyPairs", "customDomains", "serviceAccounts", "settings", "changesets"} {
		for _, r := range s.records[kind] {
			if r.clusterID == cluster.id || r.members["clusterId"] == cluster.id || inside(text(r.members, "namespaceId")) {
				gone = append(gone, r)
			}
		}
	}
	for _, r := range s.records["namespaces"] {
		if inside(r.id) {
			gone = append(gone, r)
		}
	}
	for _, r := range append(gone, cluster) {
		s.forget(r)
	}
	delete(s.changes, cluster.id)
	s.waiting = slices.DeleteFunc(s.waiting, func(w applying) bool { return w.set.clusterID == cluster.id })
}

func listClusters(c *call) reply {
	if p := c.maySee(); p != nil {
		return c.refuse(p)
	}
	var found []*record
	for _, r := range c.s.records["clusters"] {
		if r.organizationID == c.organID {
			found = append(found, r)
		}
	}
	return listed(found, func(r *record) map[string]any { return viewCluster(c.s, r) })
}

func getCluster(c *call) reply {
	r, p := c.cluster()
	if p != nil {
		return c.refuse(p)
	}
	return reply{status: http.StatusOK, body: viewCluster(c.s, r)}
}

// createCluster answers the cluster token, once (pomerium-zero.md 6). A cluster
// acts at once: no changeset holds it back.
func createCluster(c *call) reply {
	members := c.s.stored(zeroSchema("CreateClusterRequest"), c.body)
	p := c.mayWrite()
	if p == nil {
		p = either(checkCluster(c.s, c.organID, nil, members), c.s.overQuota(c.organID, "clusters"))
	}
	if p == nil && members["flavor"] == "hosted" {
		p = c.s.overQuota(c.organID, "hostedClusters")
	}
	if p != nil {
		return c.refuse(p)
	}
	r := c.s.addCluster(c.organID, c.s.rootNamespace(c.organID), members)
	c.s.wrote(c.user, created, r)
	return reply{status: http.StatusCreated, body: c.s.clusterWithToken(r)}
}

// clusterWithToken is a cluster as its creation answers it.
func (s *Server) clusterWithToken(r *record) map[string]any {
	m := viewCluster(s, r)
	m["refreshToken"] = s.clusterToken()
	return m
}

// clusterToken mints a cluster token. It is a secret and no API user token.
func (s *Server) clusterToken() string {
	token := randomSecret()
	s.secrets = append(s.secrets, token)
	return token
}

// updateCluster replaces: without an address the override is cleared, without a
// flavor it is standard. The domain stays, the namespace takes the name.
func updateCluster(c *call) reply {
	r, p := c.cluster()
	if p == nil {
		p = c.mayWrite()
	}
	if p != nil {
		return c.refuse(p)
	}
	members := c.s.stored(zeroSchema("UpdateClusterRequest"), c.body)
	for _, name := range append(driftMembers, "domain") {
		if value, ok := r.members[name]; ok {
			members[name] = clone(value)
		}
	}
	members = withDrift(members)
	if p := checkCluster(c.s, c.organID, r, members); p != nil {
		return c.refuse(p)
	}
	c.s.rewrite(c.user, r, members)
	return reply{status: http.StatusOK, body: viewCluster(c.s, r)}
}

func deleteCluster(c *call) reply {
	r, p := c.cluster()
	if p == nil {
		p = c.mayWrite()
	}
	if p != nil {
		return c.refuse(p)
	}
	c.s.wrote(c.user, deleted, r)
	c.s.removeCluster(r)
	return reply{status: http.StatusNoContent}
}

// rotateClusterToken kills the old token, which stops the cluster until it has
// the new one (pomerium-zero.md 6); the mock's clusters do not sign in.
func rotateClusterToken(c *call) reply {
	_, p := c.cluster()
	if p == nil {
		p = c.mayWrite()
	}
	if p != nil {
		return c.refuse(p)
	}
	return reply{status: http.StatusOK, body: map[string]any{"refreshToken": c.s.clusterToken()}}
}

func generateSubdomainName(c *call) reply {
	return reply{status: http.StatusOK, body: map[string]any{"name": c.s.mintDomain()}}
}

// mintDomain makes up a label and remembers it as good for one cluster.
func (s *Server) mintDomain() string {
	adjectives := []string{"amber", "brisk", "calm", "deep", "eager", "fresh", "green", "hidden", "light", "quiet"}
	nouns := []string{"bay", "cliff", "dune", "field", "grove", "harbor", "lake", "meadow", "river", "valley"}
	for {
		label := fmt.Sprintf("%s-%s-%04d", adjectives[pick(len(adjectives))], nouns[pick(len(nouns))], pick(10000))
		if _, known := s.minted[label]; !known {
			s.minted[label] = true
			return label
		}
	}
}

func pick(below int) int {
	n, err := rand.Int(rand.Reader, big.NewInt(int64(below)))
	if err != nil {
		panic("apimock: " + err.Error())
	}
	return int(n.Int64())
}
