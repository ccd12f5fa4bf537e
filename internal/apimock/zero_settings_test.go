package apimock

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

// settingsOf is the path of a cluster's settings.
func (l *lab) settingsOf(clusterID string) string {
	return l.zeroPath("/clusters/" + clusterID + "/settings")
}

func TestSettingsLife(t *testing.T) {
	t.Parallel()
	l := zeroLab(t)
	id := l.cluster("east")
	path := l.settingsOf(id)
	first := l.do("GET", path, nil).want(200).object()
	own := as[string](first["id"])
	want := defaultSettings()
	want["id"], want["createdAt"], want["updatedAt"] = own, "2026-08-20T10:00:00.123456Z", "2026-08-20T10:00:00.123456Z"
	if diff := cmp.Diff(want, first); diff != "" || own == id {
		t.Errorf("ID %s of cluster %s: %s", own, id, diff)
	}

	body := change(defaultSettings(), []any{"logLevel", "debug", "cookieExpire", "300s", "mcpAllowedClientIdDomains", nil})
	put := l.do("PUT", path, body).want(200).object()
	if put["logLevel"] != "debug" || put["cookieExpire"] != "300s" || put["mcpAllowedClientIdDomains"] != nil || put["id"] != own {
		t.Errorf("after PUT: %v", put)
	}
	l.do("PATCH", path, `[{"op":"add","path":"/jwtClaimsHeaders","value":{"x-email":"email"}},{"op":"add","path":"/cookieSameSite","value":"lax"}]`).
		want(200, `"jwtClaimsHeaders":{"x-email":"email"}`, `"logLevel":"debug"`)
	l.do("PATCH", path, `[{"op":"remove","path":"/cookieSameSite"}]`).want(200)
	l.do("PATCH", path, `[{"op":"remove","path":"/cookieSameSite"}]`).want(400, "no member")
	l.do("PATCH", path, `[{"op":"remove","path":"/logLevel"}]`).want(400, "logLevel")

	l.EditObject("settings", id, func(m map[string]any) { m["logLevel"] = "warn" })
	l.EditObject("settings", own, func(m map[string]any) { m["proxyLogLevel"] = "error" })
	l.do("GET", path, nil).want(200, `"logLevel":"warn"`, `"proxyLogLevel":"error"`)
	if got := l.Object("settings", id); got["id"] != own || got["clusterId"] != id {
		t.Errorf("object %v", got)
	}
	l.do("GET", l.settingsOf(l.ClusterNamespaceID), nil).want(200, `"logLevel":"info"`)
}

func TestSettingsRefusals(t *testing.T) {
	t.Parallel()
	l := zeroLab(t)
	idp := []any{
		"identityProvider", "okta", "identityProviderClientId", "id", "identityProviderClientSecret", "secret",
		"authenticateServiceUrl", "https://authenticate.example.com",
	}
	with := func(changes ...any) map[string]any { return change(defaultSettings(), changes) }
	for name, c := range map[string]struct {
		body map[string]any
		says string
	}{
		"duration":              {with("timeoutRead", "30"), "/timeoutRead"},
		"negative duration":     {with("dnsRefreshRate", "-1s"), "/dnsRefreshRate"},
		"missing required":      {with("timeoutWrite", nil), "timeoutWrite"},
		"same site":             {with("cookieSameSite", "Lax"), "/cookieSameSite"},
		"codec":                 {with("codecType", "http4"), "/codecType"},
		"log level":             {with("logLevel", "loud"), "/logLevel"},
		"proxy log level":       {with("proxyLogLevel", "loud"), "/proxyLogLevel"},
		"cookie name":           {with("cookieName", ""), "/cookieName"},
		"address":               {with("address", "443"), "/address"},
		"ssh address":           {with("sshAddress", "host"), "/sshAddress"},
		"authenticate URL":      {with("authenticateServiceUrl", "http://a.example.com"), "/authenticateServiceUrl"},
		"provider alone":        {with("identityProvider", "google"), "/identityProviderClientId"},
		"provider without URL":  {with(append(idp[:6:6], "logLevel", "info")...), "/authenticateServiceUrl"},
		"client alone":          {with("identityProviderClientId", "x"), "/identityProvider"},
		"unknown key pair":      {with("downstreamMtlsCaKeyPairId", "none"), "/downstreamMtlsCaKeyPairId"},
		"other spelling":        {with("jwtClaimHeaders", map[string]any{}), "/jwtClaimHeaders"},
		"computed member":       {with("id", "x"), "/id"},
		"the provider's secret": {with(append(idp[:4:4], idp[6:]...)...), "/identityProviderClientSecret"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			l.in(t).do("PUT", l.settingsOf(l.ClusterNamespaceID), c.body).want(400, c.says)
		})
	}
	path := l.settingsOf(l.ClusterNamespaceID)
	l.do("PATCH", path, `[{"op":"add","path":"/proxyLogLevel","value":null}]`).want(400, "/proxyLogLevel")
	l.do("PATCH", path, `[{"op":"add","path":"/cookieSameSite","value":"no"}]`).want(400, "/cookieSameSite")
	l.do("GET", l.settingsOf("gone"), nil).want(403)
	if got := l.Object("settings", l.ClusterNamespaceID)["logLevel"]; got != "info" {
		t.Errorf("a refused change stuck: %v", got)
	}
}

func TestSettingsOfViewers(t *testing.T) {
	t.Parallel()
	l := zeroLab(t)
	path := l.settingsOf(l.ClusterNamespaceID)
	l.do("PUT", path, defaultSettings()).want(200)
	l.GrantUser(l.APIUserToken, l.OrganizationID, "viewer")
	l.do("GET", path, nil).want(200)
	l.do("PUT", path, defaultSettings()).want(403, "manager user required")
	l.do("PATCH", path, []any{}).want(403)
	l.GrantUser(l.APIUserToken, l.OrganizationID, "member")
	l.do("GET", path, nil).want(403)
}

func TestSettingsSecrets(t *testing.T) {
	t.Parallel()
	secret := map[string]any{
		"cookieSecret": "c", "databrokerStorageConnection": "postgres://u:p@db/x", "sshUserCaKey": "k",
		"identityProvider": "github", "identityProviderClientId": "id", "identityProviderClientSecret": "s",
		"authenticateServiceUrl": "https://a.example.com", "sshHostKeys": []any{"h1", "h2"},
	}
	for position, want := range map[SecretsOnRead][]any{
		SecretsClear:   {"c", "postgres://u:p@db/x", "k", "s", []any{"h1", "h2"}},
		SecretsMasked:  {"********", "********", "********", "********", []any{"********", "********"}},
		SecretsOmitted: {"absent", "absent", "absent", "absent", "absent"},
	} {
		t.Run(string(position), func(t *testing.T) {
			t.Parallel()
			l := zeroLab(t, func(w *Switches) { w.SecretsOnRead = position })
			body := defaultSettings()
			for name, value := range secret {
				body[name] = value
			}
			for range 2 { // masking must not reach what is stored
				got := l.do("PUT", l.settingsOf(l.ClusterNamespaceID), body).want(200).object()
				for i, name := range []string{"cookieSecret", "databrokerStorageConnection", "sshUserCaKey", "identityProviderClientSecret", "sshHostKeys"} {
					if diff := cmp.Diff(want[i], member(got, name)); diff != "" {
						t.Errorf("%s: %s", name, diff)
					}
				}
				if got := l.Object("settings", l.ClusterNamespaceID)["sshHostKeys"]; !cmp.Equal(got, secret["sshHostKeys"]) {
					t.Errorf("stored %v", got)
				}
			}
		})
	}
}

func TestProxyLogLevelNull(t *testing.T) {
	t.Parallel()
	l := zeroLab(t, func(w *Switches) { w.ProxyLogLevelNull = true })
	path := l.settingsOf(l.ClusterNamespaceID)
	l.do("GET", path, nil).want(200, `"proxyLogLevel":null`)
	l.do("PUT", path, change(defaultSettings(), []any{"proxyLogLevel", "warn"})).want(200, `"proxyLogLevel":"warn"`)
	l.SetSwitches(func(w *Switches) { w.ProxyLogLevelNull = false })
	if got := l.do("PUT", path, defaultSettings()).want(200).object(); member(got, "proxyLogLevel") != "absent" {
		t.Errorf("prints %v", got["proxyLogLevel"])
	}
}

func TestCheckIdentityProviderSettings(t *testing.T) {
	t.Parallel()
	l := zeroLab(t)
	for name, c := range map[string]struct {
		changes []any
		says    string
	}{
		"complete":       {nil, `{"success":true}`},
		"by name":        {[]any{"provider", "github", "url", nil}, `{"success":true}`},
		"no URL":         {[]any{"url", nil}, `"url":"must not be empty for this provider"`},
		"plain URL":      {[]any{"url", "http://a.example.com"}, `"url":"must be an https URL"`},
		"no client":      {[]any{"clientId", ""}, `"clientId":"must not be empty"`},
		"no secret":      {[]any{"clientSecret", nil}, `"clientSecret":"must not be empty"`},
		"an empty scope": {[]any{"scopes", []any{"openid", ""}}, `"scopes":`},
	} {
		body := change(map[string]any{"provider": "okta", "clientId": "id", "clientSecret": "s", "url": "https://a.okta.com"}, c.changes)
		answer := l.do("POST", "/api/v0/checkIdentityProviderSettings", body).want(200, c.says).object()
		if answer["success"] != (answer["errors"] == nil) {
			t.Errorf("%s: %v", name, answer)
		}
	}
	l.do("POST", "/api/v0/checkIdentityProviderSettings", map[string]any{"provider": "myspace"}).want(400, "/provider")
}
