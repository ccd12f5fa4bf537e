package provider

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/terraform"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"
	"github.com/hashicorp/terraform-plugin-testing/tfversion"

	"github.com/pomerium-zdx/terraform-provider-pomerium/internal/apimock"
)

const routeHCL = `
resource "pomerium_zero_route" "this" {
  name         = "first"
  namespace_id = "<namespace>"
  from         = "https://first.example.pomerium.app"
  to           = ["http://first:80"]
}
`

// fullRouteHCL sets all attributes that can stand together.
const fullRouteHCL = `
resource "pomerium_zero_policy" "staff" {
  name         = "staff"
  namespace_id = "<namespace>"
  ppl          = "{}"
  lifecycle {
    create_before_destroy = true # so that a plan that removes it detaches it first
  }
}
resource "pomerium_zero_route" "this" {
  name            = "second"
  namespace_id    = "<namespace>"
  organization_id = "<organization>"
  from            = "https://second.example.pomerium.app"
  to              = ["https://b.internal:8443,2", "https://a.internal:8443,1"]
  policy_ids      = [pomerium_zero_policy.staff.id]
  description     = "Second"
  logo_url        = "https://example.com/logo.svg"
  originator_id   = "terraform"

  regex                = "/api/.*"
  regex_priority_order = 10
  depends_on_hosts     = ["login.example.pomerium.app"]

  regex_rewrite_pattern      = "^/api/(.*)"
  regex_rewrite_substitution = "/v1/\\1"
  host_rewrite               = "second.internal"
  preserve_host_header       = true

  timeout           = "90s"
  idle_timeout      = "0s"
  allow_websockets  = true
  allow_spdy        = true
  allow_upgrades    = []
  set_request_headers    = { "X-User" = "$${pomerium.jwt}", "X-Key" = "hunter2" }
  remove_request_headers = ["Cookie"]
  set_response_headers   = { "X-Frame-Options" = "DENY" }
  pass_identity_headers  = true
  show_error_details     = true

  kubernetes_service_account_token   = "kubernetes-secret"
  identity_provider_client_id        = "client"
  identity_provider_client_secret    = "provider-secret"
  bearer_token_format                = "idp_access_token"
  idp_access_token_allowed_audiences = ["api"]
  jwt_issuer_format                  = "uri"

  tls_skip_verify                  = true
  tls_upstream_allow_renegotiation = true
  tls_upstream_server_name         = "second.internal"
  tls_downstream_server_name       = "second.example.pomerium.app"
  enable_google_cloud_serverless_authentication = true

  load_balancing_policy   = "least_request"
  healthy_panic_threshold = 0

  health_check = {
    type                = "http"
    path                = "/healthz"
    interval            = "10s"
    timeout             = "60s"
    healthy_threshold   = 1
    unhealthy_threshold = 3
    expected_statuses   = [{ start = 200, end = 300 }]
  }
  circuit_breaker_thresholds = { max_connections = 100 }
  mcp = {
    server = {
      path            = "/mcp"
      upstream_oauth2 = { client_id = "mcp", client_secret = "mcp-secret", scopes = ["b", "a"] }
    }
  }
  rewrite_response_headers = [{ header = "Location", value = "https://a", matcher = { prefix = "http://a" } }]
  session_recording        = { enabled = true }
  upstream_tunnel          = { ssh_policy_id = pomerium_zero_policy.staff.id }
}
`

var routeCase = zeroCase{
	typeName: "pomerium_zero_route", kind: "routes", minimal: routeHCL, full: fullRouteHCL,
	moved:   strings.Replace(routeHCL, "<namespace>", "<root>", 1),
	drift:   func(object map[string]any) { object["to"] = []any{"http://elsewhere:80"} },
	drifted: "to",
	unknown: `
resource "terraform_data" "later" { input = "first" }
resource "pomerium_zero_route" "this" {
  name            = terraform_data.later.output
  namespace_id    = "<namespace>"
  from            = "https://${terraform_data.later.output}.example.pomerium.app"
  to              = ["http://${terraform_data.later.output}:80"]
  timeout         = "${length(terraform_data.later.output)}s"
  prefix          = terraform_data.later.output
  policy_ids      = [for policy in pomerium_zero_policy.these : policy.id]
  set_request_headers = { X-Name = terraform_data.later.output }
}
resource "pomerium_zero_policy" "these" {
  count        = 2
  name         = "policy-${count.index}"
  namespace_id = "<namespace>"
  ppl          = "{}"
}
`,
}

func TestZeroRoute(t *testing.T) {
	t.Parallel()
	routeCase.test(t)
	with := func(pairs ...any) map[string]any {
		set := map[string]any{}
		for i := 0; i < len(pairs); i += 2 {
			set[fmt.Sprint(pairs[i])] = pairs[i+1]
		}
		return set
	}
	at := func(name string) string { return `AttributeName("` + name + `")` }
	check := func(kind string, members map[string]any) map[string]any {
		all := with("type", kind, "interval", "10s", "timeout", "1s", "healthy_threshold", 1, "unhealthy_threshold", 1)
		maps.Copy(all, members)
		return all
	}
	minimal := with("name", "first", "namespace_id", "n", "from", "https://first.example.pomerium.app", "to", []string{"http://first:80"})
	refusals(t, "pomerium_zero_route", minimal, map[string]refusal{
		"empty name":             {with("name", ""), at("name"), "length must be at least 1"},
		"from without scheme":    {with("from", "app.example.com"), at("from"), "write https://"},
		"from with path":         {with("from", "https://app.example.com/login"), at("from"), "it must not hold a path"},
		"from with other scheme": {with("from", "ftp://app.example.com"), at("from"), `the scheme "ftp" is not known`},
		"from with a user":       {with("from", "https://ana@app.example.com"), at("from"), "neither a user"},
		"to without host":        {with("to", []string{"http://"}), at("to") + `.ElementKeyInt(0)`, "it needs a host"},
		"to with other scheme":   {with("to", []string{"gopher://app"}), at("to") + `.ElementKeyInt(0)`, "write one of http://"},
		"to without socket":      {with("to", []string{"unix://"}), at("to") + `.ElementKeyInt(0)`, "it needs the path of a socket"},
		"to with weight 0":       {with("to", []string{"http://app,0"}), at("to") + `.ElementKeyInt(0)`, "a whole number above 0"},
		"duration":               {with("timeout", "90"), at("timeout"), "write a number and a unit"},
		"negative duration":      {with("idle_timeout", "-1s"), at("idle_timeout"), "it must not be negative"},
		"enum":                   {with("load_balancing_policy", "ROUND_ROBIN"), at("load_balancing_policy"), "round_robin"},
		"bearer token format":    {with("bearer_token_format", "opaque"), at("bearer_token_format"), "idp_access_token"},
		"issuer format":          {with("jwt_issuer_format", "hostonly"), at("jwt_issuer_format"), "hostOnly"},
		"regex":                  {with("regex", "/(?!x)"), at("regex"), "the syntax is RE2"},
		"two matchers":           {with("prefix", "/a", "path", "/b"), at("prefix"), "cannot be specified"},
		"priority without regex": {with("regex_priority_order", 1), at("regex_priority_order"), `"regex" must be specified`},
		"priority, empty regex":  {with("regex_priority_order", 0, "regex", ""), at("regex_priority_order"), `"regex" must be specified`},
		"two rewrites":           {with("prefix_rewrite", "/a", "regex_rewrite_pattern", "b"), at("prefix_rewrite"), "cannot be specified"},
		"substitution alone":     {with("regex_rewrite_substitution", "x"), at("regex_rewrite_substitution"), `"regex_rewrite_pattern" must be specified`},
		"substitution of nothing": {
			with("regex_rewrite_substitution", "x", "regex_rewrite_pattern", ""), at("regex_rewrite_substitution"), `"regex_rewrite_pattern" must be specified`,
		},
		"host substitution alone": {
			with("host_path_regex_rewrite_substitution", "x"), at("host_path_regex_rewrite_substitution"), `"host_path_regex_rewrite_pattern" must be specified`,
		},
		"regex of the host":      {with("host_path_regex_rewrite_pattern", "("), at("host_path_regex_rewrite_pattern"), "the syntax is RE2"},
		"regex of the rewrite":   {with("regex_rewrite_pattern", "("), at("regex_rewrite_pattern"), "the syntax is RE2"},
		"two host rewrites":      {with("host_rewrite", "a", "host_rewrite_header", "b"), at("host_rewrite"), "cannot be specified"},
		"logo":                   {with("logo_url", "logo.svg"), at("logo_url"), "write an address"},
		"panic threshold":        {with("healthy_panic_threshold", 101), at("healthy_panic_threshold"), "between 0 and 100"},
		"no target":              {with("to", nil), "", "Exactly one of these attributes must be configured"},
		"two targets":            {with("redirect", map[string]any{"https_redirect": true}), at("to"), "Exactly one of these attributes must be configured"},
		"empty target":           {with("to", []string{}), at("to"), "at least 1"},
		"weight on some":         {with("to", []string{"http://a,1", "http://b"}), at("to"), "behind each URL or behind none"},
		"mixed upstreams":        {with("to", []string{"http://a", "tcp://b:1"}), at("to"), "cannot be mixed"},
		"redirect status":        {with("to", nil, "redirect", map[string]any{"response_code": 200}), at("redirect") + "." + at("response_code"), "308"},
		"response status":        {with("to", nil, "response", map[string]any{"status": 20, "body": ""}), at("response") + "." + at("status"), "between 100 and 599"},
		"kind of health check":   {with("health_check", check("udp", nil)), at("health_check") + "." + at("type"), "grpc"},
		"http check, no path":    {with("health_check", check("http", nil)), at("health_check") + "." + at("path"), "Set path"},
		"http check, empty path": {with("health_check", check("http", map[string]any{"path": ""})), at("health_check") + "." + at("path"), "length must be at least 1"},
		"tcp check with a path":  {with("health_check", check("tcp", map[string]any{"path": "/"})), at("health_check") + "." + at("path"), "of type http"},
		"check without hex":      {with("health_check", check("tcp", map[string]any{"send": "PING"})), at("health_check") + "." + at("send"), "hexadecimal"},
		"check's interval":       {with("health_check", check("grpc", map[string]any{"interval": "often"})), at("health_check") + "." + at("interval"), "write a number and a unit"},
		"threshold out of range": {with("circuit_breaker_thresholds", map[string]any{"max_retries": -1}), at("circuit_breaker_thresholds") + "." + at("max_retries"), "between 0"},
		"mcp, both sides":        {with("mcp", map[string]any{"client": map[string]any{}, "server": map[string]any{}}), at("mcp") + "." + at("server"), "one (and only one)"},
		"mcp, no side":           {with("mcp", map[string]any{}), at("mcp") + "." + at("server"), "one (and only one)"},
		"two secrets": {
			with("kubernetes_service_account_token", "a", "kubernetes_service_account_token_wo", "b", "kubernetes_service_account_token_wo_version", 1),
			at("kubernetes_service_account_token"), "cannot be specified",
		},
		"write-only, no version": {with("identity_provider_client_secret_wo", "b"), at("identity_provider_client_secret_wo"), "must be specified"},
		"Host header":            {with("set_request_headers", map[string]string{"host": "a"}), at("set_request_headers") + `.ElementKeyString("host")`, "host_rewrite"},
		"pseudo header":          {with("set_request_headers", map[string]string{":path": "/"}), at("set_request_headers") + `.ElementKeyString(":path")`, "write a name"},
		"no name of a header":    {with("set_response_headers", map[string]string{"X A": "1"}), at("set_response_headers") + `.ElementKeyString("X A")`, "write a name"},
		"mcp without a secret": {
			with("mcp", map[string]any{"server": map[string]any{"upstream_oauth2": map[string]any{"client_id": "a"}}}),
			at("mcp") + "." + at("server") + "." + at("upstream_oauth2") + "." + at("client_secret"), "one (and only one)",
		},
		"mcp with an empty secret": {
			with("mcp", map[string]any{"server": map[string]any{"upstream_oauth2": map[string]any{"client_id": "a", "client_secret": ""}}}),
			at("mcp") + "." + at("server") + "." + at("upstream_oauth2") + "." + at("client_secret"), "length must be at least 1",
		},
		"too many hosts": {with("depends_on_hosts", []string{"a", "b", "c", "d", "e", "f"}), at("depends_on_hosts"), "at most 5"},
	})
}

// What the reference is not sure about is a warning: the service has the last word.
func TestZeroRouteDoubts(t *testing.T) {
	t.Parallel()
	problems := validate(t, "pomerium_zero_route", map[string]any{
		"name": "first", "namespace_id": "n", "from": "http://first.example.pomerium.app", "to": []string{"http://first:80"},
	})
	if len(problems) != 1 || problems[0].Severity != tfprotov6.DiagnosticSeverityWarning || problems[0].Attribute.String() != `AttributeName("from")` {
		t.Errorf("want one warning about from, got:\n%s", listed(problems))
	}
}

// The seven booleans and the policies stand in every body, and nothing that is unset.
func TestZeroRouteSent(t *testing.T) {
	t.Parallel()
	lab := newLab(t, unpaced())
	lab.run(t, lab.step(routeHCL), lab.step(fullRouteHCL), lab.step(routeHCL))
	always := []string{
		"allowSpdy", "allowWebsockets", "enableGoogleCloudServerlessAuthentication", "from", "name", "namespaceId", "policyIds",
		"preserveHostHeader", "showErrorDetails", "tlsSkipVerify", "tlsUpstreamAllowRenegotiation", "to",
	}
	bodies := append(lab.Sent(http.MethodPost, routeCase.template()), lab.Sent(http.MethodPut, routeCase.item())...)
	if len(bodies) != 3 {
		t.Fatalf("%d writes were sent, want a create and two updates", len(bodies))
	}
	for i, exchange := range bodies {
		var body map[string]any
		if err := json.Unmarshal(exchange.Body, &body); err != nil {
			t.Fatal(err)
		}
		if names := slices.Sorted(maps.Keys(body)); i != 1 && !slices.Equal(names, always) {
			t.Errorf("%s sent %v, want exactly %v", exchange.Method, names, always)
		}
		for _, name := range always {
			if _, sent := body[name]; !sent {
				t.Errorf("%s sent no %s", exchange.Method, name)
			}
		}
	}
	if !strings.Contains(string(bodies[1].Body), `"allowUpgrades":[]`) {
		t.Errorf("an empty set of upgrades, which means none, was not sent: %s", bodies[1].Body)
	}
}

// What Terraform does not manage, as a member that the service has added since, survives an update.
func TestZeroRouteKeepsUnmanaged(t *testing.T) {
	t.Parallel()
	lab := newLab(t, apimock.Switches{FutureMembers: []string{"tomorrow"}})
	tomorrow := map[string]any{"at": "noon"}
	update := lab.step(strings.Replace(routeHCL, `to           =`, `description = "now with text"
  to           =`, 1))
	update.PreConfig = func() {
		lab.EditObject("routes", routeCase.only(t, lab), func(object map[string]any) { object["tomorrow"] = tomorrow })
	}
	update.Check = func(*terraform.State) error {
		held := lab.Object("routes", routeCase.only(t, lab))
		if kept := held["tomorrow"]; fmt.Sprint(kept) != fmt.Sprint(tomorrow) {
			t.Errorf("the unknown member is %v after the update", kept)
		}
		if held["description"] != "now with text" {
			t.Errorf("the description is %v", held["description"])
		}
		return nil
	}
	lab.run(t, lab.step(routeHCL), update)
}

// A write-only secret is sent with every write and stands in no state; its version says when it changed.
func TestZeroRouteWriteOnly(t *testing.T) {
	t.Parallel()
	lab := newLab(t, unpaced())
	with := func(secret, version, description string) resource.TestStep {
		step := lab.step(strings.Replace(routeHCL, `to           =`, `description = "`+description+`"
  kubernetes_service_account_token_wo         = "`+secret+`"
  kubernetes_service_account_token_wo_version = `+version+`
  mcp = { server = { upstream_oauth2 = { client_id = "mcp", client_secret_wo = "`+secret+`", client_secret_wo_version = `+version+` } } }
  to           =`, 1))
		step.Check = func(state *terraform.State) error {
			held := fmt.Sprint(lab.Object("routes", routeCase.only(t, lab)))
			if strings.Count(held, secret) != 2 {
				return fmt.Errorf("the service does not hold the secret twice: %s", held)
			}
			if strings.Contains(state.String(), "wo-secret") {
				return fmt.Errorf("the secret stands in the state: %s", state)
			}
			return nil
		}
		step.ConfigStateChecks = []statecheck.StateCheck{
			statecheck.ExpectKnownValue("pomerium_zero_route.this", tfjsonpath.New("kubernetes_service_account_token"), knownvalue.Null()),
			statecheck.ExpectKnownValue("pomerium_zero_route.this",
				tfjsonpath.New("mcp").AtMapKey("server").AtMapKey("upstream_oauth2").AtMapKey("client_secret"), knownvalue.Null()),
		}
		return step
	}
	same := with("wo-secret-1", "1", "first")
	same.ConfigPlanChecks = resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{plancheck.ExpectEmptyPlan()}}
	renewed := with("wo-secret-2", "2", "first")
	renewed.ConfigPlanChecks = routeCase.planned(plancheck.ResourceActionUpdate)
	runSince(t, tfversion.SkipBelow(tfversion.Version1_11_0), with("wo-secret-1", "1", "first"), same, renewed, with("wo-secret-2", "2", "other text"))
}

// Another spelling of a duration or a URL is no difference, and order matters in `to` only.
func TestZeroRouteSpellings(t *testing.T) {
	t.Parallel()
	lab := newLab(t, unpaced())
	spelled := func(from, timeout, hosts string) resource.TestStep {
		return lab.step(strings.Replace(routeHCL, `from         = "https://first.example.pomerium.app"`,
			`from = "`+from+`"
  timeout = "`+timeout+`"
  depends_on_hosts = `+hosts, 1))
	}
	again := spelled("HTTPS://First.example.pomerium.app/", "1m30s", `["b", "a"]`)
	again.ConfigPlanChecks = resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{plancheck.ExpectEmptyPlan()}}
	longer := spelled("https://first.example.pomerium.app", "91s", `["b", "a"]`)
	longer.ConfigPlanChecks = routeCase.planned(plancheck.ResourceActionUpdate)
	lab.run(t, spelled("https://first.example.pomerium.app", "90s", `["a", "b"]`), again, longer)
}

func TestZeroRouteSecretsAreSensitive(t *testing.T) {
	t.Parallel()
	lab := newLab(t, unpaced())
	step := lab.step(fullRouteHCL)
	for _, name := range []string{"kubernetes_service_account_token", "identity_provider_client_secret", "set_request_headers"} {
		step.ConfigStateChecks = append(step.ConfigStateChecks,
			statecheck.ExpectSensitiveValue("pomerium_zero_route.this", tfjsonpath.New(name)))
	}
	step.ConfigStateChecks = append(step.ConfigStateChecks, statecheck.ExpectKnownValue("pomerium_zero_route.this",
		tfjsonpath.New("identity_provider_client_secret"), knownvalue.StringExact("provider-secret")))
	lab.run(t, step)
}

// A policy that a route uses cannot be deleted. Terraform deletes before it updates what referred to the
// deleted, unless create_before_destroy turns that round: the error says so.
func TestZeroRouteDetachesPolicy(t *testing.T) {
	t.Parallel()
	lab := newLab(t, unpaced())
	hasty := strings.Replace(fullRouteHCL, "create_before_destroy = true", "create_before_destroy = false", 1)
	refused := lab.step(routeHCL)
	refused.ExpectError = words("create_before_destroy = true")
	lab.run(t, lab.step(hasty), refused, lab.step(fullRouteHCL), lab.step(routeHCL))
	if left := lab.Objects("policies"); len(left) != 0 {
		t.Errorf("%d policies are left", len(left))
	}
}
