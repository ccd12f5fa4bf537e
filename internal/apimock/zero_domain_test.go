package apimock

import (
	"testing"
	"time"
)

func TestCustomDomainLife(t *testing.T) {
	t.Parallel()
	l := zeroLab(t)
	list := l.zeroPath("/customDomains?clusterId=" + l.ClusterNamespaceID)
	made := l.do("POST", l.zeroPath("/customDomains"), map[string]any{
		"clusterId": l.ClusterNamespaceID, "domainName": "apps.example.com",
	}).want(201).object()
	pair := as[string](made["keyPairId"])
	if made["expiresAt"] != "2026-11-18T10:00:00.123456Z" {
		t.Errorf("made %v", made)
	}
	l.do("GET", l.zeroPath("/keyPairs/"+pair), nil).want(200, `"origin":"system"`, `"*.apps.example.com"`)
	l.do("DELETE", l.zeroPath("/keyPairs/"+pair), nil).want(409, "custom domain apps.example.com")
	route := l.create("routes", l.route("from", "https://billing.apps.example.com"))
	if got := l.do("GET", l.zeroPath("/routes/"+route+"/certificates"), nil).want(200).names(); got != "*.apps.example.com" {
		t.Errorf("certificates of the route: %q", got)
	}
	if got := l.do("GET", list, nil).want(200).list(); len(got) != 1 || got[0]["id"] != made["id"] {
		t.Errorf("listed %v", got)
	}
	l.do("GET", l.zeroPath("/customDomains?clusterId="+l.cluster("east")), nil).want(200, "[]")
	path := l.zeroPath("/customDomains/" + as[string](made["id"]))
	l.do("DELETE", path, nil).want(204)
	l.do("GET", list, nil).want(200, "[]")
	l.do("GET", l.zeroPath("/keyPairs/"+pair), nil).want(403)
	l.do("DELETE", path, nil).want(403)
	l.do("POST", path+"/retry", nil).want(403)
}

func TestCustomDomainWaits(t *testing.T) {
	t.Parallel()
	l := zeroLab(t, func(w *Switches) { w.CertificateDelay, w.CertificateError = time.Minute, "no CNAME" })
	id := l.create("customDomains", map[string]any{"clusterId": l.ClusterNamespaceID, "domainName": "apps.example.com"})
	has := func(name string) any {
		t.Helper()
		return member(l.do("GET", l.zeroPath("/customDomains?clusterId="+l.ClusterNamespaceID), nil).want(200).list()[0], name)
	}
	l.Advance(time.Minute - time.Nanosecond)
	if got := has("lastError"); got != "absent" {
		t.Errorf("too early: %v", got)
	}
	l.Advance(time.Nanosecond)
	if got := has("lastError"); got != "no CNAME" || has("keyPairId") != "absent" {
		t.Errorf("lastError %v", got)
	}
	l.SetSwitches(func(w *Switches) { w.CertificateError = "" })
	l.Advance(time.Minute)
	if got := has("lastError"); got != "no CNAME" {
		t.Errorf("gone without a retry: %v", got)
	}
	l.do("POST", l.zeroPath("/customDomains/"+id+"/retry"), nil).want(204)
	if has("lastError") != "absent" || has("keyPairId") != "absent" {
		t.Error("after the retry there is an error or a certificate at once")
	}
	l.Advance(time.Minute)
	if has("keyPairId") == "absent" || has("expiresAt") != "2026-11-18T10:03:00.123456Z" {
		t.Errorf("expires at %v", has("expiresAt"))
	}
}

func TestCustomDomainRefusals(t *testing.T) {
	t.Parallel()
	l := zeroLab(t)
	l.CreateObject("customDomains", l.OrganizationID, map[string]any{"domainName": "taken.example.com"})
	for name, c := range map[string]struct {
		domain string
		status int
		says   string
	}{
		"taken": {"taken.example.com", 409, "taken"}, "wildcard": {"*.example.com", 400, "/domainName"},
		"one label": {"localhost", 400, "/domainName"}, "empty": {"", 400, "/domainName"}, "URL": {"https://a.example.com", 400, "/domainName"},
		"upper case": {"A.example.com", 400, "/domainName"}, "trailing dot": {"a.example.com.", 400, "/domainName"},
		"hyphen": {"-a.example.com", 400, "/domainName"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			l.in(t).do("POST", l.zeroPath("/customDomains"), map[string]any{"clusterId": l.ClusterNamespaceID, "domainName": c.domain}).
				want(c.status, c.says)
		})
	}
	l.do("POST", l.zeroPath("/customDomains"), map[string]any{"clusterId": "none", "domainName": "a.example.com"}).want(400, "/clusterId")
	l.do("GET", l.zeroPath("/customDomains"), nil).want(400, "clusterId")
	l.do("GET", l.zeroPath("/customDomains?clusterId=none"), nil).want(403)
}
