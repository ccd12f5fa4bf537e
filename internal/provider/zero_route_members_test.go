package provider

import (
	"fmt"
	"maps"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/pomerium-zdx/terraform-provider-pomerium/internal/apimock"
)

// routeMember is an argument of a route with two values and what must stand beside it.
type routeMember struct{ first, second, beside string }

// routeMembers are all arguments that a route may have or not. Each is tried alone, in a route of its own.
var routeMembers = map[string]routeMember{
	"policy_ids":    {`[pomerium_zero_policy.a.id]`, `[pomerium_zero_policy.b.id, pomerium_zero_policy.a.id]`, ""},
	"description":   {`"ä \"quoted\" <text> $${x}"`, `"other"`, ""},
	"logo_url":      {`"https://example.com/a.svg"`, `"https://example.com/b.svg"`, ""},
	"originator_id": {`"terraform"`, `"other"`, ""},

	"prefix":               {`"/a"`, `"/b"`, ""},
	"path":                 {`"/a"`, `"/b"`, ""},
	"regex":                {`"/a.*"`, `"/b.*"`, ""},
	"regex_priority_order": {`1`, `0`, `regex = "/.*"`},
	"depends_on_hosts":     {`["a.example.com"]`, `["b.example.com", "a.example.com"]`, ""},

	"prefix_rewrite":                       {`"/a"`, `"/b"`, ""},
	"regex_rewrite_pattern":                {`"^/a"`, `"^/b"`, ""},
	"regex_rewrite_substitution":           {`"\\1"`, `"\\2"`, `regex_rewrite_pattern = "^/(.*)/(.*)"`},
	"host_rewrite":                         {`"a.internal"`, `"b.internal"`, ""},
	"host_rewrite_header":                  {`"X-A"`, `"X-B"`, ""},
	"host_path_regex_rewrite_pattern":      {`"^/a"`, `"^/b"`, ""},
	"host_path_regex_rewrite_substitution": {`"\\1"`, `"\\2"`, `host_path_regex_rewrite_pattern = "^/(.*)/(.*)"`},
	"preserve_host_header":                 {`true`, `false`, ""},

	"timeout":          {`"90s"`, `"0s"`, ""},
	"idle_timeout":     {`"1h"`, `"30m"`, ""},
	"allow_websockets": {`true`, `false`, ""},
	"allow_spdy":       {`true`, `false`, ""},
	"allow_upgrades":   {`["a"]`, `["b", "a"]`, ""},

	"set_request_headers":    {`{ X-A = "$${pomerium.jwt}" }`, `{ X-A = "1", X-B = "2" }`, ""},
	"remove_request_headers": {`["X-A"]`, `["X-B", "X-A"]`, ""},
	"set_response_headers":   {`{ X-A = "1" }`, `{ X-B = "2" }`, ""},
	"pass_identity_headers":  {`true`, `true`, ""},
	"show_error_details":     {`true`, `false`, ""},

	"kubernetes_service_account_token":   {`"token-a"`, `"token-b"`, ""},
	"identity_provider_client_id":        {`"a"`, `"b"`, ""},
	"identity_provider_client_secret":    {`"secret-a"`, `"secret-b"`, ""},
	"bearer_token_format":                {`"jwt"`, `"default"`, ""},
	"idp_access_token_allowed_audiences": {`["a"]`, `["b", "a"]`, ""},
	"jwt_issuer_format":                  {`"uri"`, `"hostOnly"`, ""},

	"tls_skip_verify":                               {`true`, `false`, ""},
	"tls_upstream_allow_renegotiation":              {`true`, `false`, ""},
	"tls_upstream_server_name":                      {`"a.internal"`, `"b.internal"`, ""},
	"tls_downstream_server_name":                    {`"a.example.com"`, `"b.example.com"`, ""},
	"tls_custom_ca_key_pair_id":                     {`"<key_pair>"`, `"<other_key_pair>"`, ""},
	"tls_client_key_pair_id":                        {`"<key_pair>"`, `"<other_key_pair>"`, ""},
	"tls_downstream_client_ca_key_pair_id":          {`"<key_pair>"`, `"<other_key_pair>"`, ""},
	"enable_google_cloud_serverless_authentication": {`true`, `false`, ""},

	"load_balancing_policy":   {`"maglev"`, `"random"`, ""},
	"healthy_panic_threshold": {`50`, `0`, ""},

	"to":       {`["http://a:80", "http://b:80"]`, `["http://b:80,1", "http://a:80,2"]`, ""},
	"redirect": {`{ https_redirect = true }`, `{ host_redirect = "b.example.com", port_redirect = 8443, response_code = 308, strip_query = true }`, ""},
	"response": {`{ status = 503, body = "" }`, `{ status = 200, body = "User-agent: *" }`, ""},
	"health_check": {
		`{ type = "http", path = "/healthz", interval = "10s", timeout = "90s", healthy_threshold = 1, unhealthy_threshold = 2 }`,
		`{ type = "tcp", send = "50494e47", receive = ["504f", "4e47"], interval = "1m30s", timeout = "1s", healthy_threshold = 1, unhealthy_threshold = 2 }`, "",
	},
	"circuit_breaker_thresholds": {`{ max_connections = 10 }`, `{ max_connections = 0, max_retries = 5 }`, ""},
	"mcp": {
		`{ client = {} }`,
		`{ server = { path = "/mcp", upstream_oauth2 = { client_id = "a", client_secret = "mcp-secret", scopes = ["b", "a"], oauth2_endpoint = { auth_style = "OAUTH2_AUTH_STYLE_IN_HEADER" } } } }`, "",
	},
	"rewrite_response_headers": {
		`[{ header = "Location", value = "https://a", matcher = { prefix = "http://a" } }]`,
		`[{ header = "Location", value = "", matcher = { prefix = "" } }, { header = "Link", value = "x", matcher = { prefix = "y" } }]`, "",
	},
	"session_recording": {`{ enabled = true }`, `{ enabled = false }`, ""},
	"upstream_tunnel":   {`{}`, `{ ssh_policy_id = pomerium_zero_policy.a.id }`, ""},
}

// The table must not lag behind the schema.
func TestRouteMembersAreAll(t *testing.T) {
	t.Parallel()
	always := []string{"id", "organization_id", "created_at", "updated_at", "name", "namespace_id", "from"}
	for _, attribute := range providerSchemas(t)["pomerium_zero_route"].Block.Attributes {
		_, known := routeMembers[attribute.Name]
		if !known && !slices.Contains(always, attribute.Name) && !writeOnlyTwin.MatchString(attribute.Name) {
			t.Errorf("%s is not tried alone", attribute.Name)
		}
	}
}

// spelledOtherwise is a service that prints in other words what it was told.
var spelledOtherwise = apimock.Switches{
	UnsetAs: apimock.UnsetEmpty, CanonicalDurations: true, PassIdentityHeadersFalse: true, HealthCheckCodecFilled: true, SortPolicyIDs: true,
}

// Each argument alone is applied, planned empty, imported, planned empty, changed, planned empty, unset and planned
// empty: in one configuration with a route for each. Random configurations try arguments together, and a service that
// prints what it was told.
func TestRouteMembers(t *testing.T) {
	t.Parallel()
	c := openCLI(t, newLab(t, spelledOtherwise))
	dir := c.folder("")
	c.write(filepath.Join(dir, "main.tf"), c.membersConfig(func(m routeMember) string { return m.first }))
	c.want(c.run(dir, "init"), 0)
	c.want(c.run(dir, "apply", "-auto-approve"), 0)
	c.want(c.run(dir, "plan", "-detailed-exitcode"), 0, "No changes")

	c.lab.ResetJournal()
	if err := os.Remove(filepath.Join(dir, "terraform.tfstate")); err != nil {
		t.Fatal(err)
	}
	c.write(filepath.Join(dir, "imports.tf"), c.importBlocks())
	c.want(c.run(dir, "apply", "-auto-approve"), 0, fmt.Sprintf("%d imported, 0 added, 0 changed, 0 destroyed", len(routeMembers)+2))
	c.want(c.run(dir, "plan", "-detailed-exitcode"), 0, "No changes")
	c.wantNoWrite()

	if err := os.Remove(filepath.Join(dir, "imports.tf")); err != nil {
		t.Fatal(err)
	}
	c.write(filepath.Join(dir, "main.tf"), c.membersConfig(func(m routeMember) string { return m.second }))
	c.want(c.run(dir, "apply", "-auto-approve"), 0, "0 added", "0 destroyed")
	c.want(c.run(dir, "plan", "-detailed-exitcode"), 0, "No changes")
	if puts := len(c.lab.Sent(http.MethodPut, routeCase.item())); puts < len(routeMembers)-2 {
		t.Errorf("%d routes were changed", puts)
	}
	c.write(filepath.Join(dir, "main.tf"), c.membersConfig(func(routeMember) string { return "" }))
	c.want(c.run(dir, "apply", "-auto-approve"), 0, "0 added", "0 destroyed")
	c.want(c.run(dir, "plan", "-detailed-exitcode"), 0, "No changes")
	c.want(c.run(dir, "destroy", "-auto-approve"), 0)
}

// membersConfig is a configuration with a route for each member; value chooses its value, "" leaves it out.
func (c *cliCase) membersConfig(value func(routeMember) string) string {
	var config strings.Builder
	config.WriteString(declared + c.lab.providerBlock() + `
resource "pomerium_zero_policy" "a" {
  name         = "a"
  namespace_id = "<namespace>"
  ppl          = "{}"
}
resource "pomerium_zero_policy" "b" {
  name         = "b"
  namespace_id = "<namespace>"
  ppl          = "{}"
}
`)
	for _, name := range slices.Sorted(maps.Keys(routeMembers)) {
		member := routeMembers[name]
		fmt.Fprintf(&config, "resource \"pomerium_zero_route\" %q {\n  name = %q\n  namespace_id = \"<namespace>\"\n  from = \"https://app.example.com\"\n", name, name)
		chosen := value(member)
		if chosen != "" {
			fmt.Fprintf(&config, "  %s = %s\n", name, chosen)
		}
		if target := []string{"to", "redirect", "response"}; chosen == "" || !slices.Contains(target, name) {
			config.WriteString("  to = [\"http://app:80\"]\n")
		}
		config.WriteString("  " + member.beside + "\n}\n")
	}
	return c.lab.fill(strings.NewReplacer("<key_pair>", c.keyPair("one"), "<other_key_pair>", c.keyPair("two")).Replace(config.String()))
}

// keyPair returns the ID of a key pair of the lab, made at the first call.
func (c *cliCase) keyPair(name string) string {
	for _, pair := range c.lab.Objects("keyPairs") {
		if pair["name"] == name {
			return fmt.Sprint(pair["id"])
		}
	}
	return c.lab.CreateObject("keyPairs", c.lab.OrganizationID, map[string]any{"name": name, "namespaceId": c.lab.ClusterNamespaceID})
}

// importBlocks are for all routes and policies of the lab, by their names.
func (c *cliCase) importBlocks() string {
	var blocks strings.Builder
	for kind, typeName := range map[string]string{"routes": "pomerium_zero_route", "policies": "pomerium_zero_policy"} {
		for _, object := range c.lab.Objects(kind) {
			fmt.Fprintf(&blocks, "import {\n  to = %s.%s\n  id = %q\n}\n", typeName, object["name"], object["id"])
		}
	}
	return blocks.String()
}
