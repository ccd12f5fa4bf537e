package pomeriumzero

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/pomerium-zdx/terraform-provider-pomerium/internal/ppl"
)

// TestReconcile goes through pairs of what the service answers and what was known. The result shows which
// of both spellings stays.
func TestReconcile(t *testing.T) {
	t.Parallel()
	type route = RouteProperties
	least := route{PolicyIDs: []string{}}
	with := func(set func(*route)) route {
		properties := least
		set(&properties)
		return properties
	}
	text := func(value *string) route { return with(func(p *route) { p.Prefix = value }) }
	list := func(value []string) route { return with(func(p *route) { p.To = value }) }
	none := func(value []string) route { return with(func(p *route) { p.AllowUpgrades = value }) }
	dict := func(value map[string]string) route { return with(func(p *route) { p.SetRequestHeaders = value }) }
	flag := func(value *bool) route { return with(func(p *route) { p.PassIdentityHeaders = value }) }
	number := func(value *int64) route { return with(func(p *route) { p.HealthyPanicThreshold = value }) }
	secret := func(value *string) route { return with(func(p *route) { p.KubernetesServiceAccountToken = value }) }
	policies := func(value []string) route { return with(func(p *route) { p.PolicyIDs = value }) }
	check := func(value *HealthCheck) route { return with(func(p *route) { p.HealthCheck = value }) }
	headers := func(list ...RewriteHeader) route { return with(func(p *route) { p.RewriteResponseHeaders = list }) }
	oauth := func(value UpstreamOAuth2) route {
		return with(func(p *route) { p.MCP = &MCP{Server: &MCPServer{UpstreamOAuth2: &value}} })
	}

	empty, some := map[string]string{}, map[string]string{"A": "1"}
	cases := map[string]struct{ fresh, prior, want route }{
		"text: absent, known as empty": {text(nil), text(new("")), text(new(""))},
		"text: empty, known as null":   {text(new("")), text(nil), text(nil)},
		"text: empty, known as empty":  {text(new("")), text(new("")), text(new(""))},
		"text: set, known as null":     {text(new("/a")), text(nil), text(new("/a"))},
		"text: changed":                {text(new("/b")), text(new("/a")), text(new("/b"))},
		"text: removed":                {text(nil), text(new("/a")), text(nil)},
		"text: emptied":                {text(new("")), text(new("/a")), text(new(""))},
		"list: absent, known as empty": {list(nil), list([]string{}), list([]string{})},
		"list: empty, known as null":   {list([]string{}), list(nil), list(nil)},
		"list: set, known as empty":    {list([]string{"a"}), list([]string{}), list([]string{"a"})},
		"list: removed":                {list(nil), list([]string{"a"}), list(nil)},
		"none: absent, known as empty": {none(nil), none([]string{}), none([]string{})},
		"none: empty, known as null":   {none([]string{}), none(nil), none([]string{})},
		"none: empty like all that is unset": {
			with(func(p *route) { p.AllowUpgrades, p.Prefix = []string{}, new("") }), none(nil), none(nil),
		},
		"none: set, known as empty":       {none([]string{"a"}), none([]string{}), none([]string{"a"})},
		"map: absent, known as empty":     {dict(nil), dict(empty), dict(empty)},
		"map: empty, known as null":       {dict(empty), dict(nil), dict(nil)},
		"map: set, known as null":         {dict(some), dict(nil), dict(some)},
		"map: removed":                    {dict(nil), dict(some), dict(nil)},
		"boolean: false, known as null":   {flag(new(false)), flag(nil), flag(nil)},
		"boolean: absent, known as false": {flag(nil), flag(new(false)), flag(new(false))},
		"boolean: true, known as null":    {flag(new(true)), flag(nil), flag(new(true))},
		"boolean: true, known as false":   {flag(new(true)), flag(new(false)), flag(new(true))},
		"boolean: false, known as true":   {flag(new(false)), flag(new(true)), flag(new(false))},
		"number: zero, known as null":     {number(new(int64(0))), number(nil), number(new(int64(0)))},
		"number: absent, known as zero":   {number(nil), number(new(int64(0))), number(nil)},
		"secret: clear":                   {secret(new("s")), secret(new("s")), secret(new("s"))},
		"secret: masked":                  {secret(new("********")), secret(new("s")), secret(new("s"))},
		"secret: omitted":                 {secret(nil), secret(new("s")), secret(new("s"))},
		"secret: empty":                   {secret(new("")), secret(new("s")), secret(new("s"))},
		"secret: absent, known as empty":  {secret(nil), secret(new("")), secret(new(""))},
		"secret: set, not known":          {secret(new("********")), secret(nil), secret(new("********"))},
		"policies: absent":                {policies(nil), policies(nil), policies([]string{})},
		"policies: absent, known":         {policies(nil), policies([]string{"a"}), policies([]string{})},
		"policies: changed":               {policies([]string{"b"}), policies([]string{"a"}), policies([]string{"b"})},
		"object: absent, known":           {check(nil), check(&HealthCheck{Type: "tcp"}), check(nil)},
		"object: not known":               {check(&HealthCheck{Type: "tcp"}), check(nil), check(&HealthCheck{Type: "tcp"})},
		"object: empty text": {
			check(&HealthCheck{Host: new(""), Path: new("/b")}), check(&HealthCheck{Path: new("/a")}), check(&HealthCheck{Path: new("/b")}),
		},
		"object: empty text, not known": {check(&HealthCheck{Host: new("")}), check(nil), check(&HealthCheck{})},
		"filled: known as null":         {check(&HealthCheck{CodecClientType: new("http1")}), check(&HealthCheck{}), check(&HealthCheck{})},
		"filled: known": {
			check(&HealthCheck{CodecClientType: new("http1")}), check(&HealthCheck{CodecClientType: new("http2")}), check(&HealthCheck{CodecClientType: new("http1")}),
		},
		"filled: with something else": {
			check(&HealthCheck{CodecClientType: new("http2")}), check(&HealthCheck{}), check(&HealthCheck{CodecClientType: new("http2")}),
		},
		"deep secret: masked":     {oauth(UpstreamOAuth2{ClientSecret: new("***")}), oauth(UpstreamOAuth2{ClientSecret: new("s")}), oauth(UpstreamOAuth2{ClientSecret: new("s")})},
		"deep secret: write-only": {oauth(UpstreamOAuth2{ClientSecret: new("s")}), oauth(UpstreamOAuth2{ClientSecretWOVersion: new(int64(1))}), oauth(UpstreamOAuth2{ClientSecretWOVersion: new(int64(1))})},
		"secret: write-only": {
			secret(new("s")), with(func(p *route) { p.KubernetesServiceAccountTokenWOVersion = new(int64(1)) }),
			with(func(p *route) { p.KubernetesServiceAccountTokenWOVersion = new(int64(1)) }),
		},
		"objects in a list": {
			headers(RewriteHeader{Header: "a"}, RewriteHeader{Header: "b"}), headers(RewriteHeader{Header: "c"}),
			headers(RewriteHeader{Header: "a"}, RewriteHeader{Header: "b"}),
		},
		"objects in a list: none known": {headers(RewriteHeader{Header: "a"}), headers(), headers(RewriteHeader{Header: "a"})},
		"required boolean": {
			with(func(*route) {}), with(func(p *route) { p.TLSSkipVerify = true }), with(func(*route) {}),
		},
		"required text": {
			with(func(p *route) { p.Name = "" }), with(func(p *route) { p.Name = "a" }), with(func(p *route) { p.Name = "" }),
		},
	}
	for name, test := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if diff := cmp.Diff(test.want, Reconcile(test.fresh, test.prior)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestReconcilePolicy(t *testing.T) {
	t.Parallel()
	fresh := PolicyProperties{Name: "new", PPL: ppl.Text(`[]`), Enforced: true}
	prior := PolicyProperties{Name: "old", PPL: ppl.Text(`{}`), Description: "d", OriginatorID: new("")}
	want := fresh
	want.OriginatorID = new("")
	if diff := cmp.Diff(want, Reconcile(fresh, prior)); diff != "" {
		t.Error(diff)
	}
}
