package provider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework-validators/datasourcevalidator"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/pomerium-zdx/terraform-provider-pomerium/internal/pomeriumzero"
)

// A namespace is found in the organization's list: the service has no call for a single one, and none to
// make one (pomerium-zero.md 2).

var (
	_ datasource.DataSourceWithConfigure        = (*zeroNamespaceDataSource)(nil)
	_ datasource.DataSourceWithConfigValidators = (*zeroNamespaceDataSource)(nil)
)

type zeroNamespaceDataSource struct{ dataSourceBase }

type namespaceModel struct {
	OrganizationID string `tfsdk:"organization_id"`
	pomeriumzero.Namespace
}

func newZeroNamespaceDataSource() datasource.DataSource { return &zeroNamespaceDataSource{} }

func (d *zeroNamespaceDataSource) Metadata(_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_zero_namespace"
}

// namespaceTypes are those of the contract.
var namespaceTypes = []string{"root", "cluster", "regular"}

func (d *zeroNamespaceDataSource) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	choose := func(description string, checks ...validator.String) schema.StringAttribute {
		return schema.StringAttribute{MarkdownDescription: description, Optional: true, Computed: true, Validators: append(checks, notEmpty)}
	}
	resp.Schema = schema.Schema{
		MarkdownDescription: "A namespace of Pomerium Zero, which holds routes and policies. Give `id`, `name` or `type`, and `parent_id` to " +
			"narrow it down; all that is given must fit exactly one namespace.",
		Attributes: map[string]schema.Attribute{
			"organization_id": choose("ID of the organization. Default: the provider's."),
			"id":              choose("ID of the namespace."),
			"name":            choose("Name of the namespace. That of a cluster's namespace is the cluster's."),
			"type":            choose("One of "+oneOf(namespaceTypes)+". Each cluster has a namespace of its own.", stringvalidator.OneOf(namespaceTypes...)),
			"parent_id":       choose("ID of the namespace above."),
			"role":            computedText("Role of the API user in the namespace: `admin`, `manager` or `viewer`."),
			"created_at":      computedText("When the namespace was created (RFC 3339)."),
			"updated_at":      computedText("When the namespace was last changed (RFC 3339)."),
		},
	}
}

func (d *zeroNamespaceDataSource) ConfigValidators(context.Context) []datasource.ConfigValidator {
	return []datasource.ConfigValidator{
		datasourcevalidator.AtLeastOneOf(path.MatchRoot("id"), path.MatchRoot("name"), path.MatchRoot("type")),
	}
}

func (d *zeroNamespaceDataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	wanted := map[string]types.String{"organization_id": {}, "id": {}, "name": {}, "type": {}, "parent_id": {}}
	for name := range wanted {
		var value types.String
		resp.Diagnostics.Append(req.Config.GetAttribute(ctx, path.Root(name), &value)...)
		wanted[name] = value
	}
	client, ok := d.zero(&resp.Diagnostics)
	if !ok {
		unreadable(&resp.Diagnostics, "namespace")
	}
	if resp.Diagnostics.HasError() {
		return
	}
	organization, err := client.Organization(ctx, wanted["organization_id"].ValueString())
	if err != nil {
		addError(&resp.Diagnostics, "read the namespace", err)
		return
	}
	list, err := client.Namespaces(ctx, organization.ID)
	if err != nil {
		addError(&resp.Diagnostics, "read the namespaces of organization "+organization.ID, err)
		return
	}
	fits := func(name, value string) bool { return wanted[name].IsNull() || wanted[name].ValueString() == value }
	namespace, found := theOne(list, func(n pomeriumzero.Namespace) bool {
		parent := ""
		if n.ParentID != nil {
			parent = *n.ParentID
		}
		return fits("id", n.ID) && fits("name", n.Name) && fits("type", n.Type) && fits("parent_id", parent)
	}, "namespace", describeNamespace, &resp.Diagnostics)
	if found {
		resp.Diagnostics.Append(resp.State.Set(ctx, namespaceModel{OrganizationID: organization.ID, Namespace: namespace})...)
	}
}
