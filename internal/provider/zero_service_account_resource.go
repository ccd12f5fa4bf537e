package provider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/pomerium-zdx/terraform-provider-pomerium/internal/pomeriumzero"
)

// A service account passes routes of its cluster with a token. Neither its name nor its user is unique, there is no
// PUT, and the token can be read again (pomerium-zero.md 6, 8).

type zeroServiceAccountResource struct {
	zeroResource[pomeriumzero.ServiceAccountProperties, serviceAccountModel, *serviceAccountModel]
}

type serviceAccountModel struct {
	zeroModel
	StoreToken types.Bool   `tfsdk:"store_token"`
	Token      types.String `tfsdk:"token"`
	pomeriumzero.ServiceAccountProperties
}

func (m *serviceAccountModel) parts() (*zeroModel, *pomeriumzero.ServiceAccountProperties) {
	return &m.zeroModel, &m.ServiceAccountProperties
}

func newZeroServiceAccountResource() resource.Resource {
	return &zeroServiceAccountResource{zeroResource[pomeriumzero.ServiceAccountProperties, serviceAccountModel, *serviceAccountModel]{
		noun: "service account", holder: inCluster, collection: (*pomeriumzero.Client).ServiceAccounts,
	}}
}

func (r *zeroServiceAccountResource) Schema(_ context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "A service account of a cluster: a machine that shows its token passes routes like a user. The token is not in the state unless " +
			"`store_token` says so; the ephemeral resource `pomerium_zero_service_account_token` reads it without keeping it.",
		Attributes: zeroSchema("service account", inCluster, map[string]schema.Attribute{
			"description":   neededText("What the service account is for."),
			"user_id":       neededText("The user that policies know it by, in the criterion `user`: any text."),
			"expires_at":    byMeaning(instantMeaning, text("When it ends (RFC 3339). Unset: never.", isInstant)),
			"originator_id": originatorID("service account"),
			"store_token": schema.BoolAttribute{
				MarkdownDescription: "Keep the token in the state, as `token`. Whoever reads the state can use it then.", Optional: true,
			},
			"token": schema.StringAttribute{
				MarkdownDescription: "Token (JWT) of the service account, if `store_token` is true. Send it as `Authorization: Pomerium <token>`.",
				Computed:            true, Sensitive: true, PlanModifiers: []planmodifier.String{keepTokenIfStored{}},
			},
		}),
	}
}

// keepTokenIfStored plans a token only where it is to be stored.
type keepTokenIfStored struct{}

func (keepTokenIfStored) Description(context.Context) string { return "kept as long as it is stored" }

func (m keepTokenIfStored) MarkdownDescription(ctx context.Context) string { return m.Description(ctx) }

func (keepTokenIfStored) PlanModifyString(ctx context.Context, req planmodifier.StringRequest, resp *planmodifier.StringResponse) {
	var store types.Bool
	resp.Diagnostics.Append(req.Plan.GetAttribute(ctx, path.Root("store_token"), &store)...)
	switch {
	case store.IsUnknown():
	case !store.ValueBool():
		resp.PlanValue = types.StringNull()
	case !req.StateValue.IsNull():
		resp.PlanValue = req.StateValue
	}
}

func (m *serviceAccountModel) receive(ctx context.Context, found received[pomeriumzero.ServiceAccountProperties]) error {
	if !m.StoreToken.ValueBool() {
		m.Token = types.StringNull()
		return nil
	}
	if found.object.Token == "" && (m.Token.IsNull() || m.Token.IsUnknown()) {
		token, err := found.objects.Token(ctx, found.object.ID, m.ClusterID)
		m.Token = types.StringValue(token)
		return err
	}
	m.Token = tokenAfter(m.Token, found.object.Token)
	return nil
}

type (
	serviceAccountLookup      = zeroLookup[pomeriumzero.ServiceAccountProperties, struct{}, serviceAccountModel, *serviceAccountModel]
	serviceAccountDataSource  = zeroDataSource[pomeriumzero.ServiceAccountProperties, struct{}, serviceAccountModel, *serviceAccountModel]
	serviceAccountsDataSource = zeroPluralDataSource[pomeriumzero.ServiceAccountProperties, struct{}, serviceAccountModel, *serviceAccountModel]
)

func newServiceAccountLookup() serviceAccountLookup {
	return serviceAccountLookup{
		noun: "service account", nouns: "service accounts", holder: inCluster, resource: newZeroServiceAccountResource(),
		collection: (*pomeriumzero.Client).ServiceAccounts, without: []string{"store_token"},
	}
}

func newZeroServiceAccountDataSource() datasource.DataSource {
	return &serviceAccountDataSource{newServiceAccountLookup(), "A service account of a cluster."}
}

func newZeroServiceAccountsDataSource() datasource.DataSource {
	return &serviceAccountsDataSource{newServiceAccountLookup()}
}
