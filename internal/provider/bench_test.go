package provider

import (
	"fmt"
	"io"
	"maps"
	"math/rand/v2"
	"net/http"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// What Terraform asks of the provider most often, without a network and without the mock, which checks every request
// and would be most of what is measured.

// BenchmarkGetProviderSchema is what every command of a CLI begins with, in a fresh process each time.
func BenchmarkGetProviderSchema(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		schemas, err := New("dev")().GetProviderSchema(b.Context(), &tfprotov6.GetProviderSchemaRequest{})
		if err != nil || len(schemas.Diagnostics) > 0 || schemas.ResourceSchemas[benchType] == nil {
			b.Fatalf("%v %s", err, listed(schemas.Diagnostics))
		}
	}
}

// BenchmarkReadRoute is a refresh, once for each object in each plan and apply.
func BenchmarkReadRoute(b *testing.B) {
	k := newBench(b)
	b.ReportAllocs()
	var after *tfprotov6.DynamicValue
	for b.Loop() {
		after = k.read(b, k.state)
	}
	k.unchanged(b, after)
}

// BenchmarkPlanUnchangedRoute is what most objects of most plans are.
func BenchmarkPlanUnchangedRoute(b *testing.B) {
	k := newBench(b)
	config := k.config(b)
	b.ReportAllocs()
	var planned *tfprotov6.DynamicValue
	for b.Loop() {
		plan, err := k.server.PlanResourceChange(b.Context(), &tfprotov6.PlanResourceChangeRequest{
			TypeName: benchType, PriorState: k.state, ProposedNewState: k.state, Config: config, PriorIdentity: k.identity,
		})
		if err != nil || len(plan.Diagnostics) > 0 || len(plan.RequiresReplace) > 0 {
			b.Fatalf("%v %s %v", err, listed(plan.Diagnostics), plan.RequiresReplace)
		}
		planned = plan.PlannedState
	}
	k.unchanged(b, planned)
}

// BenchmarkConvertRoute is what the framework's reflection does within each refresh: from a state to the struct and
// back.
func BenchmarkConvertRoute(b *testing.B) {
	k := newBench(b)
	schema := resource.SchemaResponse{}
	newZeroRouteResource().Schema(b.Context(), resource.SchemaRequest{}, &schema)
	before := tfsdk.State{Schema: schema.Schema, Raw: k.value(b, k.state)}
	after := tfsdk.State{Schema: schema.Schema}
	b.ReportAllocs()
	for b.Loop() {
		var model routeModel
		diags := before.Get(b.Context(), &model)
		diags.Append(after.Set(b.Context(), &model)...)
		if diags.HasError() {
			b.Fatal(diags)
		}
	}
	if !after.Raw.Equal(before.Raw) {
		b.Error("the state is another after its way through the model")
	}
}

// BenchmarkRefreshRoutes is the refresh of a whole state, ten objects at a time. What a route costs must not grow with
// their number; what is held half-way is what gathering costs in memory.
func BenchmarkRefreshRoutes(b *testing.B) {
	for _, count := range []int{10, 100, 1000, 5000} {
		b.Run(strconv.Itoa(count), func(b *testing.B) {
			var requests, held float64
			for b.Loop() {
				service := &manyRoutes{count: count}
				k := newBenchOn(b, service)
				states := k.states(b, count)
				service.requests.Store(0)
				k.readAll(b, states[:count/2])
				b.StopTimer()
				var memory runtime.MemStats
				runtime.GC()
				runtime.ReadMemStats(&memory)
				held = float64(memory.HeapAlloc) / (1 << 20)
				b.StartTimer()
				k.readAll(b, states[count/2:])
				requests = float64(service.requests.Load())
			}
			b.ReportMetric(float64(b.Elapsed().Microseconds())/float64(b.N*count), "µs/route")
			b.ReportMetric(requests, "requests")
			b.ReportMetric(held, "MB-held")
		})
	}
}

// manyRoutes is a service with so many routes, all like that of benchAnswers.
type manyRoutes struct {
	count    int
	requests atomic.Int64
}

func (m *manyRoutes) RoundTrip(request *http.Request) (*http.Response, error) {
	m.requests.Add(1)
	like := benchAnswers[benchBase+"/org1/routes/route1"]
	if id, found := strings.CutPrefix(request.URL.Path, benchBase+"/org1/routes/"); found {
		return canned{request.URL.Path: strings.ReplaceAll(like, `"route1"`, strconv.Quote(id))}.RoundTrip(request)
	}
	if request.URL.Path != benchBase+"/org1/routes" {
		return canned(benchAnswers).RoundTrip(request)
	}
	offset, err := strconv.Atoi(request.URL.Query().Get("offset"))
	if err != nil {
		return nil, err
	}
	var page []string
	for number := offset; number < min(offset+100, m.count); number++ {
		page = append(page, strings.ReplaceAll(like, `"route1"`, fmt.Sprintf(`"route%d"`, number)))
	}
	return canned{request.URL.Path: "[" + strings.Join(page, ",") + "]"}.RoundTrip(request)
}

// states are those of so many routes.
func (k *bench) states(b *testing.B, count int) []*tfprotov6.DynamicValue {
	b.Helper()
	members := k.members(b)
	states := make([]*tfprotov6.DynamicValue, count)
	for number := range states {
		members["id"] = tftypes.NewValue(tftypes.String, fmt.Sprint("route", number))
		state, err := tfprotov6.NewDynamicValue(k.typ, tftypes.NewValue(k.typ, members))
		if err != nil {
			b.Fatal(err)
		}
		states[number] = &state
	}
	return states
}

// readAll reads them in an order that has nothing to do with the list's, as Terraform does.
func (k *bench) readAll(b *testing.B, states []*tfprotov6.DynamicValue) {
	b.Helper()
	numbers := make(chan int)
	var workers sync.WaitGroup
	for range 10 {
		workers.Go(func() {
			for number := range numbers {
				answer, err := k.server.ReadResource(b.Context(), &tfprotov6.ReadResourceRequest{TypeName: benchType, CurrentState: states[number]})
				if err != nil || len(answer.Diagnostics) > 0 {
					b.Errorf("%v %s", err, listed(answer.Diagnostics))
				}
			}
		})
	}
	for _, number := range rand.Perm(len(states)) {
		numbers <- number
	}
	close(numbers)
	workers.Wait()
}

const (
	benchType = "pomerium_zero_route"
	benchBase = "/api/v0/organizations"
)

// benchAnswers are those of the service, by path. The route has what a route of a team has.
var benchAnswers = map[string]string{
	"/api/v0/token": `{"idToken":"id-token-of-the-benchmark","expiresInSeconds":"36000"}`,
	benchBase:       `[{"id": "org1", "name": "acme", "createdAt": "2026-01-01T00:00:00Z"}]`,
	benchBase + "/org1/routes/route1": `{
		"id": "route1", "createdAt": "2026-01-02T03:04:05Z", "updatedAt": "2026-02-03T04:05:06Z",
		"name": "billing", "namespaceId": "ns1", "from": "https://billing.acme.example",
		"to": ["http://billing-1:8080,2", "http://billing-2:8080"], "policyIds": ["policy1", "policy2"],
		"policies": [{"id": "policy1", "name": "staff"}, {"id": "policy2", "name": "office"}],
		"enforcedPolicies": [], "enforcedPolicyIds": [], "description": "The billing service",
		"prefix": "/api", "prefixRewrite": "/v2/api", "timeout": "1m30s", "idleTimeout": "5m0s",
		"preserveHostHeader": true, "allowWebsockets": true, "allowSpdy": false, "showErrorDetails": true,
		"tlsSkipVerify": false, "tlsUpstreamAllowRenegotiation": false, "enableGoogleCloudServerlessAuthentication": false,
		"setRequestHeaders": {"X-Tenant": "acme", "Authorization": "Bearer of-the-upstream"},
		"removeRequestHeaders": ["X-Debug", "X-Forwarded-User"],
		"setResponseHeaders": {"Strict-Transport-Security": "max-age=31536000"}, "passIdentityHeaders": true,
		"loadBalancingPolicy": "least_request",
		"healthCheck": {"type": "http", "interval": "10s", "timeout": "2s", "healthyThreshold": 2,
			"unhealthyThreshold": 3, "path": "/healthz"}}`,
}

// canned is a transport that knows the answers beforehand.
type canned map[string]string

func (c canned) RoundTrip(request *http.Request) (*http.Response, error) {
	body, known := c[request.URL.Path]
	status := http.StatusOK
	if !known {
		status = http.StatusNotFound
	}
	return &http.Response{
		StatusCode: status, Header: http.Header{}, Request: request,
		Body: io.NopCloser(strings.NewReader(body)), ContentLength: int64(len(body)),
	}, nil
}

// bench is a configured provider with a route in its state.
type bench struct {
	server   fullServer
	typ      tftypes.Object
	state    *tfprotov6.DynamicValue
	identity *tfprotov6.ResourceIdentityData
}

func newBench(b *testing.B) *bench {
	b.Helper()
	return newBenchOn(b, canned(benchAnswers))
}

func newBenchOn(b *testing.B, transport http.RoundTripper) *bench {
	b.Helper()
	schemas, err := allSchemas()
	if err != nil {
		b.Fatal(err)
	}
	typ, isObject := schemas.ResourceSchemas[benchType].ValueType().(tftypes.Object)
	server, isFull := serverOf(&pomeriumProvider{knobs: knobs{transport: transport}}).(fullServer)
	if !isObject || !isFull {
		b.Fatal("another type")
	}
	k := &bench{server: server, typ: typ}
	configured, err := k.server.ConfigureProvider(b.Context(), &tfprotov6.ConfigureProviderRequest{
		Config: &tfprotov6.DynamicValue{JSON: []byte(
			`{"pomerium_zero": {"api_user_token": "api-user-token", "organization_id": null, "url": null}, "zdx": null}`)},
	})
	if err != nil || len(configured.Diagnostics) > 0 {
		b.Fatalf("%v %s", err, listed(configured.Diagnostics))
	}
	imported, err := k.server.ImportResourceState(b.Context(), &tfprotov6.ImportResourceStateRequest{
		TypeName: benchType, ID: "org1/route1",
	})
	if err != nil || len(imported.Diagnostics) > 0 {
		b.Fatalf("%v %s", err, listed(imported.Diagnostics))
	}
	k.identity = imported.ImportedResources[0].Identity
	k.state = k.read(b, imported.ImportedResources[0].State)
	return k
}

func (k *bench) read(b *testing.B, state *tfprotov6.DynamicValue) *tfprotov6.DynamicValue {
	b.Helper()
	answer, err := k.server.ReadResource(b.Context(), &tfprotov6.ReadResourceRequest{
		TypeName: benchType, CurrentState: state, CurrentIdentity: k.identity,
	})
	if err != nil || len(answer.Diagnostics) > 0 {
		b.Fatalf("%v %s", err, listed(answer.Diagnostics))
	}
	return answer.NewState
}

// unchanged wants the same values. Their encoding has no order, and is compared outside the loops.
func (k *bench) unchanged(b *testing.B, state *tfprotov6.DynamicValue) {
	b.Helper()
	differences, err := k.value(b, state).Diff(k.value(b, k.state))
	if err != nil || len(differences) > 0 {
		b.Errorf("the state is another: %v %v", err, differences)
	}
}

func (k *bench) value(b *testing.B, state *tfprotov6.DynamicValue) tftypes.Value {
	b.Helper()
	value, err := state.Unmarshal(k.typ)
	if err != nil {
		b.Fatal(err)
	}
	return value
}

// members are those of the state, to be changed.
func (k *bench) members(b *testing.B) map[string]tftypes.Value {
	b.Helper()
	var members map[string]tftypes.Value
	if err := k.value(b, k.state).As(&members); err != nil {
		b.Fatal(err)
	}
	return maps.Clone(members)
}

// config is the configuration of which the state came: all of it but what only the provider computes.
func (k *bench) config(b *testing.B) *tfprotov6.DynamicValue {
	b.Helper()
	members := k.members(b)
	for _, computed := range []string{"id", "organization_id", "created_at", "updated_at"} {
		members[computed] = tftypes.NewValue(tftypes.String, nil)
	}
	config, err := tfprotov6.NewDynamicValue(k.typ, tftypes.NewValue(k.typ, members))
	if err != nil {
		b.Fatal(err)
	}
	return &config
}
