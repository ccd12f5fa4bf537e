package provider

import (
	"bytes"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"log/slog"
	"net/http"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-log/tflogtest"

	"github.com/pomerium-zdx/terraform-provider-pomerium/internal/apimock"
	"github.com/pomerium-zdx/terraform-provider-pomerium/internal/hostile"
	"github.com/pomerium-zdx/terraform-provider-pomerium/internal/httpapi"
)

// requireHarmless fails for text that a terminal must not be shown.
func requireHarmless(t *testing.T, text string) {
	t.Helper()
	if !utf8.ValidString(text) {
		t.Errorf("no UTF-8: %q", text)
	}
	for _, r := range text {
		if r != '\n' && (!unicode.IsPrint(r) || r == unicode.ReplacementChar) {
			t.Errorf("%U in %q", r, text)
			return
		}
	}
	if strings.Contains(text, "\nError: spoofed") {
		t.Errorf("a line of its own in %q", text)
	}
}

// requireHarmlessAll fails for diagnostics that a terminal must not be shown, and when none of them tells of the name.
func requireHarmlessAll(t *testing.T, problems []*tfprotov6.Diagnostic) {
	t.Helper()
	told := false
	for _, problem := range problems {
		requireHarmless(t, problem.Summary)
		requireHarmless(t, problem.Detail)
		told = told || strings.Contains(strings.ToLower(problem.Summary+problem.Detail), "evil")
	}
	if !told {
		t.Errorf("nothing tells of the name: %s", listed(problems))
	}
}

func hostilePolicy(l *lab) {
	l.CreateObject("policies", l.OrganizationID, map[string]any{
		"name": hostile.Name, "namespaceId": l.ClusterNamespaceID, "ppl": map[string]any{"allow": map[string]any{"and": []any{map[string]any{"accept": true}}}},
	})
}

// Names of the service never reach a terminal as they are: not in an error that lists what is there, and not in a
// warning.
func TestHostileNames(t *testing.T) {
	t.Parallel()
	read := func(source string, arguments map[string]any) func(*lab, *protocol) []*tfprotov6.Diagnostic {
		return func(_ *lab, p *protocol) []*tfprotov6.Diagnostic {
			_, problems := p.read(source, arguments)
			return problems
		}
	}
	editAll := func(kind, member string) func(*lab) {
		return func(l *lab) {
			for _, object := range l.Objects(kind) {
				l.EditObject(kind, fmt.Sprint(object["id"]), func(o map[string]any) { o[member] = hostile.Name })
			}
		}
	}
	for name, test := range map[string]struct {
		before func(*lab)
		do     func(*lab, *protocol) []*tfprotov6.Diagnostic
	}{
		"organizations": {
			func(l *lab) {
				id, _ := l.AddOrganization(hostile.Name)
				l.GrantUser(l.APIUserToken, id, "viewer")
			},
			read("pomerium_zero_namespace", map[string]any{"name": "none"}),
		},
		"namespaces": {
			func(l *lab) { l.AddNamespace(l.OrganizationID, hostile.Name, "regular", l.RootNamespaceID) },
			read("pomerium_zero_namespace", map[string]any{"name": "none"}),
		},
		"namespaces in a plan": {
			func(l *lab) { l.AddNamespace(l.OrganizationID, hostile.Name, "regular", l.RootNamespaceID) },
			func(_ *lab, p *protocol) []*tfprotov6.Diagnostic {
				_, problems := p.plan(p.t.Context(), p.none("pomerium_zero_policy"), map[string]any{
					"name": "x", "namespace_id": "none", "ppl": `{"allow":{"or":[{"accept":true}]}}`,
				})
				return problems
			},
		},
		"policies": {
			hostilePolicy,
			func(l *lab, p *protocol) []*tfprotov6.Diagnostic {
				return read("pomerium_zero_policy", map[string]any{"name": "none", "namespace_id": l.ClusterNamespaceID})(l, p)
			},
		},
		"devices":      {editAll("devices", "name"), read("zdx_device", map[string]any{"name": "none"})},
		"users":        {editAll("users", "name"), read("zdx_user", map[string]any{"name": "evil"})},
		"applications": {editAll("apps", "name"), read("zdx_application", map[string]any{"name": "none"})},
		"locations":    {editAll("locations", "name"), read("zdx_location", map[string]any{"name": "none"})},
		"status of a trace that ended at once": {
			nil,
			func(l *lab, p *protocol) []*tfprotov6.Diagnostic {
				l.SetSwitches(func(w *apimock.Switches) { w.StartDelay = time.Hour })
				time.AfterFunc(time.Minute, func() { l.EndTrace(l.DeviceID, l.Traces(l.DeviceID)[0].ID, hostile.Name) })
				_, problems := p.change(p.none("zdx_deeptrace"), thisDevice(l, map[string]any{"wait_for": "started"}))
				return problems
			},
		},
		"words of an analysis": {
			nil,
			func(l *lab, p *protocol) []*tfprotov6.Diagnostic {
				time.AfterFunc(time.Second, func() { l.FailAnalysis(l.Analyses()[0].ID, hostile.Name) })
				_, problems := p.change(p.none("zdx_analysis"), thisAnalysis(l, map[string]any{"wait_for_result": true}))
				return problems
			},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			onVirtualTime(t, unpaced(), func(t *testing.T, lab *lab, p *protocol) {
				if test.before != nil {
					test.before(lab)
				}
				requireHarmlessAll(t, test.do(lab, p))
			})
		})
	}
}

// What a service says of an error, however it says it, reaches no terminal raw.
func TestHostileErrors(t *testing.T) {
	t.Parallel()
	for _, body := range []string{hostile.Raw, `{"message":"` + hostile.Raw + `"}`, `{"evil` + hostile.Raw + `":[{"\u001b[2J":"\u202e"}]}`, `"` + hostile.Raw + `"`} {
		for _, status := range []int{400, 401, 403, 404, 409, 418, 422, 500} {
			t.Run(fmt.Sprintf("%d %.12q", status, body), func(t *testing.T) {
				t.Parallel()
				onVirtualTime(t, unpaced(), func(t *testing.T, lab *lab, p *protocol) {
					lab.AddFault(apimock.Fault{Status: status, Body: body, Header: http.Header{"X-Response-Id": {hostile.Raw}}})
					_, zero := p.read("pomerium_zero_namespace", map[string]any{"name": "none"})
					requireHarmlessAll(t, zero)
					_, zdx := p.read("zdx_devices", nil)
					requireHarmlessAll(t, zdx)
				})
			})
		}
	}
}

// An answer that is not what was expected is quoted in no error beyond measure.
func TestHostileAnswers(t *testing.T) {
	t.Parallel()
	const large = 1 << 20
	for name, body := range map[string]string{
		"deep":          strings.Repeat("[", 20_000),
		"deep objects":  strings.Repeat(`{"id":`, 20_000),
		"a number":      strings.Repeat("9", large),
		"in a list":     `[{"id":` + strings.Repeat("9", large) + `,"name":` + strings.Repeat("9", large) + `}]`,
		"in a page":     `{"devices":[` + strings.Repeat("9", large) + `]}`,
		"ID, no number": `{"devices":[{"id":{"` + strings.Repeat("9", large) + `":1}}]}`,
		"infinite":      `[{"id":1e400}]`,
		"no UTF-8":      `[{"id":"` + hostile.Raw + `"}]`,
		"NUL":           "\x00",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			onVirtualTime(t, unpaced(), func(t *testing.T, lab *lab, p *protocol) {
				for _, template := range []string{"/devices", "/organizations"} {
					lab.AddFault(apimock.Fault{Method: http.MethodGet, Template: template, Status: 200, Body: body})
				}
				for _, source := range []string{"pomerium_zero_organization", "zdx_devices"} {
					_, problems := p.read(source, nil)
					for _, problem := range problems {
						requireHarmless(t, problem.Detail)
						if len(problem.Detail) > 4000 {
							t.Errorf("%s: %d bytes of detail", source, len(problem.Detail))
						}
					}
				}
			})
		})
	}
}

// Progress messages are one line each, and as harmless: the status of a trace, and what its reports name.
func TestHostileProgress(t *testing.T) {
	t.Parallel()
	onVirtualTime(t, unpaced(), func(t *testing.T, lab *lab, p *protocol) {
		quoted := fmt.Sprintf("%q", strings.ReplaceAll(hostile.Name, "\x1b", "<esc>"))
		quoted = strings.NewReplacer(`<esc>`, `\u001b`, `\a`, `\u0007`, `\x00`, `\u0000`, `\x7f`, `\u007f`).Replace(quoted)
		lab.AddFault(apimock.Fault{
			Method: http.MethodGet, Template: traceTemplate + "/events", Status: 200,
			Body: `[{"timestamp":1,"events":[{"category":` + quoted + `,"name":` + quoted + `,"prev":` + quoted + `,"curr":` + quoted + `}]}]`,
		})
		lab.AddFault(apimock.Fault{
			Method: http.MethodGet, Template: traceTemplate + "/webprobe-metrics", Status: 200,
			Body: `[{"metric":` + quoted + `,"unit":` + quoted + `,"datapoints":[{"timestamp":1,"value":1}]}]`,
		})
		lab.AddFault(apimock.Fault{
			Method: http.MethodGet, Template: traceTemplate + "/cloudpath", Status: 200,
			Body: `[{"timestamp":1,"cloudpath":[{"src":` + quoted + `,"dst":` + quoted + `,"hops":[{"ip":` + quoted + `}]}]}]`,
		})
		time.AfterFunc(time.Minute, func() { lab.EndTrace(lab.DeviceID, theTrace(t, lab).ID, hostile.Name) })
		messages, problems := p.invoke(wholeTrace(lab, map[string]any{"wait_for": "ended"}))
		if len(problems) > 0 {
			t.Fatal(listed(problems))
		}
		told := 0
		for _, message := range messages {
			requireHarmless(t, message)
			if strings.Contains(message, "\n") {
				t.Errorf("two lines: %q", message)
			}
			if strings.Contains(message, "evil") {
				told++
			}
		}
		if told < 5 { // the status, an event, a series, a leg, a hop
			t.Errorf("the name is told %d times: %q", told, messages)
		}
	})
}

// An ID that a terminal must not be shown is none: CLIs print IDs as they are.
func TestHostileIDs(t *testing.T) {
	t.Parallel()
	onVirtualTime(t, unpaced(), func(t *testing.T, lab *lab, p *protocol) {
		const id = `"1\u001b[2J"`
		lab.AddFault(apimock.Fault{Method: http.MethodPost, Template: tracesTemplate, Status: 200, Body: `{"trace_id":` + id + `}`})
		lab.AddFault(apimock.Fault{Method: http.MethodPost, Template: analysesTemplate, Status: 200, Body: `{"analysis_id":` + id + `}`})
		lab.AddFault(apimock.Fault{Method: http.MethodPost, Template: "/organizations/{organizationId}/policies", Status: 200, Body: `{"id":` + id + `}`})
		for resource, arguments := range map[string]map[string]any{
			"zdx_deeptrace": thisDevice(lab, nil),
			"zdx_analysis":  thisAnalysis(lab, nil),
			"pomerium_zero_policy": {
				"name": "x", "namespace_id": lab.ClusterNamespaceID, "ppl": `{"allow":{"or":[{"accept":true}]}}`,
			},
		} {
			after, problems := p.change(p.none(resource), arguments)
			if !hasError(problems) || p.state(after) != nil && p.state(after)["id"] != nil {
				t.Errorf("%s: %s, the state is %v", resource, listed(problems), p.state(after))
			}
			for _, problem := range problems {
				requireHarmless(t, problem.Detail)
			}
		}
	})
}

// Names in a list of what can be imported.
func TestHostileDisplayNames(t *testing.T) {
	t.Parallel()
	onVirtualTime(t, unpaced(), func(t *testing.T, lab *lab, p *protocol) {
		hostilePolicy(lab)
		lists, ok := p.server.(tfprotov6.ListResourceServer)
		if !ok {
			t.Fatal("the server lists nothing")
		}
		const name = "pomerium_zero_policy"
		answer, err := lists.ListResource(t.Context(), &tfprotov6.ListResourceRequest{
			TypeName: name, Config: p.dynamic(p.schemas.ListResourceSchemas[name], nil), Limit: 100,
		})
		if err != nil {
			t.Fatal(err)
		}
		var names []string
		for result := range answer.Results {
			requireHarmless(t, result.DisplayName)
			names = append(names, result.DisplayName)
		}
		if !slices.ContainsFunc(names, func(name string) bool { return strings.HasPrefix(name, "evil") && strings.HasSuffix(name, "end") }) {
			t.Errorf("the names are %q", names)
		}
	})
}

func TestHostileLogLines(t *testing.T) {
	t.Parallel()
	var lines bytes.Buffer
	ctx := tflogtest.RootLogger(t.Context(), &lines)
	slog.New(tflogHandler{}).LogAttrs(ctx, slog.LevelError, "took over", slog.String("name", hostile.Name), slog.Any("err", fmt.Errorf("%s", hostile.Raw)))
	entries, err := tflogtest.MultilineJSONDecode(&lines)
	if err != nil || len(entries) != 1 {
		t.Fatalf("%v %v", entries, err)
	}
	for _, field := range []string{"name", "err"} {
		text := strings.ReplaceAll(fmt.Sprint(entries[0][field]), "\n", " ")
		requireHarmless(t, text)
		if !strings.HasPrefix(text, "evil") {
			t.Errorf("%s is %q", field, text)
		}
	}
}

// A text without end is cut at the gate.
func TestEndlessText(t *testing.T) {
	t.Parallel()
	problems := []*tfprotov6.Diagnostic{{Summary: "x", Detail: strings.Repeat("ä", 2*mostText)}}
	cleanAll(problems)
	if got := utf8.RuneCountInString(problems[0].Detail); got != mostText+1 {
		t.Errorf("%d runes are left", got)
	}
}

// Each answer of the protocol that carries texts made at run time passes the gate.
func TestGateIsComplete(t *testing.T) {
	t.Parallel()
	file, err := parser.ParseFile(token.NewFileSet(), "server.go", nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	gated := map[string]bool{}
	for _, declaration := range file.Decls {
		if method, ok := declaration.(*ast.FuncDecl); ok && method.Recv != nil {
			gated[method.Name.Name] = true
		}
	}
	// These tell of the provider itself, and nothing that a service said.
	ours := []string{"GetMetadata", "GetProviderSchema", "GetResourceIdentitySchemas", "GetFunctions", "StopProvider"}
	for method := range reflect.TypeFor[fullServer]().Methods() {
		if gated[method.Name] == slices.Contains(ours, method.Name) {
			t.Errorf("%s: passes the gate: %t", method.Name, gated[method.Name])
		}
	}
	if httpapi.Printable(hostile.Name) == hostile.Name {
		t.Error("the gate is open")
	}
}
