package provider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework-validators/int64validator"
	"github.com/hashicorp/terraform-plugin-framework-validators/listvalidator"
	"github.com/hashicorp/terraform-plugin-framework-validators/resourcevalidator"
	"github.com/hashicorp/terraform-plugin-framework-validators/setvalidator"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/setdefault"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/pomerium-zdx/terraform-provider-pomerium/internal/pomeriumzero"
)

// A route leads from an address to upstreams, guarded by policies. The service wants seven booleans and the
// policies in every body, and PUT replaces the whole object (pomerium-zero.md 4): members that this
// provider does not know are read and put back, so what others set stays.

var (
	_ resource.ResourceWithConfigure   = (*zeroRouteResource)(nil)
	_ resource.ResourceWithIdentity    = (*zeroRouteResource)(nil)
	_ resource.ResourceWithImportState = (*zeroRouteResource)(nil)
	_ resource.ResourceWithModifyPlan  = (*zeroRouteResource)(nil)
	_ resource.ResourceWithMoveState   = (*zeroRouteResource)(nil)

	_ resource.ResourceWithConfigValidators = (*zeroRouteResource)(nil)
)

type zeroRouteResource struct {
	zeroResource[pomeriumzero.RouteProperties, routeModel, *routeModel]
}

type routeModel struct {
	zeroModel
	pomeriumzero.RouteProperties
}

func (m *routeModel) parts() (*zeroModel, *pomeriumzero.RouteProperties) {
	return &m.zeroModel, &m.RouteProperties
}

func newZeroRouteResource() resource.Resource {
	r := &zeroRouteResource{zeroResource[pomeriumzero.RouteProperties, routeModel, *routeModel]{
		noun: "route", holder: inNamespace, collection: (*pomeriumzero.Client).Routes,
	}}
	r.checks = r
	return r
}

// The enums of the contract. One list feeds validator and description.
var (
	bearerTokenFormats    = []string{"default", "idp_access_token", "idp_identity_token", "jwt"}
	jwtIssuerFormats      = []string{"hostOnly", "uri"}
	loadBalancingPolicies = []string{"round_robin", "least_request", "random", "ring_hash", "maglev"}
)

func (r *zeroRouteResource) Schema(_ context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	attributes := zeroSchema("route", inNamespace, map[string]schema.Attribute{
		"name": neededText("Name of the route, unique in its namespace."),
		"from": byMeaning(urlMeaning, schema.StringAttribute{
			MarkdownDescription: "Address that users call: `https`, `tcp+https`, `udp+https` or `ssh`, and a host, which may hold `*`. " +
				"A path goes into `prefix`, `path` or `regex`.",
			Required: true, Validators: []validator.String{isRouteURL},
		}),
		"to": schema.ListAttribute{
			MarkdownDescription: "Upstream URLs: `http`, `https`, `h2c`, `tcp`, `udp`, `ssh` or `unix`. With several, requests are " +
				"spread over them; `,2` behind a URL gives it a weight. The path of the first becomes the prefix that is sent.",
			ElementType: types.StringType, Optional: true,
			Validators: []validator.List{listvalidator.SizeAtLeast(1), listvalidator.ValueStringsAre(isUpstream), upstreamsAgree{}},
		},
		"policy_ids": schema.SetAttribute{
			MarkdownDescription: "IDs of the policies that guard the route. A user passes if any allows and none denies. Default: none, " +
				"so that only enforced policies let anyone pass.",
			ElementType: types.StringType, Optional: true, Computed: true,
			Default:    setdefault.StaticValue(types.SetValueMust(types.StringType, []attr.Value{})),
			Validators: []validator.Set{eachNotEmpty},
		},

		"description":   text("Shown in the routes portal."),
		"logo_url":      text("Address of a picture for the routes portal.", isURL),
		"originator_id": originatorID("route"),

		"prefix": text("Match paths that begin so. At most one of `prefix`, `path` and `regex`.", alone("path", "regex")),
		"path":   text("Match this path only.", alone("prefix", "regex")),
		"regex":  text("Match paths that this RE2 expression matches as a whole.", isRegex, alone("prefix", "path")),
		"regex_priority_order": schema.Int64Attribute{
			MarkdownDescription: "Order among routes with a `regex`: the higher is tried first.", Optional: true,
			Validators: []validator.Int64{needs("regex")},
		},
		"depends_on_hosts": texts("Up to five further hosts that a user is signed in to on the way here. The service calls it `dependsOn`.",
			setvalidator.SizeAtMost(5)),

		"prefix_rewrite":             text("Replace the matched prefix with this one.", alone("regex_rewrite_pattern")),
		"regex_rewrite_pattern":      text("RE2 expression for the part of the path to replace.", isRegex, alone("prefix_rewrite")),
		"regex_rewrite_substitution": text("What to put there; `\\\\1` stands for the first group.", needs("regex_rewrite_pattern")),
		"host_rewrite": text("Host header to send upstream. At most one of the three `host_*` rewrites.",
			alone("host_rewrite_header", "host_path_regex_rewrite_pattern")),
		"host_rewrite_header": text("Header of the request whose value becomes the Host header.",
			alone("host_rewrite", "host_path_regex_rewrite_pattern")),
		"host_path_regex_rewrite_pattern": text("RE2 expression over the path whose substitution becomes the Host header.",
			isRegex, alone("host_rewrite", "host_rewrite_header")),
		"host_path_regex_rewrite_substitution": text("Substitution for `host_path_regex_rewrite_pattern`.",
			needs("host_path_regex_rewrite_pattern")),
		"preserve_host_header": flag("Send the Host header that the user sent."),

		"timeout":          duration("How long a response may take. Unset: 30 s, and no limit with websockets, TCP, UDP and Kubernetes."),
		"idle_timeout":     duration("How long a connection may be idle."),
		"allow_websockets": flag("Let websocket connections through."),
		"allow_spdy":       flag("Let SPDY connections through, as `kubectl exec` makes them."),
		"allow_upgrades":   texts("Further protocols that a connection may be upgraded to. Unset follows the cluster's settings; an empty set allows none."),

		"set_request_headers": secretMap("Headers to set on requests. Values may hold `$${pomerium.jwt}` and the like (written so in HCL). They often "+
			"hold credentials, so they are sensitive. `Host` is not among them: see the rewrites.", isRequestHeader),
		"remove_request_headers": texts("Names of headers to remove from requests."),
		"set_response_headers":   textMap("Headers to set on responses.", isHeader),
		"pass_identity_headers": schema.BoolAttribute{
			MarkdownDescription: "Send the user's identity upstream in signed headers. Unset follows the cluster's settings.", Optional: true,
		},
		"show_error_details": flag("Show a refused user the policy's explanation and remediation."),

		"identity_provider_client_id": text("Client ID at the identity provider, for this route alone."),
		"bearer_token_format":         choice("How a bearer token in a request is understood.", bearerTokenFormats),
		"idp_access_token_allowed_audiences": texts("Audiences that an identity provider's access token may have. Unset and empty differ: " +
			"an empty set allows none."),
		"jwt_issuer_format": choice("Form of the issuer in the signed identity header.", jwtIssuerFormats),

		"tls_skip_verify":                  flag("Do not verify the upstream's certificate. Anyone in between can read along."),
		"tls_upstream_allow_renegotiation": flag("Let the upstream renegotiate TLS."),
		"tls_upstream_server_name":         text("Name to expect in the upstream's certificate, instead of the host of `to`."),
		"tls_downstream_server_name":       text("Name that clients ask for in TLS, instead of the host of `from`."),
		"tls_custom_ca_key_pair_id":        text("ID of the key pair whose certificate authority the upstream's certificate is checked with."),
		"tls_client_key_pair_id":           text("ID of the key pair to show to the upstream as client certificate."),
		"tls_downstream_client_ca_key_pair_id": text("ID of the key pair whose certificate authority clients' certificates are checked " +
			"with. Deprecated by the service."),
		"enable_google_cloud_serverless_authentication": flag("Sign requests for Google Cloud Run and Functions."),

		"load_balancing_policy": choice("How requests are spread over several upstreams.", loadBalancingPolicies),
		"healthy_panic_threshold": schema.Int64Attribute{
			MarkdownDescription: "Percentage of healthy upstreams below which all are used regardless. `0` turns that off.", Optional: true,
			Validators: []validator.Int64{int64validator.Between(0, 100)},
		},

		"redirect":                   routeRedirect(),
		"response":                   routeResponse(),
		"health_check":               routeHealthCheck(),
		"circuit_breaker_thresholds": routeCircuitBreakerThresholds(),
		"mcp":                        routeMCP(),
		"rewrite_response_headers":   routeRewriteResponseHeaders(),
		"session_recording": object("Recording of SSH sessions.", map[string]schema.Attribute{
			"enabled": optionalFlag("Whether sessions are recorded."),
		}),
		"upstream_tunnel": object("Let the upstream dial in over a reverse SSH tunnel.", map[string]schema.Attribute{
			"ssh_policy_id": text("ID of the policy that says who may open the tunnel."),
		}),
	})
	addSecret(attributes, "kubernetes_service_account_token", "Token of the Kubernetes service account to act as towards a Kubernetes API.", false)
	addSecret(attributes, "identity_provider_client_secret", "Client secret at the identity provider, for this route alone.", false)
	resp.Schema = schema.Schema{
		MarkdownDescription: "A route of Pomerium Zero: it leads from an address to upstreams, redirects, or answers by itself, and is guarded by " +
			"policies. What a route holds beyond these attributes, members that the service has added since for example, is left as it is.",
		Attributes: attributes,
	}
}

// ConfigValidators check what concerns several attributes. Core takes redirect, else response, else to; the
// documents say either-or (pomerium-zero.md 4.1).
func (r *zeroRouteResource) ConfigValidators(context.Context) []resource.ConfigValidator {
	return []resource.ConfigValidator{
		resourcevalidator.ExactlyOneOf(path.MatchRoot("to"), path.MatchRoot("redirect"), path.MatchRoot("response")),
	}
}
