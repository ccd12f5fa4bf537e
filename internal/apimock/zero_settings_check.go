package apimock

import (
	"fmt"
	"maps"
	"net"
	"net/url"
	"slices"
	"strings"
	"time"
)

// logLevels are Pomerium's; proxyLogLevel knows the same.
var logLevels = []string{"trace", "debug", "info", "warn", "error", "fatal", "panic", "disabled"}

// checkSettings refuses what the contract can't express. That an own identity
// provider needs its client and an authenticate URL is another client's rule
// (pomerium-zero.md 6); whether the service wants a provider's URL as well is not
// known, so it is let pass here.
func checkSettings(s *Server, organizationID string, members map[string]any) *problem {
	for _, err := range []error{
		checkDurationMembers("SettingsProperties", members),
		checkAddresses(members),
		oneOf("/cookieSameSite", text(members, "cookieSameSite"), "", "strict", "lax", "none"),
		oneOf("/logLevel", text(members, "logLevel"), logLevels...),
		oneOf("/proxyLogLevel", text(members, "proxyLogLevel"), append([]string{""}, logLevels...)...),
		checkIdentityProvider(members),
		s.checkKeyPairs(organizationID, members),
	} {
		if err != nil {
			return unfit("%s", err)
		}
	}
	if text(members, "cookieName") == "" {
		return unfit("/cookieName: must not be empty")
	}
	return nil
}

// checkDurationMembers parses every duration among an object's own members.
func checkDurationMembers(schema string, members map[string]any) error {
	properties := zeroSchema(schema).Value.Properties
	for _, name := range slices.Sorted(maps.Keys(members)) {
		property := properties[name]
		if property == nil || !strings.HasSuffix(property.Ref, "/Duration") {
			continue
		}
		if d, err := time.ParseDuration(text(members, name)); err != nil || d < 0 {
			return fmt.Errorf("/%s: %q is no duration of Go's form", name, members[name])
		}
	}
	return nil
}

// checkAddresses wants host:port of what is listened on, and https of the
// authenticate URL.
func checkAddresses(members map[string]any) error {
	for _, name := range []string{"address", "httpRedirectAddr", "metricsAddress", "sshAddress"} {
		if name != "address" && members[name] == nil {
			continue
		}
		if _, port, err := net.SplitHostPort(text(members, name)); err != nil || port == "" {
			return fmt.Errorf("/%s: %q is no host:port", name, text(members, name))
		}
	}
	if sent := text(members, "authenticateServiceUrl"); sent != "" && !isHTTPS(sent) {
		return fmt.Errorf("/authenticateServiceUrl: must be an https URL")
	}
	return nil
}

func isHTTPS(sent string) bool {
	u, err := url.Parse(sent)
	return err == nil && u.Scheme == "https" && u.Host != ""
}

func checkIdentityProvider(members map[string]any) error {
	names := []string{"identityProvider", "identityProviderClientId", "identityProviderClientSecret"}
	if !slices.ContainsFunc(names, func(name string) bool { return text(members, name) != "" }) {
		return nil
	}
	for _, name := range append(names, "authenticateServiceUrl") {
		if text(members, name) == "" {
			return fmt.Errorf("/%s: an own identity provider needs %q and authenticateServiceUrl together", name, names)
		}
	}
	return nil
}

// keyPairMembers are the members of routes and settings that name a key pair.
var keyPairMembers = []string{
	"tlsCustomCaKeyPairId", "tlsClientKeyPairId", "tlsDownstreamClientCaKeyPairId",
	"certificateAuthorityKeyPairId", "downstreamMtlsCaKeyPairId",
}

// checkKeyPairs refuses key pairs that the organization does not have.
func (s *Server) checkKeyPairs(organizationID string, members map[string]any) error {
	for _, name := range keyPairMembers {
		id := text(members, name)
		if id == "" {
			continue
		}
		if r := s.record("keyPairs", id); r == nil || r.organizationID != organizationID {
			return fmt.Errorf("/%s: the organization has no such key pair", name)
		}
	}
	return nil
}
