package provider

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/action"
	"github.com/hashicorp/terraform-plugin-framework/action/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

var _ action.ActionWithConfigure = (*zeroChangesetApplyAction)(nil)

type zeroChangesetApplyAction struct{ actionBase }

func newZeroChangesetApplyAction() action.Action { return &zeroChangesetApplyAction{} }

func (a *zeroChangesetApplyAction) Metadata(_ context.Context, req action.MetadataRequest, resp *action.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_zero_changeset_apply"
}

func (a *zeroChangesetApplyAction) Schema(_ context.Context, _ action.SchemaRequest, resp *action.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "Applies what waits in the pending changeset of a cluster, and waits until the cluster has taken it over: where `auto_apply_changesets` is off, " +
			"nothing is live before that. Let routes, policies and settings trigger it in their `lifecycle`, or call it by itself with `-invoke`. If nothing waits, it does " +
			"nothing. CLIs that know no actions have the resource of the same name.",
		Attributes: map[string]schema.Attribute{
			"organization_id": schema.StringAttribute{MarkdownDescription: aboutScopeOrganization, Optional: true, Validators: []validator.String{notEmpty}},
			"cluster_id":      schema.StringAttribute{MarkdownDescription: aboutApplyCluster, Required: true, Validators: []validator.String{notEmpty}},
			"include_others":  schema.BoolAttribute{MarkdownDescription: aboutApplyOthers, Optional: true},
			"users":           schema.SetAttribute{MarkdownDescription: aboutApplyUsers, ElementType: types.StringType, Optional: true, Validators: []validator.Set{eachNotEmpty}},
			"timeout":         schema.StringAttribute{MarkdownDescription: aboutApplyTime + " A duration such as `90s` or `10m`.", Optional: true, Validators: []validator.String{isDuration}},
		},
	}
}

func (a *zeroChangesetApplyAction) Invoke(ctx context.Context, req action.InvokeRequest, resp *action.InvokeResponse) {
	var config changesetApply
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)
	client, ok := a.zero(&resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}
	if !ok {
		unreadable(&resp.Diagnostics, "changeset")
		return
	}
	organization, err := client.Organization(ctx, config.OrganizationID.ValueString())
	if err != nil {
		addError(&resp.Diagnostics, "apply a changeset", err)
		return
	}
	say := func(format string, values ...any) {
		resp.SendProgress(action.InvokeProgressEvent{Message: fmt.Sprintf(format, values...)})
	}
	applied := config.run(ctx, client, organization.ID, &resp.Diagnostics)
	switch {
	case resp.Diagnostics.HasError():
	case applied.ID == "":
		say("Nothing waits in cluster %s.", config.ClusterID.ValueString())
	default:
		say("Changeset %s of cluster %s: %s.", applied.ID, config.ClusterID.ValueString(), applied.Status)
	}
}
