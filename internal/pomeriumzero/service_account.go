package pomeriumzero

import "net/http"

// ServiceAccountProperties is what a client sets of a service account, which is how a machine passes a route of a
// cluster (pomerium-zero.md 6).
type ServiceAccountProperties struct {
	ClusterID    string  `json:"-"                      tfsdk:"cluster_id"`
	Description  string  `json:"description"            tfsdk:"description"`
	UserID       string  `json:"userId"                 tfsdk:"user_id"`
	ExpiresAt    *string `json:"expiresAt,omitempty"    tfsdk:"expires_at"` // RFC 3339
	OriginatorID *string `json:"originatorId,omitempty" tfsdk:"originator_id"`
}

// Key returns what holds the service account. Neither its user nor its description need be unique.
func (p ServiceAccountProperties) Key() Key { return Key{Parent: p.ClusterID} }

// ServiceAccounts are the service accounts of an organization's clusters. The token of one is a JWT, which can be
// read again.
func (c *Client) ServiceAccounts(organizationID string) Collection[ServiceAccountProperties] {
	const list, item = "/organizations/{organizationId}/clusters/{clusterId}/serviceAccounts", "/organizations/{organizationId}/clusters/{clusterId}/serviceAccounts/{serviceAccountId}"
	return Collection[ServiceAccountProperties]{client: c, organizationID: organizationID, kind: kind{
		noun: "service account", list: list, item: item, within: inCluster, paged: true, patched: true,
		token: secretToken{"token", http.MethodGet, item + "/token"},
	}}
}
