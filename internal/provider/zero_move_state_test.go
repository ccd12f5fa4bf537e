package provider

import (
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/pomerium-zdx/terraform-provider-pomerium/internal/apimock"
)

// What the other providers keep of a route and of a policy: everything they know, with null for what is not set
// and "" for some of it.
const (
	pomeriumzeroRoute = `{
  "allow_spdy": true, "allow_websockets": null, "created_at": "2026-01-02T03:04:05Z", "enable_google_cloud_serverless_authentication": false,
  "enforced_policy_ids": ["enforced"], "from": "https://wiki.example.com", "id": "<route>", "kubernetes_service_account_token": "",
  "mcp": "{\"server\":{}}", "name": "wiki", "namespace_id": "<namespace>", "pass_identity_headers": null, "policy_ids": ["<policy>"],
  "prefix": null, "prefix_rewrite": null, "preserve_host_header": false, "set_request_headers": {"X-Key": "hidden"},
  "show_error_details": true, "timeout": "30s", "idle_timeout": null, "tls_downstream_server_name": null, "tls_skip_verify": false,
  "tls_upstream_allow_renegotiation": false, "to": ["http://wiki.internal:8080"], "updated_at": "2026-02-03T04:05:06Z"
}`
	pomeriumzeroPolicy = `{
  "created_at": "2026-01-02T03:04:05Z", "description": "Staff", "enforced": false, "explanation": "", "id": "<policy>", "name": "staff",
  "namespace_id": "<namespace>", "ppl": "[{\"allow\":{\"and\":[{\"domain\":{\"is\":\"acme.test\"}}]}}]", "remediation": "",
  "updated_at": "2026-02-03T04:05:06Z"
}`
	pomeriumRoute = `{
  "allow_spdy": null, "allow_upgrades": null, "allow_websockets": true, "bearer_token_format": null,
  "circuit_breaker_thresholds": {"max_connections": 7, "max_connection_pools": null, "max_pending_requests": null, "max_requests": null, "max_retries": null},
  "depends_on_hosts": ["b.example.com", "a.example.com"], "description": "Everything we know", "enable_google_cloud_serverless_authentication": null,
  "from": "https://wiki.example.com", "health_checks": [{"interval": "10s", "timeout": "5s", "tcp_health_check": {"send": null, "receive": []}}],
  "healthy_panic_threshold": 40, "host_path_regex_rewrite_pattern": null, "host_path_regex_rewrite_substitution": null, "host_rewrite": null,
  "host_rewrite_header": null, "id": "<route>", "idle_timeout": null, "idp_access_token_allowed_audiences": null, "idp_client_id": "client",
  "idp_client_secret": "provider-secret", "jwt_groups_filter": {"groups": ["ops"], "infer_from_ppl": null}, "jwt_issuer_format": null,
  "kubernetes_service_account_token": "", "kubernetes_service_account_token_file": "", "load_balancing_policy": null, "logo_url": null,
  "mcp": {"client": null, "server": {"path": "/mcp", "max_request_bytes": null, "authorization_server_url": null, "upstream_oauth2": {
    "client_id": "upstream", "client_secret": "upstream-secret", "scopes": ["read"], "authorization_url_params": null,
    "oauth2_endpoint": {"auth_url": null, "token_url": "https://idp.example.com/token", "auth_style": null}}}}, "name": "wiki", "namespace_id": "<namespace>", "pass_identity_headers": null, "path": "",
  "policies": ["<policy>"], "prefix": "/docs", "prefix_rewrite": "", "preserve_host_header": false, "regex": "", "regex_priority_order": null,
  "regex_rewrite_pattern": "", "regex_rewrite_substitution": "", "remove_request_headers": null,
  "rewrite_response_headers": [{"header": "Location", "prefix": null, "value": "x"}], "session_recording": {"enabled": true},
  "set_request_headers": null, "set_response_headers": {"X-Frame-Options": "DENY"}, "show_error_details": false, "stat_name": "wiki",
  "timeout": "1m30s", "tls_client_key_pair_id": null, "tls_custom_ca_key_pair_id": null, "tls_downstream_server_name": "",
  "tls_skip_verify": null, "tls_upstream_allow_renegotiation": null, "tls_upstream_server_name": "", "to": ["http://wiki.internal:8080"],
  "upstream_tunnel": {"ssh_policy": "someone"}
}`
	pomeriumPolicy = `{
  "description": "", "enforced": false, "explanation": "Not for you.", "id": "<policy>", "name": "staff", "namespace_id": "<namespace>",
  "ppl": "allow:\n  and:\n    - domain: {is: acme.test}\n", "rego": ["package x"], "remediation": ""
}`
)

// movedState asks for the state that a peer's state becomes, as a CLI does, of a provider that is not configured.
func movedState(t *testing.T, provider, from, to, state string) (*tfprotov6.MoveResourceStateResponse, tftypes.Value) {
	t.Helper()
	answer, err := providerServer().MoveResourceState(t.Context(), &tfprotov6.MoveResourceStateRequest{
		SourceProviderAddress: provider, SourceTypeName: from, TargetTypeName: to,
		SourceState: &tfprotov6.RawState{JSON: []byte(state)},
	})
	if err != nil {
		t.Fatal(err)
	}
	if answer.TargetState == nil {
		return answer, tftypes.Value{}
	}
	value, err := answer.TargetState.Unmarshal(providerSchemas(t)[to].ValueType())
	if err != nil {
		t.Fatal(err)
	}
	return answer, value
}

// plainOf returns the attributes that are not null, as Go values.
func plainOf(t *testing.T, value tftypes.Value) any {
	t.Helper()
	if value.Type().Is(tftypes.String) {
		return plainAs[string](t, value)
	}
	if value.Type().Is(tftypes.Bool) {
		return plainAs[bool](t, value)
	}
	if value.Type().Is(tftypes.Number) {
		return value.String()
	}
	if value.Type().Is(tftypes.List{}) || value.Type().Is(tftypes.Set{}) {
		list := []any{}
		for _, element := range plainAs[[]tftypes.Value](t, value) {
			list = append(list, plainOf(t, element))
		}
		return list
	}
	members := map[string]any{}
	for name, member := range plainAs[map[string]tftypes.Value](t, value) {
		if !member.IsNull() {
			members[name] = plainOf(t, member)
		}
	}
	return members
}

func plainAs[V any](t *testing.T, value tftypes.Value) V {
	t.Helper()
	var plain V
	if err := value.As(&plain); err != nil {
		t.Fatal(err)
	}
	return plain
}

func TestMoveState(t *testing.T) {
	t.Parallel()
	flags := map[string]any{
		"allow_spdy": false, "allow_websockets": false, "enable_google_cloud_serverless_authentication": false, "preserve_host_header": false,
		"show_error_details": false, "tls_skip_verify": false, "tls_upstream_allow_renegotiation": false,
	}
	with := func(base, more map[string]any) map[string]any {
		all := maps.Clone(base)
		maps.Copy(all, more)
		return all
	}
	route := with(flags, map[string]any{
		"id": "<route>", "name": "wiki", "namespace_id": "<namespace>", "from": "https://wiki.example.com",
		"to": []any{"http://wiki.internal:8080"}, "policy_ids": []any{"<policy>"},
	})
	times := map[string]any{"created_at": "2026-01-02T03:04:05Z", "updated_at": "2026-02-03T04:05:06Z"}
	policy := map[string]any{
		"id": "<policy>", "name": "staff", "namespace_id": "<namespace>", "enforced": false, "description": "", "explanation": "", "remediation": "",
	}
	for name, move := range map[string]struct {
		provider, from, to, state string
		want                      map[string]any
	}{
		"route of pomeriumzero": {
			"registry.terraform.io/rasschaert/pomeriumzero", "pomeriumzero_route", "pomerium_zero_route", pomeriumzeroRoute,
			with(with(route, times), map[string]any{
				"allow_spdy": true, "show_error_details": true, "timeout": "30s", "set_request_headers": map[string]any{"X-Key": "hidden"},
			}),
		},
		"policy of pomeriumzero": {
			"registry.opentofu.org/rasschaert/pomeriumzero", "pomeriumzero_policy", "pomerium_zero_policy", pomeriumzeroPolicy,
			with(with(policy, times), map[string]any{"description": "Staff", "ppl": `[{"allow":{"and":[{"domain":{"is":"acme.test"}}]}}]`}),
		},
		"route of pomerium": {
			"registry.terraform.io/pomerium/pomerium", "pomerium_route", "pomerium_zero_route", pomeriumRoute,
			with(route, map[string]any{
				"allow_websockets": true, "depends_on_hosts": []any{"b.example.com", "a.example.com"}, "description": "Everything we know",
				"healthy_panic_threshold": `tftypes.Number<"40">`, "identity_provider_client_id": "client",
				"identity_provider_client_secret": "provider-secret", "prefix": "/docs", "timeout": "1m30s",
				"set_response_headers":       map[string]any{"X-Frame-Options": "DENY"},
				"circuit_breaker_thresholds": map[string]any{"max_connections": `tftypes.Number<"7">`},
				"mcp": map[string]any{"server": map[string]any{"path": "/mcp", "upstream_oauth2": map[string]any{
					"client_id": "upstream", "client_secret": "upstream-secret", "scopes": []any{"read"},
					"oauth2_endpoint": map[string]any{"token_url": "https://idp.example.com/token"},
				}}},
				"session_recording": map[string]any{"enabled": true}, "upstream_tunnel": map[string]any{},
			}),
		},
		"policy of pomerium": {
			"mirror.example.com/pomerium/pomerium", "pomerium_policy", "pomerium_zero_policy", pomeriumPolicy,
			with(policy, map[string]any{"explanation": "Not for you.", "ppl": "allow:\n  and:\n    - domain: {is: acme.test}\n"}),
		},
		// An older version that keeps less: what cannot be null gets the default.
		"route without flags and policies": {
			"registry.terraform.io/rasschaert/pomeriumzero", "pomeriumzero_route", "pomerium_zero_route",
			`{"id": "<route>", "name": "wiki", "namespace_id": "<namespace>", "from": "https://wiki.example.com", "to": ["http://wiki.internal:8080"]}`,
			with(route, map[string]any{"policy_ids": []any{}}),
		},
		"values of other types": {
			"registry.terraform.io/rasschaert/pomeriumzero", "pomeriumzero_route", "pomerium_zero_route",
			`{"id": "<route>", "name": "wiki", "namespace_id": "<namespace>", "from": "https://wiki.example.com", "to": "http://wiki.internal:8080",
			  "policy_ids": {"a": 1}, "allow_spdy": [true], "timeout": {"seconds": 1}}`,
			with(without(route, "to"), map[string]any{"policy_ids": []any{}}),
		},
		// Read takes it for an import and brings all of it.
		"a required value is missing": {
			"registry.terraform.io/pomerium/pomerium", "pomerium_route", "pomerium_zero_route",
			`{"id": "<route>", "name": "wiki", "namespace_id": null, "from": "https://wiki.example.com", "to": ["http://wiki.internal:8080"]}`,
			map[string]any{"id": "<route>"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			answer, value := movedState(t, move.provider, move.from, move.to, move.state)
			if len(answer.Diagnostics) > 0 {
				t.Fatal(listed(answer.Diagnostics))
			}
			if diff := cmp.Diff(any(move.want), plainOf(t, value)); diff != "" {
				t.Errorf("-want +got\n%s", diff)
			}
			identity, err := answer.TargetIdentity.IdentityData.Unmarshal(tftypes.Object{AttributeTypes: map[string]tftypes.Type{
				"id": tftypes.String, "organization_id": tftypes.String,
			}})
			if err != nil || !identity.IsNull() {
				t.Errorf("the identity is %s (%v), and half of one would forbid Read to complete it", identity, err)
			}
			requireReadable(t, move.to, value)
		})
	}
}

func without(members map[string]any, name string) map[string]any {
	fewer := maps.Clone(members)
	delete(fewer, name)
	return fewer
}

// requireReadable requires that Read can take a moved state for its prior one.
func requireReadable(t *testing.T, typeName string, value tftypes.Value) {
	t.Helper()
	prior := func(r resource.Resource) tfsdk.State {
		var described resource.SchemaResponse
		r.Schema(t.Context(), resource.SchemaRequest{}, &described)
		return tfsdk.State{Raw: value, Schema: described.Schema}
	}
	id := ""
	var diags diag.Diagnostics
	switch typeName {
	case "pomerium_zero_route":
		r, model := newZeroRouteResource().(*zeroRouteResource), routeModel{} //nolint:errcheck // it is one
		diags = r.readPrior(t.Context(), prior(r), &model)
		id = model.ID.ValueString()
	case "pomerium_zero_policy":
		r, model := newZeroPolicyResource().(*zeroPolicyResource), policyModel{} //nolint:errcheck // it is one
		diags = r.readPrior(t.Context(), prior(r), &model)
		id = model.ID.ValueString()
	}
	for _, problem := range diags {
		t.Errorf("%s: %s", problem.Summary(), problem.Detail())
	}
	if id == "" {
		t.Errorf("the state of %s cannot be read", typeName)
	}
}

func TestMoveStateRefused(t *testing.T) {
	t.Parallel()
	for name, move := range map[string]struct{ provider, from, to, state, message string }{
		"another provider":        {"registry.terraform.io/other/pomerium", "pomerium_route", "pomerium_zero_route", pomeriumRoute, "Unable to Move Resource State"},
		"a longer namespace":      {"registry.terraform.io/x-pomerium/pomerium", "pomerium_route", "pomerium_zero_route", pomeriumRoute, "Unable to Move Resource State"},
		"another kind":            {"registry.terraform.io/pomerium/pomerium", "pomerium_policy", "pomerium_zero_route", pomeriumPolicy, "Unable to Move Resource State"},
		"the other peer's type":   {"registry.terraform.io/pomerium/pomerium", "pomeriumzero_route", "pomerium_zero_route", pomeriumzeroRoute, "Unable to Move Resource State"},
		"no ID":                   {"registry.terraform.io/pomerium/pomerium", "pomerium_policy", "pomerium_zero_policy", `{"id": "", "name": "staff"}`, "has no ID"},
		"a state that is no JSON": {"registry.terraform.io/pomerium/pomerium", "pomerium_policy", "pomerium_zero_policy", `staff`, "is not the JSON object"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			answer, _ := movedState(t, move.provider, move.from, move.to, move.state)
			if answer.TargetState != nil || !strings.Contains(listed(answer.Diagnostics), move.message) {
				t.Errorf("want %q, got:\n%s", move.message, listed(answer.Diagnostics))
			}
		})
	}
}

// Every name that is renamed to is an attribute, and stands in the peer's guide.
func TestMoveStateNames(t *testing.T) {
	t.Parallel()
	schemas := providerSchemas(t)
	for noun, peers := range zeroPeers {
		attributes := schemas["pomerium_zero_"+noun].Block.Attributes
		for _, peer := range peers {
			guide, err := os.ReadFile(filepath.Join(root, "templates/guides/moving-from-"+filepath.Base(peer.provider)+".md"))
			if err != nil {
				t.Fatal(err)
			}
			for theirs, ours := range peer.renamed {
				if !slices.ContainsFunc(attributes, func(a *tfprotov6.SchemaAttribute) bool { return a.Name == ours }) {
					t.Errorf("%s.%s becomes %s, which a %s does not have", peer.name, theirs, ours, noun)
				}
				if row := "| `" + theirs + "` | `" + ours + "` |"; !strings.Contains(string(guide), row) {
					t.Errorf("the guide has no row %s", row)
				}
			}
		}
	}
}

// peerCase is what a peer left: its state of a policy and of a route that the policy guards.
type peerCase struct {
	provider, policyType, policy, routeType, route string

	held   map[string]any // of the route, beyond what both peers know
	config string         // the same in HCL
}

var peerCases = []peerCase{
	{
		provider: "rasschaert/pomeriumzero", policyType: "pomeriumzero_policy", policy: pomeriumzeroPolicy,
		routeType: "pomeriumzero_route", route: pomeriumzeroRoute,
		// The state is from before someone used the console.
		held: map[string]any{
			"allowSpdy": true, "showErrorDetails": true, "timeout": "60s", "setRequestHeaders": map[string]any{"X-Key": "hidden"},
			"description": "Written in the console",
		},
		config: `
  allow_spdy          = true
  show_error_details  = true
  timeout             = "1m"
  set_request_headers = { X-Key = "hidden" }
  description         = "Written in the console"`,
	},
	{
		provider: "pomerium/pomerium", policyType: "pomerium_policy", policy: pomeriumPolicy, routeType: "pomerium_route", route: pomeriumRoute,
		held: map[string]any{
			"allowWebsockets": true, "dependsOn": []any{"a.example.com", "b.example.com"}, "description": "Everything we know",
			"healthyPanicThreshold": 40, "identityProviderClientId": "client", "identityProviderClientSecret": "provider-secret",
			"prefix": "/docs", "timeout": "90s", "setResponseHeaders": map[string]any{"X-Frame-Options": "DENY"}, "originatorId": "terraform",
			"circuitBreakerThresholds": map[string]any{"maxConnections": 7}, "sessionRecording": map[string]any{"enabled": true},
			"healthCheck": map[string]any{"type": "tcp", "interval": "10s", "timeout": "5s", "healthyThreshold": 1, "unhealthyThreshold": 2},
			"mcp": map[string]any{"server": map[string]any{"path": "/mcp", "upstreamOAuth2": map[string]any{
				"clientId": "upstream", "clientSecret": "upstream-secret", "scopes": []any{"read"},
				"oauth2Endpoint": map[string]any{"tokenUrl": "https://idp.example.com/token"},
			}}},
			"rewriteResponseHeaders": []any{map[string]any{"header": "Location", "value": "x", "matcher": map[string]any{"prefix": "y"}}},
		},
		config: `
  allow_websockets                = true
  depends_on_hosts                = ["a.example.com", "b.example.com"]
  description                     = "Everything we know"
  healthy_panic_threshold         = 40
  identity_provider_client_id     = "client"
  identity_provider_client_secret = "provider-secret"
  prefix                          = "/docs"
  timeout                         = "90s"
  set_response_headers            = { X-Frame-Options = "DENY" }
  originator_id                   = "terraform"
  circuit_breaker_thresholds      = { max_connections = 7 }
  session_recording               = { enabled = true }
  health_check = {
    type = "tcp", interval = "10s", timeout = "5s", healthy_threshold = 1, unhealthy_threshold = 2
  }
  mcp = {
    server = {
      path = "/mcp"
      upstream_oauth2 = {
        client_id       = "upstream"
        client_secret   = "upstream-secret"
        scopes          = ["read"]
        oauth2_endpoint = { token_url = "https://idp.example.com/token" }
      }
    }
  }
  rewrite_response_headers = [{ header = "Location", value = "x", matcher = { prefix = "y" } }]`,
	},
}

// A configuration that was rewritten in this provider's names, with moved blocks, and the state that the other
// provider left: the plan moves and changes nothing, the plan after it is empty, and the service is not written to.
// A service that masks secrets and prints what is unset makes no difference.
func TestMoveFromPeers(t *testing.T) {
	t.Parallel()
	for position, switches := range map[string]apimock.Switches{
		"plain service":   {},
		"strange service": {SecretsOnRead: apimock.SecretsMasked, UnsetAs: apimock.UnsetEmpty, PPLRewritten: true},
	} {
		for _, peer := range peerCases {
			t.Run(peer.provider+" "+position, func(t *testing.T) {
				t.Parallel()
				c := openCLI(t, newLab(t, switches))
				if !movesAcrossProviders(c.cli.Version) {
					t.Skipf("%s does not move state from one provider to another", c.cli.Version)
				}
				peer.test(c)
			})
		}
	}
}

func (p peerCase) test(c *cliCase) {
	var policy struct{ Description, Explanation string }
	if err := json.Unmarshal([]byte(p.policy), &policy); err != nil {
		c.Fatal(err)
	}
	policyID := c.lab.CreateObject("policies", c.lab.OrganizationID, map[string]any{
		"name": "staff", "namespaceId": c.lab.ClusterNamespaceID, "description": policy.Description, "explanation": policy.Explanation,
		"ppl": []any{map[string]any{"allow": map[string]any{"and": []any{map[string]any{"domain": map[string]any{"is": "acme.test"}}}}}},
	})
	held := maps.Clone(p.held)
	maps.Copy(held, map[string]any{
		"name": "wiki", "namespaceId": c.lab.ClusterNamespaceID, "from": "https://wiki.example.com", "policyIds": []any{policyID},
		"to": []any{"http://wiki.internal:8080"},
	})
	routeID := c.lab.CreateObject("routes", c.lab.OrganizationID, held)

	dir := c.folder(declared + c.lab.providerBlock() + fmt.Sprintf(`
moved {
  from = %s.this
  to   = pomerium_zero_policy.this
}
moved {
  from = %s.this
  to   = pomerium_zero_route.this
}
resource "pomerium_zero_policy" "this" {
  name         = "staff"
  namespace_id = "<namespace>"
  description  = %q
  explanation  = %q
  ppl          = yamlencode({ allow = { and = [{ domain = { is = "acme.test" } }] } })
}
resource "pomerium_zero_route" "this" {
  name         = "wiki"
  namespace_id = "<namespace>"
  from         = "https://wiki.example.com"
  to           = ["http://wiki.internal:8080"]
  policy_ids   = [pomerium_zero_policy.this.id]%s
}
`, p.policyType, p.routeType, policy.Description, policy.Explanation, p.config))
	state := filepath.Join(dir, "terraform.tfstate")
	c.write(state, strings.NewReplacer("<route>", routeID, "<policy>", policyID).Replace(p.state(c.cli.Version)))

	c.want(c.run(dir, "init"), 0)
	c.want(c.run(dir, "plan", "-detailed-exitcode"), 2, p.routeType+".this has moved to pomerium_zero_route.this",
		p.policyType+".this has moved to pomerium_zero_policy.this", "Plan: 0 to add, 0 to change, 0 to destroy.")
	c.want(c.run(dir, "apply", "-auto-approve"), 0, "Resources: 0 added, 0 changed, 0 destroyed.")
	c.want(c.run(dir, "plan", "-detailed-exitcode"), 0)
	c.wantNoWrite()

	kept, err := os.ReadFile(state)
	if err != nil {
		c.Fatal(err)
	}
	if strings.Contains(string(kept), "/"+p.provider+`\"]`) {
		c.Errorf("the state still names %s:\n%s", p.provider, kept)
	}
	if count := strings.Count(string(kept), `"organization_id": "`+c.lab.OrganizationID+`"`); count < 2 {
		c.Errorf("%d objects have their organization, want 2:\n%s", count, kept)
	}
}

// state is a state file with the policy and the route, each called "this".
func (p peerCase) state(version string) string {
	host := "registry.terraform.io"
	if strings.HasPrefix(version, "OpenTofu") {
		host = "registry.opentofu.org"
	}
	object := func(typeName, attributes string) string {
		return fmt.Sprintf(`{
  "mode": "managed", "type": %q, "name": "this", "provider": "provider[\"%s/%s\"]",
  "instances": [{"schema_version": 0, "attributes": %s}]
}`, typeName, host, p.provider, attributes)
	}
	return `{"version": 4, "terraform_version": "1.8.0", "serial": 1, "lineage": "5b3a2f0e-6d0e-4c4e-9d54-0a3f7d1c2b11", "outputs": {}, "resources": [` +
		object(p.policyType, p.policy) + "," + object(p.routeType, p.route) + "]}"
}

// movesAcrossProviders tells whether the CLI asks the provider that a moved block leads to: Terraform since 1.8, OpenTofu
// reliably since 1.11.12 and 1.12.4.
func movesAcrossProviders(version string) bool {
	name, minor, patch := "", 0, 0
	if _, err := fmt.Sscanf(version, "%s v1.%d.%d", &name, &minor, &patch); err != nil {
		return false
	}
	if name == "OpenTofu" {
		return minor > 12 || minor == 12 && patch >= 4 || minor == 11 && patch >= 12
	}
	return minor >= 8
}
