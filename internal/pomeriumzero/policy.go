package pomeriumzero

import "github.com/pomerium-zdx/terraform-provider-pomerium/internal/ppl"

// PolicyProperties is what a client sets of a policy: the body of POST and PUT. All members but the last
// are required by the service; texts may be empty (pomerium-zero.md 5).
type PolicyProperties struct {
	Name         string   `json:"name"                   tfsdk:"name"`
	NamespaceID  string   `json:"namespaceId"            tfsdk:"namespace_id"`
	PPL          ppl.Text `json:"ppl"                    tfsdk:"ppl"`
	Description  string   `json:"description"            tfsdk:"description"`
	Explanation  string   `json:"explanation"            tfsdk:"explanation"`
	Remediation  string   `json:"remediation"            tfsdk:"remediation"`
	Enforced     bool     `json:"enforced"               tfsdk:"enforced"`
	OriginatorID *string  `json:"originatorId,omitempty" tfsdk:"originator_id"`
}

// Key returns what makes the policy unique.
func (p PolicyProperties) Key() Key { return Key{Parent: p.NamespaceID, Name: p.Name} }

// Policies is the collection of an organization's policies. The routes that a policy guards are the
// routes' business, so they are never sent back.
func (c *Client) Policies(organizationID string) Collection[PolicyProperties] {
	return Collection[PolicyProperties]{
		client: c, organizationID: organizationID, kind: kind{
			within: inNamespace, parameter: "namespaceId", paged: true, chosen: true, noun: "policy",
			list: "/organizations/{organizationId}/policies", item: "/organizations/{organizationId}/policies/{policyId}",
			computed: []string{"routes", "enforcedRoutes"},
		},
	}
}
