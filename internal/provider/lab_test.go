package provider

import (
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"

	"github.com/pomerium-zdx/terraform-provider-pomerium/internal/apimock"
	"github.com/pomerium-zdx/terraform-provider-pomerium/internal/httpapi"
)

// lab is a mock of both services that one test owns.
type lab struct {
	*apimock.Server
	url        string
	planChecks bool // of providers on the protocol; the others have them off
}

// newLab starts a mock. At the end of the test no answer of it may have broken the contract.
func newLab(t *testing.T, switches apimock.Switches) *lab {
	t.Helper()
	mock := apimock.New(switches)
	server := httptest.NewServer(mock)
	t.Cleanup(func() {
		server.Close()
		for _, violation := range mock.ContractViolations() {
			t.Errorf("the mock broke the contract: %s", violation)
		}
	})
	return &lab{Server: mock, url: server.URL}
}

// unpaced are switches without ZDX's rate limits, for tests that are not about them.
func unpaced() apimock.Switches {
	return apimock.Switches{RatePerSecond: apimock.Off, RatePerMinute: apimock.Off}
}

// impatient retries without waiting long: the mock is fast, and time is not what is tested.
var impatient = httpapi.Retry{Attempts: 4, MinWait: time.Millisecond, MaxWait: 5 * time.Millisecond, MaxAsked: time.Second}

// run applies the steps with a provider of its own for the lab.
func (l *lab) run(t *testing.T, steps ...resource.TestStep) {
	t.Helper()
	resource.Test(t, resource.TestCase{ProtoV6ProviderFactories: factories(), Steps: steps})
}

func factories() map[string]func() (tfprotov6.ProviderServer, error) {
	return map[string]func() (tfprotov6.ProviderServer, error){
		"pomerium": func() (tfprotov6.ProviderServer, error) {
			return serverOf(&pomeriumProvider{version: "test", knobs: knobs{retry: impatient}}), nil
		},
	}
}

// hcl puts a provider block with the lab's credentials before a configuration and fills in its placeholders:
// <namespace>, <root>, <organization>, <device>, <app>, <web_probe> and <cloudpath_probe>.
func (l *lab) hcl(config string) string {
	return l.providerBlock() + l.fill(config)
}

// providerBlock signs in to ZDX with a key.
func (l *lab) providerBlock() string {
	return l.block(`
    key_id     = "<key_id>"
    key_secret = "<key_secret>"
    url        = "<url>/v1"`)
}

// oneAPIBlock signs in to ZDX through OneAPI instead.
func (l *lab) oneAPIBlock() string {
	return l.block(`
    client_id     = "` + l.ClientID + `"
    client_secret = "` + l.ClientSecret + `"
    token_url     = "<url>/oauth2/v1/token"
    url           = "<url>/zdx/v1"`)
}

func (l *lab) block(zdx string) string {
	return l.fill(`
provider "pomerium" {
  pomerium_zero = {
    api_user_token = "<token>"
    url            = "<url>/api/v0"
    plan_checks    = false
  }
  zdx = {` + zdx + `
  }
}
`)
}

func (l *lab) fill(config string) string {
	return strings.NewReplacer(
		"<namespace>", l.ClusterNamespaceID, "<root>", l.RootNamespaceID, "<organization>", l.OrganizationID,
		"<device>", l.DeviceID, "<app>", l.AppID, "<web_probe>", l.WebProbeID, "<cloudpath_probe>", l.CloudPathProbeID,
		"<url>", l.url, "<token>", l.APIUserToken, "<key_id>", l.KeyID, "<key_secret>", l.KeySecret,
	).Replace(config)
}

// step applies a configuration and, as the test framework does after each apply, requires an empty plan.
func (l *lab) step(config string) resource.TestStep { return resource.TestStep{Config: l.hcl(config)} }
