package apimock

import (
	"net/http/httptest"
	"strings"
	"testing"
)

// findOperation looks an operation up by its ID.
func findOperation(t *testing.T, service, id string) *operation {
	t.Helper()
	for _, op := range operations()[service] {
		if op.id == id {
			return op
		}
	}
	t.Fatalf("the contract has no %s", id)
	return nil
}

func TestAnswersAreChecked(t *testing.T) {
	t.Parallel()
	namespace := func(changes ...any) []any {
		return []any{change(map[string]any{
			"id": "a", "name": "b", "type": "root", "role": "admin",
			"createdAt": "2026-08-20T10:00:00.123456Z", "updatedAt": "2026-08-20T10:00:00Z",
		}, changes)}
	}
	for name, c := range map[string]struct {
		reply reply
		says  string // "" = fits
	}{
		"fits":           {reply{status: 200, body: namespace()}, ""},
		"error":          {reply{status: 418, body: map[string]any{"error": "x", "more": 1}}, ""},
		"missing member": {reply{status: 200, body: namespace("role", nil)}, "role"},
		"unknown member": {reply{status: 200, body: namespace("colour", 1)}, "/0/colour"},
		"future member":  {reply{status: 200, body: namespace("soon", 1)}, ""},
		"outside enum":   {reply{status: 200, body: namespace("role", "king")}, "/0/role"},
		"no time":        {reply{status: 200, body: namespace("createdAt", "yesterday")}, "/0/createdAt"},
		"wrong type":     {reply{status: 200, body: map[string]any{}}, "listNamespaces answers 200"},
		"unlisted":       {reply{status: 201, body: namespace()}, "does not list"},
		"no body":        {reply{status: 200}, "body false"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			err := checkAnswer(findOperation(t, serviceZero, "listNamespaces"), c.reply, []string{"soon"})
			if (err == nil) != (c.says == "") || (err != nil && !strings.Contains(err.Error(), c.says)) {
				t.Errorf("%v, want %q", err, c.says)
			}
		})
	}
	if err := checkAnswer(findOperation(t, serviceZero, "deleteRoute"), reply{status: 204, body: namespace()}, nil); err == nil {
		t.Error("a body on 204 passed")
	}
}

// TestAViolationIsA500AndRemembered breaks the state by hand, as only a bug could.
func TestAViolationIsA500AndRemembered(t *testing.T) {
	t.Parallel()
	mock := New(Switches{})
	mock.records["namespaces"][0].members["type"] = "forest"
	server := httptest.NewServer(mock)
	defer server.Close()
	l := &lab{Server: mock, t: t, address: server.URL}
	l.signInZero(l.APIUserToken)
	l.do("GET", l.zeroPath("/namespaces"), nil).want(500, "bug of the mock", "/0/type")
	if bugs := l.ContractViolations(); len(bugs) != 1 || !strings.Contains(bugs[0], "listNamespaces") {
		t.Errorf("violations %q", bugs)
	}
}

// TestHandlersAreInTheContract catches a misspelt operation: its handler
// would never be called.
func TestHandlersAreInTheContract(t *testing.T) {
	t.Parallel()
	for id := range zeroHandlers() {
		findOperation(t, serviceZero, id)
	}
	for id := range zdxHandlers {
		findOperation(t, serviceZDX, id)
	}
	for _, k := range collections() {
		if k.properties() == nil || findOperation(t, serviceZero, "get"+k.one).template == "" || collectionOf(k.kind) == nil {
			t.Errorf("%s is not whole", k.kind)
		}
	}
}

func TestLiteralPathsBeatParameters(t *testing.T) {
	t.Parallel()
	for path, want := range map[string]string{
		"/organizations/o/changesets/compare":          "compareChangesets",
		"/organizations/o/users/apiAccess":             "",
		"/organizations/a%2Fb/routes/r%20s":            "getRoute",
		"/organizations//routes/r":                     "",
		"/organizations/o/routes/r/":                   "",
		"/organizations/o/routes/%zz":                  "",
		"/organizations/o/clusters/c/serviceAccounts/": "",
	} {
		op, parameters, _ := match(serviceZero, "GET", path)
		got := ""
		if op != nil {
			got = op.id
		}
		if got != want {
			t.Errorf("%s is %q, want %q", path, got, want)
		}
		if want == "getRoute" && (parameters["organizationId"] != "a/b" || parameters["routeId"] != "r s") {
			t.Errorf("parameters %v", parameters)
		}
	}
}
