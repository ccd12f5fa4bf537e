package pomeriumzero

// OrganizationProperties is what a client sets of an organization (pomerium-zero.md 6). A new one belongs to whom
// makes it, and comes with a first cluster.
type OrganizationProperties struct {
	Name        string  `json:"name"                  tfsdk:"name"`
	LogoURL     *string `json:"logoURL,omitempty"     tfsdk:"logo_url"`
	OwnerUserID *string `json:"ownerUserId,omitempty" tfsdk:"-"` // of an update only
}

// Key returns nothing that is unique: two organizations may have one name.
func (p OrganizationProperties) Key() Key { return Key{} }

// OrganizationObjects is the collection of the organizations that the API user sees, to make and to manage.
func (c *Client) OrganizationObjects() Collection[OrganizationProperties] {
	return Collection[OrganizationProperties]{client: c, kind: kind{
		noun: "organization", list: "/organizations", item: "/organizations/{organizationId}", answer: "organization",
		computed: []string{"organizationType", "role", "joinedAt", "readOnly", "quotas"}, holds: true, unproven: true,
	}}
}
