package provider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	datasourceschema "github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/pomerium-zdx/terraform-provider-pomerium/internal/pomeriumzero"
)

// A cluster runs routes. The service takes no other domain than one that it has minted, shows the token that replicas
// sign in with once, and makes a namespace with the cluster, of the same ID (pomerium-zero.md 2, 6).

type zeroClusterResource struct {
	zeroResource[pomeriumzero.ClusterProperties, clusterModel, *clusterModel]
}

type clusterModel struct {
	zeroModel
	Domain       types.String `tfsdk:"domain"`
	FQDN         types.String `tfsdk:"fqdn"`
	NamespaceID  types.String `tfsdk:"namespace_id"`
	RefreshToken types.String `tfsdk:"refresh_token"`
	pomeriumzero.ClusterProperties
}

func (m *clusterModel) parts() (*zeroModel, *pomeriumzero.ClusterProperties) {
	return &m.zeroModel, &m.ClusterProperties
}

func newZeroClusterResource() resource.Resource {
	return &zeroClusterResource{zeroResource[pomeriumzero.ClusterProperties, clusterModel, *clusterModel]{
		noun: "cluster", collection: (*pomeriumzero.Client).Clusters,
	}}
}

var clusterFlavors = []string{"standard", "hosted"}

func (r *zeroClusterResource) Schema(_ context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	flavor := choice("Who runs it: you (`standard`, the service's default) or Pomerium (`hosted`).", clusterFlavors)
	minted := keptText("Label of the cluster's domain below `pomerium.app`. The service takes only labels that it has minted itself, so leave it out, " +
		"unless one was minted for you. A change replaces the cluster.")
	minted.Optional, minted.Validators = true, []validator.String{notEmpty}
	minted.PlanModifiers = append(minted.PlanModifiers, stringplanmodifier.RequiresReplace())
	token := keptText("Token that the cluster's replicas sign in with (`POMERIUM_ZERO_TOKEN`). The service shows it once, when the cluster is made, so it is null " +
		"for an imported cluster. It stands in the state.")
	token.Sensitive = true
	resp.Schema = schema.Schema{
		MarkdownDescription: "A cluster of Pomerium Zero, which runs routes. It has a namespace of its own for them, and settings " +
			"(`pomerium_zero_cluster_settings`). To destroy a cluster destroys all that is in its namespace.",
		Attributes: zeroSchema("cluster", nil, map[string]schema.Attribute{
			"name":                       neededText("Name of the cluster, unique in the organization. The domain stays when it changes."),
			"domain":                     minted,
			"flavor":                     flavor,
			"manual_override_ip_address": text("Address that the cluster's domain resolves to, instead of the one that the service detects.", isIP),
			"fqdn":                       keptText("Full domain of the cluster, below which its routes lie."),
			"namespace_id":               keptText("ID of the cluster's namespace, which holds its routes, policies and key pairs."),
			"refresh_token":              token,
		}),
	}
}

// prepare has a domain minted unless one is given.
func (m *clusterModel) prepare(ctx context.Context, client *pomeriumzero.Client, isNew bool) error {
	if !isNew {
		return nil
	}
	domain := m.Domain.ValueString()
	if domain == "" {
		var err error
		if domain, err = client.MintDomain(ctx); err != nil {
			return err
		}
	}
	m.ClusterProperties.Domain = &domain
	return nil
}

func (m *clusterModel) show(object pomeriumzero.Object[pomeriumzero.ClusterProperties]) error {
	var use pomeriumzero.ClusterUse
	err := object.Decode(&use)
	m.Domain, m.FQDN, m.NamespaceID = types.StringValue(use.Domain), types.StringValue(use.FQDN), types.StringValue(use.NamespaceID)
	m.RefreshToken = tokenAfter(m.RefreshToken, object.Token)
	return err
}

type (
	clusterLookup      = zeroLookup[pomeriumzero.ClusterProperties, pomeriumzero.ClusterUse, clusterModel, *clusterModel]
	clusterDataSource  = zeroDataSource[pomeriumzero.ClusterProperties, pomeriumzero.ClusterUse, clusterModel, *clusterModel]
	clustersDataSource = zeroPluralDataSource[pomeriumzero.ClusterProperties, pomeriumzero.ClusterUse, clusterModel, *clusterModel]
)

func newClusterLookup() clusterLookup {
	return clusterLookup{
		noun: "cluster", nouns: "clusters", key: "name", resource: newZeroClusterResource(), collection: (*pomeriumzero.Client).Clusters,
		use: map[string]datasourceschema.Attribute{
			"domain": computedText("Label of the cluster's domain."), "fqdn": computedText("Full domain of the cluster."),
			"namespace_id":           computedText("ID of the cluster's namespace."),
			"auto_detect_ip_address": computedText("Address that the service has detected."),
			"component_versions": datasourceschema.MapAttribute{
				MarkdownDescription: "Versions of what the cluster runs, by component.", ElementType: types.ListType{ElemType: types.StringType}, Computed: true,
			},
			"has_failing_health_checks": datasourceschema.BoolAttribute{MarkdownDescription: "Whether a health check fails.", Computed: true},
			"min_replica_version":       computedText("Version of the oldest replica."),
			"onboarding_status":         computedText("How far the cluster's first steps are: `in_progress` or `complete`."),
		},
	}
}

func newZeroClusterDataSource() datasource.DataSource {
	return &clusterDataSource{newClusterLookup(), "A cluster of Pomerium Zero, with what it runs."}
}

func newZeroClustersDataSource() datasource.DataSource {
	return &clustersDataSource{newClusterLookup()}
}
