package provider

import (
	"net/http"
	"slices"
	"strings"

	"github.com/pomerium-zdx/terraform-provider-pomerium/internal/apimock"
)

// faultOperation is one request that the provider sends, and the run of Terraform that sends it: a resource that is
// brought from first to then, or a data source that is read.
type faultOperation struct {
	service string // "Pomerium Zero", "Zscaler ZDX"
	object  string // "route": rows of the table
	name    string // "create"
	method  string
	path    string   // template
	others  []string // further templates of the same kind of object, for a refusal of all

	typ         string // of the resource or the data source
	first, then func(*lab) map[string]any
	data        func(*lab) map[string]any
	prepare     func(*apimock.Server)   // what is there before
	names       func(*lab) []string     // one of which an error holds
	skip        int                     // requests of the kind that come before the one that is meant
	also        []apimock.Fault         // what leads to the request
	behind      func(l *lab, id string) // what somebody else does before
	oneAPI      bool
	held        func(l *lab, wanted bool) []string // IDs of what the service holds and Terraform should manage
	id          string                             // attribute of the ID
}

func (o faultOperation) title() string { return o.object + ": " + o.name }

// changes tells whether the request changes something.
func (o faultOperation) changes() bool {
	return o.method != http.MethodGet && !strings.HasSuffix(o.path, "/token")
}

const (
	zeroService = "Pomerium Zero"
	zdxService  = "Zscaler ZDX"
	zeroPath    = "/organizations/{organizationId}"
)

func allOperations() []faultOperation {
	all := slices.Concat(zeroOperations(), objectOperations(), traceOperations())
	all = append(all, analysisOperations()...)
	return append(all, lookupOperations()...)
}

func nothing(*lab) map[string]any { return nil }

func called(names ...string) func(*lab) []string { return func(*lab) []string { return names } }

func heldOf(kind string) func(*lab, bool) []string {
	return func(l *lab, _ bool) []string {
		var ids []string
		for _, object := range l.Objects(kind) {
			ids = append(ids, object["id"].(string)) //nolint:errcheck // the mock's own
		}
		return ids
	}
}

func zeroOperations() []faultOperation {
	policy := func(description string) func(*lab) map[string]any {
		return func(l *lab) map[string]any {
			return map[string]any{
				"name": "crm", "namespace_id": l.ClusterNamespaceID, "description": description, "ppl": "allow:\n  and:\n    - domain: {is: acme.test}\n",
			}
		}
	}
	route := func(description string) func(*lab) map[string]any {
		return func(l *lab) map[string]any {
			return map[string]any{
				"name": "crm", "namespace_id": l.ClusterNamespaceID, "description": description,
				"from": "https://crm.example.pomerium.app", "to": []string{"http://crm:80"},
			}
		}
	}
	all := []faultOperation{}
	for _, common := range []faultOperation{
		{object: "sign-in", name: "token", method: http.MethodPost, path: "/token", names: called("in:", "in.", "crm", "routes")},
		{object: "lists", name: "organizations", method: http.MethodGet, path: "/organizations", names: called("crm", "organization")},
		{object: "lists", name: "namespaces", method: http.MethodGet, path: zeroPath + "/namespaces", names: called("crm", "namespace")},
	} {
		common.typ, common.first, common.then = "pomerium_zero_policy", nothing, policy("one")
		common.held, common.id = heldOf("policies"), "id"
		all = append(all, common)
	}
	all = append(all, faultOperation{
		object: "lists", name: "namespaces, as a data source", method: http.MethodGet, path: zeroPath + "/namespaces",
		typ: "pomerium_zero_namespace", data: func(*lab) map[string]any { return map[string]any{"name": "Lab cluster"} }, names: called("namespace"),
	})
	for _, kind := range []struct {
		noun, nouns, item string
		with              func(string) func(*lab) map[string]any
	}{{"route", "routes", "{routeId}", route}, {"policy", "policies", "{policyId}", policy}} {
		list := zeroPath + "/" + kind.nouns
		item := list + "/" + kind.item
		first, second := kind.with("one"), kind.with("two")
		lost := apimock.Fault{Method: http.MethodPost, Template: list, Drop: apimock.DropAfter, Times: 1}
		for _, o := range []faultOperation{
			{name: "create", method: http.MethodPost, path: list, first: nothing, then: first},
			{name: "look-up after a lost create", method: http.MethodGet, path: list, first: nothing, then: first, also: []apimock.Fault{lost}},
			{name: "read", method: http.MethodGet, path: item, first: first, then: first},
			{name: "read, before an update", method: http.MethodGet, path: item, first: first, then: second, skip: 1},
			{
				name: "list, to tell a refusal from a deletion", method: http.MethodGet, path: list, first: first, then: first,
				behind: func(l *lab, id string) { l.RemoveObject(kind.nouns, id) },
			},
			{name: "update", method: http.MethodPut, path: item, first: first, then: second},
			{name: "delete", method: http.MethodDelete, path: item, first: first, then: nothing},
		} {
			o.object, o.typ, o.names, o.held, o.id = kind.noun, "pomerium_zero_"+kind.noun, called("crm", "the-id"), heldOf(kind.nouns), "id"
			o.others = []string{list, item}
			all = append(all, o)
		}
		all = append(all, faultOperation{
			object: "lists", name: kind.nouns, method: http.MethodGet, path: list, typ: "pomerium_zero_" + kind.nouns, names: called(kind.nouns),
			data: func(l *lab) map[string]any { return map[string]any{"namespace_id": l.ClusterNamespaceID} },
			prepare: func(mock *apimock.Server) {
				mock.CreateObject(kind.nouns, mock.OrganizationID, map[string]map[string]any{
					"policies": {"name": "old", "namespaceId": mock.ClusterNamespaceID},
					"routes": {
						"name": "old", "namespaceId": mock.ClusterNamespaceID, "from": "https://old.example.pomerium.app", "to": []string{"http://old:80"},
					},
				}[kind.nouns])
			},
		})
	}
	for i := range all {
		all[i].service = zeroService
	}
	return all
}

// activeTraces are those that a configuration manages as long as they run.
func activeTraces(l *lab, _ bool) []string {
	var ids []string
	for _, trace := range l.Traces(l.DeviceID) {
		if trace.EndedAt.IsZero() && trace.Status != "abort_initiated" {
			ids = append(ids, trace.ID)
		}
	}
	return ids
}

func traceOperations() []faultOperation {
	trace := func(more map[string]any) func(*lab) map[string]any {
		return func(l *lab) map[string]any {
			return thisDevice(l, mergedWith(map[string]any{"session_name": "crm-slow", "session_length_minutes": 60}, more))
		}
	}
	plain, waiting := trace(map[string]any{}), trace(map[string]any{"wait_for": untilStarted})
	names := func(l *lab) []string { return []string{l.DeviceID} }
	lost := apimock.Fault{Method: http.MethodPost, Template: tracesTemplate, Drop: apimock.DropAfter, Times: 1}
	all := []faultOperation{
		{object: "sign-in", name: "token of a key", method: http.MethodPost, path: "/oauth/token", first: nothing, then: plain},
		{object: "sign-in", name: "token of OneAPI", method: http.MethodPost, path: "/oauth2/v1/token", first: nothing, then: plain, oneAPI: true},
		{object: "deep trace", name: "start", method: http.MethodPost, path: tracesTemplate, first: nothing, then: plain},
		{object: "deep trace", name: "list, after a lost start", method: http.MethodGet, path: tracesTemplate, first: nothing, then: plain, also: []apimock.Fault{lost}},
		{object: "deep trace", name: "read, to wait for it", method: http.MethodGet, path: traceTemplate, first: nothing, then: waiting},
		{object: "deep trace", name: "read", method: http.MethodGet, path: traceTemplate, first: plain, then: plain},
		{object: "deep trace", name: "read, before a stop", method: http.MethodGet, path: traceTemplate, first: plain, then: nothing, skip: 1},
		{object: "deep trace", name: "stop", method: http.MethodDelete, path: traceTemplate, first: plain, then: nothing},
	}
	for i := range all {
		all[i].service, all[i].typ, all[i].names, all[i].held, all[i].id = zdxService, "zdx_deeptrace", names, activeTraces, "trace_id"
		all[i].others = []string{tracesTemplate, traceTemplate}
	}
	return append(all, faultOperation{
		service: zdxService, object: "look-ups", name: "deep traces", method: http.MethodGet, path: tracesTemplate, names: names,
		typ: "zdx_deeptraces", data: func(l *lab) map[string]any { return thisDevice(l, nil) },
		prepare: func(mock *apimock.Server) { mock.StartTrace(mock.DeviceID, map[string]any{"session_name": "old"}) },
	})
}

// activeAnalyses are those that were not stopped, or, where none is wanted any more, those that still run.
func activeAnalyses(l *lab, wanted bool) []string {
	var ids []string
	for _, analysis := range l.Analyses() {
		if analysis.Status == "in_progress" || wanted && analysis.Status != "aborted" {
			ids = append(ids, analysis.ID)
		}
	}
	return ids
}

func analysisOperations() []faultOperation {
	analysis := func(waits bool) func(*lab) map[string]any {
		return func(l *lab) map[string]any { return thisAnalysis(l, map[string]any{"wait_for_result": waits}) }
	}
	all := []faultOperation{
		{name: "start", method: http.MethodPost, path: analysesTemplate, first: nothing, then: analysis(false)},
		{name: "read, to wait for the result", method: http.MethodGet, path: analysisTemplate, first: nothing, then: analysis(true)},
		{name: "read", method: http.MethodGet, path: analysisTemplate, first: analysis(false), then: analysis(false)},
		{name: "stop", method: http.MethodDelete, path: analysisTemplate, first: analysis(false), then: nothing},
	}
	for i := range all {
		all[i].object, all[i].typ, all[i].held, all[i].id = "analysis", "zdx_analysis", activeAnalyses, "id"
		all[i].names = func(l *lab) []string { return []string{l.DeviceID, "the-id"} }
		all[i].others = []string{analysesTemplate, analysisTemplate}
	}
	all = append(all, faultOperation{
		object: "alert snapshot", name: "share", method: http.MethodPost, path: snapshotsTemplate, typ: "zdx_alert_snapshot", first: nothing,
		then:  func(l *lab) map[string]any { return thisSnapshot(l, nil) },
		names: func(l *lab) []string { return []string{l.AlertID} }, held: heldOf("snapshots"), id: "id",
	})
	for i := range all {
		all[i].service = zdxService
	}
	return all
}

// lookupOperations are a list with pages, one without, one of a single object, and reports.
func lookupOperations() []faultOperation {
	none := func(*lab) map[string]any { return map[string]any{} }
	// A range of its own, since a default one moves while a case waits. Virtual time begins with the year 2000.
	span := map[string]any{"from": "1999-12-31T22:00:00Z", "to": "2000-01-01T00:00:00Z"}
	device := func(l *lab) map[string]any { return thisDevice(l, span) }
	app := func(l *lab) map[string]any { return thisDevice(l, mergedWith(map[string]any{"app_id": l.AppID}, span)) }
	all := []faultOperation{}
	for _, o := range []struct {
		typ, path string
		data      func(*lab) map[string]any
		name      string
	}{
		{"zdx_devices", "/devices", none, "devices"},
		{"zdx_users", "/users", none, "users"},
		{"zdx_alerts", "/alerts/ongoing", none, "alerts"},
		{"zdx_software_inventory", "/inventory/software", none, "software"},
		{"zdx_applications", "/apps", none, "applications"},
		{"zdx_departments", "/administration/departments", none, "departments"},
		{"zdx_locations", "/administration/locations", none, "locations"},
		{"zdx_geolocations", "/active_geo", none, "geolocations"},
		{"zdx_device_applications", "/devices/{deviceid}/apps", device, "applications of device"},
		{"zdx_web_probes", "/devices/{deviceid}/apps/{appid}/web-probes", app, "web probes"},
		{"zdx_cloudpath_probes", "/devices/{deviceid}/apps/{appid}/cloudpath-probes", app, "cloud path probes"},
		{"zdx_device_health_metrics", "/devices/{deviceid}/health-metrics", device, "health metrics"},
		{"zdx_device_events", "/devices/{deviceid}/events", device, "events"},
		{"zdx_device", "/devices/{deviceid}", func(l *lab) map[string]any { return map[string]any{"id": l.DeviceID} }, "device"},
	} {
		all = append(all, faultOperation{
			service: zdxService, object: "look-ups", name: o.name, method: http.MethodGet, path: o.path, typ: o.typ, data: o.data, names: called(o.name),
		})
	}
	return all
}
