package pomeriumzero

import (
	"context"
	"net/http"
	"reflect"
)

// SettingsProperties are a cluster's settings (pomerium-zero.md 6). They live and die with the cluster. Every member
// may be left unset, and is then not managed: what the cluster has stays. A lasting member is one that the service
// requires, so it can be changed and never be unset.
type SettingsProperties struct {
	ClusterID string `json:"-" tfsdk:"cluster_id"`

	AccessLogFields                                   []string                  `json:"accessLogFields,omitzero" tfsdk:"access_log_fields"`
	Address                                           *string                   `json:"address,omitempty" tfsdk:"address" lasting:"true"`
	AllowUpgrades                                     []string                  `json:"allowUpgrades,omitzero" tfsdk:"allow_upgrades"`
	AuthenticateServiceURL                            *string                   `json:"authenticateServiceUrl,omitempty" tfsdk:"authenticate_service_url"`
	AuthorizeLogFields                                []string                  `json:"authorizeLogFields,omitzero" tfsdk:"authorize_log_fields"`
	AutoApplyChangesets                               *bool                     `json:"autoApplyChangesets,omitempty" tfsdk:"auto_apply_changesets" lasting:"true"`
	BearerTokenFormat                                 *string                   `json:"bearerTokenFormat,omitempty" tfsdk:"bearer_token_format"`
	BlobStorage                                       *BlobStorage              `json:"blobStorage,omitempty" tfsdk:"blob_storage"`
	CertificateAuthorityKeyPairID                     *string                   `json:"certificateAuthorityKeyPairId,omitempty" tfsdk:"certificate_authority_key_pair_id"`
	CircuitBreakerThresholds                          *CircuitBreakerThresholds `json:"circuitBreakerThresholds,omitempty" tfsdk:"circuit_breaker_thresholds"`
	CodecType                                         *string                   `json:"codecType,omitempty" tfsdk:"codec_type" lasting:"true"`
	CookieDomain                                      *string                   `json:"cookieDomain,omitempty" tfsdk:"cookie_domain"`
	CookieExpire                                      *string                   `json:"cookieExpire,omitempty" tfsdk:"cookie_expire" lasting:"true"`
	CookieHTTPOnly                                    *bool                     `json:"cookieHttpOnly,omitempty" tfsdk:"cookie_http_only" lasting:"true"`
	CookieName                                        *string                   `json:"cookieName,omitempty" tfsdk:"cookie_name" lasting:"true"`
	CookieSameSite                                    *string                   `json:"cookieSameSite,omitempty" tfsdk:"cookie_same_site"`
	CookieSecret                                      *string                   `json:"cookieSecret,omitempty" tfsdk:"cookie_secret" secret:"true"`
	CookieSecretWO                                    *string                   `json:"-" tfsdk:"cookie_secret_wo"`
	CookieSecretWOVersion                             *int64                    `json:"-" tfsdk:"cookie_secret_wo_version"`
	DatabrokerStorageConnection                       *string                   `json:"databrokerStorageConnection,omitempty" tfsdk:"databroker_storage_connection" secret:"true"`
	DatabrokerStorageConnectionWO                     *string                   `json:"-" tfsdk:"databroker_storage_connection_wo"`
	DatabrokerStorageConnectionWOVersion              *int64                    `json:"-" tfsdk:"databroker_storage_connection_wo_version"`
	DefaultUpstreamTimeout                            *string                   `json:"defaultUpstreamTimeout,omitempty" tfsdk:"default_upstream_timeout" lasting:"true"`
	DNSFailureRefreshRate                             *string                   `json:"dnsFailureRefreshRate,omitempty" tfsdk:"dns_failure_refresh_rate"`
	DNSLookupFamily                                   *string                   `json:"dnsLookupFamily,omitempty" tfsdk:"dns_lookup_family" lasting:"true"`
	DNSQueryTimeout                                   *string                   `json:"dnsQueryTimeout,omitempty" tfsdk:"dns_query_timeout"`
	DNSQueryTries                                     *int64                    `json:"dnsQueryTries,omitempty" tfsdk:"dns_query_tries"`
	DNSRefreshRate                                    *string                   `json:"dnsRefreshRate,omitempty" tfsdk:"dns_refresh_rate"`
	DNSUDPMaxQueries                                  *int64                    `json:"dnsUdpMaxQueries,omitempty" tfsdk:"dns_udp_max_queries"`
	DNSUseTCP                                         *bool                     `json:"dnsUseTcp,omitempty" tfsdk:"dns_use_tcp"`
	DownstreamMTLSCAKeyPairID                         *string                   `json:"downstreamMtlsCaKeyPairId,omitempty" tfsdk:"downstream_mtls_ca_key_pair_id"`
	EnvoyDynamicExtensions                            []string                  `json:"envoyDynamicExtensions,omitzero" tfsdk:"envoy_dynamic_extensions"`
	GoogleCloudServerlessAuthenticationServiceAccount *string                   `json:"googleCloudServerlessAuthenticationServiceAccount,omitempty" tfsdk:"google_cloud_serverless_authentication_service_account"`
	HTTPRedirectAddr                                  *string                   `json:"httpRedirectAddr,omitempty" tfsdk:"http_redirect_addr"`
	IdentityProvider                                  *string                   `json:"identityProvider,omitempty" tfsdk:"identity_provider"`
	IdentityProviderClientID                          *string                   `json:"identityProviderClientId,omitempty" tfsdk:"identity_provider_client_id"`
	IdentityProviderClientSecret                      *string                   `json:"identityProviderClientSecret,omitempty" tfsdk:"identity_provider_client_secret" secret:"true"`
	IdentityProviderClientSecretWO                    *string                   `json:"-" tfsdk:"identity_provider_client_secret_wo"`
	IdentityProviderClientSecretWOVersion             *int64                    `json:"-" tfsdk:"identity_provider_client_secret_wo_version"`
	IdentityProviderRequestParams                     map[string]string         `json:"identityProviderRequestParams,omitempty" tfsdk:"identity_provider_request_params"`
	IdentityProviderScopes                            []string                  `json:"identityProviderScopes,omitzero" tfsdk:"identity_provider_scopes"`
	IdentityProviderURL                               *string                   `json:"identityProviderUrl,omitempty" tfsdk:"identity_provider_url"`
	IDPAccessTokenAllowedAudiences                    []string                  `json:"idpAccessTokenAllowedAudiences,omitzero" tfsdk:"idp_access_token_allowed_audiences"`
	JWTClaimsHeaders                                  map[string]string         `json:"jwtClaimsHeaders,omitempty" tfsdk:"jwt_claims_headers"`
	LogLevel                                          *string                   `json:"logLevel,omitempty" tfsdk:"log_level" lasting:"true"`
	MCPAllowedAsMetadataDomains                       []string                  `json:"mcpAllowedAsMetadataDomains,omitzero" tfsdk:"mcp_allowed_as_metadata_domains"`
	MCPAllowedClientIDDomains                         []string                  `json:"mcpAllowedClientIdDomains,omitzero" tfsdk:"mcp_allowed_client_id_domains"`
	MCPDynamicClientRegistration                      *bool                     `json:"mcpDynamicClientRegistration,omitempty" tfsdk:"mcp_dynamic_client_registration"`
	MetricsAddress                                    *string                   `json:"metricsAddress,omitempty" tfsdk:"metrics_address"`
	OriginatorID                                      *string                   `json:"originatorId,omitempty" tfsdk:"originator_id"`
	OTELAttributeValueLengthLimit                     *int64                    `json:"otelAttributeValueLengthLimit,omitempty" tfsdk:"otel_attribute_value_length_limit"`
	OTELBSPMaxExportBatchSize                         *int64                    `json:"otelBspMaxExportBatchSize,omitempty" tfsdk:"otel_bsp_max_export_batch_size"`
	OTELBSPScheduleDelay                              *string                   `json:"otelBspScheduleDelay,omitempty" tfsdk:"otel_bsp_schedule_delay"`
	OTELExporterOTLPEndpoint                          *string                   `json:"otelExporterOtlpEndpoint,omitempty" tfsdk:"otel_exporter_otlp_endpoint"`
	OTELExporterOTLPHeaders                           []string                  `json:"otelExporterOtlpHeaders,omitzero" tfsdk:"otel_exporter_otlp_headers"`
	OTELExporterOTLPProtocol                          *string                   `json:"otelExporterOtlpProtocol,omitempty" tfsdk:"otel_exporter_otlp_protocol"`
	OTELExporterOTLPTimeout                           *string                   `json:"otelExporterOtlpTimeout,omitempty" tfsdk:"otel_exporter_otlp_timeout"`
	OTELExporterOTLPTracesEndpoint                    *string                   `json:"otelExporterOtlpTracesEndpoint,omitempty" tfsdk:"otel_exporter_otlp_traces_endpoint"`
	OTELExporterOTLPTracesHeaders                     []string                  `json:"otelExporterOtlpTracesHeaders,omitzero" tfsdk:"otel_exporter_otlp_traces_headers"`
	OTELExporterOTLPTracesProtocol                    *string                   `json:"otelExporterOtlpTracesProtocol,omitempty" tfsdk:"otel_exporter_otlp_traces_protocol"`
	OTELExporterOTLPTracesTimeout                     *string                   `json:"otelExporterOtlpTracesTimeout,omitempty" tfsdk:"otel_exporter_otlp_traces_timeout"`
	OTELLogLevel                                      *string                   `json:"otelLogLevel,omitempty" tfsdk:"otel_log_level"`
	OTELResourceAttributes                            []string                  `json:"otelResourceAttributes,omitzero" tfsdk:"otel_resource_attributes"`
	OTELTracesExporter                                *string                   `json:"otelTracesExporter,omitempty" tfsdk:"otel_traces_exporter"`
	OTELTracesSamplerArg                              *float64                  `json:"otelTracesSamplerArg,omitempty" tfsdk:"otel_traces_sampler_arg"`
	PassIdentityHeaders                               *bool                     `json:"passIdentityHeaders,omitempty" tfsdk:"pass_identity_headers" lasting:"true"`
	ProxyLogLevel                                     *string                   `json:"proxyLogLevel,omitempty" tfsdk:"proxy_log_level"`
	SessionRecordingConcurrency                       *int64                    `json:"sessionRecordingConcurrency,omitempty" tfsdk:"session_recording_concurrency"`
	SetResponseHeaders                                map[string]string         `json:"setResponseHeaders,omitempty" tfsdk:"set_response_headers"`
	SkipXFFAppend                                     *bool                     `json:"skipXffAppend,omitempty" tfsdk:"skip_xff_append" lasting:"true"`
	SSHAddress                                        *string                   `json:"sshAddress,omitempty" tfsdk:"ssh_address"`
	SSHHostKeys                                       []string                  `json:"sshHostKeys,omitzero" tfsdk:"ssh_host_keys" secret:"true"`
	SSHUserCAKey                                      *string                   `json:"sshUserCaKey,omitempty" tfsdk:"ssh_user_ca_key" secret:"true"`
	SSHUserCAKeyWO                                    *string                   `json:"-" tfsdk:"ssh_user_ca_key_wo"`
	SSHUserCAKeyWOVersion                             *int64                    `json:"-" tfsdk:"ssh_user_ca_key_wo_version"`
	TimeoutIdle                                       *string                   `json:"timeoutIdle,omitempty" tfsdk:"timeout_idle" lasting:"true"`
	TimeoutRead                                       *string                   `json:"timeoutRead,omitempty" tfsdk:"timeout_read" lasting:"true"`
	TimeoutWrite                                      *string                   `json:"timeoutWrite,omitempty" tfsdk:"timeout_write" lasting:"true"`
}

// BlobStorage is where a cluster keeps recordings. Its members alone are in snake case.
type BlobStorage struct {
	BucketURI     *string `json:"bucket_uri,omitempty"     tfsdk:"bucket_uri"`
	ManagedPrefix *string `json:"managed_prefix,omitempty" tfsdk:"managed_prefix"`
}

// Key returns what makes the settings unique: their cluster, by whose ID they are read.
func (p SettingsProperties) Key() Key { return Key{Parent: p.ClusterID} }

// Settings are the settings of an organization's clusters, by the ID of the cluster.
func (c *Client) Settings(organizationID string) Collection[SettingsProperties] {
	return Collection[SettingsProperties]{client: c, organizationID: organizationID, kind: kind{
		noun: "cluster settings", within: inCluster, item: "/organizations/{organizationId}/clusters/{clusterId}/settings",
		patched: true,
	}}
}

// Manage changes what the properties speak of. A member that is given empty, or was managed before and is not any more, is
// unset, unless the service requires it; all others stay as they are.
func (c Collection[P]) Manage(ctx context.Context, id string, before, properties P) (Object[P], error) {
	defer c.forget()
	defer c.client.waiting.Clear() // whether changes wait may be another now
	current, err := c.fresh(ctx, id, id)
	if err != nil {
		return Object[P]{}, err
	}
	managed, err := c.body(properties)
	if err != nil {
		return Object[P]{}, err
	}
	was, is := reflect.ValueOf(before), reflect.ValueOf(properties)
	operations, err := patch(current.raw, managed, reflect.TypeFor[P](), func(m member) bool {
		isGivenEmpty, wasManaged := !is.Field(m.index).IsZero(), !was.Field(m.index).IsZero() || m.secret && isWriteOnly(was, m)
		return !m.lasting && (isGivenEmpty || wasManaged)
	})
	if err != nil || len(operations) == 0 {
		return current, err
	}
	updated, err := c.object(ctx, http.MethodPatch, id, id, operations)
	if err != nil {
		return Object[P]{}, c.proven(ctx, err, id, id)
	}
	return updated, nil
}
