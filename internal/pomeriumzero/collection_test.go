package pomeriumzero_test

import (
	"maps"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/pomerium-zdx/terraform-provider-pomerium/internal/apimock"
	"github.com/pomerium-zdx/terraform-provider-pomerium/internal/pomeriumzero"
	"github.com/pomerium-zdx/terraform-provider-pomerium/internal/ppl"
)

// fullRoutes set every member of a route between them: some exclude each other.
func (l *lab) fullRoutes(policyIDs ...string) map[string]pomeriumzero.RouteProperties {
	keyPair := func(name string) *string {
		return new(l.CreateObject("keyPairs", l.OrganizationID, map[string]any{"name": name}))
	}
	full := l.aRoute()
	full.To = []string{"https://a.internal:8443,2", "https://b.internal:8443,1"}
	full.PolicyIDs = policyIDs
	full.LogoURL, full.OriginatorID = new("https://example.com/logo.svg"), new("terraform")
	full.Regex, full.RegexPriorityOrder, full.DependsOn = new(`^/v[0-9]+$`), new(int64(1)<<53+1), []string{"login.example.com"}
	full.RegexRewritePattern, full.RegexRewriteSubstitution = new(`^/(.*)$`), new(`/\1 <&>`)
	full.HostPathRegexRewritePattern, full.HostPathRegexRewriteSubstitution = new(`^(.*)$`), new(`\1`)
	full.PreserveHostHeader, full.AllowWebsockets, full.AllowSPDY, full.ShowErrorDetails = true, true, true, true
	full.Timeout, full.IdleTimeout, full.AllowUpgrades = new("1m0s"), new("0s"), []string{"CONNECT"}
	full.SetRequestHeaders = map[string]string{"X-User": "${pomerium.id_token}"}
	full.SetResponseHeaders = map[string]string{"X-Frame-Options": "DENY"}
	full.RemoveRequestHeaders, full.PassIdentityHeaders = []string{"Cookie"}, new(true)
	full.KubernetesServiceAccountToken = new("k8s-secret")
	full.IdentityProviderClientID, full.IdentityProviderClientSecret = new("client"), new("idp-secret")
	full.BearerTokenFormat, full.JWTIssuerFormat = new("idp_access_token"), new("uri")
	full.IDPAccessTokenAllowedAudiences = []string{"audience"}
	full.TLSSkipVerify, full.TLSUpstreamAllowRenegotiation, full.EnableGoogleCloudServerlessAuthentication = true, true, true
	full.TLSUpstreamServerName, full.TLSDownstreamServerName = new("up.example.com"), new("down.example.com")
	full.TLSCustomCAKeyPairID, full.TLSClientKeyPairID = keyPair("ca"), keyPair("client")
	full.TLSDownstreamClientCAKeyPairID = keyPair("downstream")
	full.LoadBalancingPolicy, full.HealthyPanicThreshold = new("least_request"), new(int64(0))

	prefix, path := l.aRoute(), l.aRoute()
	prefix.Prefix, prefix.PrefixRewrite, prefix.HostRewrite = new("/a"), new("/b"), new("other.example.com")
	path.Path, path.HostRewriteHeader = new("/a"), new("X-Host")
	path.PassIdentityHeaders, path.AllowUpgrades = new(false), []string{}
	all := l.nestedRoutes()
	maps.Copy(all, map[string]pomeriumzero.RouteProperties{"full": full, "prefix": prefix, "path": path, "least": l.aRoute()})
	return all
}

func TestRouteLife(t *testing.T) {
	t.Parallel()
	l := newLab(t, apimock.Switches{})
	first, second := create(t, l.policies(), l.aPolicy()).ID, l.CreateObject("policies", l.OrganizationID, map[string]any{"name": "second"})
	for name, properties := range l.fullRoutes(second, first) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			properties.Name = name
			changed := properties
			changed.Name, changed.From, changed.PolicyIDs = "new "+name, "https://new.example.com", []string{first}
			life(t, l, l.routes(), "routes", properties, changed)
		})
	}
}

func TestPolicyLife(t *testing.T) {
	t.Parallel()
	l := newLab(t, apimock.Switches{})
	texts := l.aPolicy()
	texts.Name, texts.Description, texts.Explanation, texts.Remediation = "texts", "Who works here.", "You <don't>.", "Ask & wait."
	texts.OriginatorID = new("terraform")
	list := l.aPolicy()
	list.Name, list.PPL = "list", `[{"allow":{"or":[{"accept":true}]}},{"deny":{"and":[{"device":{"is":"x"}}]}}]`
	yaml := l.aPolicy()
	yaml.Name, yaml.PPL = "yaml", "allow:\n  or:\n    - domain:\n        is: example.com\n"
	for name, properties := range map[string]pomeriumzero.PolicyProperties{"least": l.aPolicy(), "texts": texts, "list": list, "yaml": yaml} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			changed := properties
			changed.Name, changed.Enforced, changed.Description = "new "+name, true, ""
			life(t, l, l.policies(), "policies", properties, changed)
		})
	}
}

// life creates, reads, lists, changes and deletes an object. Nothing may get lost or changed on the way.
func life[P pomeriumzero.Properties](t *testing.T, l *lab, c pomeriumzero.Collection[P], kind string, properties, changed P) {
	t.Helper()
	check := func(what string, object pomeriumzero.Object[P], err error, want P) {
		t.Helper()
		if err != nil {
			t.Fatalf("%s: %v", what, err)
		}
		if diff := difference(want, object.Properties); diff != "" {
			t.Errorf("%s: %s", what, diff)
		}
		if object.CreatedAt == nil || object.UpdatedAt == nil {
			t.Errorf("%s: times are missing", what)
			return
		}
		if _, err := time.Parse(time.RFC3339, *object.CreatedAt); err != nil {
			t.Errorf("%s: %v", what, err)
		}
	}
	created, err := c.Create(t.Context(), properties)
	check("create", created, err, properties)
	if l.Object(kind, created.ID)["name"] != properties.Key().Name {
		t.Fatalf("stored is %v", l.Object(kind, created.ID))
	}
	namespace := properties.Key().Parent
	read, err := c.Get(t.Context(), created.ID, namespace)
	check("get", read, err, properties)
	updated, err := c.Update(t.Context(), created.ID, changed)
	check("update", updated, err, changed)
	objects, err := c.List(t.Context(), pomeriumzero.ListOptions{Parent: namespace})
	at := slices.Index(ids(objects), created.ID)
	if err != nil || at < 0 {
		t.Fatalf("list: %v, %v", ids(objects), err)
	}
	check("list", objects[at], nil, changed)
	if err := c.Delete(t.Context(), created.ID, namespace); err != nil {
		t.Fatalf("delete: %v", err)
	}
	if left := l.Object(kind, created.ID); left != nil {
		t.Errorf("after the deletion there is %v", left)
	}
}

// TestRouteBody looks at exactly what a create sends.
func TestRouteBody(t *testing.T) {
	t.Parallel()
	least := map[string]any{
		"name": "billing", "from": "https://billing.example.com", "to": []any{"http://billing:8080"}, "policyIds": []any{},
		"preserveHostHeader": false, "allowWebsockets": false, "allowSpdy": false, "showErrorDetails": false,
		"tlsSkipVerify": false, "tlsUpstreamAllowRenegotiation": false, "enableGoogleCloudServerlessAuthentication": false,
	}
	cases := map[string]struct {
		set  func(*pomeriumzero.RouteProperties)
		want map[string]any // beside least
	}{
		"least":               {set: func(*pomeriumzero.RouteProperties) {}},
		"no list of policies": {set: func(p *pomeriumzero.RouteProperties) { p.PolicyIDs = nil }},
		"empty texts":         {set: func(p *pomeriumzero.RouteProperties) { p.Prefix, p.Timeout, p.LogoURL = new(""), new(""), new("") }},
		"empty maps and lists": {set: func(p *pomeriumzero.RouteProperties) {
			p.SetRequestHeaders, p.DependsOn = map[string]string{}, []string{}
		}},
		"empty lists that say none": {func(p *pomeriumzero.RouteProperties) {
			p.AllowUpgrades, p.IDPAccessTokenAllowedAudiences = []string{}, []string{}
		}, map[string]any{"allowUpgrades": []any{}, "idpAccessTokenAllowedAudiences": []any{}}},
		"false that is said":       {func(p *pomeriumzero.RouteProperties) { p.PassIdentityHeaders = new(false) }, map[string]any{"passIdentityHeaders": false}},
		"zero that is said":        {func(p *pomeriumzero.RouteProperties) { p.HealthyPanicThreshold = new(int64(0)) }, map[string]any{"healthyPanicThreshold": 0.0}},
		"a required boolean":       {func(p *pomeriumzero.RouteProperties) { p.TLSSkipVerify = true }, map[string]any{"tlsSkipVerify": true}},
		"a text":                   {func(p *pomeriumzero.RouteProperties) { p.Prefix = new("/<a>&") }, map[string]any{"prefix": "/<a>&"}},
		"a map with an empty text": {func(p *pomeriumzero.RouteProperties) { p.SetResponseHeaders = map[string]string{"X": ""} }, map[string]any{"setResponseHeaders": map[string]any{"X": ""}}},
	}
	for name, test := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			l := newLab(t, apimock.Switches{})
			properties := l.aRoute()
			properties.Description = nil
			test.set(&properties)
			create(t, l.routes(), properties)
			want := maps.Clone(least)
			want["namespaceId"] = l.ClusterNamespaceID
			maps.Copy(want, test.want)
			if diff := cmp.Diff(want, l.sent(t, "POST", routes)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// TestPolicyBody looks at exactly what a create sends: the policy is a JSON value, never text.
func TestPolicyBody(t *testing.T) {
	t.Parallel()
	rule := func(domain string) map[string]any {
		criterion := map[string]any{"domain": map[string]any{"is": domain}}
		return map[string]any{"allow": map[string]any{"or": []any{criterion}}}
	}
	cases := map[string]struct {
		set  func(*pomeriumzero.PolicyProperties)
		want map[string]any // beside what is always sent
	}{
		"object": {func(*pomeriumzero.PolicyProperties) {}, map[string]any{"ppl": rule("example.com")}},
		"list": {
			func(p *pomeriumzero.PolicyProperties) { p.PPL = `[` + p.PPL + `]` },
			map[string]any{"ppl": []any{rule("example.com")}},
		},
		"yaml object": {
			func(p *pomeriumzero.PolicyProperties) { p.PPL = "allow: {or: [{domain: {is: a.example.com}}]}" },
			map[string]any{"ppl": rule("a.example.com")},
		},
		"yaml list": {
			func(p *pomeriumzero.PolicyProperties) {
				p.PPL = "- allow:\n    or:\n      - domain:\n          is: b.example.com\n"
			},
			map[string]any{"ppl": []any{rule("b.example.com")}},
		},
		"texts": {
			func(p *pomeriumzero.PolicyProperties) {
				p.Description, p.Explanation, p.Remediation = "a", "b <c>", "d"
			},
			map[string]any{"ppl": rule("example.com"), "description": "a", "explanation": "b <c>", "remediation": "d"},
		},
		"originator":      {func(p *pomeriumzero.PolicyProperties) { p.OriginatorID = new("me") }, map[string]any{"ppl": rule("example.com"), "originatorId": "me"}},
		"empty optionals": {func(p *pomeriumzero.PolicyProperties) { p.OriginatorID = new("") }, map[string]any{"ppl": rule("example.com")}},
	}
	for name, test := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			l := newLab(t, apimock.Switches{})
			properties := l.aPolicy()
			test.set(&properties)
			create(t, l.policies(), properties)
			want := map[string]any{
				"name": "staff", "namespaceId": l.ClusterNamespaceID, "enforced": false,
				"description": "", "explanation": "", "remediation": "",
			}
			maps.Copy(want, test.want)
			if diff := cmp.Diff(want, l.sent(t, "POST", policies)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// TestPolicyThatIsNone makes sure that what is no policy is never sent, least of all as null.
func TestPolicyThatIsNone(t *testing.T) {
	t.Parallel()
	for name, text := range map[string]ppl.Text{"empty": "", "a word": "everyone", "a bad group": `{"allow":{"xor":[]}}`} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			l := newLab(t, apimock.Switches{})
			stored := create(t, l.policies(), l.aPolicy()).ID
			l.ResetJournal()
			properties := l.aPolicy()
			properties.PPL = text
			if _, err := l.policies().Create(t.Context(), properties); err == nil {
				t.Error("it was created")
			}
			if _, err := l.policies().Update(t.Context(), stored, properties); err == nil {
				t.Error("it was put")
			}
			l.wantSent(t, "POST", policies, 0)
			l.wantSent(t, "PUT", policy, 0)
		})
	}
}
