package pomeriumzero

import (
	"context"
	"encoding/json"
	"net/http"

	"github.com/pomerium-zdx/terraform-provider-pomerium/internal/httpapi"
)

// CustomDomainProperties is what a client sets of a custom domain: a name below which a cluster's routes may lie,
// beside its own. Nothing of it can be changed (pomerium-zero.md 6).
type CustomDomainProperties struct {
	ClusterID  string `json:"clusterId"  tfsdk:"cluster_id"`
	DomainName string `json:"domainName" tfsdk:"domain_name"`
}

// Key returns what makes the custom domain unique.
func (p CustomDomainProperties) Key() Key { return Key{Parent: p.ClusterID, Name: p.DomainName} }

// CustomDomainUse is what the service alone says of a custom domain.
type CustomDomainUse struct {
	KeyPairID *string `json:"keyPairId" tfsdk:"key_pair_id"` // of the certificate, once there is one
	ExpiresAt *string `json:"expiresAt" tfsdk:"expires_at"`  // of the certificate, RFC 3339
	LastError *string `json:"lastError" tfsdk:"last_error"`  // why there is none yet
}

// CustomDomains are the custom domains of an organization's clusters.
func (c *Client) CustomDomains(organizationID string) Collection[CustomDomainProperties] {
	return Collection[CustomDomainProperties]{client: c, organizationID: organizationID, kind: kind{
		noun: "custom domain", name: "domain_name", list: "/organizations/{organizationId}/customDomains", parameter: "clusterId",
		item: "/organizations/{organizationId}/customDomains/{customDomainId}", within: inCluster, listedOnly: true,
	}}
}

// RetryCustomDomain has the service try again to obtain the certificate of a custom domain.
func (c *Client) RetryCustomDomain(ctx context.Context, organizationID, id string) error {
	return c.http.Do(ctx, httpapi.Request{
		Method: http.MethodPost, Path: "/organizations/{organizationId}/customDomains/{customDomainId}/retry", Values: []string{organizationID, id},
		Repeatable: true,
	}, nil)
}

// InvitationProperties is what a client sets of an invitation into an organization. Nothing of it can be changed.
type InvitationProperties struct {
	Email string `json:"email" tfsdk:"email"`
	Role  string `json:"role"  tfsdk:"role"`
}

// Key returns what makes the invitation unique.
func (p InvitationProperties) Key() Key { return Key{Name: p.Email} }

// MarshalJSON writes the body of the call, which invites several at once.
func (p InvitationProperties) MarshalJSON() ([]byte, error) {
	return json.Marshal(map[string]any{"emails": []string{p.Email}, "role": p.Role})
}

// Invitations are an organization's invitations that nobody has accepted yet.
func (c *Client) Invitations(organizationID string) Collection[InvitationProperties] {
	return Collection[InvitationProperties]{client: c, organizationID: organizationID, kind: kind{
		noun: "invitation", name: "email", list: "/organizations/{organizationId}/invitations",
		item: "/organizations/{organizationId}/invitations/{invitationId}", listedOnly: true,
	}}
}

// APIUserProperties is what a client sets of an API user, which is how a program signs in. Nothing of it can be
// changed (pomerium-zero.md 6).
type APIUserProperties struct {
	Name string  `json:"name"           tfsdk:"name"`
	Role *string `json:"role,omitempty" tfsdk:"role"`
}

// Key returns nothing that is unique: two API users may have one name.
func (p APIUserProperties) Key() Key { return Key{} }

// UnmarshalJSON reads an API user as the service shows it, under other names than it is made with.
func (p *APIUserProperties) UnmarshalJSON(data []byte) error {
	var shown struct {
		DisplayName      string  `json:"displayName"`
		OrganizationRole *string `json:"organizationRole"`
	}
	if err := json.Unmarshal(data, &shown); err != nil {
		return err
	}
	*p = APIUserProperties{Name: shown.DisplayName, Role: shown.OrganizationRole}
	return nil
}

// APIUsers are an organization's API users. Asking for the token of one makes a new one.
func (c *Client) APIUsers(organizationID string) Collection[APIUserProperties] {
	return Collection[APIUserProperties]{client: c, organizationID: organizationID, kind: kind{
		noun: "API user", list: "/organizations/{organizationId}/users", item: "/organizations/{organizationId}/users/{userId}",
		create: "/organizations/{organizationId}/users/apiAccess", listedOnly: true,
		fixed: map[string]string{"userType": APIAccessUser}, renamed: map[string]string{"name": "displayName", "role": "organizationRole"},
		token: secretToken{"refreshToken", http.MethodPost, "/organizations/{organizationId}/users/{userId}/refreshToken"},
	}}
}
