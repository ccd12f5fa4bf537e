package apimock

import (
	"maps"
	"net/http"
	"time"
)

// serviceAccounts belong to a cluster and act at once (pomerium-zero.md 6).
// Nothing in them is unique.
func serviceAccounts() *loneKind {
	return &loneKind{
		kind: "serviceAccounts", schema: "ServiceAccount",
		view:  func(_ *Server, r *record) map[string]any { return r.flat() },
		check: func(_ *Server, _ string, _ *record, members map[string]any) *problem { return checkAccount(members) },
		make: func(s *Server, organizationID string, members map[string]any) *record {
			clusterID := text(members, "clusterId")
			delete(members, "clusterId")
			if clusterID == "" {
				clusterID = s.firstCluster(organizationID)
			}
			s.mustKnow("clusters", clusterID)
			serviceAccounts().must(s, organizationID, nil, members)
			return s.addAccount(organizationID, clusterID, members)
		},
	}
}

func checkAccount(members map[string]any) *problem {
	for _, name := range []string{"description", "userId"} {
		if text(members, name) == "" {
			return unfit("/%s: must not be empty", name)
		}
	}
	if sent := text(members, "expiresAt"); sent != "" {
		if _, err := time.Parse(time.RFC3339, sent); err != nil {
			return unfit("/expiresAt: %q is no time of RFC 3339", sent)
		}
	}
	return nil
}

// addAccount makes a service account with its token, which is a secret.
func (s *Server) addAccount(organizationID, clusterID string, members map[string]any) *record {
	r := s.add("serviceAccounts", organizationID, members)
	r.clusterID = clusterID
	claims := map[string]any{"sub": text(members, "userId"), "jti": r.id, "iat": s.now().Unix()}
	if at, err := time.Parse(time.RFC3339, text(members, "expiresAt")); err == nil {
		claims["exp"] = at.Unix()
	}
	s.tokens[r.id] = jwtShaped(claims)
	s.secrets = append(s.secrets, s.tokens[r.id])
	return r
}

// account finds the service account of the path, in the cluster of the path.
func (c *call) account() (*record, *problem) {
	cluster, p := c.cluster()
	if p != nil {
		return nil, p
	}
	r, p := c.own("serviceAccounts", c.path["serviceAccountId"])
	if p == nil && r.clusterID != cluster.id {
		p = c.s.missing()
	}
	return r, p
}

func listServiceAccounts(c *call) reply {
	cluster, p := c.cluster()
	if p != nil {
		return c.refuse(p)
	}
	var found []*record
	for _, r := range c.s.records["serviceAccounts"] {
		if r.clusterID == cluster.id {
			found = append(found, r)
		}
	}
	found, err := c.s.page(found, c.r.URL.Query())
	if err != nil {
		return c.refuse(unfit("%s", err))
	}
	return listed(found, (*record).flat)
}

func createServiceAccount(c *call) reply {
	cluster, p := c.cluster()
	if p == nil {
		p = c.mayWrite()
	}
	members := c.s.stored(zeroSchema("CreateServiceAccountRequest"), c.body)
	if p == nil {
		p = either(checkAccount(members), c.s.overQuota(c.organID, "serviceAccounts"))
	}
	if p != nil {
		return c.refuse(p)
	}
	r := c.s.addAccount(c.organID, cluster.id, members)
	c.s.wrote(c.user, created, r)
	body := map[string]any{"token": c.s.tokens[r.id]}
	maps.Copy(body, r.flat())
	return reply{status: http.StatusCreated, body: body}
}

func getServiceAccount(c *call) reply {
	r, p := c.account()
	if p != nil {
		return c.refuse(p)
	}
	return reply{status: http.StatusOK, body: r.flat()}
}

// patchServiceAccount leaves the token as it was: whether the service mints
// another is not known.
func patchServiceAccount(c *call) reply {
	r, p := c.account()
	if p == nil {
		p = c.mayWrite()
	}
	if p != nil {
		return c.refuse(p)
	}
	members, p := c.patched(r, zeroSchema("CreateServiceAccountRequest"))
	if p == nil {
		p = checkAccount(members)
	}
	if p != nil {
		return c.refuse(p)
	}
	c.s.rewrite(c.user, r, members)
	return reply{status: http.StatusOK, body: r.flat()}
}

func deleteServiceAccount(c *call) reply {
	r, p := c.account()
	if p == nil {
		p = c.mayWrite()
	}
	if p != nil {
		return c.refuse(p)
	}
	c.s.wrote(c.user, deleted, r)
	c.s.remove(r)
	return reply{status: http.StatusNoContent}
}

// getServiceAccountToken reads the token again, as the contract has it, though
// the console shows it once (pomerium-zero.md 6). It is for those who may write.
func getServiceAccountToken(c *call) reply {
	r, p := c.account()
	if p == nil {
		p = c.mayWrite()
	}
	if p != nil {
		return c.refuse(p)
	}
	return reply{status: http.StatusOK, body: map[string]any{"token": c.s.tokens[r.id]}}
}
