package apimock

import (
	"encoding/base64"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// statuses are the statuses of a cluster's changesets, oldest first.
func (l *lab) statuses(clusterID string) string {
	l.t.Helper()
	var all []string
	for _, set := range l.do("GET", l.zeroPath("/changesets?clusterId="+clusterID), nil).want(200).list() {
		all = append(all, text(set, "status"))
	}
	return strings.Join(all, " ")
}

// pending is the ID of the cluster's pending changeset.
func (l *lab) pending(clusterID string) string {
	l.t.Helper()
	found := l.do("GET", l.zeroPath("/changesets?status=pending&clusterId="+clusterID), nil).want(200).list()
	if len(found) != 1 {
		l.t.Fatalf("%d pending changesets", len(found))
	}
	return text(found[0], "id")
}

// autoApply switches the settings of the lab's cluster. Switching it off is
// itself a pending change.
func (l *lab) autoApply(on bool) {
	l.t.Helper()
	l.do("PATCH", l.settingsOf(l.ClusterNamespaceID), fmt.Sprintf(`[{"op":"replace","path":"/autoApplyChangesets","value":%t}]`, on)).want(200)
}

func TestChangesetsApplyThemselves(t *testing.T) {
	t.Parallel()
	l := zeroLab(t)
	east := l.cluster("east")
	if got := l.statuses(l.ClusterNamespaceID); got != "current" {
		t.Errorf("at first %q", got)
	}
	policy := l.create("policies", l.policy())
	l.EditObject("policies", policy, func(m map[string]any) { m["description"] = "x" })
	if got := l.statuses(l.ClusterNamespaceID); got != "applied applied current" {
		t.Errorf("after two writes %q", got)
	}
	if got := l.statuses(east); got != "current" {
		t.Errorf("of the other cluster %q", got)
	}
	l.CreateObject("policies", l.OrganizationID, map[string]any{"name": "all"})
	l.AddNamespace(l.OrganizationID, "apart", "regular", l.RootNamespaceID)
	if one, other := l.statuses(l.ClusterNamespaceID), l.statuses(east); one != "applied applied applied current" || other != "applied current" {
		t.Errorf("after a write at the root %q and %q", one, other)
	}
	l.create("clusters/"+east+"/serviceAccounts", map[string]any{"description": "bot", "userId": "bot"})
	l.create("customDomains", map[string]any{"clusterId": east, "domainName": "east.example.com"})
	if got := l.statuses(east); got != "applied current" {
		t.Errorf("what acts at once went through a changeset: %q", got)
	}
}

func TestChangesetsWait(t *testing.T) {
	t.Parallel()
	l := zeroLab(t, func(w *Switches) { w.ApplyDelay = time.Minute })
	l.autoApply(false)
	policy := l.create("policies", l.policy())
	l.create("routes", l.route("policyIds", []any{policy}))
	l.do("PATCH", l.zeroPath("/policies/"+policy), `[{"op":"add","path":"/description","value":"x"}]`).want(200, `"description":"x"`)
	if got := l.statuses(l.ClusterNamespaceID); got != "current pending" {
		t.Errorf("after the writes %q", got)
	}
	id := l.pending(l.ClusterNamespaceID)
	compare := l.zeroPath("/changesets/compare?clusterId=" + l.ClusterNamespaceID)
	between := l.do("GET", compare, nil).want(200).object()
	entities := as[[]any](between["entities"])
	if len(entities) != 3 || len(as[[]any](entities[1])) != 2 || member(between, "endChangeset", "id") != id ||
		member(between, "startChangeset", "status") != "current" {
		t.Errorf("compared %v", between)
	}

	apply := l.zeroPath("/changesets/" + id + "/apply")
	l.do("POST", apply, nil).want(200, `"status":"applying"`)
	l.do("POST", apply, nil).want(409, "applying, not pending")
	l.create("policies", l.policy("name", "later"))
	if got := l.statuses(l.ClusterNamespaceID); got != "current applying pending" {
		t.Errorf("on the way %q", got)
	}
	l.Advance(time.Minute - time.Nanosecond)
	if got := l.statuses(l.ClusterNamespaceID); got != "current applying pending" {
		t.Errorf("a moment before %q", got)
	}
	l.Advance(time.Nanosecond)
	if got := l.statuses(l.ClusterNamespaceID); got != "applied applied pending" {
		t.Errorf("in the end %q", got)
	}
	l.do("GET", compare, nil).want(200, `"name":"later"`)
	l.do("GET", compare+"&firstId="+l.pending(l.ClusterNamespaceID)+"&secondId="+id, nil).want(400, "secondId")
	l.do("GET", compare+"&firstId=none", nil).want(403)
	if got := l.do("GET", compare+"&firstId="+id+"&secondId="+id, nil).want(200).object()["entities"]; !cmp.Equal(got, any([]any{})) {
		t.Errorf("compared with itself %v", got)
	}

	// What was pending goes along once changes apply themselves.
	l.autoApply(true)
	if got := l.statuses(l.ClusterNamespaceID); got != "applied applied current" {
		t.Errorf("after switching back %q", got)
	}
	l.do("POST", l.zeroPath("/changesets/none/apply"), nil).want(403)
}

func TestChangesetsFail(t *testing.T) {
	t.Parallel()
	l := zeroLab(t, func(w *Switches) { w.ApplyFails = "envoy said no" })
	l.autoApply(false)
	policy := l.create("policies", l.policy())
	failed := l.pending(l.ClusterNamespaceID)
	l.do("POST", l.zeroPath("/changesets/"+failed+"/apply"), nil).want(200, `"status":"failed"`, `"failureMessage":"envoy said no"`)
	if got := l.statuses(l.ClusterNamespaceID); got != "current failed pending" {
		t.Errorf("after the failure %q", got)
	}
	again := l.pending(l.ClusterNamespaceID)
	if logs := l.do("GET", l.zeroPath("/activityLogs?entityType=policy&changesetId="+again), nil).want(200).list(); len(logs) != 1 {
		t.Errorf("the pending changeset holds %v", logs)
	}
	compared := l.do("GET", l.zeroPath("/changesets/compare?clusterId="+l.ClusterNamespaceID), nil).want(200).object()
	entities := as[[]any](compared["entities"])
	if len(entities) != 2 || len(as[[]any](entities[1])) != 1 {
		t.Errorf("compared %v, want settings and policy, each changed once", entities)
	}

	l.SetSwitches(func(w *Switches) { w.ApplyFails, w.AppliedAs, w.ApplyRefusedStatus = "", AppliedAsCurrent, 400 })
	l.do("POST", l.zeroPath("/changesets/"+again+"/apply"), nil).want(200, `"status":"current"`)
	if got := l.statuses(l.ClusterNamespaceID); got != "applied failed current" {
		t.Errorf("in the end %q", got)
	}
	l.do("POST", l.zeroPath("/changesets/"+again+"/apply"), nil).want(400, "current, not pending")
	log := l.do("GET", l.zeroPath("/activityLogs?entityId="+policy), nil).want(200).list()[0]
	if member(log, "applied", "changesetId") != again || member(log, "applied", "by", "id") != l.APIUserID {
		t.Errorf("applied %v", log["applied"])
	}
}

func TestChangesetLists(t *testing.T) {
	t.Parallel()
	l := zeroLab(t)
	east := l.cluster("east")
	l.create("policies", l.policy())
	list := l.zeroPath("/changesets")
	for query, want := range map[string]string{
		"": "applied current current", "?status=applied": "applied", "?clusterId=" + east: "current",
		"?limit=1": "applied", "?limit=1&offset=1": "current",
		"?orderBy=-status,id": "current current applied", "?orderBy=-cluster": "current applied current",
		`?filter={"items":[{"field":"cluster","operator":"equals","value":"east"}]}`:                       "current",
		`?filter={"items":[{"field":"status","operator":"equals","value":"applied"}]}`:                     "applied",
		`?filter={"items":[{"field":"createdAt","operator":"after","value":"2026-08-20T11:00:00Z"}]}`:      "",
		`?filter={"items":[{"field":"updatedAt","operator":"onOrBefore","value":"2026-08-20T11:00:00Z"}]}`: "applied current current",
		`?filter={"items":[{"field":"failureMessage","operator":"isNotEmpty","value":""}]}`:                "",
	} {
		var got []string
		for _, set := range l.do("GET", list+strings.ReplaceAll(query, `"`, "%22"), nil).want(200).list() {
			got = append(got, text(set, "status"))
		}
		if strings.Join(got, " ") != want {
			t.Errorf("%s: %q, want %q", query, got, want)
		}
	}
	l.do("GET", list+"?clusterId=none", nil).want(403)
	l.do("GET", list+"?orderBy=name", nil).want(400, "orderBy")
	l.GrantUser(l.APIUserToken, l.OrganizationID, "member")
	l.do("GET", list, nil).want(403)
}

func TestActivityLogs(t *testing.T) {
	t.Parallel()
	l := zeroLab(t)
	policy := l.create("policies", l.policy())
	l.Advance(time.Minute)
	l.EditObject("policies", policy, func(m map[string]any) { m["name"] = "crew" })
	route := l.create("routes", l.route("kubernetesServiceAccountToken", "hush"))
	l.create("clusters/"+l.ClusterNamespaceID+"/serviceAccounts", map[string]any{"description": "bot", "userId": "bot"})
	l.do("DELETE", l.zeroPath("/routes/"+route), nil).want(204)
	l.RemoveObject("policies", policy)
	list := l.zeroPath("/activityLogs")
	if body := l.do("GET", list, nil).want(200).body; strings.Contains(body, "hush") {
		t.Errorf("a secret in %s", body)
	}
	for query, want := range map[string]string{
		"":                                             "create staff, update crew, create billing, create bot, delete billing, delete crew",
		"?activityType=delete":                         "delete billing, delete crew",
		"?entityId=" + policy:                          "create staff, update crew, delete crew",
		"?entityType=service_account":                  "create bot",
		"?userId=" + l.ConsoleUserID:                   "update crew, delete crew",
		"?userId=" + l.APIUserID + "&limit=1":          "create staff",
		"?namespaceId=" + l.RootNamespaceID:            "",
		"?limit=2&offset=2":                            "create billing, create bot",
		"?orderBy=-updatedAt&limit=1&offset=5":         "create staff",
		"?orderBy=entity.data.name,-entity.id&limit=1": "create billing",
		`?filter={"items":[{"field":"user","operator":"startsWith","value":"console"}]}`:               "update crew, delete crew",
		`?filter={"items":[{"field":"entity.data.name","operator":"equals","value":"staff"}]}`:         "create staff",
		`?filter={"items":[{"field":"entity.type","operator":"isAnyOf","value":["route"]}]}`:           "create billing, delete billing",
		`?filter={"items":[],"quickFilterValues":["cre"]}`:                                             "update crew, delete crew",
		`?filter={"items":[{"field":"updatedAt","operator":"before","value":"2026-08-20T10:00:30Z"}]}`: "create staff",
	} {
		var got []string
		for _, log := range l.do("GET", list+strings.ReplaceAll(query, `"`, "%22"), nil).want(200).list() {
			got = append(got, fmt.Sprint(log["activityType"], " ", member(log, "entity", "data", "name")))
		}
		if strings.Join(got, ", ") != want {
			t.Errorf("%s: %q, want %q", query, got, want)
		}
	}
	first := l.do("GET", list+"?limit=1", nil).want(200).list()[0]
	if member(first, "namespace", "name") != "Lab cluster" || member(first, "user", "displayName") != "API user of Lab" ||
		member(first, "applied", "at") != "2026-08-20T10:00:00.123456Z" {
		t.Errorf("log %v", first)
	}
}

func TestIDTokens(t *testing.T) {
	t.Parallel()
	l := zeroLab(t)
	parts := strings.Split(l.token, ".")
	if len(parts) != 3 {
		t.Fatalf("%d parts", len(parts))
	}
	for i, want := range []string{`"alg":"none"`, `"user_id":"` + l.APIUserID + `"`} {
		raw, err := base64.RawURLEncoding.DecodeString(parts[i])
		if err != nil || !strings.Contains(string(raw), want) {
			t.Errorf("part %d is %s, %v", i, raw, err)
		}
	}
	if !slices.Contains(l.Secrets(), l.token) || len(parts[2]) < 40 {
		t.Error("the token is no secret, or can be guessed")
	}
	l.SetSwitches(func(w *Switches) { w.OpaqueIDTokens = true })
	l.signInZero(l.APIUserToken)
	if strings.Count(l.token, ".") != 1 || !slices.Contains(l.Secrets(), l.token) {
		t.Errorf("token %s", l.token)
	}
	l.do("GET", "/api/v0/organizations", nil).want(200)
}

func TestRejectedChangesetCollectsNothing(t *testing.T) {
	t.Parallel()
	l := zeroLab(t)
	l.autoApply(false)
	rejected := l.pending(l.ClusterNamespaceID)
	l.EditObject("changesets", rejected, func(m map[string]any) { m["status"] = "rejected" })
	l.do("POST", l.zeroPath("/changesets/"+rejected+"/apply"), nil).want(409, "rejected, not pending")
	l.create("policies", l.policy())
	if got := l.statuses(l.ClusterNamespaceID); got != "current rejected pending" {
		t.Errorf("after a write %q", got)
	}
}
