package provider

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	datasourceschema "github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/pomerium-zdx/terraform-provider-pomerium/internal/pomeriumzero"
)

// A key pair is a certificate with or without its private key. The key goes in and never comes back, so only what has
// changed is sent (pomerium-zero.md 6).

type zeroKeyPairResource struct {
	zeroResource[pomeriumzero.KeyPairProperties, keyPairModel, *keyPairModel]
}

type keyPairModel struct {
	zeroModel
	HasKey    types.Bool   `tfsdk:"has_key"`
	ExpiresAt types.String `tfsdk:"expires_at"`
	pomeriumzero.KeyPairProperties
}

func (m *keyPairModel) parts() (*zeroModel, *pomeriumzero.KeyPairProperties) {
	return &m.zeroModel, &m.KeyPairProperties
}

func newZeroKeyPairResource() resource.Resource {
	r := &zeroKeyPairResource{zeroResource[pomeriumzero.KeyPairProperties, keyPairModel, *keyPairModel]{
		noun: "key pair", holder: inNamespace, collection: (*pomeriumzero.Client).KeyPairs,
	}}
	r.checks = r
	return r
}

func (r *zeroKeyPairResource) Schema(_ context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	attributes := zeroSchema("key pair", inNamespace, map[string]schema.Attribute{
		"name":          text("Name of the key pair, unique in its namespace.", notEmpty),
		"certificate":   byMeaning(pemMeaning, text("The certificate with its chain, as PEM.", certificates{})),
		"originator_id": originatorID("key pair"),
		"has_key":       schema.BoolAttribute{MarkdownDescription: "Whether the service has the private key.", Computed: true},
		"expires_at":    seenText("When the certificate ends (RFC 3339)."),
	})
	addSecret(attributes, "key", "The private key of the certificate, as PEM. The service never shows it; one that is taken out of the configuration stays there.", false)
	resp.Schema = schema.Schema{
		MarkdownDescription: "A key pair of Pomerium Zero: a certificate that routes answer with, show to an upstream, or check others' certificates with. " +
			"It takes what the `tls` and `acme` providers make. Whether key and certificate belong together is checked in the plan.",
		Attributes: attributes,
	}
}

// ConfigValidators hold the key against the certificate.
func (r *zeroKeyPairResource) ConfigValidators(context.Context) []resource.ConfigValidator {
	return []resource.ConfigValidator{keyFitsCertificate{}}
}

type keyFitsCertificate struct{}

func (keyFitsCertificate) Description(context.Context) string { return "key and certificate fit" }

func (v keyFitsCertificate) MarkdownDescription(ctx context.Context) string {
	return v.Description(ctx)
}

func (keyFitsCertificate) ValidateResource(ctx context.Context, req resource.ValidateConfigRequest, resp *resource.ValidateConfigResponse) {
	var certificate textValue
	resp.Diagnostics.Append(req.Config.GetAttribute(ctx, path.Root("certificate"), &certificate)...)
	for _, name := range []string{"key", "key_wo"} {
		var key types.String
		resp.Diagnostics.Append(req.Config.GetAttribute(ctx, path.Root(name), &key)...)
		if key.ValueString() == "" {
			continue
		}
		if block, _ := pem.Decode([]byte(key.ValueString())); block == nil || !strings.HasSuffix(block.Type, "PRIVATE KEY") {
			resp.Diagnostics.AddAttributeError(path.Root(name), "Not a private key", "It must be PEM, and begin with -----BEGIN PRIVATE KEY----- or the like.")
		} else if _, err := tls.X509KeyPair([]byte(certificate.ValueString()), []byte(key.ValueString())); certificate.ValueString() != "" && err != nil {
			// The error of the library may quote neither, but what it says helps little: which of the two is wrong nobody knows.
			resp.Diagnostics.AddAttributeError(path.Root(name), "The key is not that of the certificate",
				"The first certificate of the chain must be the one that was issued for this key.")
		}
	}
}

// show reads the end out of the certificate itself.
func (m *keyPairModel) show(object pomeriumzero.Object[pomeriumzero.KeyPairProperties]) error {
	var use pomeriumzero.KeyPairUse
	err := object.Decode(&use)
	m.HasKey, m.ExpiresAt = types.BoolValue(use.HasKey), types.StringNull()
	if m.Certificate != nil {
		if certificate, err := firstCertificate(*m.Certificate); err == nil {
			m.ExpiresAt = types.StringValue(certificate.NotAfter.UTC().Format(time.RFC3339))
		}
	}
	return err
}

func firstCertificate(text string) (*x509.Certificate, error) {
	block, _ := pem.Decode([]byte(text))
	if block == nil || block.Type != "CERTIFICATE" {
		return nil, errors.New("it must be PEM, and begin with -----BEGIN CERTIFICATE-----")
	}
	return x509.ParseCertificate(block.Bytes)
}

// certificates checks a chain. Its errors never quote the text, which may be a key that was put into the wrong place.
type certificates struct{}

func (certificates) Description(context.Context) string { return "a chain of certificates" }

func (v certificates) MarkdownDescription(ctx context.Context) string { return v.Description(ctx) }

func (certificates) ValidateString(_ context.Context, req validator.StringRequest, resp *validator.StringResponse) {
	if req.ConfigValue.IsNull() || req.ConfigValue.IsUnknown() {
		return
	}
	if err := checkCertificate(req.ConfigValue.ValueString()); err != nil {
		resp.Diagnostics.AddAttributeError(req.Path, "Not a certificate", sentence(err.Error()))
	}
}

func checkCertificate(text string) error {
	rest := []byte(text)
	for count := 0; ; count++ {
		var block *pem.Block
		if block, rest = pem.Decode(rest); block == nil {
			if count == 0 || len(bytes.TrimSpace(rest)) > 0 {
				return fmt.Errorf("write certificates as PEM, from -----BEGIN CERTIFICATE----- to -----END CERTIFICATE-----, and nothing else")
			}
			return nil
		}
		if block.Type != "CERTIFICATE" {
			return fmt.Errorf("it holds a %s; the private key goes into key or key_wo", block.Type)
		}
		if _, err := x509.ParseCertificate(block.Bytes); err != nil {
			return fmt.Errorf("certificate %d cannot be read (%w)", count+1, err)
		}
	}
}

// samePEM compares what the blocks hold, whatever lies around them.
func samePEM(a, b string) bool {
	for left, right := []byte(a), []byte(b); ; {
		var one, other *pem.Block
		one, left = pem.Decode(left)
		other, right = pem.Decode(right)
		switch {
		case one == nil || other == nil:
			return one == nil && other == nil
		case one.Type != other.Type || !bytes.Equal(one.Bytes, other.Bytes):
			return false
		}
	}
}

type (
	keyPairLookup      = zeroLookup[pomeriumzero.KeyPairProperties, pomeriumzero.KeyPairUse, keyPairModel, *keyPairModel]
	keyPairDataSource  = zeroDataSource[pomeriumzero.KeyPairProperties, pomeriumzero.KeyPairUse, keyPairModel, *keyPairModel]
	keyPairsDataSource = zeroPluralDataSource[pomeriumzero.KeyPairProperties, pomeriumzero.KeyPairUse, keyPairModel, *keyPairModel]
)

func newKeyPairLookup() keyPairLookup {
	computedTexts := func(description string) datasourceschema.ListAttribute {
		return datasourceschema.ListAttribute{MarkdownDescription: description, ElementType: types.StringType, Computed: true}
	}
	named := func(description string) datasourceschema.SingleNestedAttribute {
		return datasourceschema.SingleNestedAttribute{MarkdownDescription: description, Computed: true, Attributes: map[string]datasourceschema.Attribute{
			"common_name": computedText("Common name."), "organization": computedTexts("Organizations."),
		}}
	}
	return keyPairLookup{
		noun: "key pair", nouns: "key pairs", holder: inNamespace, key: "name", resource: newZeroKeyPairResource(),
		collection: (*pomeriumzero.Client).KeyPairs,
		use: map[string]datasourceschema.Attribute{
			"has_key": datasourceschema.BoolAttribute{MarkdownDescription: "Whether the service has the private key.", Computed: true},
			"origin":  computedText("Who made it: `user` or `system`."),
			"status":  computedText("`ready`, or `pending` while the service obtains it."),
			"certificate_info": datasourceschema.ListNestedAttribute{
				MarkdownDescription: "What the certificates of the chain say.", Computed: true,
				NestedObject: datasourceschema.NestedAttributeObject{Attributes: map[string]datasourceschema.Attribute{
					"subject": named("Whom it is for."), "issuer": named("Who issued it."), "serial": computedText("Serial number."),
					"dns_names": computedTexts("Domains that it is for."), "not_before": computedText("When it begins (RFC 3339)."),
					"not_after": computedText("When it ends (RFC 3339)."),
				}},
			},
		},
	}
}

func newZeroKeyPairDataSource() datasource.DataSource {
	return &keyPairDataSource{newKeyPairLookup(), "A key pair of Pomerium Zero, with what its certificate says."}
}

func newZeroKeyPairsDataSource() datasource.DataSource {
	return &keyPairsDataSource{newKeyPairLookup()}
}
