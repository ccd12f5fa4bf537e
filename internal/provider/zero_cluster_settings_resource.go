package provider

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/pomerium-zdx/terraform-provider-pomerium/internal/pomeriumzero"
)

// Settings are there as long as their cluster: making them takes them over, destroying them leaves them. Only what is
// configured is managed, and only that is sent, so that members that others set, and new ones of the service, stay
// (pomerium-zero.md 6, 7).

type zeroClusterSettingsResource struct {
	zeroResource[pomeriumzero.SettingsProperties, settingsModel, *settingsModel]
}

type settingsModel struct {
	zeroModel
	CheckIdentityProvider types.Bool `tfsdk:"check_identity_provider"`
	pomeriumzero.SettingsProperties
}

func (m *settingsModel) parts() (*zeroModel, *pomeriumzero.SettingsProperties) {
	return &m.zeroModel, &m.SettingsProperties
}

func newZeroClusterSettingsResource() resource.Resource {
	return &zeroClusterSettingsResource{zeroResource[pomeriumzero.SettingsProperties, settingsModel, *settingsModel]{
		noun: "cluster settings", holder: inCluster, partly: true, collection: (*pomeriumzero.Client).Settings,
	}}
}

func (r *zeroClusterSettingsResource) Schema(_ context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	attributes := settingsAttributes()
	addSecret(attributes, "cookie_secret", "Key that session cookies are encrypted with: 32 bytes in base64. A change signs everyone out.", false)
	addSecret(attributes, "databroker_storage_connection", "Connection string of the PostgreSQL database that keeps sessions.", false)
	addSecret(attributes, "identity_provider_client_secret", "Client secret at the identity provider.", false)
	addSecret(attributes, "ssh_user_ca_key", "Private key of the authority that signs users' SSH certificates.", false)
	attributes["check_identity_provider"] = schema.BoolAttribute{
		MarkdownDescription: "Have the service try the identity provider before anything is changed, and refuse what it refuses.", Optional: true,
	}
	all := zeroSchema("cluster settings", inCluster, attributes)
	all["cluster_id"] = replacing("ID of the cluster. A change leaves its settings as they are, and takes over those of the other.", notEmpty)
	all["id"] = keptText("ID of the cluster, by which its settings are known.")
	resp.Schema = schema.Schema{
		MarkdownDescription: "The settings of a cluster. They are there as long as the cluster: to create this resource takes them over, and to destroy it leaves them as they " +
			"are.\n\nOnly the arguments that you give are managed; all others stay as they are, whoever sets them. An argument that you take away again is unset, " +
			"unless the service requires it (" + oneOf(lastingSettings) + "): those stay as they were last. " +
			"An import manages nothing yet: what you configure is managed from the next apply on.",
		Attributes: all,
	}
}

// lastingSettings are those that cannot be unset.
var lastingSettings = []string{
	"address", "auto_apply_changesets", "codec_type", "cookie_expire", "cookie_http_only", "cookie_name", "default_upstream_timeout", "dns_lookup_family",
	"log_level", "pass_identity_headers", "skip_xff_append", "timeout_idle", "timeout_read", "timeout_write",
}

// identityProviderArguments are those of the members that a check may find fault with.
var identityProviderArguments = map[string]string{
	"clientId": "identity_provider_client_id", "clientSecret": "identity_provider_client_secret", "provider": "identity_provider",
	"requestParams": "identity_provider_request_params", "scopes": "identity_provider_scopes", "url": "identity_provider_url",
}

// prepare has the identity provider checked if that is asked for.
func (m *settingsModel) prepare(ctx context.Context, client *pomeriumzero.Client, _ bool) error {
	if !m.CheckIdentityProvider.ValueBool() || m.IdentityProvider == nil {
		return nil
	}
	check, err := client.CheckIdentityProvider(ctx, m.SettingsProperties)
	if err != nil || check.Success {
		return err
	}
	var faults []string
	for _, member := range slices.Sorted(maps.Keys(check.Errors)) {
		faults = append(faults, fmt.Sprintf("%s: %s", identityProviderArguments[member], check.Errors[member]))
	}
	return errors.New("the service has tried the identity provider and refuses it: " + strings.Join(faults, "; "))
}

type settingsDataSource = zeroDataSource[pomeriumzero.SettingsProperties, struct{}, settingsModel, *settingsModel]

func newZeroClusterSettingsDataSource() datasource.DataSource {
	return &settingsDataSource{zeroLookup[pomeriumzero.SettingsProperties, struct{}, settingsModel, *settingsModel]{
		noun: "cluster settings", nouns: "cluster settings", holder: inCluster, partly: true, resource: newZeroClusterSettingsResource(),
		collection: (*pomeriumzero.Client).Settings, without: []string{"check_identity_provider"},
	}, "The settings of a cluster."}
}
