package provider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework-validators/boolvalidator"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/ephemeral"
	"github.com/hashicorp/terraform-plugin-framework/ephemeral/schema"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/pomerium-zdx/terraform-provider-pomerium/internal/pomeriumzero"
)

// Ephemeral resources hand tokens out that stand in neither plan nor state. CLIs open them anew in each plan and in each
// apply (Terraform 1.10, OpenTofu 1.11 and later).

// tokenResource is an ephemeral resource whose result is a token.
type tokenResource struct {
	base
	name      string // of the type
	about     string
	token     string // its description
	arguments map[string]schema.Attribute
	open      func(ctx context.Context, r *tokenResource, config tfsdk.Config, diags *diag.Diagnostics) string
}

var _ ephemeral.EphemeralResourceWithConfigure = (*tokenResource)(nil)

func (r *tokenResource) Metadata(_ context.Context, _ ephemeral.MetadataRequest, resp *ephemeral.MetadataResponse) {
	resp.TypeName = r.name
}

func (r *tokenResource) Schema(_ context.Context, _ ephemeral.SchemaRequest, resp *ephemeral.SchemaResponse) {
	attributes := map[string]schema.Attribute{
		"token": schema.StringAttribute{MarkdownDescription: r.token, Computed: true, Sensitive: true},
	}
	for name, argument := range r.arguments {
		attributes[name] = argument
	}
	resp.Schema = schema.Schema{MarkdownDescription: r.about, Attributes: attributes}
}

func (r *tokenResource) Configure(_ context.Context, req ephemeral.ConfigureRequest, resp *ephemeral.ConfigureResponse) {
	r.accept(req.ProviderData, &resp.Diagnostics)
}

func (r *tokenResource) Open(ctx context.Context, req ephemeral.OpenRequest, resp *ephemeral.OpenResponse) {
	token := r.open(ctx, r, req.Config, &resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}
	resp.Result.Raw = req.Config.Raw
	resp.Diagnostics.Append(resp.Result.SetAttribute(ctx, path.Root("token"), token)...)
}

func ephemeralText(description string, required bool) schema.StringAttribute {
	return schema.StringAttribute{MarkdownDescription: description, Required: required, Optional: !required, Validators: []validator.String{notEmpty}}
}

func newZeroIDToken() ephemeral.EphemeralResource {
	return &tokenResource{ //nolint:gosec // texts about a token
		name: "pomerium_zero_id_token",
		about: "The ID token that the provider signs in to Pomerium Zero with, for calls that it does not know: send it as `Authorization: Bearer <token>`. " +
			"It lives for an hour at most.",
		token: "The ID token.",
		open: func(ctx context.Context, r *tokenResource, _ tfsdk.Config, diags *diag.Diagnostics) string {
			client, ok := r.zero(diags)
			return currentToken(ctx, client, ok, "ID token", diags)
		},
	}
}

func newZDXToken() ephemeral.EphemeralResource {
	return &tokenResource{
		name: "zdx_token",
		about: "The access token that the provider signs in to Zscaler ZDX with, for calls that it does not know: send it as `Authorization: Bearer <token>`. " +
			"It lives for an hour at most.",
		token: "The access token.",
		open: func(ctx context.Context, r *tokenResource, _ tfsdk.Config, diags *diag.Diagnostics) string {
			client, ok := r.zdx(diags)
			return currentToken(ctx, client, ok, "access token", diags)
		},
	}
}

// currentToken is the token that a client signs in with. ok tells whether there is one to ask.
func currentToken(ctx context.Context, client interface {
	Token(ctx context.Context) (string, error)
}, ok bool, noun string, diags *diag.Diagnostics,
) string {
	if !ok {
		unreadable(diags, noun)
		return ""
	}
	token, err := client.Token(ctx)
	if err != nil {
		addError(diags, "read the "+noun, err)
	}
	return token
}

func newZeroServiceAccountToken() ephemeral.EphemeralResource {
	return &tokenResource{ //nolint:gosec // texts about a token
		name: "pomerium_zero_service_account_token",
		about: "The token of a service account, which stays as it is: send it to a route of the cluster as `Authorization: Pomerium <token>`, or hand it to another " +
			"provider's write-only argument.",
		token: "The token (JWT).",
		arguments: map[string]schema.Attribute{
			"organization_id":    ephemeralText(aboutScopeOrganization, false),
			"cluster_id":         ephemeralText("ID of the cluster that holds the service account.", true),
			"service_account_id": ephemeralText("ID of the service account.", true),
		},
		open: func(ctx context.Context, r *tokenResource, config tfsdk.Config, diags *diag.Diagnostics) string {
			return tokenOf(ctx, r, config, "service_account_id", (*pomeriumzero.Client).ServiceAccounts, diags)
		},
	}
}

func newZeroClusterToken() ephemeral.EphemeralResource {
	return &tokenResource{
		name: "pomerium_zero_cluster_token",
		about: "A **new** token of a cluster, for its replicas (`POMERIUM_ZERO_TOKEN`).\n\n~> **This stops the cluster.** The service shows no token a second time: it makes " +
			"another, and the one that replicas run with is dead from then on. CLIs open ephemeral resources in **every plan and every apply**. Use this in a run of its own " +
			"that restarts the replicas with the new token, and take it out again. The token of a cluster that Terraform has made is its attribute `refresh_token`.",
		token: "The new token.",
		arguments: map[string]schema.Attribute{
			"organization_id": ephemeralText(aboutScopeOrganization, false),
			"cluster_id":      ephemeralText("ID of the cluster.", true),
			"stop_running_replicas": schema.BoolAttribute{
				MarkdownDescription: "Must be `true`: you know that each plan and each apply kills the token that replicas run with.", Required: true,
				Validators: []validator.Bool{boolvalidator.Equals(true)},
			},
		},
		open: func(ctx context.Context, r *tokenResource, config tfsdk.Config, diags *diag.Diagnostics) string {
			token := tokenOf(ctx, r, config, "cluster_id", (*pomeriumzero.Client).Clusters, diags)
			if token != "" {
				diags.AddWarning("The cluster's old token is dead", "A new token was made, so replicas that run with the old one stop. Restart them with the new one, and take "+
					"the block out of the configuration: the next plan would do the same again.")
			}
			return token
		},
	}
}

// tokenOf asks for the token of an object.
func tokenOf[P pomeriumzero.Properties](ctx context.Context, r *tokenResource, config tfsdk.Config, argument string,
	collection func(*pomeriumzero.Client, string) pomeriumzero.Collection[P], diags *diag.Diagnostics,
) string {
	var organizationID, clusterID, id types.String
	diags.Append(config.GetAttribute(ctx, path.Root("organization_id"), &organizationID)...)
	diags.Append(config.GetAttribute(ctx, path.Root("cluster_id"), &clusterID)...)
	diags.Append(config.GetAttribute(ctx, path.Root(argument), &id)...)
	client, ok := r.zero(diags)
	if !ok {
		unreadable(diags, "token")
	}
	if diags.HasError() {
		return ""
	}
	organization, err := client.Organization(ctx, organizationID.ValueString())
	if err == nil {
		var token string
		if token, err = collection(client, organization.ID).Token(ctx, id.ValueString(), clusterID.ValueString()); err == nil {
			return token
		}
	}
	addError(diags, "read the token of "+id.ValueString(), err)
	return ""
}
