package pomeriumzero_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/pomerium-zdx/terraform-provider-pomerium/internal/apimock"
	"github.com/pomerium-zdx/terraform-provider-pomerium/internal/httpapi"
	"github.com/pomerium-zdx/terraform-provider-pomerium/internal/pomeriumzero"
)

// lost are the ways in which an answer to a POST gets lost, by whether the service did the work.
var lost = map[string]struct {
	fault apimock.Fault
	done  bool
}{
	"dropped after the work":  {apimock.Fault{Drop: apimock.DropAfter}, true},
	"dropped before the work": {apimock.Fault{Drop: apimock.DropBefore}, false},
	"500 after the work":      {apimock.Fault{Status: http.StatusInternalServerError, AnswerAfterWork: true}, true},
	"502 after the work":      {apimock.Fault{Status: http.StatusBadGateway, AnswerAfterWork: true}, true},
	"504 after the work":      {apimock.Fault{Status: http.StatusGatewayTimeout, AnswerAfterWork: true}, true},
	"502 instead of the work": {apimock.Fault{Status: http.StatusBadGateway}, false},
	"503 instead of the work": {apimock.Fault{Status: http.StatusServiceUnavailable}, false},
	"answer cut":              {apimock.Fault{CutBody: true}, true},
	"answer of another kind":  {apimock.Fault{Status: http.StatusCreated, Body: `{"done":true}`, AnswerAfterWork: true}, true},
}

// spellings are services that print things in another way than they were sent.
var spellings = map[string]apimock.Switches{
	"as sent": {},
	"empty":   {UnsetAs: apimock.UnsetEmpty, EmptyAs: apimock.EmptyUnset, SecretsOnRead: apimock.SecretsMasked, CanonicalDurations: true},
	"null":    {UnsetAs: apimock.UnsetNull, SecretsOnRead: apimock.SecretsOmitted, SortPolicyIDs: true, PPLRewritten: true, PassIdentityHeadersFalse: true, HealthCheckCodecFilled: true},
}

// TestCreateWhoseAnswerIsLost leaves neither an orphan nor a twin, however the service prints the object.
func TestCreateWhoseAnswerIsLost(t *testing.T) {
	t.Parallel()
	for name, lost := range lost {
		for spelling, switches := range spellings {
			t.Run(name+", "+spelling, func(t *testing.T) {
				t.Parallel()
				l := newLab(t, switches)
				first := l.CreateObject("policies", l.OrganizationID, map[string]any{"name": "first"})
				second := l.CreateObject("policies", l.OrganizationID, map[string]any{"name": "second"})
				for variant, properties := range l.fullRoutes(first, second) {
					properties.Name = "route " + variant
					if properties.Timeout != nil {
						properties.Timeout = new("60s") // printed as 1m0s by some
					}
					if check := properties.HealthCheck; check != nil {
						check.Interval, check.CodecClientType = "60s", nil
					}
					createLosing(t, l, l.routes(), routes, lost.fault, lost.done, properties)
				}
				createLosing(t, l, l.policies(), policies, lost.fault, lost.done, l.aPolicy())
			})
		}
	}
}

func createLosing[P pomeriumzero.Properties](t *testing.T, l *lab, c pomeriumzero.Collection[P], template string, fault apimock.Fault, done bool, properties P) {
	t.Helper()
	l.ResetJournal()
	l.ClearFaults()
	fault.Method, fault.Template, fault.Times = "POST", template, 1
	l.AddFault(fault)
	object, err := c.Create(t.Context(), properties)
	if err != nil {
		t.Fatalf("%s: %v", properties.Key().Name, err)
	}
	var made []string
	for _, stored := range l.Objects(template[strings.LastIndex(template, "/")+1:]) {
		if stored["name"] == properties.Key().Name {
			made = append(made, fmt.Sprint(stored["id"]))
		}
	}
	if len(made) != 1 || made[0] != object.ID {
		t.Errorf("%s: got %s, there is %q", properties.Key().Name, object.ID, made)
	}
	posts := 2
	if done {
		posts = 1
	}
	l.wantSent(t, "POST", template, posts)
}

// TestCreateThatComesLate has the first request arrive after the look-up found nothing.
func TestCreateThatComesLate(t *testing.T) {
	t.Parallel()
	l := newLab(t, apimock.Switches{})
	l.AddFault(apimock.Fault{Method: "POST", Template: routes, Drop: apimock.DropBefore, Times: 1})
	var late string
	var once sync.Once
	client := l.client(t, func(c *pomeriumzero.Config) {
		inner := c.Transport
		c.Transport = transport(func(request *http.Request) (*http.Response, error) {
			answer, err := inner.RoundTrip(request)
			if request.Method == "GET" && strings.HasSuffix(request.URL.Path, "/routes") {
				once.Do(func() { late = l.stored(t, nil) })
			}
			return answer, err
		})
	})
	object, err := client.Routes(l.OrganizationID).Create(t.Context(), l.aRoute())
	if err != nil || object.ID != late || l.onlyRoute(t) != late {
		t.Errorf("got %s, %v, want %s", object.ID, err, late)
	}
	l.wantSent(t, "POST", routes, 2)
}

// TestCreateOfATakenName has an object of somebody else with the name.
func TestCreateOfATakenName(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		switches apimock.Switches
		fault    *apimock.Fault // of the POST; nil for none
		other    map[string]any // what the object has beside aRoute
		age      time.Duration  // how long it has been there
		status   int            // what the service says; 0 when its answer gets lost
	}{
		"409":                             {age: time.Hour, status: 409},
		"400":                             {switches: apimock.Switches{TakenNameStatus: 400}, age: time.Hour, status: 400},
		"409, just made by somebody else": {status: 409},
		"lost, same content":              {fault: &apimock.Fault{Drop: apimock.DropAfter}, age: time.Minute},
		"lost early, same content":        {fault: &apimock.Fault{Drop: apimock.DropBefore}, age: time.Minute},
		"502, same content":               {fault: &apimock.Fault{Status: 502}, age: 10 * time.Second, status: 502},
		"lost, other content, just made":  {fault: &apimock.Fault{Drop: apimock.DropAfter}, other: map[string]any{"from": "https://other.example.com"}},
		"lost, other policies, just made": {fault: &apimock.Fault{Drop: apimock.DropBefore}, other: map[string]any{"policyIds": "policy"}},
		"lost, other switch, just made":   {fault: &apimock.Fault{Drop: apimock.DropBefore}, other: map[string]any{"tlsSkipVerify": true}},
	}
	for name, test := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			l := newLab(t, test.switches)
			if test.other["policyIds"] != nil {
				test.other["policyIds"] = []string{l.CreateObject("policies", l.OrganizationID, map[string]any{"name": "policy"})}
			}
			// Look-ups by name do not mind case; the name itself does.
			l.stored(t, map[string]any{"name": "Billing"})
			other := l.stored(t, test.other)
			l.stored(t, map[string]any{"name": "BILLING"})
			l.stored(t, map[string]any{"namespaceId": l.RootNamespaceID})
			l.Advance(test.age)
			if test.fault != nil {
				test.fault.Method, test.fault.Template = "POST", routes
				l.AddFault(*test.fault)
			}
			_, err := l.routes().Create(t.Context(), l.aRoute())
			var taken *pomeriumzero.NameTakenError
			if !errors.As(err, &taken) || taken.ID != other || taken.Name != "billing" || taken.Noun != "route" {
				t.Fatalf("got %v, want a NameTakenError with %s", err, other)
			}
			var failure *httpapi.Error
			if !errors.As(err, &failure) || failure.Status != test.status || !strings.Contains(err.Error(), other) {
				t.Errorf("%v does not tell of %s and status %d", err, other, test.status)
			}
			if got := len(l.Objects("routes")); got != 4 {
				t.Errorf("there are %d routes, want the 4 of before", got)
			}
			l.wantSent(t, "POST", routes, 1)
			// Thousands of routes may be there.
			const filter = `{"items":[{"field":"name","operator":"equals","value":"billing"}]}`
			if got := l.Sent("GET", routes)[0].Query.Get("filter"); got != filter {
				t.Errorf("it was looked up with the filter %s", got)
			}
		})
	}
}

// TestCreateByAnotherClock has a service whose clock is far from ours.
func TestCreateByAnotherClock(t *testing.T) {
	t.Parallel()
	for _, off := range []time.Duration{-48 * time.Hour, 48 * time.Hour} {
		for name, before := range map[string]func(*testing.T, *lab){
			"at first": func(*testing.T, *lab) {},
			"later on": func(t *testing.T, l *lab) {
				t.Helper()
				if _, err := l.Organizations(t.Context()); err != nil {
					t.Fatal(err)
				}
			},
		} {
			t.Run(fmt.Sprint(off, " own, ", name), func(t *testing.T) {
				t.Parallel()
				l := newLab(t, apimock.Switches{})
				l.Advance(off)
				before(t, l)
				createLosing(t, l, l.routes(), routes, apimock.Fault{Drop: apimock.DropAfter}, true, l.aRoute())
			})
			t.Run(fmt.Sprint(off, " not own, ", name), func(t *testing.T) {
				t.Parallel()
				l := newLab(t, apimock.Switches{})
				l.Advance(off - time.Minute)
				other := l.stored(t, nil)
				l.Advance(time.Minute)
				before(t, l)
				l.AddFault(apimock.Fault{Method: "POST", Template: routes, Drop: apimock.DropAfter})
				_, err := l.routes().Create(t.Context(), l.aRoute())
				var taken *pomeriumzero.NameTakenError
				if !errors.As(err, &taken) || taken.ID != other {
					t.Errorf("got %v, want that the name is taken", err)
				}
			})
		}
	}
}

// TestCreateThatCannotBeLookedUp tells of both failures.
func TestCreateThatCannotBeLookedUp(t *testing.T) {
	t.Parallel()
	twins := `[{"id":"1","name":"billing","namespaceId":%[1]q},{"id":"2","name":"billing","namespaceId":%[1]q}]`
	for name, lookup := range map[string]struct {
		fault apimock.Fault
		want  string
	}{
		"refused": {apimock.Fault{Status: http.StatusInternalServerError}, "500"},
		"dropped": {apimock.Fault{Drop: apimock.DropBefore}, "EOF"},
		"twins":   {apimock.Fault{Body: twins}, "several objects have this name"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			l := newLab(t, apimock.Switches{})
			l.AddFault(apimock.Fault{Method: "POST", Template: routes, Status: http.StatusBadGateway, AnswerAfterWork: true})
			lookup.fault.Method, lookup.fault.Template = "GET", routes
			if lookup.fault.Body != "" {
				lookup.fault.Body = fmt.Sprintf(lookup.fault.Body, l.ClusterNamespaceID)
			}
			l.AddFault(lookup.fault)
			_, err := l.routes().Create(t.Context(), l.aRoute())
			var lost *pomeriumzero.LostError
			if !errors.As(err, &lost) || lost.Noun != "route" || lost.Name != "billing" {
				t.Fatalf("got %v, want a LostError", err)
			}
			if !errors.Is(err, lost.Err) || !errors.Is(err, lost.Lookup) || !strings.Contains(lost.Lookup.Error(), lookup.want) {
				t.Errorf("it hides why: %v, %v", lost.Err, lost.Lookup)
			}
			if text := err.Error(); !strings.Contains(text, "502") || !strings.Contains(text, lookup.want) || !strings.Contains(text, `"billing"`) {
				t.Errorf("it reads %q", text)
			}
			l.wantSent(t, "POST", routes, 1)
			l.onlyRoute(t)
		})
	}
}

// TestCreateThatIsRefused keeps what the service said, and does not send again.
func TestCreateThatIsRefused(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		faults  []apimock.Fault
		set     func(*pomeriumzero.RouteProperties)
		status  int
		lookups int
		posts   int // 0 for one
	}{
		"403":                        {faults: []apimock.Fault{{Method: "POST", Status: 403}}, status: 403},
		"409, nothing has the name":  {faults: []apimock.Fault{{Method: "POST", Status: 409}}, status: 409, lookups: 1},
		"409, look-up fails":         {faults: []apimock.Fault{{Method: "POST", Status: 409}, {Method: "GET", Status: 500}}, status: 409, lookups: 1},
		"400":                        {set: func(p *pomeriumzero.RouteProperties) { p.From = "x" }, status: 400, lookups: 1},
		"422":                        {faults: []apimock.Fault{{Method: "POST", Status: 422}}, status: 422, lookups: 1},
		"refused after one was lost": {faults: []apimock.Fault{{Method: "POST", Status: 502, Times: 1}, {Method: "POST", Status: 403}}, status: 403, lookups: 2, posts: 2},
		"lost again and again":       {faults: []apimock.Fault{{Method: "POST", Status: 502}}, status: 502, lookups: 3, posts: 3},
	}
	for name, test := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			l := newLab(t, apimock.Switches{})
			for _, fault := range test.faults {
				fault.Template = routes
				l.AddFault(fault)
			}
			properties := l.aRoute()
			if test.set != nil {
				test.set(&properties)
			}
			_, err := l.routes().Create(t.Context(), properties)
			var failure *httpapi.Error
			if !errors.As(err, &failure) || failure.Status != test.status || failure.Method != "POST" {
				t.Errorf("got %v, want the POST's %d", err, test.status)
			}
			var taken *pomeriumzero.NameTakenError
			if errors.As(err, &taken) || len(l.Objects("routes")) != 0 {
				t.Errorf("got %v with %d routes", err, len(l.Objects("routes")))
			}
			l.wantSent(t, "POST", routes, max(test.posts, 1))
			l.wantSent(t, "GET", routes, test.lookups)
		})
	}
}

// TestCreateThatIsInterrupted cancels the caller while the service keeps silent: what was made must be found
// all the same, or nobody would know of it.
func TestCreateThatIsInterrupted(t *testing.T) {
	t.Parallel()
	for name, done := range map[string]bool{"after the work": true, "before the work": false} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			virtual(t, func(t *testing.T, l *lab) {
				l.AddFault(apimock.Fault{Method: "POST", Template: routes, Hang: true, AnswerAfterWork: done})
				ctx, cancel := context.WithCancel(t.Context())
				var object pomeriumzero.Object[pomeriumzero.RouteProperties]
				var err error
				lookups := 0
				var group sync.WaitGroup
				group.Go(func() { object, err = l.routes().Create(ctx, l.aRoute()) })
				synctest.Wait()
				l.wantSent(t, "POST", routes, 1)
				cancel()
				group.Wait()
				switch {
				case done && (err != nil || object.ID != l.onlyRoute(t)):
					t.Errorf("got %s, %v", object.ID, err)
				case !done && (!errors.Is(err, context.Canceled) || len(l.Objects("routes")) != 0):
					t.Errorf("got %v, want that it was interrupted", err)
				}
				l.wantSent(t, "POST", routes, 1)
				for _, sent := range l.Sent("GET", routes) {
					if sent.Query.Get("offset") == "0" {
						lookups++
					}
				}
				if lookups != 1 {
					t.Errorf("it was looked up %d times", lookups)
				}
			})
		})
	}
}

// TestCreateWithoutAnAnswerInTime finds what was made after the time for an answer is over.
func TestCreateWithoutAnAnswerInTime(t *testing.T) {
	t.Parallel()
	virtual(t, func(t *testing.T, l *lab) {
		l.AddFault(apimock.Fault{Method: "POST", Template: routes, Hang: true, AnswerAfterWork: true})
		object, err := l.routes().Create(t.Context(), l.aRoute())
		if err != nil || object.ID != l.onlyRoute(t) {
			t.Errorf("got %s, %v", object.ID, err)
		}
	})
}

func TestCreateForADeadCaller(t *testing.T) {
	t.Parallel()
	virtual(t, func(t *testing.T, l *lab) {
		for range 2 { // without and with a token in hand
			ctx, cancel := context.WithCancel(t.Context())
			cancel()
			if _, err := l.routes().Create(ctx, l.aRoute()); !errors.Is(err, context.Canceled) {
				t.Errorf("got %v", err)
			}
			synctest.Wait()
			if _, err := l.Organizations(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
		if got := len(l.Objects("routes")); got != 0 {
			t.Errorf("there are %d routes", got)
		}
		l.wantSent(t, "GET", routes, 0)
	})
}

func TestCreateWhenTheServiceIsBusy(t *testing.T) {
	t.Parallel()
	l := newLab(t, apimock.Switches{})
	l.AddFault(apimock.Fault{Method: "POST", Template: routes, Status: http.StatusTooManyRequests, Times: 2})
	object, err := l.routes().Create(t.Context(), l.aRoute())
	if err != nil || object.ID != l.onlyRoute(t) {
		t.Errorf("got %s, %v", object.ID, err)
	}
	l.wantSent(t, "POST", routes, 3)
	l.wantSent(t, "GET", routes, 0)
}
