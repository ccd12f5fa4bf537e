package apimock

import (
	"fmt"
	"net/http"
	"regexp"
	"time"
)

// customDomains belong to a cluster and act at once; the certificate comes
// later, or an error does (pomerium-zero.md 6).
func customDomains() *loneKind {
	return &loneKind{
		kind: "customDomains", schema: "CustomDomain",
		view:  func(_ *Server, r *record) map[string]any { return r.flat() },
		check: checkDomain,
		make: func(s *Server, organizationID string, members map[string]any) *record {
			if members["clusterId"] == nil {
				members["clusterId"] = s.firstCluster(organizationID)
			}
			customDomains().must(s, organizationID, nil, members)
			return s.add("customDomains", organizationID, members)
		},
	}
}

// hostname has labels of letters, digits and inner hyphens, two at least. The
// wildcard that a custom domain stands for is not written.
var hostname = regexp.MustCompile(`^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$`)

// checkDomain wants a host name that nobody has yet, in any organization.
func checkDomain(s *Server, organizationID string, self *record, members map[string]any) *problem {
	name := text(members, "domainName")
	if len(name) > 253 || !hostname.MatchString(name) {
		return unfit("/domainName: %q is no host name in lower case", name)
	}
	if r := s.record("clusters", text(members, "clusterId")); r == nil || r.organizationID != organizationID {
		return unfit("/clusterId: the organization has no such cluster")
	}
	for _, other := range s.records["customDomains"] {
		if other != self && text(other.members, "domainName") == name {
			return &problem{s.switches.TakenNameStatus, fmt.Sprintf("/domainName: %q is taken", name)}
		}
	}
	return nil
}

// certificateLife is how long the certificate of a custom domain is good.
const certificateLife = 90 * 24 * time.Hour

// certify gives each custom domain that has waited long enough its key pair, or
// the error that the switch names. An error stays until retryCustomDomain.
func (s *Server) certify() {
	for _, domain := range s.records["customDomains"] {
		m, due := domain.members, domain.updated.Add(s.switches.CertificateDelay)
		if m["keyPairId"] != nil || m["lastError"] != nil || s.now().Before(due) {
			continue
		}
		domain.updated = due
		if s.switches.CertificateError != "" {
			m["lastError"] = s.switches.CertificateError
			continue
		}
		name := text(m, "domainName")
		certificate, key := issueCertificate(due, due.Add(certificateLife), "*."+name, name)
		pair := s.add("keyPairs", domain.organizationID, map[string]any{
			"namespaceId": m["clusterId"], "name": "*." + name, "certificate": certificate, "key": key,
		})
		m["keyPairId"], m["expiresAt"] = pair.id, due.Add(certificateLife).Format(stamp)
	}
}

func listCustomDomains(c *call) reply {
	cluster, p := c.clusterWith(c.r.URL.Query().Get("clusterId"))
	if p != nil {
		return c.refuse(p)
	}
	var found []*record
	for _, r := range c.s.records["customDomains"] {
		if r.members["clusterId"] == cluster.id {
			found = append(found, r)
		}
	}
	return listed(found, (*record).flat)
}

func addCustomDomain(c *call) reply {
	p := c.mayWrite()
	members := c.s.stored(zeroSchema("CreateCustomDomainRequest"), c.body)
	if p == nil {
		p = either(checkDomain(c.s, c.organID, nil, members), c.s.overQuota(c.organID, "customDomains"))
	}
	if p != nil {
		return c.refuse(p)
	}
	r := c.s.add("customDomains", c.organID, members)
	c.s.wrote(c.user, created, r)
	c.s.settleZero()
	return reply{status: http.StatusCreated, body: r.flat()}
}

// domainOfPath is the custom domain of the path, for those who may write.
func (c *call) domainOfPath() (*record, *problem) {
	if p := c.maySee(); p != nil {
		return nil, p
	}
	r, p := c.own("customDomains", c.path["customDomainId"])
	if p == nil {
		p = c.mayWrite()
	}
	return r, p
}

// deleteCustomDomain takes the certificate along.
func deleteCustomDomain(c *call) reply {
	r, p := c.domainOfPath()
	if p != nil {
		return c.refuse(p)
	}
	c.s.wrote(c.user, deleted, r)
	c.s.forget(r)
	return reply{status: http.StatusNoContent}
}

// retryCustomDomain forgets the error and waits for the certificate anew.
func retryCustomDomain(c *call) reply {
	r, p := c.domainOfPath()
	if p != nil {
		return c.refuse(p)
	}
	if r.members["keyPairId"] == nil {
		delete(r.members, "lastError")
		r.updated = c.s.now()
		c.s.settleZero()
	}
	return reply{status: http.StatusNoContent}
}
