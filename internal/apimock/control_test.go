package apimock

import (
	"encoding/json"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// controlLab is a lab whose requests go to the mock's other side.
func controlLab(t *testing.T) (services, control *lab) {
	t.Helper()
	services = zeroLab(t)
	server := httptest.NewServer(services.Control())
	t.Cleanup(server.Close)
	other := *services
	other.address, other.token = server.URL, ""
	return services, &other
}

func TestControlLabAndJournal(t *testing.T) {
	t.Parallel()
	l, control := controlLab(t)
	known := control.do("GET", "/_mock/lab", nil).want(200).object()
	for name, want := range map[string]string{
		"APIUserToken": l.APIUserToken, "KeySecret": l.KeySecret, "PrivateKeyPEM": l.PrivateKeyPEM,
		"ClusterNamespaceID": l.ClusterNamespaceID, "DeviceID": l.DeviceID,
	} {
		if known[name] != want {
			t.Errorf("%s is %v", name, known[name])
		}
	}
	for name, value := range known {
		if value == "" {
			t.Errorf("%s is empty", name)
		}
	}
	journal := control.do("GET", "/_mock/journal", nil).want(200).list()
	if len(journal) != 1 || journal[0]["operation_id"] != "getIdToken" || journal[0]["status"] != number("200") ||
		!strings.Contains(as[string](journal[0]["body"]), l.APIUserToken) {
		t.Errorf("journal %v", journal)
	}
	control.do("DELETE", "/_mock/journal", nil).want(204)
	control.do("GET", "/_mock/journal", nil).want(200, "[]")
	control.do("GET", "/_mock/violations", nil).want(200, "[]")
}

func TestControlFaults(t *testing.T) {
	t.Parallel()
	l, control := controlLab(t)
	all := `{"method":"GET","template":"/organizations","skip":1,"times":2,"status":503,"header":{"Retry-After":["1"]},
		"body":"x","content_type":"text/plain","delay":"1ms","hang":true,"drop":"after","cut_body":true,
		"answer_after_work":true,"redirect_to":"http://127.0.0.1:1"}`
	control.do("POST", "/_mock/faults", all).want(204)
	want := Fault{
		Method: "GET", Template: "/organizations", Skip: 1, Times: 2, Status: 503, Header: map[string][]string{"Retry-After": {"1"}},
		Body: "x", ContentType: "text/plain", Delay: 1000000, Hang: true, Drop: DropAfter, CutBody: true,
		AnswerAfterWork: true, RedirectTo: "http://127.0.0.1:1",
	}
	if diff := cmp.Diff(want, l.faults[0].Fault); diff != "" {
		t.Error(diff)
	}
	control.do("DELETE", "/_mock/faults", nil).want(204)
	control.do("POST", "/_mock/faults", `{"status":418}`).want(204)
	l.do("GET", "/api/v0/organizations", nil).want(418)
	for body, says := range map[string]string{
		`{"stats":1}`: "stats", `{"delay":"soon"}`: "soon", `{"drop":"maybe"}`: "drop", `{`: "EOF",
	} {
		control.do("POST", "/_mock/faults", body).want(400, `"error"`, says)
	}
}

func TestControlClock(t *testing.T) {
	t.Parallel()
	l, control := controlLab(t)
	control.do("GET", "/_mock/clock", nil).want(200, `{"now":"2026-08-20T10:00:00.123456Z"}`)
	control.do("POST", "/_mock/clock", `{"advance":"1h"}`).want(200, "11:00:00")
	l.do("GET", "/api/v0/organizations", nil).want(401)
	control.do("POST", "/_mock/clock", `{"advance":"x"}`).want(400)
	control.do("POST", "/_mock/clock", `{"back":"1h"}`).want(400)
}

func TestControlSwitches(t *testing.T) {
	t.Parallel()
	l, control := controlLab(t)
	control.do("GET", "/_mock/switches", nil).want(200, `"UnsetAs":"absent"`, `"TokenLifetime":"1h0m0s"`, `"RatePerSecond":-1`)
	control.do("PATCH", "/_mock/switches", `{"UnsetAs":"empty","TokenLifetime":"5m","StartStatusCode":201,"StopKeepsTrace":true,"FutureMembers":["x"]}`).
		want(200, `"UnsetAs":"empty"`, `"TokenLifetime":"5m0s"`, `"FutureMembers":["x"]`)
	if w := l.switches; w.UnsetAs != UnsetEmpty || w.StartStatusCode != 201 || !w.StopKeepsTrace || w.DeletedStatus != 403 {
		t.Errorf("switches %+v", w)
	}
	for body, says := range map[string]string{
		`{"Unset":"empty"}`: "there is none", `{"UnsetAs":"no"}`: "UnsetAs", `{"DeletedStatus":"404"}`: "DeletedStatus",
		`{"TokenLifetime":5}`: "TokenLifetime", `{"TokenLifetime":"x"}`: "TokenLifetime", `[]`: "array",
		`{"DeletedStatus":404,"Nothing":1}`: "Nothing",
	} {
		control.do("PATCH", "/_mock/switches", body).want(400, says)
	}
	if w := l.switches; w.DeletedStatus != 403 {
		t.Errorf("a refused change stuck: %d", w.DeletedStatus)
	}
	// Every switch can be set to what is printed.
	printed := control.do("GET", "/_mock/switches", nil).object()
	control.do("PATCH", "/_mock/switches", printed).want(200)
	if diff := cmp.Diff(printed, control.do("GET", "/_mock/switches", nil).object()); diff != "" {
		t.Error(diff)
	}
}

func TestControlObjects(t *testing.T) {
	t.Parallel()
	l, control := controlLab(t)
	id := as[string](control.do("POST", "/_mock/objects/routes", map[string]any{"name": "a", "from": "https://a", "to": []any{"http://b"}}).want(200).object()["id"])
	path := "/_mock/objects/routes/" + id
	object := control.do("GET", path, nil).want(200).object()
	object["name"] = "b"
	control.do("PUT", path, object).want(200, `"name":"b"`)
	l.do("GET", l.zeroPath("/routes/"+id), nil).want(200, `"name":"b"`)
	control.do("GET", "/_mock/objects/routes", nil).want(200, `"name":"b"`)
	control.do("PUT", path, map[string]any{"name": "b"}).want(400, "routes")
	control.do("PUT", path, "{").want(400)
	control.do("POST", "/_mock/objects/routes", "[").want(400)
	control.do("DELETE", path, nil).want(204)
	control.do("GET", path, nil).want(400, "no such object")
	control.do("DELETE", path, nil).want(400)
	control.do("GET", "/_mock/objects/rutes", nil).want(400, "rutes")
	if n := len(l.Journal()); n != 2 {
		t.Errorf("%d entries: control requests are no exchanges", n)
	}
	var documented []map[string]any
	if err := json.Unmarshal([]byte(control.do("GET", "/_mock/objects/devices", nil).body), &documented); err != nil || len(documented) != 1 {
		t.Errorf("devices %v, %v", documented, err)
	}
}
