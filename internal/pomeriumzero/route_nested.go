package pomeriumzero

// The objects within a route (pomerium-zero.md 4.1). A nil pointer is unset; an object without members is not.

// Redirect answers with a redirect instead of leading to an upstream.
type Redirect struct {
	HTTPSRedirect  *bool   `json:"httpsRedirect,omitempty"  tfsdk:"https_redirect"` // beats SchemeRedirect
	SchemeRedirect *string `json:"schemeRedirect,omitempty" tfsdk:"scheme_redirect"`
	HostRedirect   *string `json:"hostRedirect,omitempty"   tfsdk:"host_redirect"`
	PortRedirect   *int64  `json:"portRedirect,omitempty"   tfsdk:"port_redirect"`
	PathRedirect   *string `json:"pathRedirect,omitempty"   tfsdk:"path_redirect"` // beats PrefixRewrite
	PrefixRewrite  *string `json:"prefixRewrite,omitempty"  tfsdk:"prefix_rewrite"`
	ResponseCode   *int64  `json:"responseCode,omitempty"   tfsdk:"response_code"` // 301 unless set
	StripQuery     *bool   `json:"stripQuery,omitempty"     tfsdk:"strip_query"`
}

// DirectResponse answers by itself instead of leading to an upstream.
type DirectResponse struct {
	Status int64  `json:"status" tfsdk:"status"`
	Body   string `json:"body"   tfsdk:"body"`
}

// HealthCheck holds the members of all three kinds; Type says which apply.
type HealthCheck struct {
	Type               string `json:"type"               tfsdk:"type"` // http, tcp or grpc
	Interval           string `json:"interval"           tfsdk:"interval"`
	Timeout            string `json:"timeout"            tfsdk:"timeout"`
	HealthyThreshold   int64  `json:"healthyThreshold"   tfsdk:"healthy_threshold"`
	UnhealthyThreshold int64  `json:"unhealthyThreshold" tfsdk:"unhealthy_threshold"`

	Path *string `json:"path,omitempty" tfsdk:"path"` // http, which requires it
	Host *string `json:"host,omitempty" tfsdk:"host"` // http
	// CodecClientType is for http. The service fills it in when it is unset.
	CodecClientType  *string       `json:"codecClientType,omitempty"  tfsdk:"codec_client_type" filled:"http1"`
	ExpectedStatuses []StatusRange `json:"expectedStatuses,omitempty" tfsdk:"expected_statuses"` // http

	Send    *string  `json:"send,omitempty"    tfsdk:"send"`    // tcp, hexadecimal
	Receive []string `json:"receive,omitempty" tfsdk:"receive"` // tcp, hexadecimal

	Authority   *string `json:"authority,omitempty"   tfsdk:"authority"`    // grpc
	ServiceName *string `json:"serviceName,omitempty" tfsdk:"service_name"` // grpc
}

// StatusRange is a range of HTTP statuses; End is presumably the first that is not in it.
type StatusRange struct {
	Start int64 `json:"start" tfsdk:"start"`
	End   int64 `json:"end"   tfsdk:"end"`
}

// CircuitBreakerThresholds override those of the cluster's settings one by one.
type CircuitBreakerThresholds struct {
	MaxConnections     *int64 `json:"maxConnections,omitempty"     tfsdk:"max_connections"`
	MaxPendingRequests *int64 `json:"maxPendingRequests,omitempty" tfsdk:"max_pending_requests"`
	MaxRequests        *int64 `json:"maxRequests,omitempty"        tfsdk:"max_requests"`
	MaxRetries         *int64 `json:"maxRetries,omitempty"         tfsdk:"max_retries"`
	MaxConnectionPools *int64 `json:"maxConnectionPools,omitempty" tfsdk:"max_connection_pools"`
}

// MCP marks a route to a server of the Model Context Protocol or one for its clients. Exactly one is set.
type MCP struct {
	Server *MCPServer `json:"server,omitempty" tfsdk:"server"`
	Client *MCPClient `json:"client,omitempty" tfsdk:"client"`
}

// MCPClient has no members; that it is there says all.
type MCPClient struct{}

// MCPServer is an MCP server behind a route.
type MCPServer struct {
	Path                   *string         `json:"path,omitempty"                   tfsdk:"path"`
	MaxRequestBytes        *int64          `json:"maxRequestBytes,omitempty"        tfsdk:"max_request_bytes"`
	AuthorizationServerURL *string         `json:"authorizationServerUrl,omitempty" tfsdk:"authorization_server_url"`
	UpstreamOAuth2         *UpstreamOAuth2 `json:"upstreamOAuth2,omitempty"         tfsdk:"upstream_oauth2"`
}

// UpstreamOAuth2 is how Pomerium signs in to an upstream MCP server.
type UpstreamOAuth2 struct {
	ClientID               string            `json:"clientId"                         tfsdk:"client_id"`
	ClientSecret           *string           `json:"clientSecret,omitempty"           tfsdk:"client_secret" secret:"true"` // required by the contract
	ClientSecretWO         *string           `json:"-"                                tfsdk:"client_secret_wo"`
	ClientSecretWOVersion  *int64            `json:"-"                                tfsdk:"client_secret_wo_version"`
	OAuth2Endpoint         *OAuth2Endpoint   `json:"oauth2Endpoint,omitempty"         tfsdk:"oauth2_endpoint"`
	Scopes                 []string          `json:"scopes,omitempty"                 tfsdk:"scopes"`
	AuthorizationURLParams map[string]string `json:"authorizationUrlParams,omitempty" tfsdk:"authorization_url_params"`
}

// OAuth2Endpoint is where to sign in.
type OAuth2Endpoint struct {
	AuthURL   *string `json:"authUrl,omitempty"   tfsdk:"auth_url"`
	TokenURL  *string `json:"tokenUrl,omitempty"  tfsdk:"token_url"`
	AuthStyle *string `json:"authStyle,omitempty" tfsdk:"auth_style"`
}

// RewriteHeader rewrites the beginning of a response header's value.
type RewriteHeader struct {
	Header  string        `json:"header"  tfsdk:"header"`
	Value   string        `json:"value"   tfsdk:"value"`
	Matcher HeaderMatcher `json:"matcher" tfsdk:"matcher"`
}

// HeaderMatcher chooses values by their beginning, the only way there is.
type HeaderMatcher struct {
	Prefix string `json:"prefix" tfsdk:"prefix"`
}

// SessionRecording records SSH sessions.
type SessionRecording struct {
	Enabled *bool `json:"enabled,omitempty" tfsdk:"enabled"`
}

// UpstreamTunnel lets the upstream dial in over a reverse SSH tunnel.
type UpstreamTunnel struct {
	SSHPolicyID *string `json:"sshPolicyId,omitempty" tfsdk:"ssh_policy_id"`
}
