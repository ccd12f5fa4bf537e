package apimock

import (
	"net/http"
	"slices"
)

// policies live in a namespace; a policy that a route uses can't be deleted
// (pomerium-zero.md 5).
func policies() *collection {
	return &collection{
		kind: "policies", one: "Policy", many: "Policies", idName: "policyId", quota: "policies",
		check: checkPolicy,
		computed: func(s *Server, r *record) map[string]any {
			computed := map[string]any{"routes": entities(s.routesUsing(r)), "enforcedRoutes": entities(s.routesUnder(r))}
			if s.switches.PPLRewritten {
				computed["ppl"] = rewritePPL(r.members["ppl"])
			}
			return computed
		},
		users: func(s *Server, r *record) string {
			for _, route := range s.records["routes"] {
				if sshPolicy(route.members) == r.id || slices.Contains(texts(route.members["policyIds"]), r.id) {
					return "route " + text(route.members, "name")
				}
			}
			return ""
		},
		sorting: map[string]func(*Server, *record) any{
			"assigned": func(s *Server, r *record) any { return count(len(s.routesUsing(r))) },
			"cluster":  func(s *Server, r *record) any { return s.namespaceName(r) },
		},
	}
}

func checkPolicy(_ *Server, _ string, members map[string]any) *problem {
	if fault := faultOfPPL(members["ppl"]); fault != "" {
		return &problem{http.StatusBadRequest, "/ppl: " + fault}
	}
	return nil
}

// routesUsing are the routes that a policy is assigned to.
func (s *Server) routesUsing(policy *record) []*record {
	var found []*record
	for _, route := range s.records["routes"] {
		if slices.Contains(texts(route.members["policyIds"]), policy.id) {
			found = append(found, route)
		}
	}
	return found
}

// sshPolicy is the policy of a route's reverse tunnel, "" if there is none.
func sshPolicy(route map[string]any) string {
	tunnel, _ := route["upstreamTunnel"].(map[string]any)
	return text(tunnel, "sshPolicyId")
}

// routesUnder are the routes that an enforced policy adds itself to.
func (s *Server) routesUnder(policy *record) []*record {
	var found []*record
	for _, route := range s.records["routes"] {
		if s.enforces(policy, route) {
			found = append(found, route)
		}
	}
	return found
}

// enforces tells whether an enforced policy reaches the route: that it reaches
// namespaces below its own is inferred, hence the switch.
func (s *Server) enforces(policy, route *record) bool {
	if policy.members["enforced"] != true || policy.organizationID != route.organizationID {
		return false
	}
	home := text(policy.members, "namespaceId")
	if s.switches.EnforcedStaysInNamespace {
		return home == text(route.members, "namespaceId")
	}
	return slices.Contains(s.above(text(route.members, "namespaceId")), home)
}

func (s *Server) namespaceName(r *record) string {
	return s.nameOfNamespace(text(r.members, "namespaceId"))
}

func (s *Server) nameOfNamespace(id string) string {
	if n := s.record("namespaces", id); n != nil {
		return text(n.members, "name")
	}
	return ""
}

// entities are objects as others show them: id, name and updatedAt.
func entities(records []*record) []any {
	list := []any{}
	for _, r := range records {
		list = append(list, map[string]any{
			"id": r.id, "name": text(r.members, "name"), "updatedAt": r.updated.Format(stamp),
		})
	}
	return list
}
