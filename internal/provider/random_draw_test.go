package provider

import (
	"cmp"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
)

// drawer draws arguments of a resource from the contract, which tells types, enums, limits and what is required, and from
// the provider's schema, which tells the names in HCL and what Terraform adds.
type drawer struct {
	chance
	fullness float64 // how likely an optional member is there
	drawn    map[string]map[string]int
}

// kindOfCase is a resource whose configurations are drawn.
type kindOfCase struct {
	name       string // begins the paths of the tables below
	typeName   string
	held       string   // the mock's name of the kind
	within     string   // in front of the ID of an import
	changeable []string // what can be changed in place; nil for all
	contract   *openapi3.Schema
	attributes []*tfprotov6.SchemaAttribute
}

var randomKinds = []kindOfCase{
	{name: "route", typeName: "pomerium_zero_route", held: "routes"},
	{name: "policy", typeName: "pomerium_zero_policy", held: "policies"},
	{name: "trace", typeName: "zdx_deeptrace", changeable: []string{"wait_for", "delete_data_on_destroy", "timeouts"}},
	{name: "cluster", typeName: "pomerium_zero_cluster", held: "clusters"},
	{name: "settings", typeName: "pomerium_zero_cluster_settings", held: "settings"},
	{name: "service_account", typeName: "pomerium_zero_service_account", held: "serviceAccounts", within: "<namespace>/"},
	{name: "key_pair", typeName: "pomerium_zero_key_pair", held: "keyPairs"},
	{
		name: "custom_domain", typeName: "pomerium_zero_custom_domain", held: "customDomains", within: "<namespace>/",
		changeable: []string{"wait_for_certificate"},
	},
	{name: "invitation", typeName: "pomerium_zero_invitation", held: "invitations", changeable: []string{}},
	{name: "api_user", typeName: "pomerium_zero_api_user", held: "apiUsers", changeable: []string{}},
}

// drawnKinds reads contract and schema.
func drawnKinds(t *testing.T) map[string]kindOfCase {
	t.Helper()
	kinds, schemas, documents := map[string]kindOfCase{}, providerSchemas(t), map[*byte]*openapi3.T{}
	for _, kind := range randomKinds {
		m := mirrorOf(kind.typeName)
		document := documents[&m.document[0]]
		if document == nil {
			var err error
			if document, err = openapi3.NewLoader().LoadFromData(m.document); err != nil {
				t.Fatal(err)
			}
			documents[&m.document[0]] = document
		}
		kind.contract, kind.attributes = document.Components.Schemas[m.object].Value, schemas[kind.typeName].Block.Attributes
		kinds[kind.name] = kind
	}
	return kinds
}

// mirrorOf is what carries the contract into the resource; it knows the names.
func mirrorOf(typeName string) mirrored {
	return mirrors[slices.IndexFunc(mirrors, func(m mirrored) bool { return m.schema == typeName && m.at == "" })]
}

// exclusive names members of which at most one is there; of those in oneNeeded exactly one (pomerium-zero.md 4.1).
var (
	exclusive = map[string][][]string{"route": {
		{"prefix", "path", "regex"}, {"prefix_rewrite", "regex_rewrite_pattern"},
		{"host_rewrite", "host_rewrite_header", "host_path_regex_rewrite_pattern"},
	}}
	oneNeeded = map[string][]string{"route": {"to", "redirect", "response"}}
	// sibling names what a member needs beside it.
	sibling = map[string]string{
		"route.regex_priority_order": "regex", "route.regex_rewrite_substitution": "regex_rewrite_pattern",
		"route.host_path_regex_rewrite_substitution": "host_path_regex_rewrite_pattern",
		"trace.web_probe_id":                         "app_id", "trace.cloudpath_probe_id": "app_id",
	}
)

// special draws members whose validity the contract does not tell. Names in < > are filled in by the lab.
var special = map[string]func(d *drawer) any{
	"route.from":       func(d *drawer) any { return d.from() },
	"route.to":         func(d *drawer) any { return d.upstreams() },
	"route.policy_ids": func(d *drawer) any { return several(d.chance, 5, d.policyID) },

	"route.regex":                           func(d *drawer) any { return d.regex() },
	"route.regex_rewrite_pattern":           func(d *drawer) any { return d.regex() },
	"route.host_path_regex_rewrite_pattern": func(d *drawer) any { return d.regex() },
	"route.depends_on_hosts":                func(d *drawer) any { return several(d.chance, 5, d.host) },
	"route.logo_url":                        func(d *drawer) any { return d.webURL() },
	"route.set_request_headers":             func(d *drawer) any { return d.table(d.header) },
	"route.set_response_headers":            func(d *drawer) any { return d.table(d.header) },
	"route.healthy_panic_threshold":         func(d *drawer) any { return d.between(0, 100) },

	"route.tls_custom_ca_key_pair_id":            keyPairID,
	"route.tls_client_key_pair_id":               keyPairID,
	"route.tls_downstream_client_ca_key_pair_id": keyPairID,
	"route.upstream_tunnel.ssh_policy_id":        func(d *drawer) any { return oneAmong(d.chance, "", d.policyID(), d.policyID()) },

	"route.redirect.port_redirect":               func(d *drawer) any { return d.between(1, 65535) },
	"route.redirect.response_code":               func(d *drawer) any { return oneAmong(d.chance, redirectResponses...) },
	"route.response.status":                      func(d *drawer) any { return d.between(100, 599) },
	"route.health_check.expected_statuses.start": func(d *drawer) any { return d.between(100, 600) },
	"route.health_check.expected_statuses.end":   func(d *drawer) any { return d.between(100, 600) },

	"route.mcp.server.authorization_server_url":                  func(d *drawer) any { return d.webURL() },
	"route.health_check.path":                                    func(d *drawer) any { return "/" + d.text() },
	"route.mcp.server.upstream_oauth2.client_secret":             func(d *drawer) any { return d.word() },
	"route.mcp.server.upstream_oauth2.client_id":                 func(d *drawer) any { return d.word() },
	"route.mcp.server.upstream_oauth2.oauth2_endpoint.auth_url":  func(d *drawer) any { return d.webURL() },
	"route.mcp.server.upstream_oauth2.oauth2_endpoint.token_url": func(d *drawer) any { return d.webURL() },
	"route.mcp.server.upstream_oauth2.authorization_url_params":  func(d *drawer) any { return d.table(d.word) },

	"policy.ppl": func(d *drawer) any { return d.policy() },

	"trace.device_id":          func(d *drawer) any { return oneAmong(d.chance, "<device>", otherDevice) },
	"trace.session_name":       func(d *drawer) any { return d.word() },
	"trace.app_id":             func(*drawer) any { return "<app>" },
	"trace.web_probe_id":       func(*drawer) any { return "<web_probe>" },
	"trace.cloudpath_probe_id": func(*drawer) any { return "<cloudpath_probe>" },
	"trace.triggers":           func(d *drawer) any { return d.table(d.text) },
	"trace.wait_for":           func(d *drawer) any { return oneAmong(d.chance, untilStarted, untilEnded) },
	"trace.timeouts.create":    someTime, "trace.timeouts.read": someTime, "trace.timeouts.update": someTime, "trace.timeouts.delete": someTime,
}

// everywhere draws what means the same at the top of all kinds; special goes before.
var everywhere = map[string]func(d *drawer) any{
	"name":            func(d *drawer) any { return d.word() },
	"namespace_id":    func(*drawer) any { return "<namespace>" },
	"cluster_id":      func(*drawer) any { return "<namespace>" }, // a cluster's namespace has its ID
	"organization_id": func(*drawer) any { return "<organization>" },
}

// undrawn is what no configuration has: the service takes no other label than one that it has minted.
const undrawn = "cluster.domain"

// otherDevice is a second device of the lab.
const otherDevice = "30989302"

func (d *drawer) policyID() string { return fmt.Sprintf("<policy %d>", d.IntN(labPolicies)) }

func keyPairID(d *drawer) any { return oneAmong(d.chance, "", "<key pair 0>", "<key pair 1>") }

func someTime(d *drawer) any { return oneAmong(d.chance, "30m", "1h", "2h30m0s", "7200s") }

// branched are the members of an object in the contract, of one branch if it has several.
type branched struct {
	members  map[string]*openapi3.SchemaRef // by the name of the attribute
	required map[string]bool
	excluded map[string]bool // what only another branch has
}

func (d *drawer) branch(typeName string, contract *openapi3.Schema) branched {
	naming := mirrorOf(typeName)
	b := branched{map[string]*openapi3.SchemaRef{}, map[string]bool{}, map[string]bool{}}
	take := func(s *openapi3.Schema) {
		for member, schema := range s.Properties {
			b.members[naming.attribute(member)] = schema
		}
		for _, member := range s.Required {
			b.required[naming.attribute(member)] = true
		}
	}
	take(contract)
	if len(contract.OneOf) == 0 {
		return b
	}
	chosen := d.IntN(len(contract.OneOf))
	take(contract.OneOf[chosen].Value)
	for i, other := range contract.OneOf {
		if i == chosen {
			continue
		}
		for _, member := range slices.Concat(other.Value.Required, slices.Collect(maps.Keys(other.Value.Properties))) {
			if name := naming.attribute(member); !b.required[name] && (b.members[name] == nil || slices.Contains(other.Value.Required, member)) {
				b.excluded[name] = true
			}
		}
	}
	return b
}

// newDrawer draws the case with this number of the run with this seed.
func newDrawer(seed, number uint64, drawn map[string]map[string]int) *drawer {
	c := chance{rand.New(rand.NewPCG(seed, number))}
	return &drawer{chance: c, fullness: oneAmong(c, 0.05, 0.3, 0.6, 0.95), drawn: drawn}
}

func (d *drawer) arguments(kind kindOfCase) map[string]any {
	return d.object(kind.typeName, kind.name, kind.contract, kind.attributes)
}

func (d *drawer) object(typeName, at string, contract *openapi3.Schema, attributes []*tfprotov6.SchemaAttribute) map[string]any {
	b, values := d.branch(typeName, contract), map[string]any{}
	attributes = slices.Clone(attributes)
	slices.SortFunc(attributes, func(a, b *tfprotov6.SchemaAttribute) int { return cmp.Compare(a.Name, b.Name) })
	byName := map[string]*tfprotov6.SchemaAttribute{}
	for _, attribute := range attributes {
		name := attribute.Name
		byName[name] = attribute
		if !attribute.Required && !attribute.Optional || b.excluded[name] || writeOnlyTwin.MatchString(name) || at+"."+name == undrawn {
			continue
		}
		needed := attribute.Required || b.required[name] && !attribute.Computed && at != "settings" // which all are there before
		if needed || d.with(d.fullness) {
			values[name] = d.value(typeName, at+"."+name, b.members[name], attribute)
		}
	}
	if fit := fitted[at]; fit != nil {
		fit(d, values)
	}
	for _, name := range slices.Sorted(maps.Keys(values)) { // a secret may be write-only instead
		if byName[name+"_wo"] != nil && d.with(0.5) {
			values[name+"_wo"], values[name+"_wo_version"] = values[name], d.Int64N(3)
			delete(values, name)
		}
	}
	if choices := oneNeeded[at]; choices != nil {
		chosen := oneAmong(d.chance, slices.Concat(choices, choices[:1], choices[:1])...)
		if values[chosen] == nil {
			values[chosen] = d.value(typeName, at+"."+chosen, b.members[chosen], byName[chosen])
		}
		keepOne(values, choices, chosen)
	}
	for _, choices := range exclusive[at] {
		keepOne(values, choices, oneAmong(d.chance, choices...))
	}
	for _, name := range slices.Sorted(maps.Keys(values)) {
		if needed := sibling[at+"."+name]; needed != "" && isNothing(values[needed]) {
			delete(values, name)
		}
	}
	for name := range byName {
		d.note(at+"."+name, values, name)
	}
	return values
}

func keepOne(values map[string]any, choices []string, chosen string) {
	for _, name := range choices {
		if name != chosen {
			delete(values, name)
		}
	}
}

// value draws a member by its place, by its type in the contract, or by its type in the schema.
func (d *drawer) value(typeName, at string, member *openapi3.SchemaRef, attribute *tfprotov6.SchemaAttribute) any {
	for _, table := range []map[string]func(*drawer) any{special, specialOfObjects, specialOfSettings} {
		if draw := table[at]; draw != nil {
			return draw(d)
		}
	}
	if draw := everywhere[attribute.Name]; draw != nil && strings.Count(at, ".") == 1 {
		return draw(d)
	}
	if member == nil {
		member = &openapi3.SchemaRef{Value: &openapi3.Schema{}}
	}
	if nested := attribute.NestedType; nested != nil {
		if nested.Nesting == tfprotov6.SchemaObjectNestingModeSingle {
			return d.object(typeName, at, member.Value, nested.Attributes)
		}
		list := []any{}
		for range d.size(0, 40) {
			list = append(list, d.object(typeName, at, member.Value.Items.Value, nested.Attributes))
		}
		return list
	}
	kind := attribute.Type.String()
	switch {
	case strings.HasSuffix(member.Ref, "/Duration"):
		return d.duration()
	case strings.HasSuffix(member.Ref, "/Hex"):
		return d.hex()
	case kind == "tftypes.Bool":
		return d.with(0.5)
	case kind == "tftypes.Number" && member.Value.Enum != nil:
		return int64(oneAmong(d.chance, member.Value.Enum...).(float64)) //nolint:errcheck // as YAML has it
	case kind == "tftypes.Number":
		return d.integer(member.Value)
	case strings.HasPrefix(kind, "tftypes.List"):
		return many(d.chance, 0, 40, d.hex)
	case strings.HasPrefix(kind, "tftypes.Set"):
		return several(d.chance, 40, d.word)
	case strings.HasPrefix(kind, "tftypes.Map"):
		return d.table(d.word)
	case member.Value.Enum != nil:
		choices := slices.DeleteFunc(slices.Clone(member.Value.Enum), func(choice any) bool { return choice == "" })
		return oneAmong(d.chance, choices...)
	}
	return d.text()
}

// note counts in which ways a member was drawn.
func (d *drawer) note(at string, values map[string]any, name string) {
	value, there := values[name]
	way := "present"
	switch {
	case !there:
		way = "absent"
	case isNothing(value):
		way = "empty"
	}
	if d.drawn[at] == nil {
		d.drawn[at] = map[string]int{}
	}
	d.drawn[at][way]++
}

// isNothing tells whether a value is one of the spellings of nothing: null, "", false, or a collection without elements.
// An object without members is something.
func isNothing(value any) bool {
	switch value := value.(type) {
	case nil:
		return true
	case string:
		return value == ""
	case bool:
		return !value
	case []any:
		return len(value) == 0
	}
	return false
}

// Every attribute of the resources is drawn in every way that it has.
func TestRandomDrawsEveryMember(t *testing.T) {
	t.Parallel()
	drawn := map[string]map[string]int{}
	for name, kind := range drawnKinds(t) {
		for i := range uint64(600) {
			newDrawer(1, i, drawn).arguments(kind)
		}
		for _, attribute := range kind.attributes {
			everyWay(t, drawn, name, attribute)
		}
	}
}

func everyWay(t *testing.T, drawn map[string]map[string]int, at string, attribute *tfprotov6.SchemaAttribute) {
	t.Helper()
	if !attribute.Required && !attribute.Optional {
		return
	}
	at += "." + attribute.Name
	if at == undrawn {
		return
	}
	if ways := drawn[at]; ways["present"] == 0 || !attribute.Required && ways["absent"] == 0 {
		t.Errorf("%s was drawn as %v", at, ways)
	}
	if attribute.NestedType != nil {
		for _, inner := range attribute.NestedType.Attributes {
			everyWay(t, drawn, at, inner)
		}
	}
}
