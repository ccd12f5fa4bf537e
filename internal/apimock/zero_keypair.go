package apimock

import (
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
)

// keyPairs live in a namespace; the name is optional, and unique if given. The
// key never comes back (pomerium-zero.md 6).
func keyPairs() *collection {
	return &collection{
		kind: "keyPairs", one: "KeyPair", many: "KeyPairs", idName: "keyPairId",
		quota: "certificates", nameless: true, hidden: "key",
		check:    checkKeyPair,
		computed: computedOfKeyPair,
		users:    (*Server).userOfKeyPair,
		keep: func(s *Server, before, after map[string]any) {
			if s.switches.KeyKeptOnPut && after["key"] == nil && before["key"] != nil {
				after["key"] = before["key"]
			}
		},
		sorting: map[string]func(*Server, *record) any{
			"cluster":                func(s *Server, r *record) any { return s.namespaceName(r) },
			"status":                 func(*Server, *record) any { return keyPairReady },
			"subject":                func(_ *Server, r *record) any { return leafOf(r).Subject.CommonName },
			"issuer":                 func(_ *Server, r *record) any { return leafOf(r).Issuer.CommonName },
			"notAfter":               func(_ *Server, r *record) any { return leafOf(r).NotAfter },
			"isCertificateAuthority": func(_ *Server, r *record) any { return leafOf(r).IsCA },
			"isClientCertificate": func(_ *Server, r *record) any {
				return slices.Contains(leafOf(r).ExtKeyUsage, x509.ExtKeyUsageClientAuth)
			},
		},
	}
}

// keyPairReady is the one status that the mock's key pairs have: they are made at once.
const keyPairReady = "ready"

// checkKeyPair takes PEM alone, which the sources take for granted
// (pomerium-zero.md 6), and refuses a key of another certificate.
func checkKeyPair(_ *Server, _ string, members map[string]any) *problem {
	var key any
	chain, err := certificatesOf(text(members, "certificate"))
	if err != nil {
		return unfit("/certificate: %s", err)
	}
	if sent := text(members, "key"); sent != "" {
		if key, err = publicKeyOf(sent); err != nil {
			return unfit("/key: %s", err)
		}
	}
	if key != nil && len(chain) > 0 && !samePublicKey(chain[0].PublicKey, key) {
		return unfit("/key: is not the certificate's")
	}
	return nil
}

// certificatesOf parses a chain of certificates; "" is none.
func certificatesOf(sent string) ([]*x509.Certificate, error) {
	var chain []*x509.Certificate
	rest := []byte(sent)
	for len(strings.TrimSpace(string(rest))) > 0 {
		block, after := pem.Decode(rest)
		if block == nil || block.Type != "CERTIFICATE" {
			return nil, fmt.Errorf("is no PEM of certificates")
		}
		certificate, err := x509.ParseCertificate(block.Bytes)
		if err != nil {
			return nil, err
		}
		chain, rest = append(chain, certificate), after
	}
	return chain, nil
}

// publicKeyOf is the public half of a private key. The errors of the parsers
// are left out: they could quote the key.
func publicKeyOf(sent string) (any, error) {
	block, rest := pem.Decode([]byte(sent))
	if block == nil || len(strings.TrimSpace(string(rest))) > 0 {
		return nil, fmt.Errorf("is no PEM of one key")
	}
	if key, err := x509.ParsePKCS8PrivateKey(block.Bytes); err == nil {
		return publicOf(key)
	}
	if key, err := x509.ParsePKCS1PrivateKey(block.Bytes); err == nil {
		return publicOf(key)
	}
	if key, err := x509.ParseECPrivateKey(block.Bytes); err == nil {
		return publicOf(key)
	}
	return nil, fmt.Errorf("is no private key")
}

func computedOfKeyPair(s *Server, r *record) map[string]any {
	computed := map[string]any{"hasKey": text(r.members, "key") != "", "origin": "user", "status": keyPairReady}
	if s.domainOf(r) != nil {
		computed["origin"] = "system"
	}
	chain, err := certificatesOf(text(r.members, "certificate"))
	if err != nil {
		panic("apimock: a certificate that was accepted: " + err.Error())
	}
	if len(chain) > 0 {
		list := []any{}
		for _, certificate := range chain {
			list = append(list, certificateInfo(certificate))
		}
		computed["certificateInfo"] = list
	}
	return computed
}

// domainOf is the custom domain that a key pair was issued for, or nil.
func (s *Server) domainOf(pair *record) *record {
	for _, domain := range s.records["customDomains"] {
		if text(domain.members, "keyPairId") == pair.id {
			return domain
		}
	}
	return nil
}

// userOfKeyPair names what forbids the deletion.
func (s *Server) userOfKeyPair(pair *record) string {
	if domain := s.domainOf(pair); domain != nil {
		return "custom domain " + text(domain.members, "domainName")
	}
	for _, user := range slices.Concat(s.records["routes"], s.records["settings"]) {
		for _, name := range keyPairMembers {
			if text(user.members, name) == pair.id {
				return strings.TrimSuffix(user.kind, "s") + " " + s.label(user)
			}
		}
	}
	return ""
}

// leafOf is the first certificate of a key pair, empty if there is none.
func leafOf(pair *record) *x509.Certificate {
	chain, err := certificatesOf(text(pair.members, "certificate"))
	if err != nil || len(chain) == 0 {
		return &x509.Certificate{}
	}
	return chain[0]
}

// getRouteCertificates answers the key pairs of the route's namespace and those
// above it whose names match the route's host.
func getRouteCertificates(c *call) reply {
	if p := c.maySee(); p != nil {
		return c.refuse(p)
	}
	route, p := c.own("routes", c.path["routeId"])
	if p != nil {
		return c.refuse(p)
	}
	from, err := url.Parse(text(route.members, "from"))
	if err != nil {
		return c.refuse(&problem{http.StatusInternalServerError, "a route that was accepted has no URL"})
	}
	above := c.s.above(text(route.members, "namespaceId"))
	var found []*record
	for _, pair := range c.s.records["keyPairs"] {
		leaf := leafOf(pair)
		matches := leaf.VerifyHostname(from.Hostname()) == nil || slices.Contains(leaf.DNSNames, from.Hostname())
		if matches && slices.Contains(above, text(pair.members, "namespaceId")) {
			found = append(found, pair)
		}
	}
	return listed(found, func(r *record) map[string]any { return keyPairs().view(c.s, r) })
}
