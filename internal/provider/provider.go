// Package provider is the only one that knows Terraform. It exports what a program needs to serve it, and nothing more.
package provider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework-validators/int64validator"
	"github.com/hashicorp/terraform-plugin-framework/action"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/ephemeral"
	"github.com/hashicorp/terraform-plugin-framework/list"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/provider/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/pomerium-zdx/terraform-provider-pomerium/internal/pomeriumzero"
)

// pomeriumProvider holds credentials for Pomerium Zero and Zscaler ZDX, either of which may be left out.
type pomeriumProvider struct {
	version string
	knobs
}

var (
	_ provider.ProviderWithActions            = (*pomeriumProvider)(nil)
	_ provider.ProviderWithEphemeralResources = (*pomeriumProvider)(nil)
	_ provider.ProviderWithFunctions          = (*pomeriumProvider)(nil)
	_ provider.ProviderWithListResources      = (*pomeriumProvider)(nil)
)

func (p *pomeriumProvider) Metadata(_ context.Context, _ provider.MetadataRequest, resp *provider.MetadataResponse) {
	resp.TypeName = "pomerium"
	resp.Version = p.version
}

func (p *pomeriumProvider) Schema(_ context.Context, _ provider.SchemaRequest, resp *provider.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "Manages zero trust access in Pomerium Zero (`pomerium_zero_*`), and in Zscaler ZDX deep traces, analyses and " +
			"whatever they need to know of users, devices and applications (`zdx_*`). One provider block holds the credentials of both services; either half may be left out. Every " +
			"argument may come from the environment instead, and any value may be `file:PATH`, which reads it from a file.",
		Attributes: map[string]schema.Attribute{
			"pomerium_zero": schema.SingleNestedAttribute{
				MarkdownDescription: "Access to Pomerium Zero. Needed for `pomerium_zero_*` only.",
				Optional:            true,
				Attributes:          zeroSettingsSchema(),
			},
			"zdx": schema.SingleNestedAttribute{
				MarkdownDescription: "Access to Zscaler ZDX, with a ZDX API key (`key_id`, `key_secret`) or through OneAPI " +
					"(`client_id`, `vanity_domain`, and `client_secret` or `private_key`). Needed for `zdx_*` only.",
				Optional:   true,
				Attributes: zdxSettingsSchema(),
			},
		},
	}
}

// Configure checks what can be checked offline and prepares the clients. It sends nothing: credentials may
// still be unknown, and a run that needs one service must not fail for the other.
func (p *pomeriumProvider) Configure(ctx context.Context, req provider.ConfigureRequest, resp *provider.ConfigureResponse) {
	var config struct {
		PomeriumZero types.Object `tfsdk:"pomerium_zero"`
		ZDX          types.Object `tfsdk:"zdx"`
	}
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)
	if resp.Diagnostics.HasError() {
		return
	}
	common := clientOptions{userAgent: userAgent(req.TerraformVersion, p.version), knobs: p.knobs}
	services := &services{
		zero: newZeroService(ctx, config.PomeriumZero, common, &resp.Diagnostics),
		zdx:  newZDXService(ctx, config.ZDX, common, &resp.Diagnostics),
	}
	if !services.zero.unchecked {
		services.checks = newPlanChecks()
	}
	services.trap = services.zero.empty && services.zdx.empty
	resp.ResourceData = services
	resp.DataSourceData = services
	resp.ListResourceData = services
	resp.ActionData = services
	resp.EphemeralResourceData = services
}

func (p *pomeriumProvider) Resources(context.Context) []func() resource.Resource {
	return []func() resource.Resource{
		newZeroRouteResource, newZeroPolicyResource, newZeroClusterResource, newZeroClusterSettingsResource, newZeroServiceAccountResource,
		newZeroKeyPairResource, newZeroCustomDomainResource, newZeroInvitationResource, newZeroAPIUserResource, newZeroOrganizationResource, newZeroChangesetApplyResource,
		newZDXDeepTraceResource, newZDXAnalysisResource, newZDXAlertSnapshotResource,
	}
}

func (p *pomeriumProvider) Actions(context.Context) []func() action.Action {
	return []func() action.Action{newZeroChangesetApplyAction, newZDXDeepTraceAction}
}

func (p *pomeriumProvider) DataSources(context.Context) []func() datasource.DataSource {
	return append([]func() datasource.DataSource{
		newZeroOrganizationDataSource, newZeroNamespaceDataSource, newZeroRouteDataSource, newZeroRoutesDataSource,
		newZeroPolicyDataSource, newZeroPoliciesDataSource, newZeroPolicyDocumentDataSource,
		newZeroClusterDataSource, newZeroClustersDataSource, newZeroClusterSettingsDataSource, newZeroServiceAccountDataSource,
		newZeroServiceAccountsDataSource, newZeroKeyPairDataSource, newZeroKeyPairsDataSource, newZeroCustomDomainDataSource,
		newZeroCustomDomainsDataSource, newZeroInvitationsDataSource,
		newZDXDeviceDataSource, newZDXDevicesDataSource, newZDXUserDataSource, newZDXUsersDataSource,
		newZDXApplicationDataSource, newZDXApplicationsDataSource, newZDXDeviceApplicationDataSource, newZDXDeviceApplicationsDataSource,
		newZDXWebProbeDataSource, newZDXWebProbesDataSource, newZDXCloudPathProbeDataSource, newZDXCloudPathProbesDataSource,
		newZDXDepartmentDataSource, newZDXDepartmentsDataSource, newZDXLocationDataSource, newZDXLocationsDataSource,
		newZDXGeolocationDataSource, newZDXGeolocationsDataSource, newZDXAlertDataSource, newZDXAlertsDataSource,
		newZDXSoftwareDataSource, newZDXSoftwareInventoryDataSource, newZDXDeepTraceDataSource, newZDXDeepTracesDataSource,
	}, append(zeroReports, zdxReports...)...)
}

func (p *pomeriumProvider) EphemeralResources(context.Context) []func() ephemeral.EphemeralResource {
	return []func() ephemeral.EphemeralResource{newZeroIDToken, newZeroClusterToken, newZeroServiceAccountToken, newZDXToken}
}

func (p *pomeriumProvider) ListResources(context.Context) []func() list.ListResource {
	return newZeroLists()
}

func zeroSettingsSchema() map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"api_user_token": secretSetting("Token of an API user, made in the Zero console under API Tokens and shown there once.", envZeroToken),
		"organization_id": setting("ID of the organization to work in. May be left out if the token sees only one. If set, it is also "+
			"a guard against the wrong account: a token that does not see this organization is refused.", envZeroOrganization),
		"url": setting("Base address of the API. Default `"+pomeriumzero.DefaultURL+"`.", envZeroURL),
		"plan_checks": schema.BoolAttribute{
			MarkdownDescription: "Ask the service while planning for what the plan would run into, and warn of it: a quota that it exceeds, a route with the same address " +
				"and path, a policy that other routes use, a certificate that ends within 30 days, a service account that has expired. Default `true`.",
			Optional: true,
		},
	}
}

func zdxSettingsSchema() map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"key_id":     setting("ID of a ZDX API key, made in the ZDX Admin Portal.", envZDXKeyID),
		"key_secret": secretSetting("Secret of the ZDX API key.", envZDXKeySecret),
		"hash_key_secret": schema.BoolAttribute{
			MarkdownDescription: "Send the secret as SHA-256 of `secret:timestamp` instead of as it is, for tenants that ask for that. " +
				"Default `false`. " + environment(envZDXHash),
			Optional: true,
		},
		"cloud": setting("Name of the ZDX cloud of the key, as in `https://api.<cloud>.net/v1`. Default `zdxcloud`.", envZDXCloud),
		"url": setting("Base address of the API, version included. Default `https://api.<cloud>.net/v1` with a key, "+
			"`https://api.zsapi.net/zdx/v1` with OneAPI.", envZDXURL),
		"client_id":     setting("ID of an API client in ZIdentity, for OneAPI instead of a key.", envZDXClientID),
		"client_secret": secretSetting("Secret of the API client.", envZDXClientSecret),
		"private_key":   secretSetting("RSA private key (PEM) that signs for the API client, instead of `client_secret`.", envZDXPrivateKey),
		"vanity_domain": setting("Vanity domain of the organization in ZIdentity, as in `https://<vanity_domain>.zslogin.net`.", envZDXVanityDomain),
		"oneapi_cloud":  setting("Name of the Zscaler cloud that serves OneAPI, such as `beta`. Left out for production.", envZDXOneAPICloud),
		"token_url":     setting("Address of the token call of OneAPI. Default: built from `vanity_domain` and `oneapi_cloud`.", envZDXTokenURL),
		"requests_per_minute": schema.Int64Attribute{
			MarkdownDescription: "How many requests a minute ZDX takes from this address, at least 1. It follows from the licences of the " +
				"organization: `30` up to 5,000, `60` up to 20,000, `120` up to 100,000, `180` above. Without it the limit is learned " +
				"from the service's answers. Set it lower where several runs share an address. " + environment(envZDXRate),
			Optional:   true,
			Validators: []validator.Int64{int64validator.AtLeast(1)},
		},
	}
}

func setting(description, variable string) schema.StringAttribute {
	return schema.StringAttribute{MarkdownDescription: description + " " + environment(variable), Optional: true}
}

func secretSetting(description, variable string) schema.StringAttribute {
	attribute := setting(description, variable)
	attribute.Sensitive = true
	return attribute
}

func environment(variable string) string { return "Environment: `" + variable + "`." }

var (
	zeroSettingsPath = path.Root("pomerium_zero")
	zdxSettingsPath  = path.Root("zdx")
)
