package provider

import (
	"context"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"

	"github.com/pomerium-zdx/terraform-provider-pomerium/internal/pomeriumzero"
)

// An invitation is gone from the list once it is accepted: then there is a user of its address instead. One call
// invites several, and each is an object of its own (pomerium-zero.md 6).

type zeroInvitationResource struct {
	zeroResource[pomeriumzero.InvitationProperties, invitationModel, *invitationModel]
}

type invitationModel struct {
	zeroModel
	pomeriumzero.InvitationProperties
}

func (m *invitationModel) parts() (*zeroModel, *pomeriumzero.InvitationProperties) {
	return &m.zeroModel, &m.InvitationProperties
}

func newZeroInvitationResource() resource.Resource {
	return &zeroInvitationResource{zeroResource[pomeriumzero.InvitationProperties, invitationModel, *invitationModel]{
		noun: "invitation", collection: (*pomeriumzero.Client).Invitations,
	}}
}

// organizationRoles are those that can be given: an organization has one owner, who is its own business.
var organizationRoles = []string{"admin", "member", "auditor"}

func (r *zeroInvitationResource) Schema(_ context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "An invitation of a person into an organization. Once it is accepted it stays in the state, although the service has no invitation any more. " +
			"To destroy it withdraws an invitation that is open, and leaves a user alone who has accepted it.",
		Attributes: zeroSchema("invitation", nil, map[string]schema.Attribute{
			"email": replacing("Address of the person. A change replaces the invitation.", isEmail),
			"role": replacing("Role in the organization: one of "+oneOf(organizationRoles)+". A change replaces the invitation.",
				stringvalidator.OneOf(organizationRoles...)),
		}),
	}
}

// survives tells whether somebody has accepted the invitation.
func (m *invitationModel) survives(ctx context.Context, client *pomeriumzero.Client, organizationID string) bool {
	users, err := client.Users(ctx, organizationID, pomeriumzero.InteractiveUser)
	if err != nil {
		return false
	}
	for _, user := range users {
		if strings.EqualFold(user.Email, m.Email) {
			return true
		}
	}
	return false
}

type invitationsDataSource = zeroPluralDataSource[pomeriumzero.InvitationProperties, struct{}, invitationModel, *invitationModel]

func newZeroInvitationsDataSource() datasource.DataSource {
	return &invitationsDataSource{zeroLookup[pomeriumzero.InvitationProperties, struct{}, invitationModel, *invitationModel]{
		noun: "invitation", nouns: "invitations", key: "email", resource: newZeroInvitationResource(), collection: (*pomeriumzero.Client).Invitations,
	}}
}
