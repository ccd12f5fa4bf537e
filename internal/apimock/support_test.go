package apimock

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"
)

// lab is one mock behind a listener, its clock stopped, with a test's way of
// talking to it.
type lab struct {
	*Server
	t       *testing.T
	address string
	token   string // of the last sign-in
}

// newLab starts a mock without rate limits and signs in to Pomerium Zero.
// ContractViolations must be empty in the end.
func newLab(t *testing.T, set ...func(*Switches)) *lab {
	t.Helper()
	w := Switches{RatePerSecond: Off, RatePerMinute: Off}
	for _, f := range set {
		f(&w)
	}
	// Expiry and windows are a matter of the clock; a slow machine must not be.
	frozen := time.Date(2026, 8, 20, 10, 0, 0, 123456000, time.UTC)
	mock := newAt(w, func() time.Time { return frozen })
	server := httptest.NewServer(mock)
	l := &lab{Server: mock, t: t, address: server.URL}
	t.Cleanup(func() {
		server.Close()
		if bugs := mock.ContractViolations(); len(bugs) > 0 {
			t.Errorf("the mock broke the contract: %q", bugs)
		}
	})
	return l
}

// in is the same lab for a subtest, so that failures are the subtest's.
func (l *lab) in(t *testing.T) *lab {
	t.Helper()
	c := *l
	c.t = t
	return &c
}

// zeroLab is newLab with a Pomerium Zero token.
func zeroLab(t *testing.T, set ...func(*Switches)) *lab {
	t.Helper()
	l := newLab(t, set...)
	l.signInZero(l.APIUserToken)
	return l
}

func (l *lab) signInZero(refresh string) {
	l.t.Helper()
	l.token = ""
	a := l.do("POST", "/api/v0/token", map[string]any{"refreshToken": refresh})
	a.want(200)
	l.token = as[string](a.object()["idToken"])
}

// zdxLab is newLab with a ZDX token for the key's address.
func zdxLab(t *testing.T, set ...func(*Switches)) *lab {
	t.Helper()
	l := newLab(t, set...)
	l.signInZDX()
	return l
}

func (l *lab) signInZDX() {
	l.t.Helper()
	l.token = ""
	a := l.do("POST", "/v1/oauth/token", map[string]any{"key_id": l.KeyID, "key_secret": l.KeySecret})
	a.want(200)
	l.token = as[string](a.object()["token"])
}

// answer is what came back.
type answer struct {
	t      *testing.T
	status int
	header http.Header
	body   string
}

// do sends a body (text as it is, url.Values as a form, anything else as JSON)
// and fails the test if no answer comes.
func (l *lab) do(method, path string, body any, edit ...func(*http.Request)) answer {
	l.t.Helper()
	a, err := l.try(method, path, body, edit...)
	if err != nil {
		l.t.Fatalf("%s %s: %v", method, path, err)
	}
	return a
}

func (l *lab) try(method, path string, body any, edit ...func(*http.Request)) (answer, error) {
	l.t.Helper()
	var raw []byte
	contentType := "application/json"
	switch body := body.(type) {
	case nil:
		contentType = ""
	case string:
		raw = []byte(body)
	case url.Values:
		raw, contentType = []byte(body.Encode()), "application/x-www-form-urlencoded"
	default:
		raw = encodeJSON(body)
	}
	r, err := http.NewRequestWithContext(l.t.Context(), method, l.address+path, bytes.NewReader(raw))
	if err != nil {
		l.t.Fatal(err)
	}
	if contentType != "" {
		r.Header.Set("Content-Type", contentType)
	}
	if l.token != "" {
		r.Header.Set("Authorization", "Bearer "+l.token)
	}
	for _, f := range edit {
		f(r)
	}
	client := &http.Client{
		// A connection for each request: a fault that breaks one must not be
		// retried on another.
		Transport:     &http.Transport{DisableKeepAlives: true},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	response, err := client.Do(r)
	if err != nil {
		return answer{}, err
	}
	defer func() { _ = response.Body.Close() }()
	text, err := io.ReadAll(response.Body)
	return answer{l.t, response.StatusCode, response.Header, string(text)}, err
}

// want fails the test unless the status is this one and the body holds each of
// the texts.
func (a answer) want(status int, texts ...string) answer {
	a.t.Helper()
	if a.status != status {
		a.t.Fatalf("status %d, want %d: %s", a.status, status, a.body)
	}
	for _, text := range texts {
		if !strings.Contains(a.body, text) {
			a.t.Fatalf("body lacks %q: %s", text, a.body)
		}
	}
	return a
}

func (a answer) value() any {
	a.t.Helper()
	value, err := decodeJSON([]byte(a.body))
	if err != nil {
		a.t.Fatalf("%v: %q", err, a.body)
	}
	return value
}

func (a answer) object() map[string]any {
	a.t.Helper()
	object, ok := a.value().(map[string]any)
	if !ok {
		a.t.Fatalf("no object: %s", a.body)
	}
	return object
}

func (a answer) list() []map[string]any {
	a.t.Helper()
	var list []map[string]any
	decoder := json.NewDecoder(strings.NewReader(a.body))
	decoder.UseNumber()
	if err := decoder.Decode(&list); err != nil {
		a.t.Fatalf("%v: %q", err, a.body)
	}
	return list
}

func (a answer) names() string {
	a.t.Helper()
	var names []string
	for _, object := range a.list() {
		names = append(names, text(object, "name"))
	}
	return strings.Join(names, " ")
}

// zeroPath is a path below the lab's organization.
func (l *lab) zeroPath(rest string) string {
	return "/api/v0/organizations/" + l.OrganizationID + rest
}

// route is a complete body for a route, changed by pairs of name and value; a
// value of nil takes the member out.
func (l *lab) route(changes ...any) map[string]any {
	return change(map[string]any{
		"name": "billing", "namespaceId": l.ClusterNamespaceID, "from": "https://billing.example.com",
		"to": []any{"https://10.0.0.1"}, "policyIds": []any{}, "allowSpdy": false, "allowWebsockets": false,
		"enableGoogleCloudServerlessAuthentication": false, "preserveHostHeader": false, "showErrorDetails": false,
		"tlsSkipVerify": false, "tlsUpstreamAllowRenegotiation": false,
	}, changes)
}

// policy is a complete body for a policy, changed likewise.
func (l *lab) policy(changes ...any) map[string]any {
	return change(map[string]any{
		"name": "staff", "namespaceId": l.ClusterNamespaceID, "description": "", "enforced": false,
		"explanation": "", "remediation": "",
		"ppl": map[string]any{"allow": map[string]any{"and": []any{map[string]any{"authenticated_user": true}}}},
	}, changes)
}

func change(body map[string]any, changes []any) map[string]any {
	for i := 0; i < len(changes); i += 2 {
		name := as[string](changes[i])
		if body[name] = changes[i+1]; body[name] == nil {
			delete(body, name)
		}
	}
	return body
}

// create makes a route or policy over HTTP and returns its ID.
func (l *lab) create(kind string, body map[string]any) string {
	l.t.Helper()
	return as[string](l.do("POST", l.zeroPath("/"+kind), body).want(201).object()["id"])
}
