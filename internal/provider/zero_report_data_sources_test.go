package provider

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/pomerium-zdx/terraform-provider-pomerium/internal/apimock"
)

// reportCase is what the tests that all reports pass need to know of one.
type reportCase struct {
	method, path string
	what         string
	holder       string // of what it reads, required or not; "" for the organization alone
	required     bool
}

var reportCases = map[string]reportCase{
	"pomerium_zero_users":                {http.MethodGet, "/users", "users", "", false},
	"pomerium_zero_quotas":               {http.MethodGet, "/quotas", "quotas", "namespace", false},
	"pomerium_zero_feature_flags":        {http.MethodGet, "/featureFlags", "feature flags", "", false},
	"pomerium_zero_activity_logs":        {http.MethodGet, "/activityLogs", "activity logs", "namespace", false},
	"pomerium_zero_changesets":           {http.MethodGet, "/changesets", "changesets", "cluster", false},
	"pomerium_zero_changeset_comparison": {http.MethodGet, "/changesets/compare", "changes", "cluster", true},
	"pomerium_zero_cluster_health":       {http.MethodGet, "/clusters/{clusterId}/health", "health checks", "cluster", true},
	"pomerium_zero_cluster_replicas":     {http.MethodGet, "/clusters/{clusterId}/replicas", "replicas", "cluster", true},
	"pomerium_zero_cluster_ping":         {http.MethodPost, "/clusters/{clusterId}/ping", "reachability", "cluster", true},
}

func (c reportCase) arguments(l *lab) map[string]any {
	if !c.required {
		return map[string]any{}
	}
	return map[string]any{c.holder + "_id": l.ClusterNamespaceID}
}

// sent are the parameters of the requests for a report since the last call.
func (l *lab) sent(t *testing.T, typeName string) (all []url.Values) {
	t.Helper()
	for _, exchange := range l.Sent(reportCases[typeName].method, zeroPath+reportCases[typeName].path) {
		all = append(all, exchange.Query)
	}
	l.ResetJournal()
	return all
}

// sentOnce expects one request, with these parameters and no others.
func (l *lab) sentOnce(t *testing.T, typeName, want string) {
	t.Helper()
	parameters, err := url.ParseQuery(want)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]url.Values{parameters}, l.sent(t, typeName)); diff != "" {
		t.Errorf("%s: -want +sent\n%s", typeName, diff)
	}
}

// column is a member of each element of a list.
func column(t *testing.T, state map[string]any, list, member string) (all []any) {
	t.Helper()
	elements, ok := state[list].([]any)
	if !ok {
		t.Fatalf("%s is %v, no list", list, state[list])
	}
	for i := range elements {
		all = append(all, reach(t, elements[i], member))
	}
	return all
}

// Every report tells the organization, asks once, and fails as what it reads is called.
func TestZeroReports(t *testing.T) {
	t.Parallel()
	for typeName, c := range reportCases {
		t.Run(typeName, func(t *testing.T) {
			t.Parallel()
			onVirtualTime(t, unpaced(), func(t *testing.T, lab *lab, p *protocol) {
				arguments := c.arguments(lab)
				holds(t, lab.OrganizationID, p.mustRead(typeName, arguments), "organization_id")
				holds(t, lab.OrganizationID, p.mustRead(typeName, with(arguments, map[string]any{"organization_id": lab.OrganizationID})), "organization_id")
				sent := slices.DeleteFunc(lab.sent(t, typeName), func(query url.Values) bool { return query.Get("offset") > "0" }) // to see that a list ends
				if len(sent) != 2 {
					t.Errorf("%d requests were sent, want 2: %v", len(sent), sent)
				}
				elsewhere := with(arguments, map[string]any{"organization_id": "nowhere"})
				if _, problems := p.read(typeName, elsewhere); !says(problems, isError, "Could not read the "+c.what, `does not see organization "nowhere"`) {
					t.Error(listed(problems))
				}
				if sent := lab.sent(t, typeName); len(sent) != 0 {
					t.Errorf("of another organization %v was asked", sent)
				}
				of := "organization " + lab.OrganizationID
				if c.holder != "" {
					arguments, of = map[string]any{c.holder + "_id": lab.ClusterNamespaceID}, c.holder+" "+lab.ClusterNamespaceID
				}
				lab.AddFault(apimock.Fault{Method: c.method, Template: zeroPath + c.path, Status: 403})
				if _, problems := p.read(typeName, arguments); !says(problems, isError, "Could not read the "+c.what+" of "+of, roleAdvice) {
					t.Error(listed(problems))
				}
				if c.holder == "" {
					return
				}
				list := map[string]string{"cluster": "has no cluster \"gone\" that these credentials see. It has: " + lab.ClusterNamespaceID + " (Lab cluster)",
					"namespace": "has no namespace \"gone\" that these credentials see. It has: "}[c.holder]
				if _, problems := p.read(typeName, map[string]any{c.holder + "_id": "gone"}); !says(problems, isError, "Unknown "+c.holder, list) {
					t.Error(listed(problems))
				}
			})
		})
	}
}

// A cluster or a namespace that does not exist is named, however the service answers for it.
func TestZeroReportsUnknownHolder(t *testing.T) {
	t.Parallel()
	for _, status := range []int{http.StatusForbidden, http.StatusNotFound} {
		t.Run(fmt.Sprint(status), func(t *testing.T) {
			t.Parallel()
			switches := unpaced()
			switches.DeletedStatus = status
			onVirtualTime(t, switches, func(t *testing.T, _ *lab, p *protocol) {
				for typeName, c := range reportCases {
					if c.holder == "" || typeName == "pomerium_zero_activity_logs" { // of which what is gone has some
						continue
					}
					if _, problems := p.read(typeName, map[string]any{c.holder + "_id": "gone"}); !says(problems, isError, "Unknown "+c.holder, `"gone"`) {
						t.Errorf("%s: %s", typeName, listed(problems))
					}
				}
			})
		})
	}
}

func TestZeroReportsRefusals(t *testing.T) {
	t.Parallel()
	for typeName, cases := range map[string]map[string]refusal{
		"pomerium_zero_users":  {"unknown type": {map[string]any{"type": "user_type_interactive"}, `AttributeName("type")`, "must be one of"}},
		"pomerium_zero_quotas": {"no namespace": {map[string]any{"namespace_id": ""}, `AttributeName("namespace_id")`, "at least 1"}},
		"pomerium_zero_activity_logs": {
			"unknown activity": {map[string]any{"activity_type": "read"}, `AttributeName("activity_type")`, "must be one of"},
			"unknown entity":   {map[string]any{"entity_type": "cluster"}, `AttributeName("entity_type")`, "must be one of"},
			"none":             {map[string]any{"limit": 0}, `AttributeName("limit")`, "between 1 and 10000"},
			"too many":         {map[string]any{"limit": 10_001}, `AttributeName("limit")`, "between 1 and 10000"},
			"no user":          {map[string]any{"user_id": ""}, `AttributeName("user_id")`, "at least 1"},
		},
		"pomerium_zero_changesets": {
			"unknown status": {map[string]any{"status": "done"}, `AttributeName("status")`, "must be one of"},
			"none":           {map[string]any{"limit": 0}, `AttributeName("limit")`, "between 1 and 10000"},
		},
		"pomerium_zero_changeset_comparison": {"no cluster": {map[string]any{"cluster_id": nil}, `AttributeName("cluster_id")`, "required"}},
		"pomerium_zero_cluster_health":       {"empty cluster": {map[string]any{"cluster_id": ""}, `AttributeName("cluster_id")`, "at least 1"}},
		"pomerium_zero_cluster_replicas": {
			"no time":       {map[string]any{"since": "yesterday"}, `AttributeName("since")`, "duration back from now"},
			"negative time": {map[string]any{"since": "-1h"}, `AttributeName("since")`, "duration back from now"},
		},
		"pomerium_zero_cluster_ping": {"no cluster": {map[string]any{"cluster_id": nil}, `AttributeName("cluster_id")`, "required"}},
	} {
		t.Run(typeName, func(t *testing.T) {
			t.Parallel()
			minimal := map[string]any{}
			if reportCases[typeName].required {
				minimal["cluster_id"] = "cluster"
			}
			lookupRefusals(t, typeName, minimal, cases)
		})
	}
}

func TestZeroUsers(t *testing.T) {
	t.Parallel()
	onVirtualTime(t, unpaced(), func(t *testing.T, lab *lab, p *protocol) {
		ci := p.state(p.mustChange(p.none("pomerium_zero_api_user"), map[string]any{"name": "ci", "role": "admin"}))
		people := []string{lab.ConsoleUserID, lab.APIUserID, fmt.Sprint(ci["id"])}
		slices.Sort(people)
		all := p.mustRead("pomerium_zero_users", nil)
		lab.sentOnce(t, "pomerium_zero_users", "")
		holds(t, []any{people[0], people[1], people[2]}, map[string]any{"ids": column(t, all, "users", "id")}, "ids")
		made := slices.Index(people, fmt.Sprint(ci["id"]))
		for member, want := range map[string]any{
			"display_name": "ci", "email": ci["email"], "type": "api_access", "organization_role": "admin", "needs_onboarding": false,
			"created_at": ci["created_at"], "photo_url": nil, "last_logged_in": nil,
		} {
			holds(t, want, all, "users", made, member)
		}
		persons := p.mustRead("pomerium_zero_users", map[string]any{"type": "interactive"})
		lab.sentOnce(t, "pomerium_zero_users", "userType=user_type_interactive")
		holds(t, []any{lab.ConsoleUserID}, map[string]any{"ids": column(t, persons, "users", "id")}, "ids")
		holds(t, "owner", persons, "users", 0, "organization_role")
		holds(t, "interactive", persons, "users", 0, "type")
		if programs := p.mustRead("pomerium_zero_users", map[string]any{"type": "api_access"}); len(column(t, programs, "users", "id")) != 2 {
			t.Errorf("the API users are %v", programs)
		}
		lab.sentOnce(t, "pomerium_zero_users", "userType=user_type_api_access")
	})
}

func TestZeroQuotas(t *testing.T) {
	t.Parallel()
	onVirtualTime(t, unpaced(), func(t *testing.T, lab *lab, p *protocol) {
		holds(t, json.Number("0"), p.mustRead("pomerium_zero_quotas", nil), "counts", "routes")
		p.mustChange(p.none("pomerium_zero_route"), wikiRoute(lab))
		lab.sent(t, "pomerium_zero_quotas")
		all := p.mustRead("pomerium_zero_quotas", nil)
		lab.sentOnce(t, "pomerium_zero_quotas", "")
		holds(t, json.Number("1"), all, "counts", "routes")
		holds(t, json.Number("10"), all, "limits", "routes")
		holds(t, json.Number("2"), all, "limits", "api_users")
		holds(t, json.Number("1"), all, "counts", "api_users")
		other := lab.AddNamespace(lab.OrganizationID, "other", "cluster", lab.RootNamespaceID)
		for id, routes := range map[string]string{lab.RootNamespaceID: "1", lab.ClusterNamespaceID: "1", other: "0"} {
			holds(t, json.Number(routes), p.mustRead("pomerium_zero_quotas", map[string]any{"namespace_id": id}), "counts", "routes")
			lab.sentOnce(t, "pomerium_zero_quotas", "namespaceId="+id)
		}
	})
}

func TestZeroFeatureFlags(t *testing.T) {
	t.Parallel()
	onVirtualTime(t, unpaced(), func(t *testing.T, lab *lab, p *protocol) {
		state := p.mustRead("pomerium_zero_feature_flags", nil)
		lab.sentOnce(t, "pomerium_zero_feature_flags", "")
		holds(t, []any{map[string]any{"name": "lab-off", "enabled": false}, map[string]any{"name": "lab-on", "enabled": true}}, state, "feature_flags")
		holds(t, []any{"lab-on"}, state, "enabled")
		lab.AddFault(apimock.Fault{Template: zeroPath + "/featureFlags", Edit: func([]byte) []byte { return []byte("[]") }})
		state = p.mustRead("pomerium_zero_feature_flags", nil)
		holds(t, []any{}, state, "feature_flags")
		holds(t, []any{}, state, "enabled")
	})
}

func TestZeroClusterHealth(t *testing.T) {
	t.Parallel()
	onVirtualTime(t, unpaced(), func(t *testing.T, lab *lab, p *protocol) {
		this := map[string]any{"cluster_id": lab.ClusterNamespaceID}
		state := p.mustRead("pomerium_zero_cluster_health", this)
		holds(t, true, state, "healthy")
		holds(t, []any{"success"}, map[string]any{"all": column(t, state, "checks", "status")}, "all")
		holds(t, "the configuration was applied", state, "checks", 0, "description")
		holds(t, "pomerium-0", state, "checks", 0, "hostname")
		holds(t, "https://www.pomerium.com/docs", state, "checks", 0, "help_url")
		lab.EditObject("clusters", lab.ClusterNamespaceID, func(cluster map[string]any) { cluster["hasFailingHealthChecks"] = true })
		state = p.mustRead("pomerium_zero_cluster_health", this)
		holds(t, false, state, "healthy")
		holds(t, []any{"error", "success"}, map[string]any{"all": column(t, state, "checks", "status")}, "all") // by what they describe
		fresh := p.state(p.mustChange(p.none("pomerium_zero_cluster"), map[string]any{"name": "edge"}))
		state = p.mustRead("pomerium_zero_cluster_health", map[string]any{"cluster_id": fresh["id"]})
		holds(t, true, state, "healthy")
		holds(t, []any{}, state, "checks")
	})
}

func TestZeroClusterReplicas(t *testing.T) {
	t.Parallel()
	onVirtualTime(t, unpaced(), func(t *testing.T, lab *lab, p *protocol) {
		lab.Advance(40 * time.Hour)
		this := func(more map[string]any) map[string]any {
			return with(map[string]any{"cluster_id": lab.ClusterNamespaceID}, more)
		}
		p.mustRead("pomerium_zero_feature_flags", nil) // the answer tells the clock
		now := lab.Now().Truncate(time.Second)
		stamp := func(back time.Duration) string { return now.Add(-back).UTC().Format(time.RFC3339) }
		for since, begin := range map[string]string{"": stamp(time.Hour), "24h": stamp(24 * time.Hour), stamp(36 * time.Hour): stamp(36 * time.Hour), "0s": stamp(0)} {
			arguments := this(nil)
			if since != "" {
				arguments["since"] = since
			}
			state := p.mustRead("pomerium_zero_cluster_replicas", arguments)
			lab.sentOnce(t, "pomerium_zero_cluster_replicas", url.Values{"startTime": {begin}, "endTime": {stamp(-time.Second)}}.Encode())
			holds(t, []any{lab.ClusterNamespaceID + "-0"}, map[string]any{"ids": column(t, state, "replicas", "id")}, "ids")
			holds(t, "pomerium-0", state, "replicas", 0, "hostname")
		}
		ahead := stamp(-time.Hour)
		if _, problems := p.read("pomerium_zero_cluster_replicas", this(map[string]any{"since": ahead})); !says(problems, isError, "The time in since, "+ahead+", lies ahead of now") {
			t.Error(listed(problems))
		}
		fresh := p.state(p.mustChange(p.none("pomerium_zero_cluster"), map[string]any{"name": "edge"}))
		holds(t, []any{}, p.mustRead("pomerium_zero_cluster_replicas", map[string]any{"cluster_id": fresh["id"]}), "replicas")
	})
}

func TestZeroClusterPing(t *testing.T) {
	t.Parallel()
	onVirtualTime(t, unpaced(), func(t *testing.T, lab *lab, p *protocol) {
		state := p.mustRead("pomerium_zero_cluster_ping", map[string]any{"cluster_id": lab.ClusterNamespaceID})
		for member, want := range map[string]any{"success": true, "error_code": nil, "error_message": nil} {
			holds(t, want, state, member)
		}
		fresh := p.state(p.mustChange(p.none("pomerium_zero_cluster"), map[string]any{"name": "edge"}))
		state = p.mustRead("pomerium_zero_cluster_ping", map[string]any{"cluster_id": fresh["id"]})
		holds(t, false, state, "success")
		holds(t, "err_cluster_ping_connection_error", state, "error_code")
		if text := fmt.Sprint(state["error_message"]); !strings.Contains(text, "nothing answers") {
			t.Errorf("the message is %q", text)
		}
	})
}
