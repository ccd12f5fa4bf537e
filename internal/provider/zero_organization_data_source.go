package provider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/pomerium-zdx/terraform-provider-pomerium/internal/pomeriumzero"
)

// An organization is found among those that the API user sees. The guide's own answer lacks members that
// the contract requires, so all but ID and name may be null (pomerium-zero.md 2).

var _ datasource.DataSourceWithConfigure = (*zeroOrganizationDataSource)(nil)

type zeroOrganizationDataSource struct{ dataSourceBase }

func newZeroOrganizationDataSource() datasource.DataSource { return &zeroOrganizationDataSource{} }

func (d *zeroOrganizationDataSource) Metadata(_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_zero_organization"
}

func (d *zeroOrganizationDataSource) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "An organization of Pomerium Zero: by `id`, by `name`, or without either the provider's own.",
		Attributes: map[string]schema.Attribute{
			"id": schema.StringAttribute{
				MarkdownDescription: "ID of the organization.", Optional: true, Computed: true,
				Validators: []validator.String{notEmpty, stringvalidator.ConflictsWith(path.MatchRoot("name"))},
			},
			"name": schema.StringAttribute{
				MarkdownDescription: "Name of the organization.", Optional: true, Computed: true, Validators: []validator.String{notEmpty},
			},
			"organization_type": computedText("`personal` or `professional`."),
			"owner_user_id":     computedText("ID of the user who owns the organization."),
			"role":              computedText("Role of the API user: `owner`, `admin`, `auditor` or `member`."),
			"joined_at":         computedText("When the API user joined (RFC 3339)."),
			"logo_url":          computedText("Address of the organization's logo."),
			"read_only": schema.BoolAttribute{
				MarkdownDescription: "Whether changes are refused, as with a subscription that has lapsed.", Computed: true,
			},
			"quotas": schema.SingleNestedAttribute{
				MarkdownDescription: "The most objects of each kind that the organization may have.", Computed: true,
				Attributes: map[string]schema.Attribute{
					"administrators":   computedNumber("Administrators."),
					"api_users":        computedNumber("API users."),
					"certificates":     computedNumber("Uploaded certificates."),
					"clusters":         computedNumber("Clusters."),
					"custom_domains":   computedNumber("Custom domains."),
					"hosted_clusters":  computedNumber("Hosted clusters."),
					"policies":         computedNumber("Policies."),
					"replicas":         computedNumber("Replicas of a cluster."),
					"routes":           computedNumber("Routes."),
					"service_accounts": computedNumber("Service accounts."),
				},
			},
			"created_at": computedText("When the organization was created (RFC 3339)."),
			"updated_at": computedText("When the organization was last changed (RFC 3339)."),
		},
	}
}

func (d *zeroOrganizationDataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	var id, name types.String
	resp.Diagnostics.Append(req.Config.GetAttribute(ctx, path.Root("id"), &id)...)
	resp.Diagnostics.Append(req.Config.GetAttribute(ctx, path.Root("name"), &name)...)
	client, ok := d.zero(&resp.Diagnostics)
	if !ok {
		unreadable(&resp.Diagnostics, "organization")
	}
	if resp.Diagnostics.HasError() {
		return
	}
	organization, found := pickOrganization(ctx, client, id.ValueString(), name, resp)
	if found {
		resp.Diagnostics.Append(resp.State.Set(ctx, organization)...)
	}
}

func pickOrganization(ctx context.Context, client *pomeriumzero.Client, id string, name types.String, resp *datasource.ReadResponse) (pomeriumzero.Organization, bool) {
	if name.IsNull() {
		organization, err := client.Organization(ctx, id)
		if err != nil {
			addError(&resp.Diagnostics, "read the organization", err)
		}
		return organization, err == nil
	}
	list, err := client.Organizations(ctx)
	if err != nil {
		addError(&resp.Diagnostics, "read the organizations", err)
		return pomeriumzero.Organization{}, false
	}
	return theOne(list, func(o pomeriumzero.Organization) bool { return o.Name == name.ValueString() },
		"organization", describeOrganization, &resp.Diagnostics)
}

func computedText(description string) schema.StringAttribute {
	return schema.StringAttribute{MarkdownDescription: description, Computed: true}
}

func computedNumber(description string) schema.Int64Attribute {
	return schema.Int64Attribute{MarkdownDescription: description, Computed: true}
}
