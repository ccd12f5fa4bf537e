package provider

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/pomerium-zdx/terraform-provider-pomerium/internal/apimock"
	"github.com/pomerium-zdx/terraform-provider-pomerium/internal/apimock/contract"
)

const settingsType = "pomerium_zero_cluster_settings"

func settingsOf(l *lab, more map[string]any) map[string]any {
	arguments := map[string]any{"cluster_id": l.ClusterNamespaceID}
	for name, value := range more {
		arguments[name] = value
	}
	return arguments
}

const settingsPath = zeroPath + "/clusters/{clusterId}/settings"

// Only what is configured is managed: making it takes over what is there, a member that others set stays through every
// change, one that is taken out again is unset, and destroying it leaves all as it is.
func TestZeroClusterSettings(t *testing.T) {
	t.Parallel()
	onSockets(t, apimock.Switches{FutureMembers: []string{futureMember}}, func(t *testing.T, l *lab, p *protocol) {
		held := func() map[string]any { return l.Object("settings", l.ClusterNamespaceID) }
		l.EditObject("settings", l.ClusterNamespaceID, func(settings map[string]any) {
			settings["cookieDomain"], settings[futureMember] = "acme.test", "kept"
		})
		before := held()
		arguments := settingsOf(l, map[string]any{"timeout_idle": "10m", "set_response_headers": map[string]string{"X-Frame-Options": "DENY"}})
		o := p.mustChange(p.none(settingsType), arguments)
		state := p.state(o)
		if state["id"] != l.ClusterNamespaceID || state["timeout_idle"] != "10m" || state["cookie_domain"] != nil || state["timeout_read"] != nil {
			t.Errorf("the state is %v", state)
		}
		requireMembers(t, held(), before, map[string]any{"timeoutIdle": "10m", "setResponseHeaders": map[string]any{"X-Frame-Options": "DENY"}})

		l.EditObject("settings", l.ClusterNamespaceID, func(settings map[string]any) { settings["logLevel"] = "debug" })
		fresh, problems := p.refresh(o)
		if len(problems) > 0 || p.changes(fresh, arguments) {
			t.Errorf("what is not managed is a difference: %s", listed(problems))
		}
		l.EditObject("settings", l.ClusterNamespaceID, func(settings map[string]any) { settings["timeoutIdle"] = "1m" })
		fresh, _ = p.refresh(o)
		if !p.changes(fresh, arguments) {
			t.Error("a managed setting that somebody changed is no difference")
		}

		before = held()
		arguments = settingsOf(l, map[string]any{"cookie_expire": "9h"})
		o = p.mustChange(fresh, arguments)
		requireMembers(t, held(), before, map[string]any{"cookieExpire": "9h", "setResponseHeaders": nil}) // timeoutIdle lasts

		before = held()
		p.mustChange(o, nil)
		requireMembers(t, held(), before, nil)
		if puts := len(l.Sent(http.MethodPut, settingsPath)); puts > 0 {
			t.Errorf("%d times all settings were replaced", puts)
		}
	})
}

// requireMembers requires that the settings are what they were but for some; nil is a member that is gone.
func requireMembers(t *testing.T, now, before, changed map[string]any) {
	t.Helper()
	for name, value := range changed {
		before[name] = value
	}
	for name := range before {
		if is, want := now[name], before[name]; name != "updatedAt" && fmt.Sprint(is) != fmt.Sprint(want) {
			t.Errorf("%s is %v, want %v", name, is, want)
		}
	}
}

// An import manages nothing yet, so that the apply after it unsets nothing that the configuration lacks.
func TestZeroClusterSettingsImport(t *testing.T) {
	t.Parallel()
	onSockets(t, unpaced(), func(t *testing.T, l *lab, p *protocol) {
		for _, id := range []string{l.ClusterNamespaceID, l.OrganizationID + "/" + l.ClusterNamespaceID} {
			o, problems := p.importIn(t.Context(), settingsType, id)
			state := p.state(o)
			if len(problems) > 0 || state["cluster_id"] != l.ClusterNamespaceID || state["id"] != l.ClusterNamespaceID || state["cookie_name"] != nil {
				t.Errorf("imported %v: %s", state, listed(problems))
			}
			before := l.Object("settings", l.ClusterNamespaceID)
			p.mustChange(o, settingsOf(l, map[string]any{"cookie_name": before["cookieName"]}))
			requireMembers(t, l.Object("settings", l.ClusterNamespaceID), before, nil)
		}
		if o, problems := p.importIn(t.Context(), settingsType, "nowhere"); !hasError(problems) && p.state(o) != nil {
			t.Error("settings of no cluster were imported")
		}
	})
}

func TestZeroClusterSettingsGone(t *testing.T) {
	t.Parallel()
	onSockets(t, unpaced(), func(t *testing.T, l *lab, p *protocol) {
		cluster := l.AddNamespace(l.OrganizationID, "Other", "cluster", l.RootNamespaceID)
		o := p.mustChange(p.none(settingsType), map[string]any{"cluster_id": cluster, "log_level": "warn"})
		l.AddFault(apimock.Fault{Method: http.MethodGet, Template: settingsPath, Status: http.StatusForbidden, Times: 1})
		kept, problems := p.refresh(o)
		if !says(problems, tfprotov6.DiagnosticSeverityError, "lack the role") || p.state(kept) == nil {
			t.Errorf("the state is %v: %s", p.state(kept), listed(problems))
		}
		l.RemoveObject("clusters", cluster)
		gone, problems := p.refresh(o)
		if len(problems) > 0 || p.state(gone) != nil {
			t.Errorf("the state is %v: %s", p.state(gone), listed(problems))
		}
	})
}

// An identity provider is tried before anything is changed, if that is asked for. Secrets go in in either way.
func TestZeroClusterSettingsIdentityProvider(t *testing.T) {
	t.Parallel()
	onSockets(t, unpaced(), func(t *testing.T, l *lab, p *protocol) {
		arguments := settingsOf(l, map[string]any{
			"check_identity_provider": true, "identity_provider": "oidc", "identity_provider_client_id": "pomerium",
			"identity_provider_client_secret_wo": "very-secret-value", "identity_provider_client_secret_wo_version": 1,
			"authenticate_service_url": "https://authenticate.acme.test",
		})
		_, problems := p.change(p.none(settingsType), arguments)
		if !says(problems, tfprotov6.DiagnosticSeverityError, "identity_provider_url", "refuses it") || strings.Contains(listed(problems), "very-secret-value") {
			t.Errorf("the error is %s", listed(problems))
		}
		if patches := len(l.Sent(http.MethodPatch, settingsPath)); patches > 0 {
			t.Errorf("%d changes were sent", patches)
		}
		arguments["identity_provider_url"] = "https://id.acme.test"
		o := p.mustChange(p.none(settingsType), arguments)
		if is := l.Object("settings", l.ClusterNamespaceID)["identityProviderClientSecret"]; is != "very-secret-value" {
			t.Errorf("the secret is %v", is)
		}
		fresh, problems := p.refresh(o)
		if state := p.state(fresh); len(problems) > 0 || state["identity_provider_client_secret"] != nil || p.changes(fresh, arguments) {
			t.Errorf("the state is %v: %s", state, listed(problems))
		}
		for _, exchange := range l.Sent(http.MethodPost, "/checkIdentityProviderSettings") {
			if body := string(exchange.Body); !strings.Contains(body, "very-secret-value") {
				t.Errorf("checked %s", body)
			}
		}
	})
}

// The list of what cannot be unset is the contract's.
func TestLastingSettings(t *testing.T) {
	t.Parallel()
	document, err := openapi3.NewLoader().LoadFromData(contract.PomeriumZero())
	if err != nil {
		t.Fatal(err)
	}
	var want []string
	for _, member := range document.Components.Schemas["SettingsProperties"].Value.Required {
		want = append(want, mirrored{}.attribute(member))
	}
	slices.Sort(want)
	if !slices.Equal(lastingSettings, want) {
		t.Errorf("%v\nwant %v", lastingSettings, want)
	}
}

// Every setting reaches the service and comes back.
func TestZeroClusterSettingsMembers(t *testing.T) {
	t.Parallel()
	onSockets(t, unpaced(), func(t *testing.T, l *lab, p *protocol) {
		pair := l.CreateObject("keyPairs", l.OrganizationID, map[string]any{"namespaceId": l.ClusterNamespaceID, "name": "ca"})
		arguments := settingsOf(l, map[string]any{
			"auto_apply_changesets": true, "address": ":8443", "http_redirect_addr": ":80", "codec_type": "http2", "skip_xff_append": true,
			"allow_upgrades": []string{"websocket"}, "pass_identity_headers": true, "jwt_claims_headers": map[string]string{"X-Email": "email"},
			"bearer_token_format": "jwt", "envoy_dynamic_extensions": []string{"wasm"}, "idp_access_token_allowed_audiences": []string{},
			"identity_provider": "oidc", "identity_provider_client_id": "pomerium", "identity_provider_client_secret": "very-secret-value",
			"identity_provider_url": "https://id.acme.test", "identity_provider_scopes": []string{"openid"}, "authenticate_service_url": "https://authenticate.acme.test",
			"identity_provider_request_params": map[string]string{"prompt": "login"},
			"cookie_name":                      "_acme", "cookie_domain": "acme.test", "cookie_expire": "8h", "cookie_http_only": false, "cookie_same_site": "lax",
			"cookie_secret": "c2VjcmV0LWNvb2tpZS1zZWNyZXQtY29va2llLXNlY3I=", "databroker_storage_connection": "postgres://u:p-secret-p@db/pomerium",
			"default_upstream_timeout": "45s", "timeout_idle": "1m", "timeout_read": "20s", "timeout_write": "0s",
			"circuit_breaker_thresholds": map[string]any{"max_connections": 10}, "certificate_authority_key_pair_id": pair, "downstream_mtls_ca_key_pair_id": pair,
			"dns_lookup_family": "V6_ONLY", "dns_refresh_rate": "10s", "dns_failure_refresh_rate": "2s", "dns_query_timeout": "3s", "dns_query_tries": 5,
			"dns_udp_max_queries": 0, "dns_use_tcp": true, "log_level": "warn", "proxy_log_level": "error", "access_log_fields": []string{"path"},
			"authorize_log_fields": []string{}, "metrics_address": ":9090", "otel_traces_exporter": "otlp", "otel_traces_sampler_arg": 0.5,
			"otel_resource_attributes": []string{"env=prod"}, "otel_log_level": "info", "otel_attribute_value_length_limit": 100, "otel_bsp_max_export_batch_size": 64,
			"otel_bsp_schedule_delay": "5s", "otel_exporter_otlp_endpoint": "https://otel.acme.test", "otel_exporter_otlp_protocol": "grpc",
			"otel_exporter_otlp_timeout": "10s", "otel_exporter_otlp_headers": []string{"Authorization=x"}, "otel_exporter_otlp_traces_endpoint": "https://traces.acme.test",
			"otel_exporter_otlp_traces_protocol": "http/protobuf", "otel_exporter_otlp_traces_timeout": "11s", "otel_exporter_otlp_traces_headers": []string{"A=b"},
			"google_cloud_serverless_authentication_service_account": "svc@acme.test", "mcp_allowed_as_metadata_domains": []string{"acme.test"},
			"mcp_allowed_client_id_domains": []string{"vscode.dev"}, "mcp_dynamic_client_registration": true, "ssh_address": ":22",
			"ssh_host_keys": []string{"ssh-key-secret-one"}, "ssh_user_ca_key": "ssh-ca-key-secret", "session_recording_concurrency": 3,
			"blob_storage": map[string]any{"bucket_uri": "s3://recordings", "managed_prefix": "a/"}, "originator_id": "terraform",
			"set_response_headers": map[string]string{"X-Frame-Options": "DENY"},
		})
		for _, attribute := range p.schemas.ResourceSchemas[settingsType].Block.Attributes {
			_, given := arguments[attribute.Name]
			isOwn := slices.Contains(zeroOwn, attribute.Name) || attribute.Name == "check_identity_provider" || writeOnlyTwin.MatchString(attribute.Name)
			if !given && !isOwn {
				t.Errorf("%s is not tried", attribute.Name)
			}
		}
		o := p.mustChange(p.none(settingsType), arguments)
		fresh, problems := p.refresh(o)
		if len(problems) > 0 || p.changes(fresh, arguments) {
			t.Errorf("what comes back differs: %s\n%v\n%v", listed(problems), p.state(fresh), p.state(o))
		}
		shown := p.mustRead(settingsType, map[string]any{"cluster_id": l.ClusterNamespaceID})
		if shown["cookie_name"] != "_acme" || shown["id"] != l.ClusterNamespaceID {
			t.Errorf("the data source shows %v", shown)
		}
		if text := fmt.Sprint(shown); strings.Contains(text, "very-secret-value") || strings.Contains(text, "ssh-ca-key-secret") {
			t.Errorf("the data source shows a secret")
		}
		back := p.mustChange(fresh, settingsOf(l, nil))
		if held := l.Object("settings", l.ClusterNamespaceID); held["cookieSecret"] != nil || held["cookieName"] != "_acme" || held["blobStorage"] != nil {
			t.Errorf("after all was taken out the service holds %v", held)
		}
		p.mustChange(back, nil)
	})
}
