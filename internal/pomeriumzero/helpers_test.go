package pomeriumzero_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/http/httptrace"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/pomerium-zdx/terraform-provider-pomerium/internal/apimock"
	"github.com/pomerium-zdx/terraform-provider-pomerium/internal/httpapi"
	"github.com/pomerium-zdx/terraform-provider-pomerium/internal/pomeriumzero"
	"github.com/pomerium-zdx/terraform-provider-pomerium/internal/ppl"
)

// Paths of the contract.
const (
	token         = "/token"
	organizations = "/organizations"
	namespaces    = "/organizations/{organizationId}/namespaces"
	routes        = "/organizations/{organizationId}/routes"
	route         = "/organizations/{organizationId}/routes/{routeId}"
	policies      = "/organizations/{organizationId}/policies"
	policy        = "/organizations/{organizationId}/policies/{policyId}"
)

// impatient retries as often as the client does by itself, without waiting.
var impatient = httpapi.Retry{Attempts: 3, MinWait: time.Millisecond, MaxWait: time.Millisecond, MaxAsked: time.Second}

// lab is a mock that one test owns, with a client of its admin.
type lab struct {
	*apimock.Server
	config pomeriumzero.Config
	*pomeriumzero.Client
}

// newLab starts a mock. At the end of the test no answer of it may have broken the contract.
func newLab(t *testing.T, switches apimock.Switches) *lab {
	t.Helper()
	mock := apimock.New(switches)
	server := httptest.NewServer(mock)
	t.Cleanup(server.Close)
	// A connection serves one request, so that no dropped one is replayed unseen by the transport.
	return labOf(t, mock, pomeriumzero.Config{URL: server.URL + "/api/v0", Transport: &http.Transport{DisableKeepAlives: true}})
}

func labOf(t *testing.T, mock *apimock.Server, config pomeriumzero.Config) *lab {
	t.Helper()
	t.Cleanup(func() {
		for _, violation := range mock.ContractViolations() {
			t.Errorf("the mock broke the contract: %s", violation)
		}
	})
	config.APIUserToken, config.Retry = mock.APIUserToken, impatient
	l := &lab{Server: mock, config: config}
	l.Client = l.client(t, func(*pomeriumzero.Config) {})
	return l
}

// client returns another client of the lab.
func (l *lab) client(t *testing.T, set func(*pomeriumzero.Config)) *pomeriumzero.Client {
	t.Helper()
	config := l.config
	set(&config)
	client, err := pomeriumzero.New(config)
	if err != nil {
		t.Fatal(err)
	}
	return client
}

// virtual runs the test on virtual time, with a lab that is reached in memory: time stands still while
// anyone works, so that "at the same time" is exact.
func virtual(t *testing.T, test func(t *testing.T, l *lab)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		mock := apimock.New(apimock.Switches{})
		test(t, labOf(t, mock, pomeriumzero.Config{URL: "https://zero.test/api/v0", Transport: inMemory{mock}}))
	})
}

// inMemory is a transport to a handler that lives in the same process.
type inMemory struct{ handler http.Handler }

func (m inMemory) RoundTrip(request *http.Request) (*http.Response, error) {
	if err := request.Context().Err(); err != nil {
		return nil, err // before there is a connection, as the true one does
	}
	if trace := httptrace.ContextClientTrace(request.Context()); trace != nil && trace.GotConn != nil {
		trace.GotConn(httptrace.GotConnInfo{})
	}
	recorder := httptest.NewRecorder()
	m.handler.ServeHTTP(recorder, request)
	if err := request.Context().Err(); err != nil {
		return nil, err
	}
	return recorder.Result(), nil
}

func (l *lab) routes() pomeriumzero.Collection[pomeriumzero.RouteProperties] {
	return l.Routes(l.OrganizationID)
}

func (l *lab) policies() pomeriumzero.Collection[pomeriumzero.PolicyProperties] {
	return l.Policies(l.OrganizationID)
}

// aRoute has the members that a route needs, and a text.
func (l *lab) aRoute() pomeriumzero.RouteProperties {
	return pomeriumzero.RouteProperties{
		Name: "billing", NamespaceID: l.ClusterNamespaceID, From: "https://billing.example.com",
		To: []string{"http://billing:8080"}, PolicyIDs: []string{}, Description: new("the billing service"),
	}
}

// aPolicy has the members that a policy needs.
func (l *lab) aPolicy() pomeriumzero.PolicyProperties {
	return pomeriumzero.PolicyProperties{
		Name: "staff", NamespaceID: l.ClusterNamespaceID, PPL: `{"allow":{"or":[{"domain":{"is":"example.com"}}]}}`,
	}
}

// stored makes a route in the console: aRoute with other members, nil for none. It returns the ID.
func (l *lab) stored(t *testing.T, other map[string]any) string {
	t.Helper()
	members := decode(t, l.aRoute())
	maps.Copy(members, other)
	maps.DeleteFunc(members, func(_ string, value any) bool { return value == nil })
	return l.CreateObject("routes", l.OrganizationID, members)
}

// create makes an object through the client.
func create[P pomeriumzero.Properties](t *testing.T, c pomeriumzero.Collection[P], properties P) pomeriumzero.Object[P] {
	t.Helper()
	object, err := c.Create(t.Context(), properties)
	if err != nil {
		t.Fatal(err)
	}
	return object
}

// onlyRoute returns the ID of the only stored route.
func (l *lab) onlyRoute(t *testing.T) string {
	t.Helper()
	objects := l.Objects("routes")
	if len(objects) != 1 {
		t.Fatalf("there are %d routes, want one", len(objects))
	}
	return fmt.Sprint(objects[0]["id"])
}

// sent returns the body of the last request with the method and path.
func (l *lab) sent(t *testing.T, method, template string) map[string]any {
	t.Helper()
	exchanges := l.Sent(method, template)
	if len(exchanges) == 0 {
		t.Fatalf("no %s %s was sent", method, template)
	}
	return decode(t, json.RawMessage(exchanges[len(exchanges)-1].Body))
}

// wantSent checks how many requests with the method and path were sent.
func (l *lab) wantSent(t *testing.T, method, template string, want int) {
	t.Helper()
	if got := len(l.Sent(method, template)); got != want {
		t.Errorf("%d %s %s were sent, want %d", got, method, template, want)
	}
}

// decode returns what JSON makes of a value.
func decode(t *testing.T, value any) map[string]any {
	t.Helper()
	data, err := json.Marshal(value)
	if err != nil {
		t.Fatal(err)
	}
	var members map[string]any
	if err := json.Unmarshal(data, &members); err != nil {
		t.Fatal(err)
	}
	return members
}

// difference compares two values. Policies are equal when they mean the same.
func difference(want, got any) string {
	return cmp.Diff(want, got, cmp.Comparer(func(a, b ppl.Text) bool { return ppl.Equal(string(a), string(b)) }))
}

// ids returns the IDs of objects in their order.
func ids[P pomeriumzero.Properties](objects []pomeriumzero.Object[P]) []string {
	var list []string
	for _, object := range objects {
		list = append(list, object.ID)
	}
	return list
}
