package pomeriumzero

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
)

// benchRoute is a route as the service answers it, with what a route of a team has and a member that nobody knows yet.
func benchRoute(id string) string {
	return `{"id":"` + id + `","createdAt":"2026-01-02T03:04:05Z","updatedAt":"2026-02-03T04:05:06Z",
		"name":"` + id + `","namespaceId":"ns1","from":"https://billing.acme.example",
		"to":["http://billing-1:8080,2","http://billing-2:8080"],"policyIds":["policy1","policy2"],
		"policies":[{"id":"policy1","name":"staff"},{"id":"policy2","name":"office"}],
		"enforcedPolicies":[],"enforcedPolicyIds":[],"description":"The billing service","logoUrl":null,
		"prefix":"/api","prefixRewrite":"/v2/api","timeout":"1m30s","idleTimeout":"5m0s",
		"preserveHostHeader":true,"allowWebsockets":true,"allowSpdy":false,"showErrorDetails":true,"tlsSkipVerify":false,
		"tlsUpstreamAllowRenegotiation":false,"enableGoogleCloudServerlessAuthentication":false,
		"setRequestHeaders":{"X-Tenant":"acme","Authorization":"Bearer of-the-upstream"},
		"removeRequestHeaders":["X-Debug","X-Forwarded-User"],
		"setResponseHeaders":{"Strict-Transport-Security":"max-age=31536000"},"passIdentityHeaders":true,
		"loadBalancingPolicy":"least_request","identityProviderClientSecret":"masked","kubernetesServiceAccountToken":null,
		"healthCheck":{"type":"http","interval":"10s","timeout":"2s","healthyThreshold":2,"unhealthyThreshold":3,
			"path":"/healthz"},
		"tomorrow":{"a":[1,2,3]}}`
}

func benchObject(b *testing.B) (object Object[RouteProperties]) {
	b.Helper()
	if err := json.Unmarshal([]byte(benchRoute("route1")), &object); err != nil {
		b.Fatal(err)
	}
	return object
}

// BenchmarkDecodePage is a page of a list, of which a refresh of many routes reads one for each hundred.
func BenchmarkDecodePage(b *testing.B) {
	var routes []string
	for i := range pageSize {
		routes = append(routes, benchRoute(fmt.Sprint("route", i)))
	}
	page := []byte("[" + strings.Join(routes, ",") + "]")
	b.SetBytes(int64(len(page)))
	b.ReportAllocs()
	for b.Loop() {
		var objects list[Object[RouteProperties]]
		err := json.Unmarshal(page, &objects)
		if err != nil || len(objects) != pageSize || objects[pageSize-1].Properties.Name != "route99" {
			b.Fatalf("%d objects, %v", len(objects), err)
		}
	}
}

// BenchmarkReconcileRoute is done for each object of each refresh.
func BenchmarkReconcileRoute(b *testing.B) {
	fresh, prior := benchObject(b).Properties, benchObject(b).Properties
	prior.IdentityProviderClientSecret, prior.LogoURL = new("the secret"), new("")
	b.ReportAllocs()
	for b.Loop() {
		result := Reconcile(fresh, prior)
		kept := *result.IdentityProviderClientSecret == "the secret" && result.LogoURL == prior.LogoURL
		if !kept || *result.Prefix != "/api" {
			b.Fatalf("%+v", result)
		}
	}
}

// BenchmarkSecretsOfRoute is done for each object of each refresh, for what the state holds and for what came.
func BenchmarkSecretsOfRoute(b *testing.B) {
	client, err := New(Config{APIUserToken: "token"})
	if err != nil {
		b.Fatal(err)
	}
	routes, properties := client.Routes("org1"), benchObject(b).Properties
	b.ReportAllocs()
	for b.Loop() {
		routes.Hide(properties)
	}
	if text := client.redactor.Text("it is masked."); strings.Contains(text, "masked") {
		b.Error(text)
	}
}

// BenchmarkMembersOfRoute makes the body of a create.
func BenchmarkMembersOfRoute(b *testing.B) {
	properties := benchObject(b).Properties
	b.ReportAllocs()
	for b.Loop() {
		body, err := members(properties)
		if _, sent := body["logoUrl"]; err != nil || sent || body["name"] != "route1" {
			b.Fatalf("%v %v", body, err)
		}
	}
}

// BenchmarkLayOverRoute makes the body of an update, in which the unknown member stays.
func BenchmarkLayOverRoute(b *testing.B) {
	object := benchObject(b)
	object.Properties.Prefix, object.Properties.Description = nil, new("changed")
	routes := (*Client)(nil).Routes("org1")
	b.ReportAllocs()
	for b.Loop() {
		body, err := routes.layOver(object.raw, object.Properties)
		if err != nil || body["prefix"] != nil || body["description"] != "changed" ||
			body["tomorrow"] == nil || body["policies"] != nil {
			b.Fatalf("%v %v", body, err)
		}
	}
}
