package pomeriumzero

// RouteProperties is what a client sets of a route: the body of POST and PUT (pomerium-zero.md 4.1).
// Pointers, slices and maps that are nil are not sent. Members with omitzero are sent when empty,
// because "none" differs from "as the cluster's settings say". A secret X has twins XWO and XWOVersion:
// what is set of XWO is sent as X and stands in no state.
type RouteProperties struct {
	Name        string   `json:"name"                tfsdk:"name"`
	NamespaceID string   `json:"namespaceId"         tfsdk:"namespace_id"`
	From        string   `json:"from"                tfsdk:"from"`
	To          []string `json:"to,omitempty"        tfsdk:"to"`
	PolicyIDs   []string `json:"policyIds"           tfsdk:"policy_ids"`

	Description  *string `json:"description,omitempty"  tfsdk:"description"`
	LogoURL      *string `json:"logoUrl,omitempty"      tfsdk:"logo_url"`
	OriginatorID *string `json:"originatorId,omitempty" tfsdk:"originator_id"`

	Prefix             *string  `json:"prefix,omitempty"             tfsdk:"prefix"`
	Path               *string  `json:"path,omitempty"               tfsdk:"path"`
	Regex              *string  `json:"regex,omitempty"              tfsdk:"regex"`
	RegexPriorityOrder *int64   `json:"regexPriorityOrder,omitempty" tfsdk:"regex_priority_order"`
	DependsOn          []string `json:"dependsOn,omitempty"          tfsdk:"depends_on_hosts"` // depends_on belongs to Terraform

	PrefixRewrite                    *string `json:"prefixRewrite,omitempty"                    tfsdk:"prefix_rewrite"`
	RegexRewritePattern              *string `json:"regexRewritePattern,omitempty"              tfsdk:"regex_rewrite_pattern"`
	RegexRewriteSubstitution         *string `json:"regexRewriteSubstitution,omitempty"         tfsdk:"regex_rewrite_substitution"`
	HostRewrite                      *string `json:"hostRewrite,omitempty"                      tfsdk:"host_rewrite"`
	HostRewriteHeader                *string `json:"hostRewriteHeader,omitempty"                tfsdk:"host_rewrite_header"`
	HostPathRegexRewritePattern      *string `json:"hostPathRegexRewritePattern,omitempty"      tfsdk:"host_path_regex_rewrite_pattern"`
	HostPathRegexRewriteSubstitution *string `json:"hostPathRegexRewriteSubstitution,omitempty" tfsdk:"host_path_regex_rewrite_substitution"`
	PreserveHostHeader               bool    `json:"preserveHostHeader"                         tfsdk:"preserve_host_header"`

	Timeout         *string  `json:"timeout,omitempty"       tfsdk:"timeout"`
	IdleTimeout     *string  `json:"idleTimeout,omitempty"   tfsdk:"idle_timeout"`
	AllowWebsockets bool     `json:"allowWebsockets"         tfsdk:"allow_websockets"`
	AllowSPDY       bool     `json:"allowSpdy"               tfsdk:"allow_spdy"`
	AllowUpgrades   []string `json:"allowUpgrades,omitzero"  tfsdk:"allow_upgrades"`

	SetRequestHeaders    map[string]string `json:"setRequestHeaders,omitempty"    tfsdk:"set_request_headers"`
	RemoveRequestHeaders []string          `json:"removeRequestHeaders,omitempty" tfsdk:"remove_request_headers"`
	SetResponseHeaders   map[string]string `json:"setResponseHeaders,omitempty"   tfsdk:"set_response_headers"`
	PassIdentityHeaders  *bool             `json:"passIdentityHeaders,omitempty"  tfsdk:"pass_identity_headers"`
	ShowErrorDetails     bool              `json:"showErrorDetails"               tfsdk:"show_error_details"`

	KubernetesServiceAccountToken          *string `json:"kubernetesServiceAccountToken,omitempty" tfsdk:"kubernetes_service_account_token" secret:"true"`
	KubernetesServiceAccountTokenWO        *string `json:"-"                                       tfsdk:"kubernetes_service_account_token_wo"`
	KubernetesServiceAccountTokenWOVersion *int64  `json:"-"                                       tfsdk:"kubernetes_service_account_token_wo_version"`
	IdentityProviderClientID               *string `json:"identityProviderClientId,omitempty"      tfsdk:"identity_provider_client_id"`
	IdentityProviderClientSecret           *string `json:"identityProviderClientSecret,omitempty"  tfsdk:"identity_provider_client_secret" secret:"true"`
	IdentityProviderClientSecretWO         *string `json:"-"                                       tfsdk:"identity_provider_client_secret_wo"`
	IdentityProviderClientSecretWOVersion  *int64  `json:"-"                                       tfsdk:"identity_provider_client_secret_wo_version"`

	BearerTokenFormat              *string  `json:"bearerTokenFormat,omitempty"             tfsdk:"bearer_token_format"`
	IDPAccessTokenAllowedAudiences []string `json:"idpAccessTokenAllowedAudiences,omitzero" tfsdk:"idp_access_token_allowed_audiences"`
	JWTIssuerFormat                *string  `json:"jwtIssuerFormat,omitempty"               tfsdk:"jwt_issuer_format"`

	TLSSkipVerify                             bool    `json:"tlsSkipVerify"                             tfsdk:"tls_skip_verify"`
	TLSUpstreamAllowRenegotiation             bool    `json:"tlsUpstreamAllowRenegotiation"             tfsdk:"tls_upstream_allow_renegotiation"`
	TLSUpstreamServerName                     *string `json:"tlsUpstreamServerName,omitempty"           tfsdk:"tls_upstream_server_name"`
	TLSDownstreamServerName                   *string `json:"tlsDownstreamServerName,omitempty"         tfsdk:"tls_downstream_server_name"`
	TLSCustomCAKeyPairID                      *string `json:"tlsCustomCaKeyPairId,omitempty"            tfsdk:"tls_custom_ca_key_pair_id"`
	TLSClientKeyPairID                        *string `json:"tlsClientKeyPairId,omitempty"              tfsdk:"tls_client_key_pair_id"`
	TLSDownstreamClientCAKeyPairID            *string `json:"tlsDownstreamClientCaKeyPairId,omitempty"  tfsdk:"tls_downstream_client_ca_key_pair_id"`
	EnableGoogleCloudServerlessAuthentication bool    `json:"enableGoogleCloudServerlessAuthentication" tfsdk:"enable_google_cloud_serverless_authentication"`

	LoadBalancingPolicy   *string `json:"loadBalancingPolicy,omitempty"   tfsdk:"load_balancing_policy"`
	HealthyPanicThreshold *int64  `json:"healthyPanicThreshold,omitempty" tfsdk:"healthy_panic_threshold"`

	Redirect                 *Redirect                 `json:"redirect,omitempty"                 tfsdk:"redirect"`
	Response                 *DirectResponse           `json:"response,omitempty"                 tfsdk:"response"`
	HealthCheck              *HealthCheck              `json:"healthCheck,omitempty"              tfsdk:"health_check"`
	CircuitBreakerThresholds *CircuitBreakerThresholds `json:"circuitBreakerThresholds,omitempty" tfsdk:"circuit_breaker_thresholds"`
	MCP                      *MCP                      `json:"mcp,omitempty"                      tfsdk:"mcp"`
	RewriteResponseHeaders   []RewriteHeader           `json:"rewriteResponseHeaders,omitempty"   tfsdk:"rewrite_response_headers"`
	SessionRecording         *SessionRecording         `json:"sessionRecording,omitempty"         tfsdk:"session_recording"`
	UpstreamTunnel           *UpstreamTunnel           `json:"upstreamTunnel,omitempty"           tfsdk:"upstream_tunnel"`
}

// Key returns what makes the route unique.
func (p RouteProperties) Key() Key { return Key{Parent: p.NamespaceID, Name: p.Name} }

// Routes is the collection of an organization's routes. What the policies' owners change
// (enforcedPolicyIds, policies) is for the service to say, so it is never sent back.
func (c *Client) Routes(organizationID string) Collection[RouteProperties] {
	return Collection[RouteProperties]{
		client: c, organizationID: organizationID, kind: kind{
			within: inNamespace, parameter: "namespaceId", paged: true, chosen: true, noun: "route",
			list: "/organizations/{organizationId}/routes", item: "/organizations/{organizationId}/routes/{routeId}",
			computed: []string{"policies", "enforcedPolicies", "enforcedPolicyIds"},
		},
	}
}
