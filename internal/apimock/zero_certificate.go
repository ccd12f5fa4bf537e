package apimock

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"fmt"
	"math/big"
	"net"
	"net/url"
	"slices"
	"time"
)

func publicOf(key any) (any, error) {
	if signer, ok := key.(crypto.Signer); ok {
		return signer.Public(), nil
	}
	return nil, fmt.Errorf("is no key that signs")
}

func samePublicKey(one, other any) bool {
	key, ok := one.(interface{ Equal(crypto.PublicKey) bool })
	return ok && key.Equal(other)
}

// certificateInfo is a certificate as the contract's CertificateInfo.
func certificateInfo(c *x509.Certificate) map[string]any {
	return map[string]any{
		"version": c.Version, "serial": c.SerialNumber.String(),
		"issuer": certificateName(c.Issuer), "subject": certificateName(c.Subject),
		"notBefore": c.NotBefore.UTC().Format(time.RFC3339), "notAfter": c.NotAfter.UTC().Format(time.RFC3339),
		"keyUsage": keyUsage(c.KeyUsage), "extKeyUsage": extKeyUsage(c.ExtKeyUsage),
		"dnsNames": anys(c.DNSNames), "emailAddresses": anys(c.EmailAddresses),
		"ipAddresses": printed(c.IPAddresses, net.IP.String), "uris": printed(c.URIs, (*url.URL).String),
		"permittedDnsDomainsCritical": c.PermittedDNSDomainsCritical,
		"permittedDnsDomains":         anys(c.PermittedDNSDomains), "excludedDnsDomains": anys(c.ExcludedDNSDomains),
		"permittedEmailAddresses": anys(c.PermittedEmailAddresses), "excludedEmailAddresses": anys(c.ExcludedEmailAddresses),
		"permittedUriDomains": anys(c.PermittedURIDomains), "excludedUriDomains": anys(c.ExcludedURIDomains),
		"permittedIpRanges": printed(c.PermittedIPRanges, (*net.IPNet).String),
		"excludedIpRanges":  printed(c.ExcludedIPRanges, (*net.IPNet).String),
	}
}

func printed[T any](list []T, shown func(T) string) []any {
	found := []any{}
	for _, item := range list {
		found = append(found, shown(item))
	}
	return found
}

func certificateName(n pkix.Name) map[string]any {
	return map[string]any{
		"commonName": n.CommonName, "serialNumber": n.SerialNumber, "country": anys(n.Country), "locality": anys(n.Locality),
		"organization": anys(n.Organization), "organizationalUnit": anys(n.OrganizationalUnit), "postalCode": anys(n.PostalCode),
		"province": anys(n.Province), "streetAddress": anys(n.StreetAddress),
	}
}

func keyUsage(usage x509.KeyUsage) map[string]any {
	found := map[string]any{}
	for name, bit := range map[string]x509.KeyUsage{
		"digitalSignature": x509.KeyUsageDigitalSignature, "contentCommitment": x509.KeyUsageContentCommitment,
		"keyEncipherment": x509.KeyUsageKeyEncipherment, "dataEncipherment": x509.KeyUsageDataEncipherment,
		"keyAgreement": x509.KeyUsageKeyAgreement, "certSign": x509.KeyUsageCertSign, "crlSign": x509.KeyUsageCRLSign,
		"encipherOnly": x509.KeyUsageEncipherOnly, "decipherOnly": x509.KeyUsageDecipherOnly,
	} {
		found[name] = usage&bit != 0
	}
	return found
}

func extKeyUsage(usages []x509.ExtKeyUsage) map[string]any {
	found := map[string]any{}
	for name, usage := range map[string]x509.ExtKeyUsage{
		"any": x509.ExtKeyUsageAny, "serverAuth": x509.ExtKeyUsageServerAuth, "clientAuth": x509.ExtKeyUsageClientAuth,
		"codeSigning": x509.ExtKeyUsageCodeSigning, "emailProtection": x509.ExtKeyUsageEmailProtection,
		"ipsecEndSystem": x509.ExtKeyUsageIPSECEndSystem,
		"ipsecTunnel":    x509.ExtKeyUsageIPSECTunnel, "ipsecUser": x509.ExtKeyUsageIPSECUser,
		"timeStamping": x509.ExtKeyUsageTimeStamping, "ocspSigning": x509.ExtKeyUsageOCSPSigning,
		"microsoftServerGatedCrypto":     x509.ExtKeyUsageMicrosoftServerGatedCrypto,
		"netscapeServerGatedCrypto":      x509.ExtKeyUsageNetscapeServerGatedCrypto,
		"microsoftCommercialCodeSigning": x509.ExtKeyUsageMicrosoftCommercialCodeSigning,
		"microsoftKernelCodeSigning":     x509.ExtKeyUsageMicrosoftKernelCodeSigning,
	} {
		found[name] = slices.Contains(usages, usage)
	}
	return found
}

// issueCertificate makes a certificate for hosts, signed by itself, and its key.
func issueCertificate(from, until time.Time, hosts ...string) (certificate, key string) {
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		panic("apimock: " + err.Error())
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(from.UnixNano()), Subject: pkix.Name{CommonName: hosts[0]}, DNSNames: hosts,
		NotBefore: from, NotAfter: until, KeyUsage: x509.KeyUsageDigitalSignature, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
	}
	signed, err := x509.CreateCertificate(rand.Reader, template, template, private.Public(), private)
	if err != nil {
		panic("apimock: " + err.Error())
	}
	encoded, err := x509.MarshalPKCS8PrivateKey(private)
	if err != nil {
		panic("apimock: " + err.Error())
	}
	return string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: signed})),
		string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: encoded}))
}
