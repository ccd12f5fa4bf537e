package apimock

import (
	"bytes"
	"testing"
)

// A fault for an object leaves the requests for others alone, whether the object stands in the path, the query or the body.
func TestFaultOfOneObject(t *testing.T) {
	t.Parallel()
	l := zeroLab(t)
	l.AddFault(Fault{Object: "the-one", Status: 503})
	l.do("POST", l.zeroPath("/routes"), l.route("name", "the-one")).want(503, "")
	l.do("GET", l.zeroPath("/routes?namespaceId="+l.ClusterNamespaceID+"&orderBy=the-one"), nil).want(503, "")
	l.do("GET", l.zeroPath("/routes/the-one"), nil).want(503, "")
	l.create("routes", l.route("name", "another"))
	if n := len(l.Objects("routes")); n != 1 {
		t.Errorf("%d routes, want the other one", n)
	}
}

func TestFaultEdit(t *testing.T) {
	t.Parallel()
	l := zeroLab(t)
	l.AddFault(Fault{Method: "POST", Template: routesTemplate, Times: 2, Edit: func(body []byte) []byte {
		if !bytes.Contains(body, []byte(`"id"`)) {
			t.Errorf("the answer that is edited is %s", body)
		}
		return []byte("{}")
	}})
	l.do("POST", l.zeroPath("/routes"), l.route()).want(201, "{}")
	if n := len(l.Objects("routes")); n != 1 {
		t.Errorf("%d routes: the work was not done", n)
	}
	l.do("POST", l.zeroPath("/routes"), l.route()).want(409, "error") // a refusal stays as it is
}
