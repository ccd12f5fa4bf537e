package pomeriumzero

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/pomerium-zdx/terraform-provider-pomerium/internal/httpapi"
)

// Organization is an account's organization (pomerium-zero.md 2). The guide's own answer lacks some of
// the members that the contract requires: those are pointers.
type Organization struct {
	ID               string  `json:"id"               tfsdk:"id"`
	Name             string  `json:"name"             tfsdk:"name"`
	OrganizationType *string `json:"organizationType" tfsdk:"organization_type"`
	OwnerUserID      *string `json:"ownerUserId"      tfsdk:"owner_user_id"`
	Role             *string `json:"role"             tfsdk:"role"` // the caller's
	JoinedAt         *string `json:"joinedAt"         tfsdk:"joined_at"`
	LogoURL          *string `json:"logoURL"          tfsdk:"logo_url"`
	ReadOnly         *bool   `json:"readOnly"         tfsdk:"read_only"`
	Quotas           *Quotas `json:"quotas"           tfsdk:"quotas"`
	CreatedAt        *string `json:"createdAt"        tfsdk:"created_at"`
	UpdatedAt        *string `json:"updatedAt"        tfsdk:"updated_at"`
}

// Quotas are the most objects of each kind that an organization may have (pomerium-zero.md 6).
type Quotas struct {
	Administrators  *int64 `json:"administrators"  tfsdk:"administrators"`
	APIUsers        *int64 `json:"apiUsers"        tfsdk:"api_users"`
	Certificates    *int64 `json:"certificates"    tfsdk:"certificates"`
	Clusters        *int64 `json:"clusters"        tfsdk:"clusters"`
	CustomDomains   *int64 `json:"customDomains"   tfsdk:"custom_domains"`
	HostedClusters  *int64 `json:"hostedClusters"  tfsdk:"hosted_clusters"`
	Policies        *int64 `json:"policies"        tfsdk:"policies"`
	Replicas        *int64 `json:"replicas"        tfsdk:"replicas"`
	Routes          *int64 `json:"routes"          tfsdk:"routes"`
	ServiceAccounts *int64 `json:"serviceAccounts" tfsdk:"service_accounts"`
}

// Namespace holds routes and policies. There is no call for a single one: it is found in the list
// (pomerium-zero.md 2).
type Namespace struct {
	ID        string  `json:"id"        tfsdk:"id"`
	Name      string  `json:"name"      tfsdk:"name"`
	Type      string  `json:"type"      tfsdk:"type"` // root, cluster or regular
	ParentID  *string `json:"parentId"  tfsdk:"parent_id"`
	Role      *string `json:"role"      tfsdk:"role"` // the caller's: admin, manager or viewer
	CreatedAt *string `json:"createdAt" tfsdk:"created_at"`
	UpdatedAt *string `json:"updatedAt" tfsdk:"updated_at"`
}

func (o Organization) identifier() string { return o.ID }

func (n Namespace) identifier() string { return n.ID }

// Organizations returns the organizations that the API user sees, read once for the client's life.
func (c *Client) Organizations(ctx context.Context) ([]Organization, error) {
	return c.organizations.get(ctx, func(ctx context.Context) ([]Organization, error) {
		return listOf[Organization](ctx, c, "/organizations", nil, nil)
	})
}

// Namespaces returns the namespaces of an organization, read once for the client's life.
func (c *Client) Namespaces(ctx context.Context, organizationID string) ([]Namespace, error) {
	return c.namespaces.get(ctx, organizationID, func(ctx context.Context) ([]Namespace, error) {
		return c.freshNamespaces(ctx, organizationID)
	})
}

func (c *Client) freshNamespaces(ctx context.Context, organizationID string) ([]Namespace, error) {
	return listOf[Namespace](ctx, c, "/organizations/{organizationId}/namespaces", []string{organizationID}, nil)
}

// Organization returns the organization with the ID; for an empty ID the client's own: the configured
// one, or the only one that the token sees. An *OrganizationError tells why there is none. A configured
// organization that the token does not see is refused whatever the ID, as a guard against the wrong account.
func (c *Client) Organization(ctx context.Context, id string) (Organization, error) {
	seen, err := c.Organizations(ctx)
	if err != nil {
		return Organization{}, err
	}
	own, err := choose(c.organizationID, seen)
	if c.organizationID != "" && err != nil {
		return Organization{}, &OrganizationError{Wanted: c.organizationID, Configured: true, Seen: seen}
	}
	if id == "" {
		return own, err
	}
	return choose(id, seen)
}

func choose(id string, seen []Organization) (Organization, error) {
	for _, organization := range seen {
		if organization.ID == id || id == "" && len(seen) == 1 {
			return organization, nil
		}
	}
	return Organization{}, &OrganizationError{Wanted: id, Seen: seen}
}

// OrganizationError tells that an organization is not among those that the token sees, or that none was
// named and there is not exactly one.
type OrganizationError struct {
	Wanted     string // empty when none was named
	Configured bool   // whether Wanted is the client's own organization rather than an object's
	Seen       []Organization
}

func (e *OrganizationError) Error() string {
	var names []string
	for _, organization := range e.Seen {
		names = append(names, httpapi.Label(fmt.Sprintf("%s (%s)", organization.ID, organization.Name)))
	}
	slices.Sort(names)
	list := cmp.Or(strings.Join(names, ", "), "none")
	if e.Wanted == "" {
		return "no organization was named, and the API user token does not see exactly one; it sees: " + list
	}
	return fmt.Sprintf("the API user token does not see organization %q; it sees: %s", e.Wanted, list)
}
