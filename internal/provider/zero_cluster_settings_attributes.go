package provider

import (
	"github.com/hashicorp/terraform-plugin-framework-validators/float64validator"
	"github.com/hashicorp/terraform-plugin-framework-validators/int64validator"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
)

// The enums of the contract, and of what Pomerium Core knows where the contract has a text.
var (
	codecTypes        = []string{"auto", "http1", "http2", "http3"}
	cookieSameSites   = []string{"strict", "lax", "none"}
	dnsLookupFamilies = []string{"ALL", "AUTO", "V4_ONLY", "V4_PREFERRED", "V6_ONLY"}
	identityProviders = []string{"apple", "auth0", "azure", "cognito", "github", "gitlab", "google", "oidc", "okta", "onelogin", "ping"}
	logLevels         = []string{"trace", "debug", "info", "warn", "error"}
	otelExporters     = []string{"none", "otlp"}
	otelProtocols     = []string{"grpc", "http/protobuf"}
)

// settingsAttributes are all settings but the secrets that have write-only twins.
func settingsAttributes() map[string]schema.Attribute {
	count := func(description string) schema.Int64Attribute {
		return number(description, int64validator.Between(0, maxUint32))
	}
	hosts := func(description string) schema.SetAttribute { return texts(description) }
	secretTexts := func(description string) schema.SetAttribute {
		attribute := texts(description)
		attribute.Sensitive = true
		return attribute
	}
	return map[string]schema.Attribute{
		"originator_id":            originatorID("settings"),
		"auto_apply_changesets":    optionalFlag("Whether a change goes live at once. If not, it waits in a changeset until that is applied, see `pomerium_zero_changeset_apply`."),
		"address":                  text("Address that the cluster listens on, such as `:443`.", notEmpty),
		"http_redirect_addr":       text("Address on which http is redirected to https, such as `:80`."),
		"codec_type":               choice("Version of HTTP towards clients.", codecTypes),
		"skip_xff_append":          optionalFlag("Do not add the client's address to `X-Forwarded-For`."),
		"set_response_headers":     textMap("Headers to set on all responses. A route's own go before.", isHeader),
		"allow_upgrades":           texts("Protocols that a connection may be upgraded to. An empty set allows none."),
		"pass_identity_headers":    optionalFlag("Send the user's identity upstream in signed headers, unless a route says otherwise."),
		"jwt_claims_headers":       textMap("Headers for upstreams, each with the claim of the user's identity that it holds.", isHeader),
		"bearer_token_format":      choice("How a bearer token in a request is understood, unless a route says otherwise.", bearerTokenFormats),
		"envoy_dynamic_extensions": texts("Names of Envoy's dynamic extensions to load."),

		"authenticate_service_url":           text("Address of your own sign-in service. It goes with an identity provider of your own.", isURL),
		"identity_provider":                  choice("Identity provider of your own, instead of Pomerium's.", identityProviders),
		"identity_provider_client_id":        text("Client ID at the identity provider.", notEmpty),
		"identity_provider_url":              text("Address of the identity provider, for those that have one for each customer, such as `oidc`, `okta`, `auth0` and `azure`.", isURL),
		"identity_provider_scopes":           texts("Scopes to ask for."),
		"identity_provider_request_params":   textMap("Further parameters of the sign-in request.", notEmpty),
		"idp_access_token_allowed_audiences": texts("Audiences that an identity provider's access token may have. An empty set allows none."),

		"cookie_name":      text("Name of the session cookie.", notEmpty),
		"cookie_domain":    text("Domain of the session cookie."),
		"cookie_expire":    duration("How long a session lasts."),
		"cookie_http_only": optionalFlag("Hide the session cookie from scripts."),
		"cookie_same_site": choice("`SameSite` of the session cookie.", cookieSameSites),

		"default_upstream_timeout":   duration("How long an upstream's response may take, unless a route says otherwise."),
		"timeout_idle":               duration("How long a client's connection may be idle."),
		"timeout_read":               duration("How long reading a request may take."),
		"timeout_write":              duration("How long writing a response may take."),
		"circuit_breaker_thresholds": routeCircuitBreakerThresholds(),

		"certificate_authority_key_pair_id": text("ID of the key pair whose certificate authority upstreams' certificates are checked with."),
		"downstream_mtls_ca_key_pair_id":    text("ID of the key pair whose certificate authority clients' certificates are checked with."),

		"dns_lookup_family":        choice("Which addresses of upstreams are looked up.", dnsLookupFamilies),
		"dns_refresh_rate":         duration("How often names of upstreams are looked up."),
		"dns_failure_refresh_rate": duration("How soon a failed look-up is repeated."),
		"dns_query_timeout":        duration("How long a look-up may take."),
		"dns_query_tries":          count("How often a look-up is tried."),
		"dns_udp_max_queries":      count("Most look-ups over one UDP socket; 0 for any number."),
		"dns_use_tcp":              optionalFlag("Look names up over TCP."),

		"log_level":            usually("How much the cluster logs.", logLevels),
		"proxy_log_level":      usually("How much its proxy logs. Unset: as `log_level`.", logLevels),
		"access_log_fields":    texts("Fields of the access log. An empty set leaves all out."),
		"authorize_log_fields": texts("Fields of the authorization log. An empty set leaves all out."),
		"metrics_address":      text("Address on which metrics are served, such as `:9090`."),

		"otel_traces_exporter":               usually("Where traces go.", otelExporters),
		"otel_traces_sampler_arg":            schema.Float64Attribute{MarkdownDescription: "Share of requests that are traced, from 0 to 1.", Optional: true, Validators: []validator.Float64{float64validator.Between(0, 1)}},
		"otel_resource_attributes":           texts("Attributes of all traces, each as `name=value`."),
		"otel_log_level":                     usually("How much the exporter of traces logs.", logLevels),
		"otel_attribute_value_length_limit":  number("Longest value of an attribute in a trace.", int64validator.Between(0, maxInt32)),
		"otel_bsp_max_export_batch_size":     number("Most spans that are exported together.", int64validator.Between(0, maxInt32)),
		"otel_bsp_schedule_delay":            duration("How long spans are gathered before they are exported."),
		"otel_exporter_otlp_endpoint":        text("Address of the collector.", isURL),
		"otel_exporter_otlp_protocol":        usually("Protocol of the collector.", otelProtocols),
		"otel_exporter_otlp_timeout":         duration("How long an export may take."),
		"otel_exporter_otlp_headers":         secretTexts("Headers for the collector, each as `name=value`. They often hold credentials, so they are sensitive."),
		"otel_exporter_otlp_traces_endpoint": text("Address of the collector for traces, instead of the general one.", isURL),
		"otel_exporter_otlp_traces_protocol": usually("Protocol for traces, instead of the general one.", otelProtocols),
		"otel_exporter_otlp_traces_timeout":  duration("How long an export of traces may take, instead of the general limit."),
		"otel_exporter_otlp_traces_headers":  secretTexts("Headers for traces, instead of the general ones, each as `name=value`."),

		"google_cloud_serverless_authentication_service_account": text("Service account that signs requests for Google Cloud Run and Functions."),

		"mcp_allowed_as_metadata_domains": hosts("Domains that the metadata of MCP authorization servers may come from."),
		"mcp_allowed_client_id_domains":   hosts("Domains that the IDs of MCP clients may lie in."),
		"mcp_dynamic_client_registration": optionalFlag("Let MCP clients register themselves."),

		"ssh_address":                   text("Address on which SSH is served, such as `:22`."),
		"ssh_host_keys":                 secretTexts("Private keys that the SSH server shows itself with."),
		"session_recording_concurrency": count("Most SSH sessions that are recorded at a time."),
		"blob_storage": object("Where recordings are kept.", map[string]schema.Attribute{
			"bucket_uri":     text("Address of the bucket, such as `s3://recordings`."),
			"managed_prefix": text("Prefix of what the cluster keeps there."),
		}),
	}
}

// maxInt32 is the most that the contract's signed numbers hold.
const maxInt32 = 1<<31 - 1
