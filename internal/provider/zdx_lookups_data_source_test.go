package provider

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/pomerium-zdx/terraform-provider-pomerium/internal/apimock"
)

// stillHosts numbers the hosts of labs without sockets, because clients pace themselves by host.
var stillHosts atomic.Int64

// still runs a test on a lab on virtual time: it begins on 2000-01-01 at 00:00 UTC and passes only while somebody
// waits, so that whatever is measured can be told beforehand.
func still(t *testing.T, use func(t *testing.T, lab *lab), edits ...func(*apimock.Switches)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		mock := apimock.New(unpaced())
		for _, edit := range edits {
			mock.SetSwitches(edit)
		}
		use(t, &lab{Server: mock, url: fmt.Sprintf("https://still-%d.test", stillHosts.Add(1))})
		for _, violation := range mock.ContractViolations() {
			t.Errorf("the mock broke the contract: %s", violation)
		}
	})
}

// calm speaks to a provider that reaches the lab without sockets.
func (l *lab) calm(t *testing.T) *protocol {
	t.Helper()
	return l.protocol(t, knobs{retry: impatient, transport: apimock.Direct{Server: l.Server}}, nil)
}

// asked are the requests to ZDX but for tokens, as they came: paths with their parameters in order.
func (l *lab) asked() []string {
	all := []string{}
	for _, exchange := range l.Journal() {
		if strings.HasSuffix(exchange.Template, "/token") {
			continue
		}
		for _, values := range exchange.Query {
			slices.Sort(values)
		}
		query, err := url.QueryUnescape(exchange.Query.Encode())
		if err != nil {
			query = err.Error()
		}
		text := exchange.Path
		if exchange.Method != "GET" {
			text = exchange.Method + " " + text
		}
		if query != "" {
			text += "?" + query
		}
		all = append(all, text)
	}
	return all
}

// lookup is one reading of a data source: what is asked of ZDX, and no more, and what is found.
type lookup struct {
	arguments map[string]any
	prepare   func(l *lab)
	switches  func(*apimock.Switches)
	asked     []string
	found     string   // IDs of what is found, in order
	says      []string // texts of the error instead
}

// lookups reads a data source in each of the cases. Elements are below member; "" for a single object.
func lookups(t *testing.T, typeName, member string, cases map[string]lookup) {
	t.Helper()
	for name, test := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			still(t, func(t *testing.T, lab *lab) {
				if test.prepare != nil {
					test.prepare(lab)
				}
				state, problems := lab.calm(t).read(typeName, test.arguments)
				if diff := cmp.Diff(test.asked, lab.asked()); diff != "" {
					t.Errorf("asked (-want +got):\n%s", diff)
				}
				switch {
				case len(test.says) > 0:
					if len(problems) != 1 || !says(problems, tfprotov6.DiagnosticSeverityError, test.says...) {
						t.Errorf("not one error that says %q, but\n%s", test.says, listed(problems))
					}
				case len(problems) > 0:
					t.Error(listed(problems))
				default:
					if got := idsOf(t, state, member); got != test.found {
						t.Errorf("found %q, want %q", got, test.found)
					}
					checkKept(t, state, test.arguments)
				}
			}, func(w *apimock.Switches) {
				if test.switches != nil {
					test.switches(w)
				}
			})
		})
	}
}

// checkKept fails when the state has other arguments than the configuration. IDs and names may come back in the
// service's spelling only in their own case.
func checkKept(t *testing.T, state, arguments map[string]any) {
	t.Helper()
	for name, wanted := range arguments {
		if text, ok := wanted.(string); ok && state[name] != text && !strings.EqualFold(fmt.Sprint(state[name]), text) {
			t.Errorf("%s is %v in the state, and %q in the configuration", name, state[name], text)
		}
	}
}

// idsOf are the IDs of a state's elements, or of the state itself.
func idsOf(t *testing.T, state map[string]any, member string) string {
	t.Helper()
	elements := []any{state}
	if member != "" {
		var ok bool
		if elements, ok = state[member].([]any); !ok {
			t.Fatalf("%s is %v, not a list", member, state[member])
		}
	}
	var ids []string
	for _, element := range elements {
		members, _ := element.(map[string]any)
		for _, name := range []string{"id", "trace_id", "software_key"} {
			if id := members[name]; id != nil {
				ids = append(ids, fmt.Sprint(id))
				break
			}
		}
	}
	return strings.Join(ids, " ")
}

// reach is what is at a place of a state: members by name, elements by number.
func reach(t *testing.T, state any, place ...any) any {
	t.Helper()
	for _, step := range place {
		switch at := state.(type) {
		case map[string]any:
			name, _ := step.(string)
			member, there := at[name]
			if !there {
				t.Fatalf("there is no %v in %v", step, place)
			}
			state = member
		case []any:
			i, _ := step.(int)
			if i >= len(at) {
				t.Fatalf("there are %d elements at %v of %v", len(at), step, place)
			}
			state = at[i]
		default:
			t.Fatalf("there is nothing within %v at %v of %v", state, step, place)
		}
	}
	return state
}

// holds compares what is at a place of a state, numbers in text.
func holds(t *testing.T, want, state any, place ...any) {
	t.Helper()
	if diff := cmp.Diff(want, reach(t, state, place...)); diff != "" {
		t.Errorf("%v (-want +got):\n%s", place, diff)
	}
}

// lookupRefusals checks what a data source refuses when its configuration is validated.
func lookupRefusals(t *testing.T, typeName string, minimal map[string]any, cases map[string]refusal) {
	t.Helper()
	refuses(t, func(t *testing.T, config map[string]any) []*tfprotov6.Diagnostic {
		t.Helper()
		return validateDataSource(t, typeName, config)
	}, minimal, cases)
}

func validateDataSource(t *testing.T, typeName string, arguments map[string]any) []*tfprotov6.Diagnostic {
	t.Helper()
	p := &protocol{t: t, server: providerServer()}
	schemas, err := p.server.GetProviderSchema(t.Context(), &tfprotov6.GetProviderSchemaRequest{})
	if err != nil {
		t.Fatal(err)
	}
	schema := schemas.DataSourceSchemas[typeName]
	if schema == nil {
		t.Fatalf("there is no data source %s", typeName)
	}
	answer, err := p.server.ValidateDataResourceConfig(t.Context(), &tfprotov6.ValidateDataResourceConfigRequest{
		TypeName: typeName, Config: p.dynamic(schema, arguments),
	})
	if err != nil {
		t.Fatal(err)
	}
	return answer.Diagnostics
}

// forbidden answers a path with 403.
func forbidden(template string) func(*lab) {
	return func(l *lab) { l.AddFault(apimock.Fault{Method: "GET", Template: template, Status: 403}) }
}

// roleAdvice is said of every 403.
const roleAdvice = "The credentials lack the role for this"

// with is a copy of arguments with some more.
func with(arguments, more map[string]any) map[string]any {
	all := maps.Clone(arguments)
	maps.Copy(all, more)
	return all
}

// everyLookup are arguments for every data source of ZDX, by type without its prefix, about the lab's objects and a deep
// trace that has ended.
func everyLookup(l *lab, traceID string) map[string]map[string]any {
	device := map[string]any{"device_id": l.DeviceID}
	app := with(device, map[string]any{"app_id": l.AppID})
	web, path := with(app, map[string]any{"probe_id": l.WebProbeID}), with(app, map[string]any{"probe_id": l.CloudPathProbeID})
	trace := with(device, map[string]any{"trace_id": traceID})
	all := map[string]map[string]any{
		"device":                    {"private_ipv4": "10.0.0.1"},
		"devices":                   {"exclude_department_ids": []string{"0"}, "emails": []string{l.UserEmail}},
		"user":                      {"name": "LAB user"},
		"users":                     {"location_ids": []string{l.LocationID}},
		"application":               {"name": "microsoft teams"},
		"applications":              {"geolocation_ids": []string{l.GeolocationID}},
		"device_application":        with(device, map[string]any{"name": "SharePoint Online"}),
		"device_applications":       device,
		"web_probe":                 with(app, map[string]any{"id": l.WebProbeID}),
		"web_probes":                app,
		"cloudpath_probe":           with(app, map[string]any{"name": "Teams Cloud Path"}),
		"cloudpath_probes":          app,
		"department":                {"id": "0"},
		"departments":               {},
		"location":                  {"name": "Road Warrior"},
		"locations":                 {"name_contains": "o"},
		"geolocation":               {"name": "California", "parent_geo_id": l.GeolocationID},
		"geolocations":              {},
		"alert":                     {"rule_name": "SharePoint score", "state": "historical"},
		"alerts":                    {},
		"software":                  {"software_key": l.SoftwareKey},
		"software_inventory":        {},
		"deeptrace":                 trace,
		"deeptraces":                device,
		"device_health_metrics":     device,
		"device_events":             device,
		"device_call_quality":       app,
		"web_probe_metrics":         with(web, map[string]any{"metric_name": "dns"}),
		"cloudpath_probe_metrics":   path,
		"cloudpath_probe_cloudpath": path,
	}
	for typeName := range traceReports {
		all[strings.TrimPrefix(typeName, "zdx_")] = trace
	}
	return all
}

// readEverything reads every data source of ZDX.
func readEverything(t *testing.T, lab *lab, arguments map[string]any) map[string]any {
	t.Helper()
	id := lab.StartTrace(lab.DeviceID, traceOfAll(lab))
	lab.Advance(10 * time.Minute)
	p := lab.protocol(t, knobs{retry: impatient, transport: apimock.Direct{Server: lab.Server}}, arguments)
	all, states := everyLookup(lab, id), map[string]any{}
	for typeName := range p.schemas.DataSourceSchemas {
		if noun, ours := strings.CutPrefix(typeName, "zdx_"); ours {
			arguments, known := all[noun]
			if !known {
				t.Errorf("everyLookup lacks %s", noun)
				continue
			}
			states[noun] = p.mustRead(typeName, arguments)
			delete(all, noun)
		}
	}
	for noun := range all {
		t.Errorf("everyLookup has %s, which there is not", noun)
	}
	return states
}

// otherwiseShown are the positions in which some data sources show something else, and rightly so.
var otherwiseShown = map[string]struct {
	reason string
	nouns  []string
}{
	"details not echoed":           {"the service does not say what was asked of a trace", []string{"deeptrace", "deeptraces"}},
	"length not echoed":            {"the service does not say how long a trace runs", []string{"deeptrace", "deeptraces"}},
	"statuses in title case":       {"a status is shown as the service spells it", []string{"deeptrace", "deeptraces"}},
	"cloud path as object":         {"there is a sample for each leg", []string{"deeptrace_cloudpath", "cloudpath_probe_cloudpath"}},
	"device application as object": {"the service does not tell the trend", []string{"device_application"}},
}

// In whatever way the service answers, what is shown is the same.
func TestZDXLookupsEveryPosition(t *testing.T) {
	t.Parallel()
	var want map[string]any
	still(t, func(t *testing.T, lab *lab) { want = readEverything(t, lab, nil) })
	left := maps.Clone(otherwiseShown)
	for _, position := range apimock.Positions() {
		other := left[position.Name]
		delete(left, position.Name)
		t.Run(position.Name, func(t *testing.T) {
			t.Parallel()
			still(t, func(t *testing.T, lab *lab) {
				var arguments map[string]any
				switch position.Name { // of signing in
				case "raw secret refused":
					arguments = map[string]any{"key_id": lab.KeyID, "key_secret": lab.KeySecret, "url": lab.url + "/v1", "hash_key_secret": true}
				case "OneAPI only", "expires_in is text":
					arguments = map[string]any{
						"client_id": lab.ClientID, "client_secret": lab.ClientSecret, "token_url": lab.url + "/oauth2/v1/token", "url": lab.url + "/zdx/v1",
					}
				}
				got := readEverything(t, lab, arguments)
				for noun, state := range want {
					diff := cmp.Diff(state, got[noun])
					if differs := slices.Contains(other.nouns, noun); differs != (diff != "") {
						t.Errorf("%s differs: %t, want %t for %q:\n%s", noun, diff != "", differs, other.reason, diff)
					}
				}
			}, position.Set)
		})
	}
	if len(left) > 0 {
		t.Errorf("there are no positions %v", slices.Collect(maps.Keys(left)))
	}
}

// A CLI takes the states of all data sources together, plans nothing after them, and hands values on.
func TestZDXLookupsWithCLI(t *testing.T) {
	t.Parallel()
	lab := newLab(t, unpaced())
	id := lab.StartTrace(lab.DeviceID, traceOfAll(lab))
	lab.Advance(10 * time.Minute)
	var config strings.Builder
	for noun, arguments := range everyLookup(lab, id) {
		fmt.Fprintf(&config, "data \"zdx_%s\" \"this\" {\n  provider = pomerium\n", noun)
		for name, value := range arguments {
			text, err := json.Marshal(value) // which is HCL for texts and lists of them
			if err != nil {
				t.Fatal(err)
			}
			fmt.Fprintf(&config, "  %s = %s\n", name, text)
		}
		config.WriteString("}\n")
	}
	config.WriteString(`output "alert" { value = data.zdx_alerts.this.alerts[0].id }`)
	step := lab.step(config.String())
	step.ConfigPlanChecks = resource.ConfigPlanChecks{PostApplyPostRefresh: []plancheck.PlanCheck{plancheck.ExpectEmptyPlan()}}
	at := func(noun, attribute string, check knownvalue.Check) statecheck.StateCheck {
		return statecheck.ExpectKnownValue("data.zdx_"+noun+".this", tfjsonpath.New(attribute), check)
	}
	step.ConfigStateChecks = []statecheck.StateCheck{
		at("device", "id", knownvalue.StringExact(lab.DeviceID)), at("device", "name", knownvalue.StringExact("lab-laptop")),
		at("user", "id", knownvalue.StringExact(lab.UserID)), at("user", "name", knownvalue.StringExact("lab user")),
		at("location", "id", knownvalue.StringExact(lab.LocationID)), at("department", "name", knownvalue.StringExact("N/A")),
		at("alert", "id", knownvalue.StringExact(lab.HistoricalAlertID)), at("devices", "devices", knownvalue.ListSizeExact(1)),
		at("application", "stats", knownvalue.ObjectPartial(map[string]knownvalue.Check{"active_users": knownvalue.Int64Exact(1)})),
		at("deeptrace", "ended", knownvalue.Bool(true)), at("deeptrace_top_processes", "samples", knownvalue.ListSizeExact(5)),
		statecheck.ExpectKnownOutputValue("alert", knownvalue.StringExact(lab.AlertID)),
	}
	lab.run(t, step)
}
