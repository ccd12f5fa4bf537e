package apimock

import (
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/base64"
	"encoding/pem"
	"sync"
	"time"
)

// labKey is the OneAPI client's key pair, made once for the process because
// making one takes longer than most tests.
var labKey = sync.OnceValue(func() *rsa.PrivateKey {
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		panic("apimock: " + err.Error())
	}
	return key
})

// New returns both services with a seeded lab: one organization with a root and
// a cluster namespace, an API user that is its admin, a ZDX key, a OneAPI
// client, and ZDX's part as [Server]'s fields and zdx_lab.go name it: one device
// of one user, two applications, two probes, two alerts. It panics on switch
// positions that do not exist.
func New(switches Switches) *Server { return newAt(switches, time.Now) }

// newAt is New by another real clock.
func newAt(switches Switches, wall func() time.Time) *Server {
	switches = switches.withDefaults()
	if err := switches.check(); err != nil {
		panic("apimock: " + err.Error())
	}
	key, err := x509.MarshalPKCS8PrivateKey(labKey())
	if err != nil {
		panic("apimock: " + err.Error())
	}
	s := &Server{
		wall: wall, switches: switches,
		records: map[string][]*record{}, made: map[string]int64{}, users: map[string]*apiUser{},
		minted: map[string]bool{}, checked: map[string]time.Time{}, tokens: map[string]string{},
		changes: map[string]*changesetRow{}, landed: map[string][]*record{},
		zero: map[string]issued{}, zdx: map[string]issued{}, traces: map[string][]*trace{},

		KeyID: "key-" + randomID(), KeySecret: randomSecret(),
		ClientID: "client-" + randomID(), ClientSecret: randomSecret(),
		PrivateKeyPEM: string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: key})),
		VanityDomain:  "acme",
		DeviceID:      labDeviceID, AppID: labAppID, WebProbeID: labWebProbeID, CloudPathProbeID: labCloudPathProbeID,
		UserID: labUserID, UserEmail: labUserEmail, AlertID: labAlertID, HistoricalAlertID: labHistoricalAlertID,
		DepartmentID: labDepartmentID, LocationID: labLocationID, GeolocationID: labGeolocationID, SoftwareKey: labSoftwareKey,
	}
	s.secrets = append(s.secrets, s.KeySecret, s.ClientSecret, s.PrivateKeyPEM)
	s.console = s.addUser("Console User", "console.user@example.com")
	s.console.person, s.ConsoleUserID = true, s.console.id
	s.OrganizationID, s.APIUserToken = s.AddOrganization("Lab")
	s.APIUserID = s.users[s.APIUserToken].id
	s.RootNamespaceID = s.rootNamespace(s.OrganizationID)
	s.ClusterNamespaceID = s.AddNamespace(s.OrganizationID, "Lab cluster", "cluster", s.RootNamespaceID)
	s.seedZDX()
	return s
}

// AddOrganization makes a personal organization with a root namespace that
// belongs to ConsoleUserID, and an API user that is admin of it and sees nothing
// else.
func (s *Server) AddOrganization(name string) (organizationID, apiUserToken string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	r := s.addOrganization(name, "personal", s.console)
	user := s.addUser("API user of "+name, "")
	user.roles[r.id] = "admin"
	return r.id, s.refreshToken(user)
}

// addOrganization makes an organization with its root namespace.
func (s *Server) addOrganization(name, kind string, owner *apiUser) *record {
	r := s.add("organizations", "", map[string]any{
		"name": name, "organizationType": kind, "ownerUserId": owner.id, "readOnly": false,
	})
	s.add("namespaces", r.id, map[string]any{"name": name, "type": "root"})
	owner.roles[r.id] = "owner"
	return r
}

// AddNamespace makes a namespace of kind root, cluster or regular below
// parentID ("" = none) and returns its ID. A cluster comes with its namespace and
// has the same ID (pomerium-zero.md 2); this one runs, see getClusterHealth. It
// panics on unknown input.
func (s *Server) AddNamespace(organizationID, name, kind, parentID string) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.mustKnow("organizations", organizationID)
	members := map[string]any{"name": name, "type": kind}
	if err := oneOf("namespace kind", kind, "root", "cluster", "regular"); err != nil {
		panic("apimock: " + err.Error())
	}
	if parentID != "" {
		s.mustKnow("namespaces", parentID)
		members["parentId"] = parentID
	}
	if kind == "cluster" {
		return s.addCluster(organizationID, parentID, map[string]any{
			"name": name, "domain": s.mintDomain(), "onboardingStatus": "complete",
			"componentVersions": map[string]any{"pomerium": []any{"v0.30.0"}},
		}).id
	}
	return s.add("namespaces", organizationID, members).id
}

// GrantUser lets the API user with this token see an organization, or changes
// its role there: owner, admin, manager, member (sees the organization but no
// namespace), viewer or auditor; "" takes the organization from it.
func (s *Server) GrantUser(token, organizationID, role string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.mustKnow("organizations", organizationID)
	user := s.users[token]
	if user == nil {
		panic("apimock: no API user has this token")
	}
	if role == "" {
		delete(user.roles, organizationID)
		return
	}
	if err := oneOf("role", role, "owner", "admin", "manager", "member", "viewer", "auditor"); err != nil {
		panic("apimock: " + err.Error())
	}
	user.roles[organizationID] = role
}

// RevokeTokens makes every token issued so far, of either service, invalid.
func (s *Server) RevokeTokens() {
	s.mu.Lock()
	defer s.mu.Unlock()
	clear(s.zero)
	clear(s.zdx)
}

// Secrets returns every secret the lab ever knew or issued: API user tokens,
// key and client secrets, the private key, hashed secrets and assertions that
// were sent, ID and access tokens. A log that holds one of them is at fault.
func (s *Server) Secrets() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]string{}, s.secrets...)
}

// rootNamespace returns the ID of an organization's root namespace.
func (s *Server) rootNamespace(organizationID string) string {
	for _, r := range s.records["namespaces"] {
		if r.organizationID == organizationID && r.members["type"] == "root" {
			return r.id
		}
	}
	return ""
}

const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"

// randomID has the look of Pomerium Zero's identifiers: 27 letters and digits.
func randomID() string {
	id := make([]byte, 27)
	randomRead(id)
	for i, b := range id {
		id[i] = letters[int(b)%len(letters)]
	}
	return string(id)
}

func randomSecret() string {
	b := make([]byte, 32)
	randomRead(b)
	return base64.RawURLEncoding.EncodeToString(b)
}

func randomRead(b []byte) {
	if _, err := rand.Read(b); err != nil {
		panic("apimock: " + err.Error())
	}
}

func isDecimal(text string) bool {
	for _, c := range text {
		if c < '0' || c > '9' {
			return false
		}
	}
	return text != ""
}
