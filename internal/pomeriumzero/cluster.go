package pomeriumzero

import (
	"context"
	"net/http"
)

// ClusterProperties is what a client sets of a cluster (pomerium-zero.md 6).
type ClusterProperties struct {
	Name string `json:"name" tfsdk:"name"`
	// Domain is a label that [Client.MintDomain] has given out: the service refuses others. It is for a new cluster
	// only; an empty one is minted.
	Domain                  *string `json:"domain,omitempty"                  tfsdk:"-"`
	Flavor                  *string `json:"flavor,omitempty"                  tfsdk:"flavor" filled:"standard"`
	ManualOverrideIPAddress *string `json:"manualOverrideIpAddress,omitempty" tfsdk:"manual_override_ip_address"`
}

// Key returns what makes the cluster unique.
func (p ClusterProperties) Key() Key { return Key{Name: p.Name} }

// ClusterUse is what the service alone says of a cluster.
type ClusterUse struct {
	Domain                 string              `json:"domain"                 tfsdk:"domain"`
	FQDN                   string              `json:"fqdn"                   tfsdk:"fqdn"`
	NamespaceID            string              `json:"namespaceId"            tfsdk:"namespace_id"`
	AutoDetectIPAddress    *string             `json:"autoDetectIpAddress"    tfsdk:"auto_detect_ip_address"`
	ComponentVersions      map[string][]string `json:"componentVersions"      tfsdk:"component_versions"`
	HasFailingHealthChecks bool                `json:"hasFailingHealthChecks" tfsdk:"has_failing_health_checks"`
	MinReplicaVersion      *string             `json:"minReplicaVersion"      tfsdk:"min_replica_version"`
	OnboardingStatus       *string             `json:"onboardingStatus"       tfsdk:"onboarding_status"`
}

// Clusters is the collection of an organization's clusters. The token of a cluster is what its replicas sign in with;
// asking for one makes a new one and stops replicas that run with the old one.
func (c *Client) Clusters(organizationID string) Collection[ClusterProperties] {
	return Collection[ClusterProperties]{client: c, organizationID: organizationID, kind: kind{
		noun: "cluster", list: "/organizations/{organizationId}/clusters", item: "/organizations/{organizationId}/clusters/{clusterId}",
		holds: true, first: []string{"domain"},
		computed: []string{
			"domain", "fqdn", "namespaceId", "autoDetectIpAddress", "componentVersions", "hasFailingHealthChecks",
			"importStatus", "minReplicaVersion", "onboardingStatus", "refreshToken",
		},
		token: secretToken{"refreshToken", http.MethodPost, "/organizations/{organizationId}/clusters/{clusterId}/token"},
	}}
}

// MintDomain returns a new label for the domain of a cluster.
func (c *Client) MintDomain(ctx context.Context) (string, error) {
	var answer struct {
		Name string `json:"name"`
	}
	err := c.read(ctx, "/generateSubdomainName", nil, nil, &answer)
	return answer.Name, err
}
