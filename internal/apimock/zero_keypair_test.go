package apimock

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// pair is a complete body for a key pair of *.example.com, changed by pairs.
func (l *lab) pair(changes ...any) map[string]any {
	certificate, key := issueCertificate(l.Now(), l.Now().Add(24*time.Hour), "*.example.com")
	return change(map[string]any{
		"name": "wildcard", "namespaceId": l.ClusterNamespaceID, "certificate": certificate, "key": key,
	}, changes)
}

func TestKeyPairLife(t *testing.T) {
	t.Parallel()
	l := zeroLab(t)
	body := l.pair()
	a := l.do("POST", l.zeroPath("/keyPairs"), body).want(201)
	made := a.object()
	if made["hasKey"] != true || made["origin"] != "user" || made["status"] != "ready" || made["certificate"] != body["certificate"] ||
		strings.Contains(a.body, "PRIVATE KEY") {
		t.Errorf("made %v", made)
	}
	info := as[map[string]any](as[[]any](made["certificateInfo"])[0])
	for place, want := range map[string]any{
		"dnsNames": []any{"*.example.com"}, "notAfter": "2026-08-21T10:00:00Z", "uris": []any{}, "permittedDnsDomainsCritical": false,
	} {
		if diff := cmp.Diff(want, info[place]); diff != "" {
			t.Errorf("%s: %s", place, diff)
		}
	}
	if member(info, "subject", "commonName") != "*.example.com" || member(info, "extKeyUsage", "serverAuth") != true ||
		member(info, "keyUsage", "digitalSignature") != true || member(info, "keyUsage", "certSign") != false {
		t.Errorf("info %v", info)
	}
	id := as[string](made["id"])
	path := l.zeroPath("/keyPairs/" + id)

	route := l.create("routes", l.route("tlsClientKeyPairId", id))
	l.do("DELETE", path, nil).want(409, "route billing")
	if got := l.do("GET", l.zeroPath("/routes/"+route+"/certificates"), nil).want(200).names(); got != "wildcard" {
		t.Errorf("certificates of the route: %q", got)
	}
	l.do("PUT", l.zeroPath("/routes/"+route), l.route("from", "https://billing.example.org")).want(200)
	l.do("GET", l.zeroPath("/routes/"+route+"/certificates"), nil).want(200, "[]")
	l.do("PATCH", l.settingsOf(l.ClusterNamespaceID), `[{"op":"add","path":"/certificateAuthorityKeyPairId","value":"`+id+`"}]`).want(200)
	l.do("DELETE", path, nil).want(409, "setting Lab cluster")
	l.do("PUT", l.settingsOf(l.ClusterNamespaceID), defaultSettings()).want(200)

	l.do("PATCH", path, `[{"op":"replace","path":"/name","value":"renamed"}]`).want(200, `"hasKey":true`, `"name":"renamed"`)
	l.do("PUT", path, change(body, []any{"key", nil})).want(200, `"hasKey":false`, `"name":"wildcard"`)
	l.do("DELETE", path, nil).want(204)
	l.do("GET", path, nil).want(403)
}

func TestKeyKeptOnPut(t *testing.T) {
	t.Parallel()
	l := zeroLab(t, func(w *Switches) { w.KeyKeptOnPut = true })
	body := l.pair()
	path := l.zeroPath("/keyPairs/" + l.create("keyPairs", body))
	l.do("PUT", path, change(body, []any{"key", nil})).want(200, `"hasKey":true`)
	l.do("PUT", path, l.pair("key", nil)).want(400, "/key")
	l.do("PATCH", path, `[{"op":"remove","path":"/key"}]`).want(200, `"hasKey":false`)
}

func TestKeyPairRefusals(t *testing.T) {
	t.Parallel()
	l := zeroLab(t)
	l.create("keyPairs", l.pair())
	whole := l.pair()
	for name, c := range map[string]struct {
		body   map[string]any
		status int
		says   string
	}{
		"taken name":         {l.pair(), 409, "taken"},
		"key of another":     {l.pair("name", nil, "key", whole["key"]), 400, "/key: is not the certificate's"},
		"no PEM":             {l.pair("name", nil, "certificate", "MIIB"), 400, "/certificate"},
		"key as certificate": {l.pair("name", nil, "certificate", whole["key"]), 400, "/certificate"},
		"certificate as key": {l.pair("name", nil, "key", whole["certificate"]), 400, "/key"},
		"key is no PEM":      {l.pair("name", nil, "key", "x"), 400, "/key"},
		"two keys":           {l.pair("name", nil, "key", as[string](whole["key"])+as[string](whole["key"])), 400, "/key"},
		"broken certificate": {l.pair("name", nil, "certificate", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"), 400, "/certificate"},
		"no namespace":       {l.pair("name", nil, "namespaceId", nil), 400, "namespaceId"},
		"computed":           {l.pair("name", nil, "hasKey", true), 400, "/hasKey"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			l.in(t).do("POST", l.zeroPath("/keyPairs"), c.body).want(c.status, c.says)
		})
	}
}

func TestKeyPairLists(t *testing.T) {
	t.Parallel()
	l := zeroLab(t)
	l.create("keyPairs", l.pair("name", "b"))
	l.CreateObject("keyPairs", l.OrganizationID, map[string]any{"name": "a"})
	l.create("keyPairs", map[string]any{"namespaceId": l.ClusterNamespaceID}) // two without a name are no clash
	l.create("keyPairs", map[string]any{"namespaceId": l.ClusterNamespaceID})
	list := l.zeroPath("/keyPairs?includeDescendants=true&namespaceId=" + l.RootNamespaceID)
	for query, want := range map[string]string{
		"": "b a  ", "&orderBy=-subject": "b a  ", "&orderBy=-cluster,-name": "b   a",
		`&filter={"items":[{"field":"subject","operator":"contains","value":"example"}]}`:            "b",
		`&filter={"items":[{"field":"notAfter","operator":"after","value":"2026-08-21T00:00:00Z"}]}`: "b",
		`&filter={"items":[{"field":"isCertificateAuthority","operator":"is","value":"true"}]}`:      "",
		`&filter={"items":[{"field":"name","operator":"equals","value":"a"}]}`:                       "a",
	} {
		if got := l.do("GET", list+strings.ReplaceAll(query, `"`, "%22"), nil).want(200).names(); got != want {
			t.Errorf("%s: %q, want %q", query, got, want)
		}
	}
}

func TestRemovedKeyPairLeavesItsUsers(t *testing.T) {
	t.Parallel()
	l := zeroLab(t)
	id := l.create("keyPairs", l.pair())
	route := l.create("routes", l.route("tlsCustomCaKeyPairId", id))
	l.EditObject("settings", l.ClusterNamespaceID, func(m map[string]any) { m["downstreamMtlsCaKeyPairId"] = id })
	l.RemoveObject("keyPairs", id)
	if l.Object("routes", route)["tlsCustomCaKeyPairId"] != nil || l.Object("settings", l.ClusterNamespaceID)["downstreamMtlsCaKeyPairId"] != nil {
		t.Error("the key pair is still named")
	}
}
