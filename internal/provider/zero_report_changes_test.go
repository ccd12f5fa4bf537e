package provider

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/pomerium-zdx/terraform-provider-pomerium/internal/apimock"
)

func wikiRoute(l *lab) map[string]any {
	return map[string]any{
		"namespace_id": l.ClusterNamespaceID, "name": "wiki", "from": "https://wiki.example.com", "to": []string{"http://wiki:80"},
	}
}

func TestZeroActivityLogs(t *testing.T) {
	t.Parallel()
	onVirtualTime(t, unpaced(), func(t *testing.T, lab *lab, p *protocol) {
		logs := func(more map[string]any) map[string]any { return p.mustRead("pomerium_zero_activity_logs", more) }
		route := p.mustChange(p.none("pomerium_zero_route"), wikiRoute(lab))
		id := fmt.Sprint(p.state(route)["id"])
		lab.Advance(time.Minute)
		staff := lab.addPolicy(lab.RootNamespaceID, "staff", nil)
		lab.Advance(time.Minute)
		lab.EditObject("routes", id, func(route map[string]any) { route["name"] = "handbook" })
		lab.sent(t, "pomerium_zero_activity_logs")
		all := logs(nil)
		if sent := lab.sent(t, "pomerium_zero_activity_logs"); sent[0].Encode() != "limit=100&offset=0&orderBy=-updatedAt" {
			t.Errorf("sent %v", sent)
		}
		holds(t, []any{id, staff, id}, map[string]any{"ids": column(t, all, "activity_logs", "entity_id")[:3]}, "ids")
		for member, want := range map[string]any{
			"activity_type": "update", "entity_type": "route", "entity_name": "handbook", "user_id": lab.ConsoleUserID,
			"user_email": "console.user@example.com", "user_display_name": "Console User",
			"namespace_id": lab.ClusterNamespaceID, "namespace_name": "Lab cluster",
		} {
			holds(t, want, all, "activity_logs", 0, member)
		}
		applied := fmt.Sprint(reach(t, all, "activity_logs", 0, "changeset_id"))
		holds(t, applied, p.mustRead("pomerium_zero_changesets", nil), "changesets", 0, "id")
		for parameter, test := range map[string]struct {
			argument, value string
			want            []any
		}{
			"activityType": {"activity_type", "create", []any{staff, id}}, "entityId": {"entity_id", staff, []any{staff}},
			"entityType": {"entity_type", "policy", []any{staff}}, "namespaceId": {"namespace_id", lab.RootNamespaceID, []any{staff}},
			"userId": {"user_id", lab.APIUserID, []any{id}}, "changesetId": {"changeset_id", applied, []any{id}},
		} {
			lab.sent(t, "pomerium_zero_activity_logs")
			got := column(t, logs(map[string]any{test.argument: test.value}), "activity_logs", "entity_id")
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("%s: -want +got\n%s", test.argument, diff)
			}
			if sent := lab.sent(t, "pomerium_zero_activity_logs"); sent[0].Get(parameter) != test.value || len(sent[0]) != 4 {
				t.Errorf("%s: sent %v", test.argument, sent)
			}
		}
		holds(t, []any{}, logs(map[string]any{"entity_id": "gone"}), "activity_logs")
	})
}

// What is read is as much as was asked for, in as few requests as that takes.
func TestZeroActivityLogsLimit(t *testing.T) {
	t.Parallel()
	onVirtualTime(t, unpaced(), func(t *testing.T, lab *lab, p *protocol) {
		id := lab.addRoute(lab.ClusterNamespaceID, "wiki", nil)
		for i := range 130 {
			lab.Advance(time.Second)
			lab.EditObject("routes", id, func(route map[string]any) { route["name"] = fmt.Sprint("wiki-", i) })
		}
		for _, test := range []struct{ limit, want, requests int }{{0, 100, 1}, {1, 1, 1}, {120, 120, 2}, {10_000, 131, 3}} {
			arguments := map[string]any{"entity_id": id}
			if test.limit > 0 {
				arguments["limit"] = test.limit
			}
			names := column(t, p.mustRead("pomerium_zero_activity_logs", arguments), "activity_logs", "entity_name")
			if len(names) != test.want || names[0] != "wiki-129" {
				t.Errorf("limit %d: %d logs, the first of %v", test.limit, len(names), names[0])
			}
			sent := lab.sent(t, "pomerium_zero_activity_logs")
			if want := fmt.Sprint(min(test.want, 100)); len(sent) != test.requests || sent[0].Get("limit") != want {
				t.Errorf("limit %d: sent %v", test.limit, sent)
			}
		}
	})
}

// The data of what was changed may hold secrets: none of it but the name reaches a state.
func TestZeroActivityLogsWithoutData(t *testing.T) {
	t.Parallel()
	onVirtualTime(t, unpaced(), func(t *testing.T, lab *lab, p *protocol) {
		lab.Advance(time.Minute)
		lab.addRoute(lab.ClusterNamespaceID, "wiki", nil)
		edit := func(body []byte) []byte {
			return []byte(strings.ReplaceAll(string(body), `"name":"wiki"`, `"name":"wiki","tlsClientKey":"geheim","headers":{"x":["geheim"]}`))
		}
		this := map[string]any{"cluster_id": lab.ClusterNamespaceID, "first_id": p.firstChangeset(lab)}
		lab.AddFault(apimock.Fault{Template: zeroPath + "/activityLogs", Edit: edit})
		lab.AddFault(apimock.Fault{Template: zeroPath + "/changesets/compare", Edit: edit})
		for _, read := range []struct {
			typeName, list string
			arguments      map[string]any
		}{
			{"pomerium_zero_activity_logs", "activity_logs", map[string]any{"entity_type": "route"}},
			{"pomerium_zero_changeset_comparison", "changes", this},
		} {
			state := p.mustRead(read.typeName, read.arguments)
			holds(t, "wiki", state, read.list, 0, "entity_name")
			if strings.Contains(fmt.Sprint(state), "geheim") {
				t.Errorf("%s: the state holds a secret: %v", read.typeName, state)
			}
			answered := ""
			for _, exchange := range lab.Sent(reportCases[read.typeName].method, zeroPath+reportCases[read.typeName].path) {
				answered += string(exchange.Answer)
			}
			if !strings.Contains(answered, "geheim") {
				t.Errorf("%s: the answer holds no secret", read.typeName)
			}
		}
	})
}

// firstChangeset is the ID of what the lab's cluster began with.
func (p *protocol) firstChangeset(l *lab) any {
	p.t.Helper()
	all := column(p.t, p.mustRead("pomerium_zero_changesets", map[string]any{"cluster_id": l.ClusterNamespaceID}), "changesets", "id")
	return all[len(all)-1]
}

// holdBack lets the changes of the lab's cluster wait to be applied.
func (l *lab) holdBack() {
	l.EditObject("settings", l.ClusterNamespaceID, func(settings map[string]any) { settings["autoApplyChangesets"] = false })
}

func TestZeroChangesets(t *testing.T) {
	t.Parallel()
	onVirtualTime(t, unpaced(), func(t *testing.T, lab *lab, p *protocol) {
		other := lab.AddNamespace(lab.OrganizationID, "other", "cluster", lab.RootNamespaceID)
		for range 2 {
			lab.Advance(time.Minute)
			lab.addRoute(lab.ClusterNamespaceID, fmt.Sprint("wiki-", lab.Now().Unix()), nil)
		}
		lab.Advance(time.Minute)
		lab.holdBack() // lands in what is pending
		read := func(want string, more map[string]any) map[string]any {
			t.Helper()
			lab.sent(t, "pomerium_zero_changesets")
			state := p.mustRead("pomerium_zero_changesets", more)
			if sent := lab.sent(t, "pomerium_zero_changesets"); sent[0].Encode() != want {
				t.Errorf("sent %s, want %s", sent[0].Encode(), want)
			}
			return state
		}
		all := read("limit=100&offset=0&orderBy=-createdAt", nil)
		if got := column(t, all, "changesets", "status"); len(got) != 5 || got[0] != "pending" || got[1] != "current" || got[2] != "applied" {
			t.Errorf("the statuses are %v", got)
		}
		holds(t, lab.ClusterNamespaceID, all, "changesets", 0, "namespace_id")
		holds(t, nil, all, "changesets", 0, "failure_message")
		this := read("clusterId="+lab.ClusterNamespaceID+"&limit=100&offset=0&orderBy=-createdAt", map[string]any{"cluster_id": lab.ClusterNamespaceID})
		if got := column(t, this, "changesets", "namespace_id"); len(got) != 4 {
			t.Errorf("the cluster has the changesets %v", this)
		}
		current := read("limit=100&offset=0&orderBy=-createdAt&status=current", map[string]any{"status": "current"})
		holds(t, []any{lab.ClusterNamespaceID, other}, map[string]any{"all": column(t, current, "changesets", "namespace_id")}, "all")
		two := read("limit=2&offset=0&orderBy=-createdAt", map[string]any{"limit": 2})
		holds(t, []any{"pending", "current"}, map[string]any{"all": column(t, two, "changesets", "status")}, "all")
		holds(t, []any{}, read("limit=100&offset=0&orderBy=-createdAt&status=rejected", map[string]any{"status": "rejected"}), "changesets")
	})
}

func TestZeroChangesetComparison(t *testing.T) {
	t.Parallel()
	onVirtualTime(t, unpaced(), func(t *testing.T, lab *lab, p *protocol) {
		compare := func(want string, more map[string]any) map[string]any {
			t.Helper()
			lab.sent(t, "pomerium_zero_changeset_comparison")
			state := p.mustRead("pomerium_zero_changeset_comparison", with(map[string]any{"cluster_id": lab.ClusterNamespaceID}, more))
			lab.sentOnce(t, "pomerium_zero_changeset_comparison", "clusterId="+lab.ClusterNamespaceID+want)
			return state
		}
		lab.Advance(time.Minute)
		wiki := lab.addRoute(lab.ClusterNamespaceID, "wiki", nil)
		nothing := compare("", nil)
		holds(t, []any{}, nothing, "changes")
		holds(t, "current", nothing, "end_status")
		current := fmt.Sprint(reach(t, nothing, "end_changeset_id"))
		holds(t, current, nothing, "start_changeset_id")
		lab.Advance(time.Minute)
		lab.holdBack()
		staff := lab.addPolicy(lab.ClusterNamespaceID, "staff", nil)
		lab.EditObject("policies", staff, func(policy map[string]any) { policy["name"] = "all staff" })
		waits := compare("", nil)
		holds(t, current, waits, "start_changeset_id")
		holds(t, "pending", waits, "end_status")
		holds(t, []any{"settings", "policy", "policy"}, map[string]any{"all": column(t, waits, "changes", "entity_type")}, "all")
		for member, want := range map[string]any{
			"entity_id": staff, "activity_type": "update", "entity_name": "all staff", "user_id": lab.ConsoleUserID, "changeset_id": nil, "applied_at": nil,
		} {
			holds(t, want, waits, "changes", 2, member)
		}
		first := fmt.Sprint(p.firstChangeset(lab))
		before := compare("&firstId="+first+"&secondId="+current, map[string]any{"first_id": first, "second_id": current})
		holds(t, []any{wiki}, map[string]any{"all": column(t, before, "changes", "entity_id")}, "all")
		holds(t, current, before, "changes", 0, "changeset_id")
		if whole := compare("&firstId="+first, map[string]any{"first_id": first}); len(column(t, whole, "changes", "id")) != 4 {
			t.Errorf("since the first: %v", whole)
		}
		for _, wrong := range []struct {
			more map[string]any
			says []string
		}{
			{map[string]any{"first_id": current, "second_id": first}, []string{"the older one of the two", "does not take what was sent"}},
			{map[string]any{"first_id": "gone"}, []string{roleAdvice}},
		} {
			_, problems := p.read("pomerium_zero_changeset_comparison", with(map[string]any{"cluster_id": lab.ClusterNamespaceID}, wrong.more))
			if !says(problems, isError, append(wrong.says, "Could not read the changes of cluster "+lab.ClusterNamespaceID)...) {
				t.Error(listed(problems))
			}
		}
	})
}
