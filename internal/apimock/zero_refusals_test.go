package apimock

import (
	"net/http"
	"strings"
	"testing"
)

// health is a complete HTTP health check, changed by pairs.
func health(changes ...any) map[string]any {
	return change(map[string]any{
		"type": "http", "path": "/healthz", "interval": "10s", "timeout": "1s",
		"healthyThreshold": 1, "unhealthyThreshold": 2,
	}, changes)
}

func TestRouteRefusals(t *testing.T) {
	t.Parallel()
	l := zeroLab(t)
	policy := l.create("policies", l.policy())
	for name, c := range map[string]struct {
		body map[string]any
		says string
	}{
		"unknown member":           {l.route("tlsSkipVerfy", true), "/tlsSkipVerfy: the contract has no such member"},
		"computed member":          {l.route("id", "x"), "/id"},
		"nested unknown member":    {l.route("to", nil, "redirect", map[string]any{"hostRedirct": "x"}), "/redirect/hostRedirct"},
		"member of other branch":   {l.route("healthCheck", health("authority", "x")), "/healthCheck/authority"},
		"member of an mcp client":  {l.route("mcp", map[string]any{"client": map[string]any{"x": 1}}), "/mcp/client/x"},
		"both mcp branches":        {l.route("mcp", map[string]any{"client": map[string]any{}, "server": map[string]any{}}), "/mcp"},
		"matcher unknown member":   {l.route("rewriteResponseHeaders", []any{map[string]any{"header": "a", "value": "b", "matcher": map[string]any{"prefix": "", "suffix": ""}}}), "/rewriteResponseHeaders/0/matcher/suffix"},
		"missing required boolean": {l.route("allowSpdy", nil), "allowSpdy"},
		"missing policyIds":        {l.route("policyIds", nil), "policyIds"},
		"wrong type":               {l.route("allowSpdy", "false"), "/allowSpdy"},
		"text for number":          {l.route("healthyPanicThreshold", "50"), "/healthyPanicThreshold"},
		"beyond uint32":            {l.route("circuitBreakerThresholds", map[string]any{"maxRetries": 4294967296}), "/circuitBreakerThresholds/maxRetries"},
		"map value of wrong type":  {l.route("setRequestHeaders", map[string]any{"X": 1}), "/setRequestHeaders/X"},
		"enum outside":             {l.route("loadBalancingPolicy", "ROUND_ROBIN"), "/loadBalancingPolicy"},
		"unknown namespace":        {l.route("namespaceId", "nowhere"), "/namespaceId"},
		"unknown policy":           {l.route("policyIds", []any{"nobody"}), "/policyIds/0"},
		"unknown tunnel policy":    {l.route("upstreamTunnel", map[string]any{"sshPolicyId": "nobody"}), "/upstreamTunnel/sshPolicyId"},
		"policy given twice":       {l.route("policyIds", []any{policy, policy}), "/policyIds/1: given twice"},
		"unknown key pair":         {l.route("tlsClientKeyPairId", "none"), "/tlsClientKeyPairId"},
		"empty name":               {l.route("name", ""), "/name"},
		"no destination":           {l.route("to", nil), "exactly one of to"},
		"empty destination":        {l.route("to", []any{}), "exactly one of to"},
		"two destinations":         {l.route("response", map[string]any{"status": 200, "body": ""}), "exactly one of to"},
		"from http":                {l.route("from", "http://a.example.com"), "/from"},
		"from mcp":                 {l.route("from", "mcp://a.example.com"), "/from"},
		"from without scheme":      {l.route("from", "a.example.com"), "/from"},
		"from with path":           {l.route("from", "https://a.example.com/x"), "/from"},
		"from with query":          {l.route("from", "https://a.example.com?x=1"), "/from"},
		"path and prefix":          {l.route("path", "/a", "prefix", "/b"), "at most one of"},
		"two host rewrites":        {l.route("hostRewrite", "a", "hostRewriteHeader", "b"), "at most one of"},
		"substitution alone":       {l.route("regexRewriteSubstitution", "b"), "regexRewritePattern"},
		"priority without regex":   {l.route("regexPriorityOrder", 1), "/regexPriorityOrder"},
		"regex outside RE2":        {l.route("regex", "(?=a)"), "/regex"},
		"duration without unit":    {l.route("timeout", "30"), "/timeout"},
		"negative duration":        {l.route("idleTimeout", "-1s"), "/idleTimeout"},
		"nested duration":          {l.route("healthCheck", health("interval", "soon")), "/healthCheck/interval"},
		"redirect code":            {l.route("to", nil, "redirect", map[string]any{"responseCode": 200}), "/redirect/responseCode"},
		"to scheme":                {l.route("to", []any{"ftp://a"}), "/to/0"},
		"to weight zero":           {l.route("to", []any{"http://a,0"}), "/to/0"},
		"to weight on some":        {l.route("to", []any{"http://a,1", "http://b"}), "/to: weights"},
		"to schemes mixed":         {l.route("to", []any{"tcp://a", "http://b"}), "/to: tcp"},
		"six further hosts":        {l.route("dependsOn", []any{"a", "b", "c", "d", "e", "f"}), "/dependsOn"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			l.in(t).do("POST", l.zeroPath("/routes"), c.body).want(400, `"error"`, c.says)
		})
	}
	t.Cleanup(func() {
		if kept := l.Objects("routes"); len(kept) != 0 {
			t.Errorf("%d refused routes were kept", len(kept))
		}
	})
}

func TestRoutesThatMustPass(t *testing.T) {
	t.Parallel()
	l := zeroLab(t)
	pair := l.CreateObject("keyPairs", l.OrganizationID, map[string]any{"name": "ca"})
	for name, body := range map[string]map[string]any{
		"tcp with port path":  l.route("from", "tcp+https://proxy.example.com/db.internal:5432", "to", []any{"tcp://db:5432"}),
		"ssh":                 l.route("from", "ssh://host", "to", []any{"ssh://host:22"}),
		"wildcard":            l.route("from", "https://*.example.com:8443"),
		"weights":             l.route("to", []any{"http://a,1", "http://b,3"}),
		"unix":                l.route("to", []any{"unix:///run/a.sock"}),
		"redirect":            l.route("to", nil, "redirect", map[string]any{"httpsRedirect": true}),
		"redirect, empty to":  l.route("to", []any{}, "redirect", map[string]any{"responseCode": 308}),
		"response":            l.route("to", nil, "response", map[string]any{"status": 200, "body": ""}),
		"mcp client":          l.route("mcp", map[string]any{"client": map[string]any{}}),
		"mcp server":          l.route("mcp", map[string]any{"server": map[string]any{"upstreamOAuth2": map[string]any{"clientId": "a", "clientSecret": "b", "authorizationUrlParams": map[string]any{"x": "y"}}}}),
		"http health check":   l.route("healthCheck", health("expectedStatuses", []any{map[string]any{"start": 200, "end": 300}})),
		"tcp health check":    l.route("healthCheck", health("type", "tcp", "path", nil, "send", "00")),
		"grpc health check":   l.route("healthCheck", health("type", "grpc", "path", nil, "serviceName", "x")),
		"empty text for path": l.route("path", "", "prefix", "/b"),
		"key pair":            l.route("tlsCustomCaKeyPairId", pair),
		"exact numbers":       l.route("regex", "/a", "regexPriorityOrder", 9007199254740993),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			body["name"] = name
			l.in(t).do("POST", l.zeroPath("/routes"), body).want(201)
		})
	}
}

func TestNullIsRefused(t *testing.T) {
	t.Parallel()
	l := zeroLab(t)
	for name, member := range map[string]string{"text": "prefix", "object": "redirect", "list": "to", "required": "policyIds"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			body := strings.Replace(string(encodeJSON(l.route(member, nil))), "{", `{"`+member+`":null,`, 1)
			l.in(t).do("POST", l.zeroPath("/routes"), body).want(400, "/"+member)
		})
	}
}

func TestPolicyRefusals(t *testing.T) {
	t.Parallel()
	l := zeroLab(t)
	rule := func(action string, group any) map[string]any {
		return map[string]any{action: group}
	}
	for name, c := range map[string]struct {
		body map[string]any
		says string
	}{
		"ppl as text":             {l.policy("ppl", `{"allow":{}}`), "ppl"},
		"missing text":            {l.policy("remediation", nil), "remediation"},
		"unknown member":          {l.policy("rego", []any{}), "/rego"},
		"unknown action":          {l.policy("ppl", rule("permit", map[string]any{})), "/ppl/permit"},
		"unknown operator":        {l.policy("ppl", rule("allow", map[string]any{"xor": []any{}})), "/ppl/allow/xor"},
		"criterion with two keys": {l.policy("ppl", rule("allow", map[string]any{"or": []any{map[string]any{"a": 1, "b": 2}}})), "/ppl"},
		"criterion as text":       {l.policy("ppl", rule("allow", map[string]any{"or": []any{"everyone"}})), "ppl"},
		"empty name":              {l.policy("name", ""), "/name"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			l.in(t).do("POST", l.zeroPath("/policies"), c.body).want(400, c.says)
		})
	}
}

func TestPoliciesThatMustPass(t *testing.T) {
	t.Parallel()
	l := zeroLab(t)
	for name, ppl := range map[string]any{
		"empty":     map[string]any{},
		"list":      []any{map[string]any{"deny": map[string]any{"nor": []any{map[string]any{"claim/x/y": []any{nil, 1.5, "a"}}}}}},
		"free data": map[string]any{"allow": map[string]any{"or": []any{map[string]any{"groups": map[string]any{"has": "x", "any": map[string]any{}}}}}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			made := l.in(t).do("POST", l.zeroPath("/policies"), l.policy("name", name, "ppl", ppl)).want(201).object()
			if got, want := string(encodeJSON(made["ppl"])), string(encodeJSON(ppl)); got != want {
				t.Errorf("ppl came back as %s, want %s", got, want)
			}
		})
	}
}

func TestRequestsOutsideTheContract(t *testing.T) {
	t.Parallel()
	l := zeroLab(t)
	id := l.create("routes", l.route())
	list := l.zeroPath("/routes?namespaceId=" + l.ClusterNamespaceID)
	for name, c := range map[string]struct {
		method, path string
		body         any
		contentType  string
		status       int
		says         string
	}{
		"unknown path":           {"GET", l.zeroPath("/rutes"), nil, "", 404, "no such path"},
		"trailing slash":         {"GET", l.zeroPath("/routes/"), nil, "", 404, "no such path"},
		"outside the bases":      {"GET", "/api/v1/organizations", nil, "", 404, "no such path"},
		"unknown method":         {"PUT", l.zeroPath("/routes"), l.route(), "", 405, "no PUT here"},
		"not implemented":        {"POST", l.zeroPath("/leave"), nil, "", 501, "leaveOrganization"},
		"unknown parameter":      {"GET", list + "&page=2", nil, "", 400, "query parameter page"},
		"repeated parameter":     {"GET", list + "&limit=2&limit=3", nil, "", 400, "query parameter limit"},
		"parameter type":         {"GET", list + "&limit=many", nil, "", 400, "query parameter limit"},
		"negative limit":         {"GET", list + "&limit=-1", nil, "", 400, "query parameter limit"},
		"boolean parameter":      {"GET", list + "&includeDescendants=yes", nil, "", 400, "includeDescendants"},
		"order by unknown":       {"GET", list + "&orderBy=name,color", nil, "", 400, "orderBy"},
		"missing parameter":      {"GET", l.zeroPath("/routes"), nil, "", 400, "namespaceId"},
		"broken query":           {"GET", list + "&limit=%zz", nil, "", 400, "query"},
		"filter no JSON":         {"GET", list + "&filter=name", nil, "", 400, "filter"},
		"filter unknown member":  {"GET", list + `&filter={"items":[],"sort":1}`, nil, "", 400, "/sort"},
		"body on GET":            {"GET", list, "{}", "", 400, "GET takes none"},
		"body on DELETE":         {"DELETE", l.zeroPath("/routes/" + id), "{}", "", 400, "DELETE takes none"},
		"no body":                {"POST", l.zeroPath("/routes"), "", "application/json", 400, "body"},
		"no JSON":                {"POST", l.zeroPath("/routes"), "{", "application/json", 400, "no JSON"},
		"two values":             {"POST", l.zeroPath("/routes"), "{}{}", "application/json", 400, "more than one"},
		"list for object":        {"POST", l.zeroPath("/routes"), "[]", "application/json", 400, "body"},
		"content type":           {"POST", l.zeroPath("/routes"), l.route(), "text/json", 400, "Content-Type"},
		"content type of a form": {"POST", "/api/v0/token", "refreshToken=x", "application/x-www-form-urlencoded", 400, "Content-Type"},
		"patch content type":     {"PATCH", l.zeroPath("/routes/" + id), "[]", "application/json-patch+json", 400, "Content-Type"},
		"patch unknown member":   {"PATCH", l.zeroPath("/routes/" + id), `[{"op":"add","path":"/prefix","value":"/","by":"me"}]`, "", 400, "/0/by"},
		"patch unknown operator": {"PATCH", l.zeroPath("/routes/" + id), `[{"op":"set","path":"/prefix","value":"/"}]`, "", 400, "/0/op"},
		"token unknown member":   {"POST", "/api/v0/token", map[string]any{"refreshToken": "x", "scope": "y"}, "", 400, "/scope"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			l.in(t).do(c.method, c.path, c.body, func(r *http.Request) {
				if c.contentType != "" {
					r.Header.Set("Content-Type", c.contentType)
				}
			}).want(c.status, c.says)
		})
	}
}
