package provider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/pomerium-zdx/terraform-provider-pomerium/internal/pomeriumzero"
)

// An organization comes with a root namespace and a first cluster, and belongs to whom makes it (pomerium-zero.md 6).

type zeroOrganizationResource struct {
	zeroResource[pomeriumzero.OrganizationProperties, organizationResourceModel, *organizationResourceModel]
}

type organizationResourceModel struct {
	zeroModel
	OrganizationType  types.String `tfsdk:"organization_type"`
	OwnerUserID       types.String `tfsdk:"owner_user_id"`
	RootNamespaceID   types.String `tfsdk:"root_namespace_id"`
	FirstClusterID    types.String `tfsdk:"first_cluster_id"`
	FirstClusterToken types.String `tfsdk:"first_cluster_token"`
	pomeriumzero.OrganizationProperties
}

func (m *organizationResourceModel) parts() (*zeroModel, *pomeriumzero.OrganizationProperties) {
	return &m.zeroModel, &m.OrganizationProperties
}

func newZeroOrganizationResource() resource.Resource {
	return &zeroOrganizationResource{zeroResource[pomeriumzero.OrganizationProperties, organizationResourceModel, *organizationResourceModel]{
		noun: "organization", itself: true,
		collection: func(client *pomeriumzero.Client, _ string) pomeriumzero.Collection[pomeriumzero.OrganizationProperties] {
			return client.OrganizationObjects()
		},
	}}
}

func (r *zeroOrganizationResource) Schema(_ context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	owner := schema.StringAttribute{
		MarkdownDescription: "ID of the user who owns it. A new one belongs to whom makes it; another owner is set by an update.",
		Optional:            true, Computed: true, Validators: []validator.String{notEmpty},
		PlanModifiers: []planmodifier.String{stringplanmodifier.UseStateForUnknown()},
	}
	token := keptText("Token that the replicas of the first cluster sign in with. The service shows it once, when the organization is made. It stands in the state.")
	token.Sensitive = true
	attributes := zeroSchema("organization", nil, map[string]schema.Attribute{
		"name":                neededText("Name of the organization."),
		"logo_url":            text("Address of a picture for sign-in pages.", isURL),
		"owner_user_id":       owner,
		"organization_type":   keptText("`personal` or `professional`."),
		"root_namespace_id":   keptText("ID of the root namespace, above those of all clusters."),
		"first_cluster_id":    keptText("ID of the cluster that the service makes with the organization. It is null for an imported organization."),
		"first_cluster_token": token,
	})
	attributes["organization_id"] = keptText("ID of the organization, like `id`.")
	resp.Schema = schema.Schema{
		MarkdownDescription: "An organization of Pomerium Zero. To destroy it destroys all that is in it: give it `lifecycle { prevent_destroy = true }`. " +
			"A token sees the organizations of its API user; blocks that work in this one name it in `organization_id`.",
		Attributes: attributes,
	}
}

// prepare leaves the owner out of a new organization: the service takes none.
func (m *organizationResourceModel) prepare(_ context.Context, _ *pomeriumzero.Client, isNew bool) error { //nolint:unparam // as all that prepare
	if !isNew {
		m.OrganizationProperties.OwnerUserID = m.OwnerUserID.ValueStringPointer()
	}
	return nil
}

func (m *organizationResourceModel) receive(ctx context.Context, found received[pomeriumzero.OrganizationProperties]) error {
	var use struct {
		Type  string `json:"organizationType"`
		Owner string `json:"ownerUserId"`
	}
	var made struct {
		Cluster struct {
			ID    *string `json:"id"`
			Token *string `json:"refreshToken"`
		} `json:"cluster"`
	}
	err := found.object.Decode(&use)
	if err == nil {
		err = found.object.DecodeAnswer(&made)
	}
	m.OrganizationType = types.StringValue(use.Type)
	if m.OwnerUserID.IsUnknown() || m.OwnerUserID.IsNull() || !found.written {
		m.OwnerUserID = types.StringValue(use.Owner)
	}
	if m.FirstClusterID.IsUnknown() || made.Cluster.ID != nil {
		m.FirstClusterID, m.FirstClusterToken = types.StringPointerValue(made.Cluster.ID), types.StringPointerValue(made.Cluster.Token)
	}
	if !m.RootNamespaceID.IsNull() && !m.RootNamespaceID.IsUnknown() {
		return err
	}
	m.RootNamespaceID = types.StringNull()
	namespaces, failure := found.client.Namespaces(ctx, found.object.ID)
	for _, namespace := range namespaces {
		if namespace.Type == "root" {
			m.RootNamespaceID = types.StringValue(namespace.ID)
		}
	}
	if err == nil {
		err = failure
	}
	return err
}
