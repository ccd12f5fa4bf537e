package provider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringdefault"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/pomerium-zdx/terraform-provider-pomerium/internal/pomeriumzero"
)

// An API user is how a program signs in, this provider among them. Its token is shown once, its name need not be
// unique, and nothing of it can be changed (pomerium-zero.md 1, 6).

type zeroAPIUserResource struct {
	zeroResource[pomeriumzero.APIUserProperties, apiUserModel, *apiUserModel]
}

type apiUserModel struct {
	zeroModel
	Email        types.String `tfsdk:"email"`
	RefreshToken types.String `tfsdk:"refresh_token"`
	pomeriumzero.APIUserProperties
}

func (m *apiUserModel) parts() (*zeroModel, *pomeriumzero.APIUserProperties) {
	return &m.zeroModel, &m.APIUserProperties
}

func newZeroAPIUserResource() resource.Resource {
	return &zeroAPIUserResource{zeroResource[pomeriumzero.APIUserProperties, apiUserModel, *apiUserModel]{
		noun: "API user", collection: (*pomeriumzero.Client).APIUsers,
	}}
}

func (r *zeroAPIUserResource) Schema(_ context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	role := text("Role in the organization: one of "+oneOf(organizationRoles)+". The service's default is `member`. A change replaces the API user.",
		stringvalidator.OneOf(organizationRoles...))
	role.PlanModifiers = []planmodifier.String{stringplanmodifier.RequiresReplace()}
	role.Computed, role.Default = true, stringdefault.StaticString("member") // unset, each plan would differ from what the service fills in
	token := keptText("Token of the API user, which signs in as it. The service shows it once, when the user is made, so it is null for an imported one. It stands in the state.")
	token.Sensitive = true
	resp.Schema = schema.Schema{
		MarkdownDescription: "An API user of an organization: a program that manages it, with a token. To destroy the API user that the provider itself signs in as cuts it off.",
		Attributes: zeroSchema("API user", nil, map[string]schema.Attribute{
			"name":          replacing("Name of the API user. A change replaces it.", notEmpty),
			"role":          role,
			"email":         keptText("Address that the service gives it."),
			"refresh_token": token,
		}),
	}
}

func (m *apiUserModel) show(object pomeriumzero.Object[pomeriumzero.APIUserProperties]) error {
	var use struct {
		Email *string `json:"email"`
	}
	err := object.Decode(&use)
	m.Email, m.RefreshToken = types.StringPointerValue(use.Email), tokenAfter(m.RefreshToken, object.Token)
	return err
}
