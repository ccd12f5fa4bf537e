package apimock

import (
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
)

// routes live in a namespace and refer to policies and key pairs
// (pomerium-zero.md 4).
func routes() *collection {
	return &collection{
		kind: "routes", one: "Route", many: "Routes", idName: "routeId", quota: "routes",
		check: checkRoute,
		computed: func(s *Server, r *record) map[string]any {
			enforced := s.policiesOver(r)
			ids := []any{}
			for _, p := range enforced {
				ids = append(ids, p.id)
			}
			return map[string]any{
				"policies":         entities(s.policiesOf(r)),
				"enforcedPolicies": entities(enforced), "enforcedPolicyIds": ids,
			}
		},
		sorting: map[string]func(*Server, *record) any{
			"assigned":  func(s *Server, r *record) any { return count(len(s.policiesOf(r))) },
			"inherited": func(s *Server, r *record) any { return count(len(s.policiesOver(r))) },
			"to":        func(_ *Server, r *record) any { return strings.Join(texts(r.members["to"]), ",") },
		},
	}
}

// policiesOf are the policies assigned to a route.
func (s *Server) policiesOf(route *record) []*record {
	var found []*record
	for _, id := range texts(route.members["policyIds"]) {
		if p := s.record("policies", id); p != nil {
			found = append(found, p)
		}
	}
	return found
}

// policiesOver are the enforced policies that reach a route.
func (s *Server) policiesOver(route *record) []*record {
	var found []*record
	for _, p := range s.records["policies"] {
		if s.enforces(p, route) {
			found = append(found, p)
		}
	}
	return found
}

// checkRoute refuses the combinations of section 4.1 that the contract can't
// express. The service may be more lenient; a request that needs it to be is
// one that the reference calls wrong.
func checkRoute(s *Server, organizationID string, members map[string]any) *problem {
	for _, err := range []error{
		checkDestination(members),
		checkFrom(text(members, "from")),
		checkTo(texts(members["to"])),
		atMostOne(members, "path", "prefix", "regex"),
		atMostOne(members, "prefixRewrite", "regexRewritePattern"),
		atMostOne(members, "hostRewrite", "hostRewriteHeader", "hostPathRegexRewritePattern"),
		needs(members, "regexPriorityOrder", "regex"),
		needs(members, "regexRewriteSubstitution", "regexRewritePattern"),
		needs(members, "hostPathRegexRewriteSubstitution", "hostPathRegexRewritePattern"),
		checkRegularExpressions(members),
		checkDurations(members),
		checkRedirect(members),
		s.checkReferences(organizationID, members),
	} {
		if err != nil {
			return &problem{http.StatusBadRequest, err.Error()}
		}
	}
	return nil
}

func checkDestination(members map[string]any) error {
	var given []string
	if len(texts(members["to"])) > 0 {
		given = append(given, "to")
	}
	for _, name := range []string{"redirect", "response"} {
		if members[name] != nil {
			given = append(given, name)
		}
	}
	if len(given) != 1 {
		return fmt.Errorf("exactly one of to (not empty), redirect and response is needed, not %q", given)
	}
	return nil
}

func checkFrom(from string) error {
	u, err := url.Parse(from)
	if err != nil || u.Host == "" || u.User != nil || u.RawQuery != "" || u.Fragment != "" {
		return fmt.Errorf("/from: needs a scheme and a host and nothing else")
	}
	proxied := u.Scheme == "tcp+https" || u.Scheme == "udp+https"
	if !proxied && u.Scheme != "https" && u.Scheme != "ssh" {
		return fmt.Errorf("/from: scheme %q is not https, tcp+https, udp+https or ssh", u.Scheme)
	}
	if u.Path != "" && u.Path != "/" && !proxied {
		return fmt.Errorf("/from: only tcp+https and udp+https carry a path")
	}
	return nil
}

// loneSchemes are the schemes of `to` that don't mix with others.
var loneSchemes = []string{"tcp", "udp", "unix", "https+unix", "http+unix"}

func checkTo(to []string) error {
	weighted := 0
	schemes := map[string]bool{}
	for i, entry := range to {
		target, weight, hasWeight := strings.Cut(entry, ",")
		u, err := url.Parse(target)
		switch {
		case err != nil || (u.Host == "" && u.Path == ""):
			return fmt.Errorf("/to/%d: no URL", i)
		case !slices.Contains([]string{"http", "https", "h2c", "ssh"}, u.Scheme) && !slices.Contains(loneSchemes, u.Scheme):
			return fmt.Errorf("/to/%d: scheme %q is not known", i, u.Scheme)
		}
		if n, err := strconv.ParseUint(weight, 10, 32); hasWeight && (err != nil || n == 0) {
			return fmt.Errorf("/to/%d: the weight is no whole number above 0", i)
		}
		if hasWeight {
			weighted++
		}
		schemes[u.Scheme] = true
	}
	if weighted != 0 && weighted != len(to) {
		return fmt.Errorf("/to: weights on all or on none")
	}
	for _, lone := range loneSchemes {
		if schemes[lone] && len(schemes) > 1 {
			return fmt.Errorf("/to: %s does not mix with other schemes", lone)
		}
	}
	return nil
}

func atMostOne(members map[string]any, names ...string) error {
	var given []string
	for _, name := range names {
		if members[name] != nil {
			given = append(given, name)
		}
	}
	if len(given) > 1 {
		return fmt.Errorf("at most one of %q, not %q", names, given)
	}
	return nil
}

func needs(members map[string]any, name, other string) error {
	if members[name] != nil && members[other] == nil {
		return fmt.Errorf("/%s: needs %s", name, other)
	}
	return nil
}

func checkRegularExpressions(members map[string]any) error {
	for _, name := range []string{"regex", "regexRewritePattern", "hostPathRegexRewritePattern"} {
		if _, err := regexp.Compile(text(members, name)); err != nil {
			return fmt.Errorf("/%s: %w", name, err)
		}
	}
	return nil
}

func checkDurations(members map[string]any) error {
	health, _ := members["healthCheck"].(map[string]any)
	for place, value := range map[string]any{
		"/timeout": members["timeout"], "/idleTimeout": members["idleTimeout"],
		"/healthCheck/interval": health["interval"], "/healthCheck/timeout": health["timeout"],
	} {
		if value == nil {
			continue
		}
		if d, err := time.ParseDuration(as[string](value)); err != nil || d < 0 {
			return fmt.Errorf("%s: %q is no duration of Go's form", place, value)
		}
	}
	return nil
}

func checkRedirect(members map[string]any) error {
	redirect, _ := members["redirect"].(map[string]any)
	if code := redirect["responseCode"]; code != nil &&
		!slices.Contains([]string{"301", "302", "303", "307", "308"}, fmt.Sprint(code)) {
		return fmt.Errorf("/redirect/responseCode: %v is not 301, 302, 303, 307 or 308", code)
	}
	return nil
}

// checkReferences refuses unknown and repeated policies, unknown key pairs, and
// what exceeds the five further hosts.
func (s *Server) checkReferences(organizationID string, members map[string]any) error {
	if len(texts(members["dependsOn"])) > 5 {
		return fmt.Errorf("/dependsOn: at most five hosts")
	}
	has := func(id string) bool {
		r := s.record("policies", id)
		return r != nil && r.organizationID == organizationID
	}
	if id := sshPolicy(members); id != "" && !has(id) {
		return fmt.Errorf("/upstreamTunnel/sshPolicyId: the organization has no such policy")
	}
	ids := texts(members["policyIds"])
	for i, id := range ids {
		if !has(id) {
			return fmt.Errorf("/policyIds/%d: the organization has no such policy", i)
		}
		if slices.Contains(ids[:i], id) {
			return fmt.Errorf("/policyIds/%d: given twice", i)
		}
	}
	return s.checkKeyPairs(organizationID, members)
}
