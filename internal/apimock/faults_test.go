package apimock

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

const (
	routesTemplate = "/organizations/{organizationId}/routes"
	routeTemplate  = "/organizations/{organizationId}/routes/{routeId}"
)

func TestFaultStatus(t *testing.T) {
	t.Parallel()
	l := zeroLab(t)
	l.AddFault(Fault{Method: "POST", Template: routesTemplate, Skip: 1, Times: 2, Status: 503, Header: http.Header{"Retry-After": {"7"}}})
	l.create("routes", l.route("name", "first"))
	for range 2 {
		a := l.do("POST", l.zeroPath("/routes"), l.route()).want(503, `{"error":"`)
		if a.header.Get("Retry-After") != "7" {
			t.Errorf("headers %v", a.header)
		}
		l.do("GET", l.zeroPath("/routes?namespaceId="+l.ClusterNamespaceID), nil).want(200) // another method
	}
	l.create("routes", l.route())
	if n := len(l.Objects("routes")); n != 2 {
		t.Errorf("%d routes: a fault did the work", n)
	}
}

func TestFaultBodies(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		fault  Fault
		status int
		body   string
		header string // Content-Type, or Location with a redirect
	}{
		"page":        {Fault{Status: 502, Body: "<html>", ContentType: "text/html"}, 502, "<html>", "text/html"},
		"no status":   {Fault{Body: "{"}, 200, "{", "application/json"},
		"no content":  {Fault{Status: 204, Body: "x"}, 204, "", ""},
		"redirect":    {Fault{RedirectTo: "http://127.0.0.1:1/x"}, 307, `{"error":"a fault was set for this request"}`, "http://127.0.0.1:1/x"},
		"other moved": {Fault{RedirectTo: "http://127.0.0.1:1/x", Status: 302, Body: "x"}, 302, "x", "http://127.0.0.1:1/x"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			l := zeroLab(t)
			l.AddFault(c.fault)
			a := l.do("GET", "/api/v0/organizations", nil).want(c.status)
			got := a.header.Get("Content-Type")
			if c.fault.RedirectTo != "" {
				got = a.header.Get("Location")
			}
			if a.body != c.body || got != c.header {
				t.Errorf("body %q, header %q", a.body, got)
			}
			if last := l.Journal()[1]; last.Status != c.status || string(last.Answer) != c.body {
				t.Errorf("journal has %d %q", last.Status, last.Answer)
			}
			l.ClearFaults()
			l.do("GET", "/api/v0/organizations", nil).want(200)
		})
	}
}

func TestFaultsOfZDXHaveItsForm(t *testing.T) {
	t.Parallel()
	l := zdxLab(t)
	l.AddFault(Fault{Template: "/devices", Status: 500})
	l.do("GET", "/v1/devices", nil).want(500, `"code":"INTERNAL_SERVER_ERROR"`)
}

func TestLostAnswers(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		fault  Fault
		worked bool
		status int // in the journal
	}{
		"dropped before":  {Fault{Drop: DropBefore}, false, 0},
		"dropped after":   {Fault{Drop: DropAfter}, true, 0},
		"cut":             {Fault{CutBody: true}, true, 201},
		"delayed, cut":    {Fault{Delay: time.Millisecond, CutBody: true}, true, 201},
		"cut of a canned": {Fault{Status: 500, CutBody: true}, false, 500},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			l := zeroLab(t)
			c.fault.Method = "POST"
			l.AddFault(c.fault)
			a, err := l.try("POST", l.zeroPath("/routes"), l.route())
			if err == nil {
				t.Fatalf("an answer came: %d %s", a.status, a.body)
			}
			if c.fault.CutBody && !errors.Is(err, io.ErrUnexpectedEOF) {
				t.Errorf("the body did not break off: %v", err)
			}
			if got := len(l.Objects("routes")) == 1; got != c.worked {
				t.Errorf("the work was done: %t", got)
			}
			if sent := l.Sent("POST", routesTemplate); len(sent) != 1 || sent[0].Status != c.status {
				t.Errorf("journal %v", sent)
			}
		})
	}
}

func TestAnswerAfterWork(t *testing.T) {
	t.Parallel()
	l := zeroLab(t)
	l.AddFault(Fault{Method: "POST", Times: 1, Status: 504, AnswerAfterWork: true})
	l.do("POST", l.zeroPath("/routes"), l.route()).want(504)
	l.do("POST", l.zeroPath("/routes"), l.route()).want(409)
}

// direct runs a request on the handler in a bubble, where time is synctest's:
// it returns what was written and a channel that is closed at the end.
func (l *lab) direct(ctx context.Context, method, path string, body any) (*httptest.ResponseRecorder, <-chan struct{}) {
	r := httptest.NewRequestWithContext(ctx, method, path, bytes.NewReader(encodeJSON(body)))
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Authorization", "Bearer "+l.token)
	w, done := httptest.NewRecorder(), make(chan struct{})
	go func() {
		defer close(done)
		l.ServeHTTP(w, r)
	}()
	synctest.Wait()
	return w, done
}

func TestHang(t *testing.T) {
	t.Parallel()
	for name, worked := range map[string]bool{"before the work": false, "after the work": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			l := zeroLab(t)
			l.AddFault(Fault{Method: "POST", Hang: true, AnswerAfterWork: worked})
			synctest.Test(t, func(t *testing.T) {
				ctx, cancel := context.WithCancel(t.Context())
				w, done := l.direct(ctx, "POST", l.zeroPath("/routes"), l.route())
				select {
				case <-done:
					t.Error("the request did not hang")
				default:
				}
				cancel()
				<-done
				if w.Body.Len() > 0 {
					t.Errorf("an answer came: %s", w.Body)
				}
			})
			if got := len(l.Objects("routes")) == 1; got != worked {
				t.Errorf("the work was done: %t", got)
			}
			if sent := l.Sent("POST", routesTemplate); len(sent) != 1 || sent[0].Status != 0 {
				t.Errorf("journal %v", sent)
			}
		})
	}
}

func TestDelay(t *testing.T) {
	t.Parallel()
	for name, patient := range map[string]bool{"patient": true, "impatient": false} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			l := zeroLab(t)
			l.AddFault(Fault{Method: "POST", Delay: time.Hour})
			synctest.Test(t, func(t *testing.T) {
				patience := time.Minute
				if patient {
					patience = 2 * time.Hour
				}
				ctx, cancel := context.WithTimeout(t.Context(), patience)
				defer cancel()
				start := time.Now()
				w, done := l.direct(ctx, "POST", l.zeroPath("/routes"), l.route())
				<-done
				if took := time.Since(start); took != min(patience, time.Hour) {
					t.Errorf("took %v", took)
				}
				if got := strings.Contains(w.Body.String(), "billing"); got != patient {
					t.Errorf("answer %q", w.Body)
				}
			})
			if got := len(l.Objects("routes")) == 1; got != patient {
				t.Errorf("the work was done: %t", got)
			}
		})
	}
}

func TestJournal(t *testing.T) {
	t.Parallel()
	l := zeroLab(t)
	l.ResetJournal()
	id := l.create("routes", l.route())
	l.do("GET", l.zeroPath("/routes/"+id+"%2F"), nil).want(403)
	l.do("GET", "/nowhere?a=1", nil).want(404)
	l.do("GET", "/v1/devices?limit=2", nil).want(401)
	journal := l.Journal()
	if len(journal) != 4 {
		t.Fatalf("%d entries", len(journal))
	}
	organization := "/organizations/" + l.OrganizationID
	for i, want := range []Exchange{
		{Service: "pomerium_zero", Method: "POST", Path: organization + "/routes", Template: routesTemplate, OperationID: "createRoute", Status: 201},
		{Service: "pomerium_zero", Method: "GET", Path: organization + "/routes/" + id + "%2F", Template: routeTemplate, OperationID: "getRoute", Status: 403},
		{Method: "GET", Path: "/nowhere", Status: 404},
		{Service: "zdx", Method: "GET", Path: "/devices", Template: "/devices", OperationID: "listDevices", Status: 401},
	} {
		e := journal[i]
		if e.Service != want.Service || e.Method != want.Method || e.Path != want.Path || e.Template != want.Template ||
			e.OperationID != want.OperationID || e.Status != want.Status || !e.Time.Equal(l.Now()) {
			t.Errorf("entry %d is %+v", i, e)
		}
	}
	if !strings.Contains(string(journal[0].Body), `"billing"`) || !strings.Contains(string(journal[0].Answer), id) ||
		journal[0].Header.Get("Authorization") != "Bearer "+l.token || journal[3].Query.Get("limit") != "2" {
		t.Errorf("entries %+v", journal)
	}
	journal[0].Body[0] = 'x'
	if got := l.Sent("POST", ""); len(got) != 1 || got[0].Body[0] != '{' {
		t.Error("the journal is shared, not copied")
	}
	if n := len(l.Sent("", "/devices")); n != 1 {
		t.Errorf("%d requests for devices", n)
	}
}

func TestDateIsTheMocks(t *testing.T) {
	t.Parallel()
	l := zeroLab(t)
	l.Advance(24 * time.Hour)
	if got := l.do("GET", "/api/v0/organizations", nil).header.Get("Date"); got != "Fri, 21 Aug 2026 10:00:00 GMT" {
		t.Errorf("Date %q", got)
	}
}

func TestBodyTooLarge(t *testing.T) {
	t.Parallel()
	mock := New(Switches{})
	w := httptest.NewRecorder()
	mock.ServeHTTP(w, httptest.NewRequestWithContext(t.Context(), "POST", "/api/v0/token", bytes.NewReader(make([]byte, maxBody+1))))
	if w.Code != 400 || len(mock.Journal()) != 0 {
		t.Errorf("status %d, %d requests let in", w.Code, len(mock.Journal()))
	}
}
