package pomeriumzero_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/pomerium-zdx/terraform-provider-pomerium/internal/apimock"
	"github.com/pomerium-zdx/terraform-provider-pomerium/internal/pomeriumzero"
)

// nestedRoutes set every object within a route between them, with all of its members and with none.
func (l *lab) nestedRoutes() map[string]pomeriumzero.RouteProperties {
	with := func(set func(*pomeriumzero.RouteProperties)) pomeriumzero.RouteProperties {
		properties := l.aRoute()
		set(&properties)
		return properties
	}
	sshPolicy := l.CreateObject("policies", l.OrganizationID, map[string]any{"name": "ssh"})
	check := pomeriumzero.HealthCheck{Interval: "5s", Timeout: "1s", HealthyThreshold: 1, UnhealthyThreshold: 3}
	http, tcp, grpc := check, check, check
	http.Type, http.Path, http.Host, http.CodecClientType = "http", new("/healthy"), new("h"), new("http2")
	http.ExpectedStatuses = []pomeriumzero.StatusRange{{Start: 200, End: 300}, {Start: 404, End: 405}}
	tcp.Type, tcp.Send, tcp.Receive = "tcp", new("00ff"), []string{"01", "02"}
	grpc.Type, grpc.Authority, grpc.ServiceName = "grpc", new("a"), new("s")
	return map[string]pomeriumzero.RouteProperties{
		"redirect": with(func(p *pomeriumzero.RouteProperties) {
			p.To = nil
			p.Redirect = &pomeriumzero.Redirect{
				HTTPSRedirect: new(false), SchemeRedirect: new("https"), HostRedirect: new("h"), PortRedirect: new(int64(4294967295)),
				PathRedirect: new("/p"), PrefixRewrite: new("/r"), ResponseCode: new(int64(308)), StripQuery: new(true),
			}
		}),
		"redirect, least": with(func(p *pomeriumzero.RouteProperties) { p.To, p.Redirect = nil, &pomeriumzero.Redirect{} }),
		"response": with(func(p *pomeriumzero.RouteProperties) {
			p.To, p.Response = nil, &pomeriumzero.DirectResponse{Status: 404}
		}),
		"http": with(func(p *pomeriumzero.RouteProperties) {
			p.HealthCheck = &http
			p.CircuitBreakerThresholds = &pomeriumzero.CircuitBreakerThresholds{
				MaxConnections: new(int64(0)), MaxPendingRequests: new(int64(1)), MaxRequests: new(int64(2)),
				MaxRetries: new(int64(3)), MaxConnectionPools: new(int64(4294967295)),
			}
		}),
		"tcp": with(func(p *pomeriumzero.RouteProperties) {
			p.HealthCheck, p.CircuitBreakerThresholds = &tcp, &pomeriumzero.CircuitBreakerThresholds{}
		}),
		"grpc": with(func(p *pomeriumzero.RouteProperties) {
			p.HealthCheck, p.SessionRecording, p.UpstreamTunnel = &grpc, &pomeriumzero.SessionRecording{}, &pomeriumzero.UpstreamTunnel{}
		}),
		"mcp server": with(func(p *pomeriumzero.RouteProperties) {
			p.MCP = &pomeriumzero.MCP{Server: &pomeriumzero.MCPServer{
				Path: new("/mcp"), MaxRequestBytes: new(int64(4096)), AuthorizationServerURL: new("https://a.example.com"),
				UpstreamOAuth2: &pomeriumzero.UpstreamOAuth2{
					ClientID: "id", ClientSecret: new("mcp-secret"), Scopes: []string{"b", "a"},
					OAuth2Endpoint:         &pomeriumzero.OAuth2Endpoint{AuthURL: new("https://a"), TokenURL: new("https://t"), AuthStyle: new("OAUTH2_AUTH_STYLE_IN_HEADER")},
					AuthorizationURLParams: map[string]string{"prompt": "none"},
				},
			}}
			p.SessionRecording = &pomeriumzero.SessionRecording{Enabled: new(true)}
			p.UpstreamTunnel = &pomeriumzero.UpstreamTunnel{SSHPolicyID: &sshPolicy}
			p.RewriteResponseHeaders = []pomeriumzero.RewriteHeader{
				{Header: "Location", Value: "https://a", Matcher: pomeriumzero.HeaderMatcher{Prefix: "https://b"}},
				{Header: "Link", Value: "", Matcher: pomeriumzero.HeaderMatcher{Prefix: "x"}},
			}
		}),
		"mcp server, least": with(func(p *pomeriumzero.RouteProperties) { p.MCP = &pomeriumzero.MCP{Server: &pomeriumzero.MCPServer{}} }),
		"mcp client":        with(func(p *pomeriumzero.RouteProperties) { p.MCP = &pomeriumzero.MCP{Client: &pomeriumzero.MCPClient{}} }),
	}
}

// TestUpdateOfNested goes from each of the nested routes to another, with every way in which the service may
// print what is unset. Nothing of the one may be left in the other.
func TestUpdateOfNested(t *testing.T) {
	t.Parallel()
	for _, unset := range []apimock.UnsetAs{apimock.UnsetAbsent, apimock.UnsetEmpty, apimock.UnsetNull} {
		t.Run(string(unset), func(t *testing.T) {
			t.Parallel()
			l := newLab(t, apimock.Switches{UnsetAs: unset})
			nested := l.nestedRoutes()
			id := create(t, l.routes(), l.aRoute()).ID
			for _, name := range []string{
				"redirect", "redirect, least", "http", "tcp", "http", "grpc", "mcp server", "mcp server, least", "mcp client", "mcp server", "response",
			} {
				if _, err := l.routes().Update(t.Context(), id, nested[name]); err != nil {
					t.Fatalf("%s: %v", name, err)
				}
				got, want := decode(t, l.Object("routes", id)), decode(t, nested[name])
				for _, computed := range []string{"id", "createdAt", "updatedAt"} {
					delete(got, computed)
				}
				if diff := cmp.Diff(want, got); diff != "" {
					t.Errorf("%s: %s", name, diff)
				}
			}
		})
	}
}

// TestNestedBody leaves out empty texts within objects and keeps objects that are empty.
func TestNestedBody(t *testing.T) {
	t.Parallel()
	l := newLab(t, apimock.Switches{})
	properties := l.aRoute()
	properties.To = nil
	properties.Redirect = &pomeriumzero.Redirect{HostRedirect: new(""), SchemeRedirect: new("https"), StripQuery: new(false)}
	properties.MCP = &pomeriumzero.MCP{Server: &pomeriumzero.MCPServer{Path: new("")}}
	properties.RewriteResponseHeaders = []pomeriumzero.RewriteHeader{{Header: "Link", Matcher: pomeriumzero.HeaderMatcher{Prefix: "x"}}}
	create(t, l.routes(), properties)
	sent := l.sent(t, "POST", routes)
	want := map[string]any{
		"redirect":               map[string]any{"schemeRedirect": "https", "stripQuery": false},
		"mcp":                    map[string]any{"server": map[string]any{}},
		"rewriteResponseHeaders": []any{map[string]any{"header": "Link", "value": "", "matcher": map[string]any{"prefix": "x"}}},
	}
	for name, value := range want {
		if diff := cmp.Diff(value, sent[name]); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
}
