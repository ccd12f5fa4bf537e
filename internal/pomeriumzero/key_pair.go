package pomeriumzero

// KeyPairProperties is what a client sets of a key pair: a certificate, its private key, or both (pomerium-zero.md 6).
// The private key never comes back.
type KeyPairProperties struct {
	NamespaceID         string  `json:"namespaceId"            tfsdk:"namespace_id"`
	Name                *string `json:"name,omitempty"         tfsdk:"name"`
	Certificate         *string `json:"certificate,omitempty"  tfsdk:"certificate"` // PEM, with its chain
	PrivateKey          *string `json:"key,omitempty"          tfsdk:"key" secret:"true"`
	PrivateKeyWO        *string `json:"-"                      tfsdk:"key_wo"`
	PrivateKeyWOVersion *int64  `json:"-"                      tfsdk:"key_wo_version"`
	OriginatorID        *string `json:"originatorId,omitempty" tfsdk:"originator_id"`
}

// Key returns what makes the key pair unique. It need not have a name.
func (p KeyPairProperties) Key() Key {
	key := Key{Parent: p.NamespaceID}
	if p.Name != nil {
		key.Name = *p.Name
	}
	return key
}

// KeyPairUse is what the service alone says of a key pair.
type KeyPairUse struct {
	HasKey          bool              `json:"hasKey"          tfsdk:"has_key"`
	Origin          string            `json:"origin"          tfsdk:"origin"` // user or system
	Status          string            `json:"status"          tfsdk:"status"` // pending or ready
	CertificateInfo []CertificateInfo `json:"certificateInfo" tfsdk:"certificate_info"`
}

// CertificateInfo is a certificate as the service reads it.
type CertificateInfo struct {
	Subject   CertificateName `json:"subject"   tfsdk:"subject"`
	Issuer    CertificateName `json:"issuer"    tfsdk:"issuer"`
	Serial    string          `json:"serial"    tfsdk:"serial"`
	DNSNames  []string        `json:"dnsNames"  tfsdk:"dns_names"`
	NotBefore string          `json:"notBefore" tfsdk:"not_before"` // RFC 3339
	NotAfter  string          `json:"notAfter"  tfsdk:"not_after"`  // RFC 3339
}

// CertificateName is whom a certificate is for, or who issued it.
type CertificateName struct {
	CommonName   string   `json:"commonName"   tfsdk:"common_name"`
	Organization []string `json:"organization" tfsdk:"organization"`
}

// KeyPairs is the collection of an organization's key pairs. A PUT would have to hold the private key again, which
// nobody may know any more: what has changed is patched.
func (c *Client) KeyPairs(organizationID string) Collection[KeyPairProperties] {
	return Collection[KeyPairProperties]{client: c, organizationID: organizationID, kind: kind{
		noun: "key pair", list: "/organizations/{organizationId}/keyPairs", item: "/organizations/{organizationId}/keyPairs/{keyPairId}",
		within: inNamespace, parameter: "namespaceId", paged: true, chosen: true, patched: true,
	}}
}
