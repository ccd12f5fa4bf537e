package provider

import (
	"context"
	"fmt"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	datasourceschema "github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/pomerium-zdx/terraform-provider-pomerium/internal/pomeriumzero"
)

// A custom domain lets a cluster's routes lie below a name of one's own. The service obtains a certificate for it by
// itself, once the name leads to the cluster. Nothing of it can be changed (pomerium-zero.md 6).

type zeroCustomDomainResource struct {
	zeroResource[pomeriumzero.CustomDomainProperties, customDomainModel, *customDomainModel]
}

type customDomainModel struct {
	zeroModel
	Wait        types.String `tfsdk:"wait_for_certificate"`
	CNAMEName   types.String `tfsdk:"cname_name"`
	CNAMETarget types.String `tfsdk:"cname_target"`
	KeyPairID   types.String `tfsdk:"key_pair_id"`
	ExpiresAt   types.String `tfsdk:"expires_at"`
	LastError   types.String `tfsdk:"last_error"`
	pomeriumzero.CustomDomainProperties
}

func (m *customDomainModel) parts() (*zeroModel, *pomeriumzero.CustomDomainProperties) {
	return &m.zeroModel, &m.CustomDomainProperties
}

func newZeroCustomDomainResource() resource.Resource {
	return &zeroCustomDomainResource{zeroResource[pomeriumzero.CustomDomainProperties, customDomainModel, *customDomainModel]{
		noun: "custom domain", holder: inCluster, collection: (*pomeriumzero.Client).CustomDomains,
	}}
}

func (r *zeroCustomDomainResource) Schema(_ context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "A custom domain of a cluster: routes may lie below it, and the service obtains a certificate for all of them. For that, a CNAME " +
			"record must lead from `cname_name` to `cname_target`, which can be made from this resource's attributes.",
		Attributes: zeroSchema("custom domain", inCluster, map[string]schema.Attribute{
			"domain_name": replacing("The domain, such as `apps.example.com`. A change replaces the custom domain.", isDomain),
			"wait_for_certificate": text("How long to wait for the certificate when the custom domain is made or this is changed, such as `10m`. Without it, there is no waiting. "+
				"If the record is made from this resource's attributes, do not wait here.", isDuration),
			"cname_name":   keptText("Name of the CNAME record that is wanted: `*.` and the domain."),
			"cname_target": keptText("Where it must lead: the cluster's own domain."),
			"key_pair_id":  seenText("ID of the key pair with the certificate, once there is one."),
			"expires_at":   seenText("When the certificate ends (RFC 3339)."),
			"last_error":   seenText("Why there is no certificate yet."),
		}),
	}
}

func (m *customDomainModel) show(object pomeriumzero.Object[pomeriumzero.CustomDomainProperties]) error {
	var use pomeriumzero.CustomDomainUse
	err := object.Decode(&use)
	m.KeyPairID, m.ExpiresAt = types.StringPointerValue(use.KeyPairID), types.StringPointerValue(use.ExpiresAt)
	m.LastError, m.CNAMEName = types.StringPointerValue(use.LastError), types.StringValue("*."+m.DomainName)
	return err
}

// receive asks for the cluster's domain, which stays the same.
func (m *customDomainModel) receive(ctx context.Context, found received[pomeriumzero.CustomDomainProperties]) error {
	if !m.CNAMETarget.IsNull() && !m.CNAMETarget.IsUnknown() {
		return nil
	}
	m.CNAMETarget = types.StringNull()
	cluster, err := found.client.Clusters(m.OrganizationID.ValueString()).Get(ctx, m.ClusterID, "")
	if err != nil {
		return err
	}
	var about pomeriumzero.ClusterUse
	err = cluster.Decode(&about)
	m.CNAMETarget = types.StringValue(about.FQDN)
	return err
}

// wait waits for the certificate. That none comes in time is a warning: the domain is there, and may get one later.
func (m *customDomainModel) wait(ctx context.Context, found *received[pomeriumzero.CustomDomainProperties], diags *diag.Diagnostics) bool {
	if m.Wait.IsNull() {
		return false
	}
	patience, err := time.ParseDuration(m.Wait.ValueString())
	if err != nil {
		return false // refused when it was validated
	}
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	object, err := found.objects.WaitFor(ctx, found.object.ID, m.ClusterID, func(o pomeriumzero.Object[pomeriumzero.CustomDomainProperties]) bool {
		var use pomeriumzero.CustomDomainUse
		if o.Decode(&use) != nil {
			return false
		}
		if use.KeyPairID == nil && use.LastError != nil {
			// The service does not try by itself again. That it cannot be told to shows when the time is over.
			_ = found.client.RetryCustomDomain(ctx, m.OrganizationID.ValueString(), o.ID)
		}
		return use.KeyPairID != nil
	})
	if object.ID != "" {
		found.object = object
	}
	if err != nil {
		diags.AddAttributeWarning(path.Root("wait_for_certificate"), "No certificate yet", fmt.Sprintf(
			"Custom domain %q has no certificate after %s: %s.\n\nIt needs a CNAME record from *.%s to %s. Change wait_for_certificate, or ask for another try in the console, when the record is there.",
			m.DomainName, m.Wait.ValueString(), lastErrorOf(found.object, err), m.DomainName, m.CNAMETarget.ValueString()))
	}
	return true
}

func lastErrorOf(object pomeriumzero.Object[pomeriumzero.CustomDomainProperties], err error) string {
	var use pomeriumzero.CustomDomainUse
	if object.Decode(&use) == nil && use.LastError != nil {
		return *use.LastError
	}
	return err.Error()
}

type (
	customDomainLookup      = zeroLookup[pomeriumzero.CustomDomainProperties, pomeriumzero.CustomDomainUse, customDomainModel, *customDomainModel]
	customDomainDataSource  = zeroDataSource[pomeriumzero.CustomDomainProperties, pomeriumzero.CustomDomainUse, customDomainModel, *customDomainModel]
	customDomainsDataSource = zeroPluralDataSource[pomeriumzero.CustomDomainProperties, pomeriumzero.CustomDomainUse, customDomainModel, *customDomainModel]
)

func newCustomDomainLookup() customDomainLookup {
	return customDomainLookup{
		noun: "custom domain", nouns: "custom domains", holder: inCluster, key: "domain_name", resource: newZeroCustomDomainResource(),
		collection: (*pomeriumzero.Client).CustomDomains, without: []string{"wait_for_certificate", "cname_name", "cname_target"},
		use: map[string]datasourceschema.Attribute{
			"key_pair_id": computedText("ID of the key pair with the certificate, once there is one."),
			"expires_at":  computedText("When the certificate ends (RFC 3339)."),
			"last_error":  computedText("Why there is no certificate yet."),
		},
	}
}

func newZeroCustomDomainDataSource() datasource.DataSource {
	return &customDomainDataSource{newCustomDomainLookup(), "A custom domain of a cluster, with its certificate."}
}

func newZeroCustomDomainsDataSource() datasource.DataSource {
	return &customDomainsDataSource{newCustomDomainLookup()}
}
