package provider

import (
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"

	"github.com/pomerium-zdx/terraform-provider-pomerium/internal/pomeriumzero"
)

var (
	_ datasource.DataSourceWithConfigure        = (*policyDataSource)(nil)
	_ datasource.DataSourceWithConfigValidators = (*policyDataSource)(nil)
	_ datasource.DataSourceWithConfigure        = (*policiesDataSource)(nil)
)

type (
	policyLookup       = zeroLookup[pomeriumzero.PolicyProperties, pomeriumzero.PolicyUse, policyModel, *policyModel]
	policyDataSource   = zeroDataSource[pomeriumzero.PolicyProperties, pomeriumzero.PolicyUse, policyModel, *policyModel]
	policiesDataSource = zeroPluralDataSource[pomeriumzero.PolicyProperties, pomeriumzero.PolicyUse, policyModel, *policyModel]
)

func newPolicyLookup() policyLookup {
	return policyLookup{
		noun: "policy", nouns: "policies", holder: inNamespace, key: "name", resource: newZeroPolicyResource(), collection: (*pomeriumzero.Client).Policies,
		use: map[string]schema.Attribute{
			"routes":          references("The routes that name the policy in their `policy_ids`.", "route"),
			"enforced_routes": references("The routes that the policy applies to because it is enforced.", "route"),
		},
	}
}

func newZeroPolicyDataSource() datasource.DataSource {
	return &policyDataSource{newPolicyLookup(), "A policy of Pomerium Zero, with the routes that it guards."}
}

func newZeroPoliciesDataSource() datasource.DataSource { return &policiesDataSource{newPolicyLookup()} }
