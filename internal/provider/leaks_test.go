package provider

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/pomerium-zdx/terraform-provider-pomerium/internal/apimock"
)

// The secrets that a configuration gives to a route: what stands in the state, and what must not.
const (
	plainRouteSecret = "plain/secret+of&the<route>\"1"
	plainRouteToken  = "eyJhbGciOi.service-account.token-of-kubernetes"
	writeOnlySecret  = "write~only?secret=of the route%2"
)

func secretsOfRoute() map[string]string {
	return map[string]string{"plain secret": plainRouteSecret, "plain token": plainRouteToken, "write-only secret": writeOnlySecret}
}

func routeWithSecrets(l *lab) map[string]any {
	return map[string]any{
		"name": "secretive", "namespace_id": l.ClusterNamespaceID, "from": "https://secretive.example.com", "to": []string{"http://secretive:80"},
		"identity_provider_client_secret": plainRouteSecret, "kubernetes_service_account_token_wo": writeOnlySecret, "kubernetes_service_account_token_wo_version": 1,
	}
}

// waysToZDX are all ways of signing in to ZDX.
func waysToZDX(l *lab) map[string]map[string]any {
	oneAPI := map[string]any{"client_id": l.ClientID, "token_url": l.url + "/oauth2/v1/token", "url": l.url + "/zdx/v1"}
	withKey := map[string]any{"client_id": l.ClientID, "private_key": l.PrivateKeyPEM, "token_url": oneAPI["token_url"], "url": oneAPI["url"]}
	oneAPI["client_secret"] = l.ClientSecret
	return map[string]map[string]any{
		"key":         nil,
		"hashed key":  {"key_id": l.KeyID, "key_secret": l.KeySecret, "hash_key_secret": true, "url": l.url + "/v1"},
		"secret":      oneAPI,
		"private key": withKey,
	}
}

// secretsSent are the secrets that a service got to know, in the places where they belong.
func secretsSent(l *lab, service string) []string {
	var sent []string
	for _, e := range l.Journal() {
		if e.Service != service {
			continue
		}
		if bearer, ok := strings.CutPrefix(e.Header.Get("Authorization"), "Bearer "); ok {
			sent = append(sent, bearer)
		}
		var body map[string]any
		if json.Unmarshal(e.Body, &body) == nil {
			for _, member := range []string{"refreshToken", "key_secret", "identityProviderClientSecret", "kubernetesServiceAccountToken"} {
				if text, ok := body[member].(string); ok {
					sent = append(sent, text)
				}
			}
		} else if form, err := url.ParseQuery(string(e.Body)); err == nil {
			sent = append(sent, form["client_secret"]...)
			sent = append(sent, form["client_assertion"]...)
		}
	}
	slices.Sort(sent)
	return slices.Compact(sent)
}

// quoting are the bodies of refusals that quote secrets: JSON in which it is said, text, a page, and JSON of another kind.
func quoting(secrets []string) []string {
	var bodies []string
	for _, secret := range secrets {
		text := ""
		for _, spelling := range plantedForms(secret) {
			text += " " + spelling
		}
		inJSON, _ := json.Marshal(text) //nolint:errchkjson // text always encodes
		bodies = append(bodies, `{"error":`+string(inJSON)+`}`, text, "<html>"+text+"</html>", `{"request":[`+string(inJSON)+`]}`)
	}
	return bodies
}

var refusingStatuses = []int{400, 401, 403, 404, 409, 418, 422, 429, 500, 503}

// However a service refuses a verb, and in whatever spelling it quotes the secrets that it was sent, none is repeated, in
// no error and on no level of the log. The refusals are told all the same.
func TestRefusalsThatQuoteSecrets(t *testing.T) {
	t.Parallel()
	for _, way := range []string{"key", "hashed key", "secret", "private key"} {
		t.Run(way, func(t *testing.T) {
			t.Parallel()
			onVirtualTime(t, unpaced(), func(t *testing.T, lab *lab, _ *protocol) {
				p := lab.protocol(t, knobs{transport: apimock.Direct{Server: lab.Server}}, waysToZDX(lab)[way])
				route := p.mustChange(p.none("pomerium_zero_route"), routeWithSecrets(lab))
				trace := p.mustChange(p.none("zdx_deeptrace"), thisDevice(lab, nil))
				changed := mergedWith(routeWithSecrets(lab), map[string]any{"description": "other"})
				redacted := 0
				for service, verbs := range map[string]map[string]func() []*tfprotov6.Diagnostic{
					"pomerium_zero": {
						http.MethodGet: func() []*tfprotov6.Diagnostic { _, told := p.refresh(route); return told },
						http.MethodPost: func() []*tfprotov6.Diagnostic {
							_, told := p.change(p.none(route.name), routeWithSecrets(lab))
							return told
						},
						http.MethodPut:    func() []*tfprotov6.Diagnostic { _, told := p.change(route, changed); return told },
						http.MethodDelete: func() []*tfprotov6.Diagnostic { _, told := p.change(route, nil); return told },
					},
					"zdx": {
						http.MethodGet: func() []*tfprotov6.Diagnostic { _, told := p.refresh(trace); return told },
						http.MethodPost: func() []*tfprotov6.Diagnostic {
							_, told := p.change(p.none(trace.name), thisDevice(lab, nil))
							return told
						},
					},
				} {
					secrets := secretsSent(lab, service)
					if way == "private key" && service == "zdx" {
						secrets = append(secrets, lab.PrivateKeyPEM)
					}
					for method, verb := range verbs {
						for i, body := range quoting(secrets) {
							status := refusingStatuses[i%len(refusingStatuses)]
							lab.AddFault(apimock.Fault{Method: method, Status: status, Body: body})
							told := verb()
							lab.ClearFaults()
							if len(told) == 0 && status != http.StatusNotFound {
								t.Errorf("%s %s with %d: nothing is told", service, method, status)
							}
							if strings.Contains(listed(told), "[redacted]") {
								redacted++
							}
						}
					}
				}
				if redacted < 50 {
					t.Errorf("only %d errors quote what was redacted", redacted)
				}
				heard := p.server.(watchedServer).heard()                                        //nolint:errcheck // it is one
				for _, leak := range newLeakSearch(secretsOfRoute()).in(heard, "plain secret") { // which the state may hold
					t.Errorf("a secret leaked: %s", leak)
				}
				checkJournal(t, lab)
			})
		})
	}
}

// A sign-in that is refused quotes nothing either.
func TestRefusedSignInsThatQuoteSecrets(t *testing.T) {
	t.Parallel()
	for _, way := range []string{"key", "hashed key", "secret", "private key"} {
		onVirtualTime(t, unpaced(), func(t *testing.T, lab *lab, _ *protocol) {
			own := map[string][]string{"key": {lab.KeySecret}, "hashed key": {lab.KeySecret}, "secret": {lab.ClientSecret}, "private key": {lab.PrivateKeyPEM}}
			for _, status := range refusingStatuses {
				for _, template := range []string{"/token", "/oauth/token", "/oauth2/v1/token"} {
					quoted := own[way]
					if template == "/token" {
						quoted = []string{lab.APIUserToken}
					}
					for _, body := range quoting(quoted) {
						lab.AddFault(apimock.Fault{Template: template, Status: status, Body: body})
					}
				}
				p := lab.protocol(t, knobs{transport: apimock.Direct{Server: lab.Server}}, waysToZDX(lab)[way])
				_, told := p.change(p.none("pomerium_zero_route"), routeWithSecrets(lab))
				_, more := p.change(p.none("zdx_deeptrace"), thisDevice(lab, nil))
				if !hasError(told) || !hasError(more) {
					t.Errorf("%s, %d: told %s and %s", way, status, listed(told), listed(more))
				}
				lab.ClearFaults()
			}
			checkJournal(t, lab)
		})
	}
}

// The watch over the tests on the protocol finds what goes around the redactor: a secret that the lab has issued and the
// provider does not know, quoted in a refusal, in the log as in the error.
func TestWatchFindsPlanted(t *testing.T) {
	t.Parallel()
	onVirtualTime(t, unpaced(), func(t *testing.T, lab *lab, p *protocol) {
		_, foreign := lab.AddOrganization("Other")
		w := p.server.(watchedServer).watch //nolint:errcheck // it is one
		for spelling, planted := range plantedForms(foreign) {
			inJSON, _ := json.Marshal("refused: " + planted) //nolint:errchkjson // text always encodes
			lab.AddFault(apimock.Fault{Template: tracesTemplate, Status: http.StatusBadRequest, Body: `{"message":` + string(inJSON) + `}`})
			_, told := p.change(p.none("zdx_deeptrace"), thisDevice(lab, nil))
			search := newLeakSearch(secretsOfLab(lab))
			if len(search.in(listed(told))) == 0 || len(search.in(w.heard())) < len(search.in(listed(told))) {
				t.Errorf("%s: the watch does not find what was planted in %s", spelling, listed(told))
			}
			w.forget()
			lab.ClearFaults()
		}
	})
}

// forget drops what a test has planted.
func (w *watch) forget() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.text.Reset()
}

// checkJournal looks for secrets where they do not belong in what was sent: anywhere but in the Authorization header, in
// token requests, and in the bodies of the routes that they were written for.
func checkJournal(t *testing.T, l *lab) {
	t.Helper()
	for _, leak := range leaksOfJournal(l, l.Journal()) {
		t.Errorf("a secret was sent where it does not belong: %s", leak)
	}
}

func leaksOfJournal(l *lab, journal []apimock.Exchange) (leaks []string) {
	secrets := mergedSecrets(secretsOfLab(l), secretsOfRoute())
	search := newLeakSearch(secrets)
	for _, e := range journal {
		var allowed []string
		header := e.Header.Clone()
		header.Del("Authorization")
		text := fmt.Sprintln(e.Path, e.Query, header)
		found := search.in(text)
		switch {
		case strings.HasSuffix(e.Template, "/token"):
		case strings.HasSuffix(e.Template, "/routes") || strings.HasSuffix(e.Template, "/routes/{routeId}"):
			for name := range secretsOfRoute() {
				allowed = append(allowed, name)
			}
			fallthrough
		default:
			found = append(found, search.in(string(e.Body), allowed...)...)
		}
		for _, leak := range found {
			leaks = append(leaks, e.Method+" "+e.Template+": "+leak)
		}
	}
	return leaks
}

func mergedSecrets(all ...map[string]string) map[string]string {
	merged := map[string]string{}
	for _, some := range all {
		for name, secret := range some {
			merged[name] = secret
		}
	}
	return merged
}

// The look at the journal finds a secret in each place that a request has.
func TestJournalSearchFindsPlanted(t *testing.T) {
	t.Parallel()
	lab := newLab(t, unpaced())
	secret := lab.KeySecret
	for name, e := range map[string]apimock.Exchange{
		"path":           {Path: "/organizations/" + secret},
		"query":          {Query: url.Values{"name": {secret}}},
		"user agent":     {Header: http.Header{"User-Agent": {"Terraform " + secret}}},
		"body":           {Body: []byte(`{"name":"` + secret + `"}`)},
		"body of routes": {Template: "/organizations/{organizationId}/routes", Body: []byte(`{"name":"` + secret + `"}`)},
		"policy":         {Template: "/organizations/{organizationId}/policies", Body: []byte(`{"name":"` + writeOnlySecret + `"}`)},
	} {
		if len(leaksOfJournal(lab, []apimock.Exchange{e})) == 0 {
			t.Errorf("%s: nothing was found", name)
		}
	}
	fine := apimock.Exchange{Template: "/oauth/token", Header: http.Header{"Authorization": {"Bearer " + secret}}, Body: []byte(`{"key_secret":"` + secret + `"}`)}
	if found := leaksOfJournal(lab, []apimock.Exchange{fine}); len(found) > 0 {
		t.Errorf("found %q where it belongs", found)
	}
}
