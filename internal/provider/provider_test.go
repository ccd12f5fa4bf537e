package provider

import (
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/pomerium-zdx/terraform-provider-pomerium/internal/apimock"
)

const ownOrganizationHCL = "\ndata \"pomerium_zero_organization\" \"own\" {}\n"

// Each way to configure the provider, right and wrong. What can be known at plan time is told then, at the
// argument, with what to write instead, and no credential stands in any error.
func TestConfiguration(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		provider string // arguments of the provider block
		config   string
		refused  string // "" for a plan that succeeds
		switches apimock.Switches
	}{
		"only Pomerium Zero": {`pomerium_zero = { api_user_token = "<token>", url = "<url>/api/v0" }`, policyHCL, "", unpaced()},
		"only ZDX":           {`zdx = { key_id = "<key_id>", key_secret = "<key_secret>", url = "<url>/v1" }`, traceHCL, "", unpaced()},
		"hashed secret": {
			`zdx = { key_id = "<key_id>", key_secret = "<key_secret>", hash_key_secret = true, url = "<url>/v1" }`, traceHCL, "",
			apimock.Switches{RawSecretRefused: true},
		},
		"guard": {`pomerium_zero = { api_user_token = "<token>", url = "<url>/api/v0", organization_id = "<organization>" }`, policyHCL, "", unpaced()},
		"wrong account": {
			`pomerium_zero = { api_user_token = "<token>", url = "<url>/api/v0", organization_id = "other" }`, fullPolicyHCL,
			"guards against the wrong account", unpaced(),
		},
		"nothing, policy": {"", policyHCL, "Pomerium Zero is not configured", unpaced()},
		"nothing, trace":  {"", traceHCL, "two local names", unpaced()},
		"no token":        {`pomerium_zero = { url = "<url>/api/v0" }`, policyHCL, "pomerium_zero.api_user_token", unpaced()},
		"other half only": {`pomerium_zero = { api_user_token = "<token>" }`, traceHCL, "Set zdx.key_id and zdx.key_secret", unpaced()},
		"wrong token":     {`pomerium_zero = { api_user_token = "no-token-at-all", url = "<url>/api/v0" }`, policyHCL, "Check pomerium_zero.api_user_token", unpaced()},
		"no URL":          {`pomerium_zero = { api_user_token = "<token>", url = "console" }`, policyHCL, "it must be an https URL", unpaced()},
		"plain http":      {`zdx = { key_id = "<key_id>", key_secret = "<key_secret>", url = "http://example.com/v1" }`, traceHCL, "http is taken for localhost only", unpaced()},
		"half a key":      {`zdx = { key_id = "<key_id>" }`, traceHCL, "Set zdx.key_secret or ZDX_API_SECRET", unpaced()},
		"two ways":        {`zdx = { key_id = "<key_id>", key_secret = "<key_secret>", client_id = "c", client_secret = "secret" }`, traceHCL, "Two ways of signing in to ZDX", unpaced()},
		"no file":         {`pomerium_zero = { api_user_token = "file:/nowhere/token" }`, policyHCL, "cannot be read", unpaced()},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			lab := newLab(t, test.switches)
			// One argument on a line: the CLI quotes the line at fault, which must not be that of a secret.
			block := strings.NewReplacer("{ ", "{\n", ", ", "\n", " }", "\n}").Replace(test.provider)
			config := lab.fill("provider \"pomerium\" {\n" + block + "\n}\n" + test.config)
			if test.refused != "" {
				lab.refusedPlan(t, config, test.refused)
				return
			}
			lab.run(t, resource.TestStep{Config: config, PlanOnly: true, ExpectNonEmptyPlan: true})
		})
	}
}

// A refused ZDX key is told when a trace is started, with the other form of the secret as a way out.
func TestRefusedKey(t *testing.T) {
	t.Parallel()
	lab := newLab(t, apimock.Switches{RawSecretRefused: true})
	step := lab.step(traceHCL)
	step.ExpectError = words("change hash_key_secret")
	lab.run(t, step)
	if starts := lab.Sent(http.MethodPost, tracesTemplate); len(starts) != 0 {
		t.Errorf("%d starts were sent without a token", len(starts))
	}
}

func TestOneAPI(t *testing.T) {
	t.Parallel()
	lab := newLab(t, apimock.Switches{OneAPIOnly: true, ExpiresInText: true})
	key := filepath.Join(t.TempDir(), "key.pem")
	if err := os.WriteFile(key, []byte(lab.PrivateKeyPEM), 0o600); err != nil {
		t.Fatal(err)
	}
	withSecret := lab.oneAPIBlock() + lab.fill(traceHCL)
	withKey := strings.Replace(withSecret, `client_secret = "`+lab.ClientSecret+`"`, `private_key = "file:`+key+`"`, 1)
	lab.run(t,
		resource.TestStep{Config: withSecret},
		resource.TestStep{Config: withKey},
		resource.TestStep{Config: lab.hcl(traceHCL), ExpectError: words("The tenant was moved to OneAPI")},
		resource.TestStep{Config: withKey},
	)
}

// Credentials from another resource are unknown while it is planned: that is no error, and what the plan
// cannot read stays as it is. The environment never stands in for an unknown value.
func TestUnknownCredentials(t *testing.T) {
	t.Parallel()
	lab := newLab(t, unpaced())
	block := func(run string) string {
		return lab.fill(`
resource "terraform_data" "secrets" {
  input            = { token = "<token>", key = "<key_secret>", run = "` + run + `" }
  triggers_replace = "` + run + `"
}
provider "pomerium" {
  pomerium_zero = { api_user_token = terraform_data.secrets.output.token, url = "<url>/api/v0" }
  zdx           = { key_id = "<key_id>", key_secret = terraform_data.secrets.output.key, url = "<url>/v1" }
}
` + policyHCL + traceHCL)
	}
	again := resource.TestStep{Config: block("2"), ConfigPlanChecks: resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{
		plancheck.ExpectResourceAction("pomerium_zero_policy.this", plancheck.ResourceActionNoop),
		plancheck.ExpectResourceAction(traceAddress, plancheck.ResourceActionNoop),
	}}}
	lab.run(t, resource.TestStep{Config: block("1")}, again)
}

// One process exchanges one token for a service, however many objects it handles, asks for organizations and
// namespaces once, and names itself.
func TestOneTokenForAProcess(t *testing.T) {
	t.Parallel()
	c := openCLI(t, newLab(t, unpaced()))
	c.lab.AddDevice("30989302", "second")
	policies := strings.Replace(strings.ReplaceAll(policyHCL, `"first"`, `"first-${count.index}"`), "name ", "count = 12\n  name ", 1)
	traces := traceHCL + strings.NewReplacer(`"this"`, `"that"`, "<device>", "30989302").Replace(traceHCL)
	dir := c.folder(declared + c.lab.providerBlock() + policies + traces)
	c.want(c.run(dir, "init"), 0)
	for _, run := range []struct {
		args             []string
		zero, zdx, looks int // tokens of either service, looks at the namespaces
	}{
		{[]string{"plan", "-out=tfplan"}, 1, 0, 1}, // nothing is asked of ZDX before the traces start
		{[]string{"apply", "tfplan"}, 1, 1, 1},     // the CLI plans each object once more
		{[]string{"plan"}, 1, 1, 0},
		{[]string{"apply", "-destroy", "-auto-approve", "-refresh=false"}, 1, 1, 0},
	} {
		c.lab.ResetJournal()
		c.want(c.run(dir, run.args...), 0)
		for template, want := range map[string]int{
			"/token": run.zero, "/oauth/token": run.zdx, "/organizations": 1, "/organizations/{organizationId}/namespaces": run.looks,
		} {
			if sent := len(c.lab.Sent("", template)); sent != want {
				t.Errorf("%v sent %d requests to %s, want %d", run.args, sent, template, want)
			}
		}
		for _, exchange := range c.lab.Journal() {
			if agent := exchange.Header.Get("User-Agent"); !regexp.MustCompile(`^Terraform/\d+\.\d+\.\d+\S* terraform-provider-pomerium/`).MatchString(agent) {
				t.Errorf("%s %s came from %q", exchange.Method, exchange.Path, agent)
			}
			signsIn := strings.HasSuffix(exchange.Template, "/token")
			if bearer := strings.HasPrefix(exchange.Header.Get("Authorization"), "Bearer "); bearer == signsIn {
				t.Errorf("%s %s was sent with a bearer token: %t", exchange.Method, exchange.Path, bearer)
			}
		}
	}
}

// Every position of every switch of the mock: what nobody knows of the services makes no difference. Positions are
// dealt out to a few labs, each of which takes one position of a switch at the most: a CLI costs seconds, and the
// clients' own tests try each position alone.
func TestEveryPosition(t *testing.T) {
	t.Parallel()
	const labs = 6
	dealt := make([][]apimock.Position, labs)
	for i, position := range apimock.Positions() {
		dealt[i%labs] = append(dealt[i%labs], position)
	}
	for i, positions := range dealt {
		t.Run(fmt.Sprint(i), func(t *testing.T) {
			t.Parallel()
			lab := newLab(t, unpaced())
			block := lab.providerBlock()
			for _, position := range positions {
				t.Log(position.Name)
				lab.SetSwitches(position.Set)
				switch position.Name {
				case "raw secret refused":
					block = strings.Replace(block, "key_secret =", "hash_key_secret = true\n    key_secret =", 1)
				case "OneAPI only", "expires_in is text", "refused grant is 401":
					block = lab.oneAPIBlock()
				}
			}
			config := block + lab.fill(fullRouteHCL+fullTraceHCL)
			lab.run(t, resource.TestStep{
				Config: config,
				ConfigStateChecks: []statecheck.StateCheck{
					statecheck.ExpectKnownValue("pomerium_zero_route.this", tfjsonpath.New("timeout"), knownvalue.StringExact("90s")),
					statecheck.ExpectKnownValue(traceAddress, tfjsonpath.New("session_length_minutes"), knownvalue.Int64Exact(15)),
				},
			})
			for _, kind := range []string{"routes", "policies"} {
				if left := lab.Objects(kind); len(left) != 0 {
					t.Errorf("%d %s are left after destroy", len(left), kind)
				}
			}
		})
	}
}

// Arguments left out of HCL come from the environment, but only those of the same way of signing in.
func TestEnvironment(t *testing.T) {
	lab := newLab(t, unpaced())
	key := filepath.Join(t.TempDir(), "token")
	if err := os.WriteFile(key, []byte(lab.APIUserToken+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	t.Setenv(envZeroToken, "file:"+key)
	t.Setenv(envZeroURL, lab.url+"/api/v0")
	t.Setenv(envZDXKeySecret, lab.KeySecret)
	t.Setenv(envZDXURL, lab.url+"/v1")
	t.Setenv(envZDXClientID, "of another tool")
	t.Setenv(envZDXClientSecret, "of another tool")
	lab.refusedPlan(t, "provider \"pomerium\" {}\n"+lab.fill(traceHCL), "Two ways of signing in to ZDX")
	lab.run(t,
		resource.TestStep{Config: "provider \"pomerium\" {}\n" + ownOrganizationHCL},
		resource.TestStep{Config: lab.fill("provider \"pomerium\" {\n zdx = { key_id = \"<key_id>\" }\n}\n" + traceHCL)},
	)
	t.Setenv(envZDXHash, "perhaps")
	lab.run(t, resource.TestStep{
		Config:      lab.fill("provider \"pomerium\" {\n zdx = { key_id = \"<key_id>\" }\n}\n" + traceHCL),
		ExpectError: words("The environment variable ZDX_HASH_KEY_SECRET must be true or false"), PlanOnly: true,
	})
}
