package pomeriumzero

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"reflect"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"github.com/pomerium-zdx/terraform-provider-pomerium/internal/hostile"
	"github.com/pomerium-zdx/terraform-provider-pomerium/internal/httpapi"
	"github.com/pomerium-zdx/terraform-provider-pomerium/internal/ppl"
)

// scripted is a service that answers token calls well and everything else in one way; with a token, the other way
// round.
type scripted struct {
	token  []byte // nil for one that is good
	status int
	body   []byte
	put    []byte // what was sent to replace an object
	count  int
}

func (s *scripted) RoundTrip(request *http.Request) (*http.Response, error) {
	s.count++
	status, body := s.status, s.body
	switch {
	case strings.HasSuffix(request.URL.Path, "/token") && s.token == nil:
		status, body = http.StatusOK, []byte(`{"idToken":"the-id-token","expiresInSeconds":"3600"}`)
	case strings.HasSuffix(request.URL.Path, "/token"):
		body = s.token
	case request.Method == http.MethodPut:
		s.put, _ = io.ReadAll(request.Body)
	}
	return &http.Response{StatusCode: status, Header: http.Header{}, Body: io.NopCloser(bytes.NewReader(body)), Request: request}, nil
}

func (s *scripted) client(t *testing.T) *Client {
	t.Helper()
	client, err := New(Config{
		APIUserToken: "the-api-user-token", URL: "https://service.test", Transport: s, Retry: httpapi.Retry{Attempts: 1},
	})
	if err != nil {
		t.Fatal(err)
	}
	return client
}

func checkError(t *testing.T, err error) {
	t.Helper()
	text := err.Error()
	for _, r := range text {
		if !unicode.IsPrint(r) || r == unicode.ReplacementChar {
			t.Fatalf("%U in %q", r, text)
		}
	}
	if !utf8.ValidString(text) || utf8.RuneCountInString(text) > 5000 {
		t.Errorf("no UTF-8, or without end: %q", text)
	}
	for _, secret := range []string{"the-api-user-token", "the-id-token"} {
		if strings.Contains(text, secret) {
			t.Errorf("a secret in %q", text)
		}
	}
}

var (
	aRoute = RouteProperties{
		Name: "x", NamespaceID: "n", From: "https://x.test", To: []string{"https://y.test"}, Redirect: &Redirect{},
		KubernetesServiceAccountToken: new("a-route's-secret"),
	}
	aPolicy = PolicyProperties{Name: "x", NamespaceID: "n", PPL: ppl.Text(`{"allow":{"or":[{"accept":true}]}}`)}
)

// checkObject looks whether an object is one that a state can hold and that the next refresh leaves alone.
func checkObject[P Properties](t *testing.T, object Object[P]) {
	t.Helper()
	if object.ID == "" || httpapi.Label(object.ID) != object.ID {
		t.Errorf("the ID is %q", object.ID)
	}
	var none P
	first := Reconcile(object.Properties, none)
	if diff := cmp.Diff(first, Reconcile(object.Properties, first)); diff != "" {
		t.Errorf("a second refresh finds a difference: %s", diff)
	}
	for _, use := range []any{&RouteUse{}, &PolicyUse{}} {
		_ = object.Decode(use) // an error is as good as a value
	}
}

func checkObjects[P Properties](t *testing.T, objects []Object[P]) {
	t.Helper()
	seen := map[string]bool{}
	for _, object := range objects {
		checkObject(t, object)
		if seen[object.ID] {
			t.Errorf("%q stands twice in a list", object.ID)
		}
		seen[object.ID] = true
	}
}

// calls are the reads of the client, and creates, whose answers are read as well.
var calls = []func(ctx context.Context, t *testing.T, c *Client) error{
	func(ctx context.Context, _ *testing.T, c *Client) error {
		_, err := c.Organization(ctx, "")
		return err
	},
	func(ctx context.Context, _ *testing.T, c *Client) error {
		_, err := c.Namespaces(ctx, "o")
		return err
	},
	func(ctx context.Context, t *testing.T, c *Client) error {
		objects, err := c.Routes("o").List(ctx, ListOptions{Parent: "n"})
		checkObjects(t, objects)
		return err
	},
	func(ctx context.Context, t *testing.T, c *Client) error {
		objects, err := c.Policies("o").ListAll(ctx)
		checkObjects(t, objects)
		return err
	},
	func(ctx context.Context, t *testing.T, c *Client) error {
		object, err := c.Routes("o").Get(ctx, "r", "n")
		if err == nil {
			checkObject(t, object)
		}
		return err
	},
	func(ctx context.Context, t *testing.T, c *Client) error {
		object, err := c.Policies("o").Get(ctx, "p", "n")
		if err == nil {
			checkObject(t, object)
		}
		return err
	},
	func(ctx context.Context, _ *testing.T, c *Client) error {
		_, err := c.Routes("o").Create(ctx, aRoute)
		return err
	},
	func(ctx context.Context, _ *testing.T, c *Client) error {
		_, err := c.Policies("o").Create(ctx, aPolicy)
		return err
	},
}

// FuzzAnswer looks for answers that stop the client or keep it busy for ever, for values that no state can hold, and
// for errors that a terminal must not be shown.
func FuzzAnswer(f *testing.F) {
	for call := range calls {
		for _, value := range hostile.Values() {
			f.Add(uint8(call), 200, []byte(value))
			f.Add(uint8(call), 200, []byte(`[{"id":"i","name":`+value+`,"namespaceId":"n","to":`+value+`,"setRequestHeaders":`+value+`,"redirect":`+value+`}]`))
			f.Add(uint8(call), 200, []byte(`{"id":"i","createdAt":"2024-01-01T00:00:00Z","name":"x","namespaceId":"n","ppl":`+value+`,"timeout":`+value+`,"routes":`+value+`}`))
		}
		for _, status := range []int{400, 401, 403, 404, 409, 500} {
			f.Add(uint8(call), status, []byte(hostile.Raw))
		}
		f.Add(uint8(call), 200, []byte(`[{"id":"i","name":"x","parentId":"i","type":"root"},{"id":"i"},{"id":"j","name":"\u001b[2J"}]`))
	}
	for _, value := range hostile.Values() {
		f.Add(uint8(255), 200, []byte(`{"idToken":`+value+`,"expiresInSeconds":`+value+`}`))
		f.Add(uint8(255), 200, []byte(`{"idToken":"x","expiresInSeconds":`+value+`}`))
	}
	for _, sign := range hostile.Signs() {
		f.Add(uint8(2), 200, []byte(`[{"id":"i","to":`+sign+`}]`))
		f.Add(uint8(5), 200, []byte(`{"id":"`+sign+`","name":"`+sign+`"}`))
	}
	f.Fuzz(func(t *testing.T, call uint8, status int, body []byte) {
		if status < 100 || status > 599 {
			status = http.StatusOK
		}
		service := &scripted{status: status, body: hostile.Grow(body)}
		if call == 255 {
			service.token, service.body = service.body, []byte("[]")
		}
		client := service.client(t)
		if err := calls[int(call)%len(calls)](t.Context(), t, client); err != nil {
			checkError(t, err)
		}
		if service.count > 500 {
			t.Errorf("%d requests were sent", service.count)
		}
	})
}

// FuzzUpdate looks for members of the service that an update loses or changes.
func FuzzUpdate(f *testing.F) {
	for _, value := range hostile.Values() {
		f.Add([]byte(`{"id":"r","later":` + value + `,"Name":` + value + `,"redirect":{"later":` + value + `},"policies":` + value + `}`))
		f.Add([]byte(`{"id":"r","name":"x","redirect":` + value + `,"mcp":{"server":` + value + `}}`))
		f.Add([]byte(value))
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		service := &scripted{status: http.StatusOK, body: raw}
		if _, err := service.client(t).Routes("o").Update(t.Context(), "r", aRoute); err != nil {
			checkError(t, err)
			return
		}
		before, err := decode(raw)
		if err != nil {
			t.Fatal(err)
		}
		sent, err := decode(service.put)
		if err != nil {
			t.Fatal(err)
		}
		managed, err := members(aRoute)
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range []string{"id", "createdAt", "updatedAt", "policies", "enforcedPolicies", "enforcedPolicyIds"} {
			if _, isSent := sent[name]; isSent {
				t.Errorf("%s is the service's and was sent", name)
			}
			delete(before, name)
		}
		checkLaid(t, before, sent, managed, reflect.TypeFor[RouteProperties]())
	})
}

// checkLaid looks whether what was sent is the object before, with what is managed of it as it shall be.
func checkLaid(t *testing.T, before, sent, managed map[string]any, object reflect.Type) {
	t.Helper()
	known := map[string]member{}
	for _, member := range membersOf(object) {
		known[member.name] = member
	}
	for name, value := range before {
		if _, isManaged := known[name]; isManaged || value == nil {
			continue
		}
		dropNulls(value)
		if !reflect.DeepEqual(value, sent[name]) { // cmp takes a time that doubles with each level of a list in a list
			t.Errorf("%q is not ours and was changed: %v, %v", name, value, sent[name])
		}
	}
	for name, value := range sent {
		_, isManaged := known[name]
		if _, was := before[name]; !was && !isManaged || value == nil {
			t.Errorf("%q was added: %v", name, value)
		}
	}
	for name, member := range known {
		inner, isObject := managed[name].(map[string]any)
		was, wasObject := before[name].(map[string]any)
		if now, isStill := sent[name].(map[string]any); isObject && wasObject && isStill && member.object != nil {
			checkLaid(t, was, now, inner, member.object)
		} else if diff := cmp.Diff(managed[name], sent[name]); diff != "" { // flat, as a user wrote it
			t.Errorf("%q is ours and was not sent as it is: %s", name, diff)
		}
	}
}
