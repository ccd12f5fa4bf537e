package pomeriumzero

import (
	"context"
	"encoding/json"
	"maps"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// held is what a service answers for a route.
const held = `{"id":"1","createdAt":"2026-08-20T10:00:00.123456Z","name":"billing","namespaceId":"ns","from":"https://a","to":["http://b"],
	"policyIds":["p","q"],"timeout":"1m0s","passIdentityHeaders":true,"allowUpgrades":["x","y"],"setRequestHeaders":{"A":"1","B":"2"},
	"kubernetesServiceAccountToken":"********","description":"what it is","healthyPanicThreshold":50,
	"preserveHostHeader":false,"allowWebsockets":false,"allowSpdy":false,"showErrorDetails":false,"tlsSkipVerify":true,
	"tlsUpstreamAllowRenegotiation":false,"enableGoogleCloudServerlessAuthentication":false,"enforcedPolicyIds":["r"]}`

func heldRoute() RouteProperties {
	return RouteProperties{
		Name: "billing", NamespaceID: "ns", From: "https://a", To: []string{"http://b"}, PolicyIDs: []string{"p", "q"},
		Timeout: new("1m0s"), PassIdentityHeaders: new(true), AllowUpgrades: []string{"x", "y"}, TLSSkipVerify: true,
		SetRequestHeaders: map[string]string{"A": "1", "B": "2"}, KubernetesServiceAccountToken: new("secret"),
		Description: new("what it is"), HealthyPanicThreshold: new(int64(50)),
	}
}

var heldCheck = map[string]any{
	"type": "", "interval": "1m0s", "timeout": "", "healthyThreshold": 0, "unhealthyThreshold": 0, "codecClientType": "http1",
}

// TestSame tells an object that was sent, in whatever spelling it comes back, from another with its name.
func TestSame(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		sent func(*RouteProperties)
		held map[string]any // what comes back in another way; nil for a member that does not come back
		want bool
	}{
		"as it was sent":      {want: true},
		"duration, same":      {sent: func(p *RouteProperties) { p.Timeout = new("60s") }, want: true},
		"duration, other":     {sent: func(p *RouteProperties) { p.Timeout = new("61s") }},
		"duration, none":      {held: map[string]any{"timeout": nil}},
		"policies, order":     {sent: func(p *RouteProperties) { p.PolicyIDs = []string{"q", "p"} }, want: true},
		"policies, one less":  {sent: func(p *RouteProperties) { p.PolicyIDs = []string{"p"} }},
		"policies, one other": {sent: func(p *RouteProperties) { p.PolicyIDs = []string{"p", "s"} }},
		"policies, none":      {sent: func(p *RouteProperties) { p.PolicyIDs = nil }},
		"policies, no list":   {held: map[string]any{"policyIds": "p"}},
		"no policies, absent": {sent: func(p *RouteProperties) { p.PolicyIDs = nil }, held: map[string]any{"policyIds": nil}, want: true},
		"secret, masked":      {sent: func(p *RouteProperties) { p.KubernetesServiceAccountToken = new("other") }, want: true},
		"secret, omitted":     {held: map[string]any{"kubernetesServiceAccountToken": nil}, want: true},
		"text, other":         {sent: func(p *RouteProperties) { p.Description = new("what it was") }},
		"text, no text":       {held: map[string]any{"description": 7}},
		"text, not sent":      {sent: func(p *RouteProperties) { p.Description = nil }, want: true},
		"map, other":          {sent: func(p *RouteProperties) { p.SetRequestHeaders = map[string]string{"A": "1", "B": "3"} }},
		"map, more":           {sent: func(p *RouteProperties) { p.SetRequestHeaders = map[string]string{"A": "1"} }},
		"empty list, absent":  {sent: func(p *RouteProperties) { p.AllowUpgrades = []string{} }, held: map[string]any{"allowUpgrades": nil}, want: true},
		"empty list, null":    {sent: func(p *RouteProperties) { p.AllowUpgrades = []string{} }, held: map[string]any{"allowUpgrades": json.RawMessage("null")}, want: true},
		"empty list, some":    {sent: func(p *RouteProperties) { p.AllowUpgrades = []string{} }},
		"list, absent":        {held: map[string]any{"allowUpgrades": nil}},
		"boolean, other":      {sent: func(p *RouteProperties) { p.TLSSkipVerify = false }},
		"true, absent":        {held: map[string]any{"passIdentityHeaders": nil}},
		"false, absent":       {sent: func(p *RouteProperties) { p.PassIdentityHeaders = new(false) }, held: map[string]any{"passIdentityHeaders": nil}, want: true},
		"false, required":     {held: map[string]any{"allowSpdy": nil}, want: true},
		"number, other":       {sent: func(p *RouteProperties) { p.HealthyPanicThreshold = new(int64(51)) }},
		"zero, absent":        {sent: func(p *RouteProperties) { p.HealthyPanicThreshold = new(int64(0)) }, held: map[string]any{"healthyPanicThreshold": nil}},
		"object, same":        {sent: func(p *RouteProperties) { p.HealthCheck = &HealthCheck{Interval: "60s"} }, held: map[string]any{"healthCheck": heldCheck}, want: true},
		"object, other":       {sent: func(p *RouteProperties) { p.HealthCheck = &HealthCheck{Interval: "61s"} }, held: map[string]any{"healthCheck": heldCheck}},
		"object, absent":      {sent: func(p *RouteProperties) { p.HealthCheck = &HealthCheck{Interval: "60s"} }},
		"objects, other":      {sent: func(p *RouteProperties) { p.RewriteResponseHeaders = []RewriteHeader{{Header: "a"}} }},
		"computed":            {held: map[string]any{"enforcedPolicyIds": []string{}, "tomorrow": true}, want: true},
	}
	for name, test := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			properties := heldRoute()
			if test.sent != nil {
				test.sent(&properties)
			}
			if got := sameRoute(t, properties, test.held); got != test.want {
				t.Errorf("same is %t", got)
			}
		})
	}
}

// sameRoute asks whether the held route, changed, is what was sent.
func sameRoute(t *testing.T, properties RouteProperties, changes map[string]any) bool {
	t.Helper()
	var answer map[string]any
	if err := json.Unmarshal([]byte(held), &answer); err != nil {
		t.Fatal(err)
	}
	maps.Copy(answer, changes)
	maps.DeleteFunc(answer, func(_ string, value any) bool { return value == nil })
	return same(t, (*Client)(nil).Routes("o"), properties, answer)
}

func same[P Properties](t *testing.T, c Collection[P], properties P, answer map[string]any) bool {
	t.Helper()
	data, err := json.Marshal(answer)
	if err != nil {
		t.Fatal(err)
	}
	sent, err := members(properties)
	if err != nil {
		t.Fatal(err)
	}
	// As the answer itself: what does not decode as an object is compared all the same.
	return c.same(Object[P]{raw: data}, sent)
}

func TestSamePolicy(t *testing.T) {
	t.Parallel()
	const sent = `{"allow":{"or":[{"domain":{"is":"a"}},{"email":{"is":"b"}}]}}`
	cases := map[string]struct {
		answer string // the policy's ppl
		want   bool
	}{
		"as it was sent":     {sent, true},
		"canonical":          {`[` + sent + `]`, true},
		"other":              {`{"allow":{"or":[{"domain":{"is":"a"}},{"email":{"is":"c"}}]}}`, false},
		"less":               {`{"allow":{"or":[{"domain":{"is":"a"}}]}}`, false},
		"deny":               {`{"deny":{"or":[{"domain":{"is":"a"}},{"email":{"is":"b"}}]}}`, false},
		"nothing":            {`{}`, false},
		"null":               {`null`, false},
		"no policy at all":   {`7`, false},
		"text with a policy": {`"allow"`, false},
	}
	for name, test := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			properties := PolicyProperties{Name: "staff", NamespaceID: "ns", PPL: sent}
			got := same(t, (*Client)(nil).Policies("o"), properties, map[string]any{
				"id": "1", "name": "staff", "namespaceId": "ns", "ppl": json.RawMessage(test.answer), "enforced": false,
				"description": "", "explanation": nil, // "" was sent
			})
			if got != test.want {
				t.Errorf("same is %t", got)
			}
		})
	}
	if (*Client)(nil).Policies("o").same(Object[PolicyProperties]{raw: json.RawMessage("[")}, nil) {
		t.Error("what is no JSON is the same as something")
	}
}

// TestLayOver keeps what is not managed at any depth, and never sends null.
func TestLayOver(t *testing.T) {
	t.Parallel()
	const raw = `{"id":"1","createdAt":"a","updatedAt":"b","policies":[],"enforcedPolicies":[],"enforcedPolicyIds":["x"],"name":"old","prefix":"/",
		"tomorrow":{"a":null,"b":[{"c":null,"d":9007199254740993}]},"after":null,
		"redirect":{"hostRedirect":null,"pathRedirect":"/old","tomorrow":"x"},"sessionRecording":{"enabled":true,"tomorrow":1},
		"rewriteResponseHeaders":[{"header":"a","tomorrow":1}]}`
	body, err := (*Client)(nil).Routes("o").layOver(json.RawMessage(raw), RouteProperties{
		Name: "new", Redirect: &Redirect{HostRedirect: new("h")}, RewriteResponseHeaders: []RewriteHeader{{Header: "b"}},
	})
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]string{
		"name": `"new"`, "tomorrow": `{"b":[{"d":9007199254740993}]}`, "redirect": `{"hostRedirect":"h","tomorrow":"x"}`,
		"rewriteResponseHeaders": `[{"header":"b","matcher":{"prefix":""},"value":""}]`, "policyIds": `[]`, "tlsSkipVerify": `false`,
	} {
		if got, err := json.Marshal(body[name]); string(got) != want || err != nil {
			t.Errorf("%s is %s, %v, want %s", name, got, err, want)
		}
	}
	for _, name := range []string{"id", "createdAt", "updatedAt", "policies", "enforcedPolicies", "enforcedPolicyIds", "prefix", "after", "sessionRecording"} {
		if value, is := body[name]; is {
			t.Errorf("%s is sent as %v", name, value)
		}
	}
}

// TestLayOverOfWhatIsNoObject has nothing to lay over.
func TestLayOverOfWhatIsNoObject(t *testing.T) {
	t.Parallel()
	if body, err := (*Client)(nil).Routes("o").layOver(json.RawMessage("[]"), heldRoute()); err == nil {
		t.Errorf("got %v", body)
	}
}

func TestSeconds(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]time.Duration{
		`"3600"`: time.Hour, `3600`: time.Hour, `"0"`: 0, `0`: 0, `315360000`: maxLifetime, `"\u0036\u0030"`: time.Minute,
		// -1 stands for a refusal.
		`315360001`: -1, `"9223372036854775807"`: -1, `"99999999999999999999"`: -1, `1e400`: -1, `-1`: -1, `"-1"`: -1,
		`""`: -1, `null`: -1, `true`: -1, `{}`: -1, `["1"]`: -1, `1.5`: -1, `"3600s"`: -1, `" 1"`: -1,
	} {
		var got seconds
		err := json.Unmarshal([]byte(text), &got)
		if want < 0 && err == nil || want >= 0 && (err != nil || time.Duration(got) != want) {
			t.Errorf("%s is %s, %v, want %s", text, time.Duration(got), err, want)
		}
	}
}

func TestMadeSince(t *testing.T) {
	t.Parallel()
	moment := time.Date(2026, 8, 20, 10, 0, 0, 0, time.UTC)
	for text, want := range map[string]bool{
		"2026-08-20T10:00:00Z": true, "2026-08-20T10:00:00.000001Z": true, "2026-08-20T12:00:00+02:00": true,
		"2026-08-20T09:59:59.999999Z": false, "2026-08-20T10:00:00+02:00": false, "yesterday": false, "": false,
	} {
		if got := (Object[RouteProperties]{CreatedAt: &text}).madeSince(moment); got != want {
			t.Errorf("%q: %t, want %t", text, got, want)
		}
	}
	if (Object[RouteProperties]{}).madeSince(moment) {
		t.Error("an object of unknown age counts as new")
	}
}

// TestMemoLoadsOnce lets callers come at the moment at which a look-up ends.
func TestMemoLoadsOnce(t *testing.T) {
	t.Parallel()
	for round := range 10000 {
		var m memo[int]
		var loads atomic.Int64
		var group sync.WaitGroup
		for range 8 {
			group.Go(func() {
				got, err := m.get(t.Context(), func(context.Context) (int, error) { return int(loads.Add(1)), nil })
				if got != 1 || err != nil {
					t.Errorf("round %d: got %d, %v", round, got, err)
				}
			})
		}
		group.Wait()
		if t.Failed() {
			return
		}
	}
}

func TestKey(t *testing.T) {
	t.Parallel()
	want := Key{Parent: "ns", Name: "n"}
	got := []Key{(RouteProperties{NamespaceID: "ns", Name: "n"}).Key(), (PolicyProperties{NamespaceID: "ns", Name: "n"}).Key()}
	if diff := cmp.Diff([]Key{want, want}, got); diff != "" {
		t.Error(diff)
	}
}
