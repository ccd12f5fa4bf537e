package apimock

import (
	"bytes"
	"errors"
	"io"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"
)

// maxBody bounds request bodies: 10 MiB.
const maxBody = 10 << 20

// Server is both services with a seeded lab. The exported fields are the lab's
// credentials and identifiers, set by New and never changed.
type Server struct {
	// APIUserToken is of the API user APIUserID and sees OrganizationID as admin.
	APIUserToken, APIUserID, OrganizationID string
	// ClusterNamespaceID is of type cluster, below RootNamespaceID. It is the
	// cluster's ID as well.
	RootNamespaceID, ClusterNamespaceID string
	// ConsoleUserID is the person who owns every organization of AddOrganization,
	// and who does what CreateObject, EditObject and RemoveObject do.
	ConsoleUserID string
	// KeyID and KeySecret sign in to ZDX directly.
	KeyID, KeySecret string
	// ClientID with ClientSecret or PrivateKeyPEM (PKCS #8) signs in to OneAPI.
	ClientID, ClientSecret, PrivateKeyPEM, VanityDomain string
	// DeviceID, AppID and the probes are decimal texts. Every device has the
	// application and both of its probes.
	DeviceID, AppID, WebProbeID, CloudPathProbeID string
	// UserID is decimal text: the user of DeviceID, with UserEmail.
	UserID, UserEmail string
	// AlertID is ongoing and HistoricalAlertID has ended; 19 digits each. Both
	// touch DeviceID.
	AlertID, HistoricalAlertID string
	// DepartmentID, LocationID and GeolocationID are where DeviceID is.
	DepartmentID, LocationID, GeolocationID string
	// SoftwareKey is installed on DeviceID.
	SoftwareKey string

	mu         sync.Mutex
	wall       func() time.Time // the real clock; fixed in the mock's own tests
	offset     time.Duration
	speed      float64   // of the clock since spedAt; 0 = 1
	spedAt     time.Time // by the real clock
	switches   Switches
	journal    []*Exchange
	faults     []*armed
	hook       func(Moment) bool
	arrived    int // requests ever
	violations []string
	secrets    []string

	records map[string][]*record     // by kind, oldest first
	users   map[string]*apiUser      // by API user token
	people  []*apiUser               // all users, oldest first
	console *apiUser                 // the person behind ConsoleUserID
	minted  map[string]bool          // subdomain labels; true = not used yet
	checked map[string]time.Time     // health checks, by cluster
	tokens  map[string]string        // of service accounts, by ID
	changes map[string]*changesetRow // by cluster
	landed  map[string][]*record     // activity logs by changeset
	waiting []applying               // changesets on their way, oldest first
	zero    map[string]issued        // Pomerium Zero ID tokens
	zdx     map[string]issued        // ZDX tokens
	pace    pace
	traces  map[string][]*trace // by device, oldest first
	started int                 // traces ever started
	made    map[string]int64    // ZDX objects ever numbered, by kind
}

// base is the part of the path before the contract's own, and what it tells
// about the way of signing in.
type base struct{ prefix, service, signIn string }

// The ways of signing in to ZDX; a token of one is not valid on the other's address.
const (
	signInKey    = "key"
	signInOneAPI = "oneapi"
)

var bases = []base{
	{"/api/v0", serviceZero, ""},
	{"/v1", serviceZDX, signInKey},
	{"/zdx/v1", serviceZDX, signInOneAPI},
}

// zidentityPath is the one contract path that stands at the root of its own host.
const zidentityPath = "/oauth2/v1/token"

// locate splits a path into base and contract path.
func locate(path string) (base, string, bool) {
	if path == zidentityPath {
		return base{"", serviceZDX, signInOneAPI}, path, true
	}
	for _, b := range bases {
		if rest, ok := strings.CutPrefix(path, b.prefix); ok && strings.HasPrefix(rest, "/") {
			// The token servers do not hang below the other addresses.
			if rest == zidentityPath || (b.signIn == signInOneAPI && strings.HasPrefix(rest, "/oauth/")) {
				return b, "", true
			}
			return b, rest, true
		}
	}
	return base{}, path, false
}

// call is one request on its way through the mock. Handlers run under the
// server's lock.
type call struct {
	s       *Server
	r       *http.Request
	base    base
	op      *operation
	path    map[string]string
	raw     []byte
	body    any // decoded JSON
	user    *apiUser
	organID string
}

// reply is an answer before it is written.
type reply struct {
	status int
	header http.Header
	body   any // obeys the contract; nil for none
	// distort breaks the contract on purpose, as a switch demands, after the check.
	distort func(any) any
	raw     []byte // instead of body, unchecked
}

// ServeHTTP answers for both services.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	raw, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
	if err != nil {
		http.Error(w, "the request's body could not be read", http.StatusBadRequest)
		return
	}
	where, rest, known := locate(r.URL.EscapedPath())
	c := &call{s: s, r: r, base: where, raw: raw}
	var pathKnown bool
	if known {
		c.op, c.path, pathKnown = match(where.service, r.Method, rest)
	}
	s.mu.Lock()
	entry := s.enter(c, strings.TrimPrefix(r.URL.EscapedPath(), where.prefix))
	fault := s.dueFault(entry)
	s.arrived++
	arrival := s.arrived
	s.mu.Unlock()
	s.reach(r, arrival, entry, false)

	if !wait(r, fault.Delay) {
		return
	}
	var answer reply
	if fault.worksFirst() {
		answer = s.work(c, pathKnown)
	}
	s.reach(r, arrival, entry, true)
	switch {
	case fault.Drop != NoDrop:
		panic(http.ErrAbortHandler)
	case fault.Hang:
		<-r.Context().Done()
		return
	case fault.replacesAnswer():
		answer = fault.canned(where.service)
	}
	s.send(w, entry, answer, fault)
}

// enter opens the journal's entry.
func (s *Server) enter(c *call, path string) *Exchange {
	e := &Exchange{
		Time: s.now(), Service: c.base.service, Method: c.r.Method, Path: path,
		Query: c.r.URL.Query(), Header: c.r.Header.Clone(), Body: bytes.Clone(c.raw),
	}
	if c.op != nil {
		e.Template, e.OperationID = c.op.template, c.op.id
	}
	s.journal = append(s.journal, e)
	return e
}

// wait sleeps for d of real time; false when the client gave up meanwhile.
func wait(r *http.Request, d time.Duration) bool {
	if d <= 0 {
		return true
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-r.Context().Done():
		return false
	}
}

// work lets the service answer and holds the answer against the contract.
func (s *Server) work(c *call, pathKnown bool) reply {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case c.op == nil && pathKnown:
		return refusal(c.base.service, http.StatusMethodNotAllowed, "the contract has no "+c.r.Method+" here")
	case c.op == nil:
		return refusal(c.base.service, http.StatusNotFound, "the contract has no such path")
	}
	answer := s.serve(c)
	if err := checkAnswer(c.op, answer, s.switches.FutureMembers); err != nil {
		s.violations = append(s.violations, err.Error())
		return refusal(c.base.service, http.StatusInternalServerError, "bug of the mock: "+err.Error())
	}
	if answer.distort != nil {
		answer.body = answer.distort(answer.body)
	}
	return answer
}

func (s *Server) serve(c *call) reply {
	if c.base.service == serviceZDX {
		return s.serveZDX(c)
	}
	return s.serveZero(c)
}

// check holds the request against the contract and keeps the decoded body.
func (c *call) check() *problem {
	body, err := checkRequest(c.op, c.r, c.path, c.raw, c.s.switches.FutureMembers)
	if err != nil {
		return &problem{http.StatusBadRequest, err.Error()}
	}
	c.body = body
	return nil
}

// send writes the answer and closes the journal's entry first, so that a client
// that has the answer finds it in the journal.
func (s *Server) send(w http.ResponseWriter, entry *Exchange, answer reply, fault Fault) {
	body, cut := answer.raw, fault.CutBody
	if body == nil && answer.body != nil {
		body = encodeJSON(answer.body)
	}
	if fault.Edit != nil && answer.status < http.StatusBadRequest {
		body = fault.Edit(body)
	}
	s.mu.Lock()
	date := s.now()
	sent := body
	if cut {
		sent = body[:len(body)/2]
	}
	entry.Status, entry.Answer = answer.status, bytes.Clone(sent)
	s.mu.Unlock()

	header := w.Header()
	if len(body) > 0 {
		header.Set("Content-Type", "application/json")
	}
	for name, values := range answer.header {
		header[name] = values
	}
	header.Set("Date", date.Format(http.TimeFormat))
	if len(body) > 0 {
		header.Set("Content-Length", strconv.Itoa(len(body)))
	}
	w.WriteHeader(answer.status)
	_, err := w.Write(sent)
	if cut {
		err = errors.Join(http.NewResponseController(w).Flush(), http.ErrAbortHandler)
	}
	if err != nil {
		panic(http.ErrAbortHandler) // the client left, or is to see a broken body
	}
}

// problem is a refusal in words, before it takes a service's form.
type problem struct {
	status int
	text   string
}

// refuse words a problem in the service's form.
func (c *call) refuse(p *problem) reply { return refusal(c.base.service, p.status, p.text) }

// refusal is an error body: {"error"} for Pomerium Zero (pomerium-zero.md 3,
// Errors), {"code","message"} for ZDX (zdx.md 7).
func refusal(service string, status int, text string) reply {
	if service == serviceZDX {
		code := strings.ToUpper(strings.ReplaceAll(http.StatusText(status), " ", "_"))
		return reply{status: status, body: map[string]any{"code": code, "message": text}}
	}
	return reply{status: status, body: map[string]any{"error": text}}
}
