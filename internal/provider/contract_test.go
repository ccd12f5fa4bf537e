package provider

import (
	"maps"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/pomerium-zdx/terraform-provider-pomerium/internal/apimock/contract"
	"github.com/pomerium-zdx/terraform-provider-pomerium/internal/pomeriumzero"
	"github.com/pomerium-zdx/terraform-provider-pomerium/internal/zdx"
)

// mirrored is a Go struct that carries an object of a contract into a schema.
type mirrored struct {
	document    []byte
	object      string // name in the contract; several, joined by +, are alternatives
	goType      reflect.Type
	schema      string // resource or data source
	at          string // attribute that holds the object, with dots; "" for the top
	renamed     map[string]string
	omitted     map[string]string // member of the contract: why it is no attribute
	ownOfSchema []string          // attributes that are Terraform's own business
}

// zeros is why a member of an object is not one of the struct: it is another's business.
const zeros = "an attribute of all objects, or of the struct with what a client sets"

var zeroOwn = []string{"id", "organization_id", "created_at", "updated_at"}

var mirrors = []mirrored{
	{
		document: contract.PomeriumZero(), object: "RouteProperties", goType: reflect.TypeFor[pomeriumzero.RouteProperties](),
		schema: "pomerium_zero_route", ownOfSchema: zeroOwn,
		renamed: map[string]string{"dependsOn": "depends_on_hosts"}, // depends_on is a meta-argument
	},
	ofRoute("RouteRedirect", "redirect", reflect.TypeFor[pomeriumzero.Redirect]()),
	ofRoute("RouteDirectResponse", "response", reflect.TypeFor[pomeriumzero.DirectResponse]()),
	ofRoute("RouteHttpHealthCheck+RouteTcpHealthCheck+RouteGrpcHealthCheck", "health_check", reflect.TypeFor[pomeriumzero.HealthCheck]()),
	ofRoute("IntegerRange", "health_check.expected_statuses", reflect.TypeFor[pomeriumzero.StatusRange]()),
	ofRoute("CircuitBreakerThresholds", "circuit_breaker_thresholds", reflect.TypeFor[pomeriumzero.CircuitBreakerThresholds]()),
	ofRoute("MCP", "mcp", reflect.TypeFor[pomeriumzero.MCP]()),
	ofRoute("MCPServer", "mcp.server", reflect.TypeFor[pomeriumzero.MCPServer]()),
	ofRoute("MCPClient", "mcp.client", reflect.TypeFor[pomeriumzero.MCPClient]()),
	ofRoute("UpstreamOAuth2", "mcp.server.upstream_oauth2", reflect.TypeFor[pomeriumzero.UpstreamOAuth2]()),
	ofRoute("OAuth2Endpoint", "mcp.server.upstream_oauth2.oauth2_endpoint", reflect.TypeFor[pomeriumzero.OAuth2Endpoint]()),
	ofRoute("RouteRewriteHeader", "rewrite_response_headers", reflect.TypeFor[pomeriumzero.RewriteHeader]()),
	ofRoute("RouteSessionRecording", "session_recording", reflect.TypeFor[pomeriumzero.SessionRecording]()),
	ofRoute("UpstreamTunnel", "upstream_tunnel", reflect.TypeFor[pomeriumzero.UpstreamTunnel]()),
	{
		document: contract.PomeriumZero(), object: "PolicyProperties", goType: reflect.TypeFor[pomeriumzero.PolicyProperties](),
		schema: "pomerium_zero_policy", ownOfSchema: zeroOwn,
	},
	{
		document: contract.PomeriumZero(), object: "CreateClusterRequest", goType: reflect.TypeFor[pomeriumzero.ClusterProperties](),
		schema: "pomerium_zero_cluster", ownOfSchema: append([]string{"fqdn", "namespace_id", "refresh_token"}, zeroOwn...),
	},
	{
		document: contract.PomeriumZero(), object: "Cluster", goType: reflect.TypeFor[pomeriumzero.ClusterUse](),
		schema: "data.pomerium_zero_cluster", ownOfSchema: append([]string{"name", "flavor", "manual_override_ip_address"}, zeroOwn...),
		omitted: map[string]string{
			"id": zeros, "createdAt": zeros, "updatedAt": zeros, "name": zeros, "flavor": zeros, "manualOverrideIpAddress": zeros,
			"importStatus": "how far the import of a configuration file is, which is the console's business",
		},
	},
	{
		document: contract.PomeriumZero(), object: "SettingsProperties", goType: reflect.TypeFor[pomeriumzero.SettingsProperties](),
		schema: "pomerium_zero_cluster_settings", ownOfSchema: append([]string{"cluster_id", "check_identity_provider"}, zeroOwn...),
	},
	{
		document: contract.PomeriumZero(), object: "BlobStorage", goType: reflect.TypeFor[pomeriumzero.BlobStorage](),
		schema: "pomerium_zero_cluster_settings", at: "blob_storage",
	},
	{
		document: contract.PomeriumZero(), object: "ServiceAccountProperties", goType: reflect.TypeFor[pomeriumzero.ServiceAccountProperties](),
		schema: "pomerium_zero_service_account", ownOfSchema: append([]string{"cluster_id", "store_token", "token"}, zeroOwn...),
	},
	{
		document: contract.PomeriumZero(), object: "KeyPairWithKeyProperties", goType: reflect.TypeFor[pomeriumzero.KeyPairProperties](),
		schema: "pomerium_zero_key_pair", ownOfSchema: append([]string{"has_key", "expires_at"}, zeroOwn...),
	},
	{
		document: contract.PomeriumZero(), object: "CertificateInfo", goType: reflect.TypeFor[pomeriumzero.CertificateInfo](),
		schema: "data.pomerium_zero_key_pair", at: "certificate_info",
		omitted: omittedOf(constraints, "emailAddresses", "excludedDnsDomains", "excludedEmailAddresses", "excludedIpRanges", "excludedUriDomains", "extKeyUsage",
			"ipAddresses", "keyUsage", "permittedDnsDomains", "permittedDnsDomainsCritical", "permittedEmailAddresses", "permittedIpRanges", "permittedUriDomains",
			"uris", "version"),
	},
	{
		document: contract.PomeriumZero(), object: "CertificateName", goType: reflect.TypeFor[pomeriumzero.CertificateName](),
		schema: "data.pomerium_zero_key_pair", at: "certificate_info.subject",
		omitted: omittedOf(constraints, "country", "locality", "organizationalUnit", "postalCode", "province", "serialNumber", "streetAddress"),
	},
	{
		document: contract.PomeriumZero(), object: "CustomDomainProperties", goType: reflect.TypeFor[pomeriumzero.CustomDomainProperties](),
		schema:      "pomerium_zero_custom_domain",
		ownOfSchema: append([]string{"wait_for_certificate", "cname_name", "cname_target", "key_pair_id", "expires_at", "last_error"}, zeroOwn...),
	},
	{
		document: contract.PomeriumZero(), object: "OrganizationInvite", goType: reflect.TypeFor[pomeriumzero.InvitationProperties](),
		schema: "pomerium_zero_invitation", ownOfSchema: zeroOwn, omitted: map[string]string{"id": zeros, "createdAt": zeros, "updatedAt": zeros},
	},
	{
		document: contract.PomeriumZero(), object: "CreateApiAccessUserRequest", goType: reflect.TypeFor[pomeriumzero.APIUserProperties](),
		schema: "pomerium_zero_api_user", ownOfSchema: append([]string{"email", "refresh_token"}, zeroOwn...),
	},
	{
		document: contract.PomeriumZero(), object: "UpdateOrganizationRequest", goType: reflect.TypeFor[pomeriumzero.OrganizationProperties](),
		schema:      "pomerium_zero_organization",
		ownOfSchema: append([]string{"organization_type", "root_namespace_id", "first_cluster_id", "first_cluster_token"}, zeroOwn...),
	},
	{
		document: contract.PomeriumZero(), object: "Organization", goType: reflect.TypeFor[pomeriumzero.Organization](),
		schema: "data.pomerium_zero_organization",
	},
	{
		document: contract.PomeriumZero(), object: "Quotas", goType: reflect.TypeFor[pomeriumzero.Quotas](),
		schema: "data.pomerium_zero_organization", at: "quotas",
	},
	{
		document: contract.PomeriumZero(), object: "NamespaceWithRole", goType: reflect.TypeFor[pomeriumzero.Namespace](),
		schema: "pomerium_zero_namespace", ownOfSchema: []string{"organization_id"},
	},
	{
		document: contract.ZDX(), object: "DeepTraceStartRequest", goType: reflect.TypeFor[zdx.DeepTraceRequest](),
		schema: "zdx_deeptrace",
		omitted: map[string]string{
			"deviceid":            "the attribute device_id, which is also in the path",
			"callback_url":        "one collection of samples has it, without a meaning",
			"session_length":      "deprecated for session_length_minutes",
			"cloud_path_probe_id": "deprecated for cloudpath_probe_id",
		},
		ownOfSchema: []string{
			"id", "device_id", "triggers", "delete_data_on_destroy", "wait_for", "timeouts",
			"trace_id", "status", "expected_time", "created_at", "started_at", "ended_at",
		},
	},
}

// constraints is why a member of a certificate is no attribute.
const constraints = "it stands in the certificate itself, which the tls provider's data source reads in full"

func omittedOf(reason string, members ...string) map[string]string {
	omitted := map[string]string{}
	for _, member := range members {
		omitted[member] = reason
	}
	return omitted
}

func ofRoute(object, at string, goType reflect.Type) mirrored {
	return mirrored{document: contract.PomeriumZero(), object: object, goType: goType, schema: "pomerium_zero_route", at: at}
}

// A member of the contract that is neither an attribute nor on the list of omissions fails here, and so does
// a member or an attribute that the contract does not know.
func TestStructSchemaAndContractAgree(t *testing.T) {
	t.Parallel()
	schemas := providerSchemas(t)
	for _, m := range slices.Concat(mirrors, reportMirrors) {
		t.Run(m.object, func(t *testing.T) {
			t.Parallel()
			document, err := openapi3.NewLoader().LoadFromData(m.document)
			if err != nil {
				t.Fatal(err)
			}
			members := map[string]bool{}
			for object := range strings.SplitSeq(m.object, "+") {
				for name := range document.Components.Schemas[object].Value.Properties {
					members[name] = true
				}
			}
			inContract := slices.Sorted(maps.Keys(members))
			inStruct := map[string]string{} // JSON name: attribute
			for field := range m.goType.Fields() {
				if name, _, _ := strings.Cut(field.Tag.Get("json"), ","); name != "-" {
					inStruct[name] = field.Tag.Get("tfsdk")
				}
			}
			for _, name := range inContract {
				attribute, known := inStruct[name]
				_, omitted := m.omitted[name]
				switch {
				case known == omitted:
					t.Errorf("%s of the contract must be either a member of the struct or omitted with a reason", name)
				case known && attribute != "-" && attribute != m.attribute(name): // "-" is a field of the model, which may be unknown
					t.Errorf("%s is the attribute %s, want %s", name, attribute, m.attribute(name))
				}
				delete(inStruct, name)
			}
			if len(inStruct) > 0 {
				t.Errorf("the contract does not know %v", slices.Sorted(maps.Keys(inStruct)))
			}
			var attributes []string
			for _, attribute := range attributesAt(schemas[m.schema], m.at) {
				if !slices.Contains(m.ownOfSchema, attribute.Name) && !writeOnlyTwin.MatchString(attribute.Name) {
					attributes = append(attributes, attribute.Name)
				}
			}
			var want []string
			for _, name := range inContract {
				if _, omitted := m.omitted[name]; !omitted {
					want = append(want, m.attribute(name))
				}
			}
			slices.Sort(attributes)
			slices.Sort(want)
			if !slices.Equal(attributes, want) {
				t.Errorf("the schema has  %v\nthe contract has %v", attributes, want)
			}
		})
	}
}

var upperRuns = regexp.MustCompile(`([a-z0-9])([A-Z])`)

// attribute is the snake_case of a member's name: tlsUpstreamServerName is tls_upstream_server_name.
func (m mirrored) attribute(member string) string {
	if name, renamed := m.renamed[member]; renamed {
		return name
	}
	return strings.ToLower(upperRuns.ReplaceAllString(member, "${1}_${2}"))
}

// writeOnlyTwin are attributes beside a secret's own.
var writeOnlyTwin = regexp.MustCompile(`_wo(_version)?$`)

func attributesAt(schema *tfprotov6.Schema, at string) []*tfprotov6.SchemaAttribute {
	attributes := schema.Block.Attributes
	if at == "" {
		return attributes
	}
	for name := range strings.SplitSeq(at, ".") {
		place := slices.IndexFunc(attributes, func(a *tfprotov6.SchemaAttribute) bool { return a.Name == name })
		if place < 0 {
			return nil
		}
		attributes = attributes[place].NestedType.Attributes
	}
	return attributes
}
