package provider

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"os"
	"strings"
	"sync"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/pomerium-zdx/terraform-provider-pomerium/internal/gather"
	"github.com/pomerium-zdx/terraform-provider-pomerium/internal/httpapi"
	"github.com/pomerium-zdx/terraform-provider-pomerium/internal/pomeriumzero"
	"github.com/pomerium-zdx/terraform-provider-pomerium/internal/zdx"
)

// services is what the provider hands to its resources and data sources.
type services struct {
	zero   service[*pomeriumzero.Client]
	zdx    service[*zdx.Client]
	checks *planChecks // nil if they are switched off
	trap   bool        // no service got any value: perhaps the provider has two local names
}

// service is one of the two, ready or not. Its client is made on first use.
type service[C any] struct {
	empty     bool   // no value was given
	unchecked bool   // plans are not to be checked with it
	unknown   bool   // some value is known only after apply
	missing   string // what to set, if something is missing
	open      func() (C, error)
}

type clientOptions struct {
	userAgent string
	knobs
}

// knobs are what tests turn. Zero values are those of real runs.
type knobs struct {
	retry     httpapi.Retry
	transport http.RoundTripper
	pollEvery time.Duration // between two looks at a trace that is waited for
	timeout   time.Duration // of one attempt
	unpaced   bool          // ZDX has no rate limit
	gather    gather.Mode
	log       slog.Handler // nil for Terraform's
}

func (k knobs) logger() *slog.Logger {
	if k.log != nil {
		return slog.New(k.log)
	}
	return slog.New(tflogHandler{})
}

// trapHint is said when a block reached a provider without any value (peers.md, c3).
const trapHint = "\n\nNo provider block with any value reached this block at all. If you did write one, the cause may be that " +
	"required_providers declares this provider under two local names: Terraform then picks one of them at random. Declare it once:\n\n" +
	"  terraform {\n    required_providers {\n      pomerium = { source = \"pomerium-zdx/pomerium\" }\n    }\n  }\n\n" +
	"and write `provider = pomerium` into every zdx_* block."

// client returns the client of a service. It is false without a diagnostic while credentials are unknown,
// and with an error if the service is not configured.
func client[C any](s service[C], all *services, name string, diags *diag.Diagnostics) (c C, ok bool) {
	switch {
	case s.unknown:
		return c, false
	case s.missing != "":
		detail := s.missing
		if all.trap {
			detail += trapHint
		}
		diags.AddError(name+" is not configured", detail)
		return c, false
	}
	c, err := s.open()
	if err != nil {
		diags.AddError(name+" cannot be used as configured", err.Error())
	}
	return c, err == nil
}

type zeroSettings struct {
	APIUserToken   types.String `tfsdk:"api_user_token"`
	OrganizationID types.String `tfsdk:"organization_id"`
	URL            types.String `tfsdk:"url"`
	PlanChecks     types.Bool   `tfsdk:"plan_checks"`
}

func newZeroService(ctx context.Context, object types.Object, common clientOptions, diags *diag.Diagnostics) service[*pomeriumzero.Client] {
	var values zeroSettings
	s := readSettings(ctx, zeroSettingsPath, object, &values, diags)
	config := pomeriumzero.Config{
		APIUserToken:   s.text(values.APIUserToken, "api_user_token", envZeroToken),
		OrganizationID: s.text(values.OrganizationID, "organization_id", envZeroOrganization),
		URL:            s.address(values.URL, "url", envZeroURL),
		UserAgent:      common.userAgent,
		Retry:          common.retry,
		Transport:      common.transport,
		Timeout:        common.timeout,
		PollEvery:      common.pollEvery,
		Logger:         common.logger(),
		Gather:         common.gather,
	}
	result := service[*pomeriumzero.Client]{
		unchecked: !values.PlanChecks.IsNull() && !values.PlanChecks.ValueBool(),
		empty:     !s.given, unknown: s.unknown,
		open: sync.OnceValues(func() (*pomeriumzero.Client, error) { return pomeriumzero.New(config) }),
	}
	result.missing = s.problem
	if config.APIUserToken == "" && result.missing == "" {
		result.missing = fmt.Sprintf("This block needs Pomerium Zero. Set pomerium_zero.api_user_token in the provider block or the "+
			"environment variable %s to the token of an API user; the Zero console shows it once, under API Tokens.", envZeroToken)
	}
	return result
}

type zdxSettings struct {
	KeyID             types.String `tfsdk:"key_id"`
	KeySecret         types.String `tfsdk:"key_secret"`
	HashKeySecret     types.Bool   `tfsdk:"hash_key_secret"`
	Cloud             types.String `tfsdk:"cloud"`
	URL               types.String `tfsdk:"url"`
	ClientID          types.String `tfsdk:"client_id"`
	ClientSecret      types.String `tfsdk:"client_secret"`
	PrivateKey        types.String `tfsdk:"private_key"`
	VanityDomain      types.String `tfsdk:"vanity_domain"`
	OneAPICloud       types.String `tfsdk:"oneapi_cloud"`
	TokenURL          types.String `tfsdk:"token_url"`
	RequestsPerMinute types.Int64  `tfsdk:"requests_per_minute"`
}

// usesKey and usesOneAPI tell which way of signing in HCL speaks of: the environment adds nothing of the other.
func (v zdxSettings) usesKey() bool { return anySet(v.KeyID, v.KeySecret) || !v.HashKeySecret.IsNull() }

func (v zdxSettings) usesOneAPI() bool {
	return anySet(v.ClientID, v.ClientSecret, v.PrivateKey, v.VanityDomain, v.OneAPICloud, v.TokenURL)
}

func anySet(values ...types.String) bool {
	for _, value := range values {
		if !value.IsNull() {
			return true
		}
	}
	return false
}

func newZDXService(ctx context.Context, object types.Object, common clientOptions, diags *diag.Diagnostics) service[*zdx.Client] {
	var values zdxSettings
	s := readSettings(ctx, zdxSettingsPath, object, &values, diags)
	config := zdxConfig(values, s, common)
	result := service[*zdx.Client]{
		empty: !s.given, unknown: s.unknown,
		open: sync.OnceValues(func() (*zdx.Client, error) { return zdx.New(config) }),
	}
	if !s.unknown {
		checkZDXWays(config, s)
		result.missing = s.problem
	}
	return result
}

// zdxConfig puts together what HCL and the environment say.
func zdxConfig(values zdxSettings, s *settings, common clientOptions) zdx.Config {
	config := zdx.Config{
		URL: s.address(values.URL, "url", envZDXURL), Cloud: s.text(values.Cloud, "cloud", envZDXCloud),
		UserAgent: common.userAgent, Retry: common.retry, Transport: common.transport, PollEvery: common.pollEvery,
		Timeout: common.timeout, Unpaced: common.unpaced, Gather: common.gather,
		Logger:            common.logger(),
		RequestsPerMinute: s.count(values.RequestsPerMinute, "requests_per_minute", envZDXRate),
	}
	if values.usesKey() || !values.usesOneAPI() {
		config.KeyID = s.text(values.KeyID, "key_id", envZDXKeyID)
		config.KeySecret = s.text(values.KeySecret, "key_secret", envZDXKeySecret)
		config.HashKeySecret = s.flag(values.HashKeySecret, "hash_key_secret", envZDXHash)
	}
	if values.usesOneAPI() || !values.usesKey() {
		config.ClientID = s.text(values.ClientID, "client_id", envZDXClientID)
		config.ClientSecret = s.text(values.ClientSecret, "client_secret", envZDXClientSecret)
		config.PrivateKey = s.text(values.PrivateKey, "private_key", envZDXPrivateKey)
		config.VanityDomain = s.text(values.VanityDomain, "vanity_domain", envZDXVanityDomain)
		config.OneAPICloud = s.text(values.OneAPICloud, "oneapi_cloud", envZDXOneAPICloud)
		config.TokenURL = s.address(values.TokenURL, "token_url", envZDXTokenURL)
	}
	return config
}

// checkZDXWays reports what is missing for either way of signing in, and halves that do not fit together.
func checkZDXWays(config zdx.Config, s *settings) {
	key := config.KeyID != "" || config.KeySecret != ""
	oneAPI := config.ClientID != "" || config.ClientSecret != "" || config.PrivateKey != ""
	switch {
	case key && oneAPI:
		s.wrong("client_id", "Two ways of signing in to ZDX", "Both a ZDX API key (key_id, key_secret; "+envZDXKeyID+", "+envZDXKeySecret+
			") and a OneAPI client (client_id, client_secret, private_key; "+envZDXClientID+", "+envZDXClientSecret+", "+envZDXPrivateKey+
			") are set. Keep one of them. What stands in the provider block's zdx object keeps the environment's other way out.")
	case key && config.KeyID == "":
		s.wrong("key_id", "ZDX API key without its ID", "Set zdx.key_id or "+envZDXKeyID+".")
	case key && config.KeySecret == "":
		s.wrong("key_secret", "ZDX API key without its secret", "Set zdx.key_secret or "+envZDXKeySecret+".")
	case oneAPI && config.ClientID == "":
		s.wrong("client_id", "OneAPI client without its ID", "Set zdx.client_id or "+envZDXClientID+".")
	case oneAPI && (config.ClientSecret == "") == (config.PrivateKey == ""):
		s.wrong("client_secret", "OneAPI client needs one proof", "Set exactly one of zdx.client_secret ("+envZDXClientSecret+
			") and zdx.private_key ("+envZDXPrivateKey+").")
	case oneAPI && config.VanityDomain == "" && config.TokenURL == "":
		s.wrong("vanity_domain", "OneAPI client without a vanity domain", "Set zdx.vanity_domain or "+envZDXVanityDomain+".")
	case !key && !oneAPI:
		s.problem = fmt.Sprintf("This block needs Zscaler ZDX. Set zdx.key_id and zdx.key_secret in the provider block (or %s and %s) to a ZDX "+
			"API key, or zdx.client_id, zdx.client_secret and zdx.vanity_domain (or %s, %s and %s) to an API client of OneAPI.",
			envZDXKeyID, envZDXKeySecret, envZDXClientID, envZDXClientSecret, envZDXVanityDomain)
	}
}

func userAgent(terraform, version string) string {
	agent := fmt.Sprintf("Terraform/%s terraform-provider-pomerium/%s", terraform, version)
	return strings.TrimSpace(agent + " " + os.Getenv("TF_APPEND_USER_AGENT"))
}
