package provider

import (
	"cmp"
	"context"

	"github.com/hashicorp/terraform-plugin-framework-validators/boolvalidator"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/list"
	"github.com/hashicorp/terraform-plugin-framework/list/schema"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"

	"github.com/pomerium-zdx/terraform-provider-pomerium/internal/pomeriumzero"
)

// Lists (terraform query) are a part of each resource: they give what an import of the same objects would.

// zeroLists are the resources that can be listed: all but settings, of which each cluster has one, and organizations.
var zeroLists = []func() resource.Resource{
	newZeroRouteResource, newZeroPolicyResource, newZeroClusterResource, newZeroServiceAccountResource, newZeroKeyPairResource,
	newZeroCustomDomainResource, newZeroInvitationResource, newZeroAPIUserResource,
}

func newZeroLists() (all []func() list.ListResource) {
	for _, open := range zeroLists {
		all = append(all, func() list.ListResource { return open().(list.ListResource) }) //nolint:errcheck // all of them are
	}
	return all
}

func (r *zeroResource[P, M, PM]) ListResourceConfigSchema(_ context.Context, _ list.ListResourceSchemaRequest, resp *list.ListResourceSchemaResponse) {
	attributes := map[string]schema.Attribute{
		"organization_id": schema.StringAttribute{
			MarkdownDescription: aboutScopeOrganization, Optional: true, Validators: []validator.String{notEmpty},
		},
	}
	if r.holder != nil {
		attributes[r.holder.attribute()] = schema.StringAttribute{
			MarkdownDescription: r.holder.aboutScope(), Optional: true, Validators: []validator.String{notEmpty},
		}
	}
	if r.holder.nests() {
		attributes["include_descendants"] = schema.BoolAttribute{
			MarkdownDescription: aboutScopeDescendants, Optional: true,
			Validators: []validator.Bool{boolvalidator.AlsoRequires(path.MatchRoot(r.holder.attribute()))},
		}
	}
	resp.Schema = schema.Schema{MarkdownDescription: "Lists each " + r.noun + " " + r.holder.everywhere() + ".", Attributes: attributes}
}

func (r *zeroResource[P, M, PM]) List(ctx context.Context, req list.ListRequest, stream *list.ListResultsStream) {
	scope, diags := r.holder.readScope(ctx, req.Config)
	organizationID, objects := r.inScope(ctx, scope, &diags)
	if diags.HasError() {
		stream.Results = list.ListResultsStreamDiagnostics(diags)
		return
	}
	stream.Results = func(push func(list.ListResult) bool) {
		for i, object := range objects {
			if int64(i) == req.Limit {
				return
			}
			model, err := foundModel[P, M, PM](organizationID, object)
			own, properties := PM(model).parts()
			result := req.NewListResult(ctx)
			if err != nil {
				result.Diagnostics.Append(failed(r.noun, err)...)
			}
			result.DisplayName = cmp.Or(object.Properties.Key().Name, object.ID)
			result.Diagnostics.Append(r.identify(ctx, result.Identity, own, *properties)...)
			if req.IncludeResource {
				result.Diagnostics.Append(result.Resource.Set(ctx, model)...)
			}
			if !push(result) {
				return
			}
		}
	}
}

func (r *zeroResource[P, M, PM]) inScope(ctx context.Context, scope zeroScope, diags *diag.Diagnostics) (organizationID string, objects []pomeriumzero.Object[P]) {
	noun := "list of each " + r.noun
	client, ok := r.zero(diags)
	if !ok {
		unreadable(diags, noun)
	}
	if diags.HasError() {
		return "", nil
	}
	organization, err := client.Organization(ctx, scope.OrganizationID.ValueString())
	if err != nil {
		addError(diags, "read the "+noun, err)
		return "", nil
	}
	return organization.ID, listIn(ctx, client, r.collection(client, organization.ID), organization.ID, r.holder, scope, noun, diags)
}
