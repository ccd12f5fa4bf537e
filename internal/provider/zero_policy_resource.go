package provider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/booldefault"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"

	"github.com/pomerium-zdx/terraform-provider-pomerium/internal/pomeriumzero"
)

// A policy says who may pass. The service wants each of its texts, if only as "", and takes the policy
// itself as a JSON value, never as text (pomerium-zero.md 5). Which routes use it is the routes' business.

var (
	_ resource.ResourceWithConfigure   = (*zeroPolicyResource)(nil)
	_ resource.ResourceWithIdentity    = (*zeroPolicyResource)(nil)
	_ resource.ResourceWithImportState = (*zeroPolicyResource)(nil)
	_ resource.ResourceWithModifyPlan  = (*zeroPolicyResource)(nil)
	_ resource.ResourceWithMoveState   = (*zeroPolicyResource)(nil)
)

type zeroPolicyResource struct {
	zeroResource[pomeriumzero.PolicyProperties, policyModel, *policyModel]
}

type policyModel struct {
	zeroModel
	pomeriumzero.PolicyProperties
}

func (m *policyModel) parts() (*zeroModel, *pomeriumzero.PolicyProperties) {
	return &m.zeroModel, &m.PolicyProperties
}

func newZeroPolicyResource() resource.Resource {
	r := &zeroPolicyResource{zeroResource[pomeriumzero.PolicyProperties, policyModel, *policyModel]{
		noun: "policy", holder: inNamespace, collection: (*pomeriumzero.Client).Policies,
	}}
	r.checks = r
	return r
}

func (r *zeroPolicyResource) Schema(_ context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "A policy of Pomerium Zero: who may pass, in the Pomerium Policy Language. Routes refer to it by ID; " +
			"an enforced policy applies to every route of its namespace.\n\nThe service does not delete a policy that a route uses, and Terraform " +
			"deletes before it updates. With `lifecycle { create_before_destroy = true }` a route that stays is detached first.",
		Attributes: zeroSchema("policy", inNamespace, map[string]schema.Attribute{
			"name": neededText("Name of the policy, unique in its namespace."),
			"ppl": byMeaning(policyMeaning, schema.StringAttribute{
				MarkdownDescription: "The policy in the [Pomerium Policy Language](https://www.pomerium.com/docs/internals/ppl), as YAML or " +
					"JSON: a heredoc, `yamlencode`, `jsonencode` or `file`. Texts that mean the same are no difference. Faults are shown " +
					"in the plan with line and column.",
				Required: true, Validators: []validator.String{isPolicy{}},
			}),
			"description": emptyText("What the policy is for."),
			"explanation": emptyText("What a user reads who was refused, if the route has `show_error_details`."),
			"remediation": emptyText("What a refused user reads to do about it, if the route has `show_error_details`."),
			"enforced": schema.BoolAttribute{
				MarkdownDescription: "Whether the policy applies to every present and future route of its namespace. Default `false`.",
				Optional:            true, Computed: true, Default: booldefault.StaticBool(false),
			},
			"originator_id": originatorID("policy"),
		}),
	}
}
