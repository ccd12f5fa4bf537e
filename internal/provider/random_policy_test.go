package provider

import (
	"bytes"
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/pomerium-zdx/terraform-provider-pomerium/internal/ppl"
)

// entry is one member of an object whose order is kept.
type entry struct {
	name  string
	value any
}

type entries []entry

// policy draws a document of the policy language and writes it in several ways that mean the same.
func (c chance) policy() spelled {
	var document any = c.rule()
	if c.with(0.5) {
		rules := []any{}
		for range c.size(0, 6) {
			rules = append(rules, c.rule())
		}
		document = rules
	}
	compact := jsonOf(document)
	var indented bytes.Buffer
	if err := json.Indent(&indented, []byte(compact), "", "  "); err != nil {
		panic(err)
	}
	ways := spelled{
		compact, indented.String(), "# who may pass\n" + yamlStyle{c, false}.block(document, 0), "---\n" + yamlStyle{c, true}.block(document, 0), "  " + compact + "\n",
		yamlStyle{c, true}.flow(document) + "\n",
	}
	c.Shuffle(len(ways), func(i, k int) { ways[i], ways[k] = ways[k], ways[i] })
	return ways
}

// rule has actions, which have groups of criteria (ppl.md 1).
func (c chance) rule() entries {
	var rule entries
	for _, action := range c.some("allow", "deny") {
		var body entries
		for _, operator := range c.some("and", "or", "not", "nor") {
			criteria := []any{}
			for range c.size(0, 8) {
				name := oneAmong(c, criterionNames()...)
				value := criteriaData[name](c)
				if name == "claim" {
					name += "/" + oneAmong(c, "groups", "department", "a.b/c", "größe")
				}
				criteria = append(criteria, entries{{name, value}})
			}
			body = append(body, entry{operator, criteria})
		}
		rule = append(rule, entry{action, body})
	}
	return rule
}

func (c chance) some(names ...string) []string {
	chosen := slices.DeleteFunc(names, func(string) bool { return c.with(0.5) })
	c.Shuffle(len(chosen), func(i, k int) { chosen[i], chosen[k] = chosen[k], chosen[i] })
	return chosen
}

// criteriaData draws the data of each criterion (ppl.md 3).
var criteriaData = map[string]func(chance) any{
	"accept": anyTruth, "reject": anyTruth, "authenticated_user": anyTruth, "cors_preflight": anyTruth, "invalid_client_certificate": anyTruth,
	"ssh_username_matches_email": anyTruth,
	"domain":                     textData, "email": textData, "user": textData, "http_method": textData, "http_path": textData, "mcp_tool": textData, "ssh_username": textData,
	"claim": listData, "groups": listData,
	"ssh_username_matches_claim": func(c chance) any { return c.word() },
	"source_ip":                  textsData("192.0.2.7", "192.0.2.0/24", "2001:db8::/32"),
	"ssh_publickey":              textsData("ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIKtM1OZkx3uy0bHPAKu7ZL4yWmMXbNbPb0Ff5yUUpGsW lab"),
	"ssh_ca":                     textsData("ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIKtM1OZkx3uy0bHPAKu7ZL4yWmMXbNbPb0Ff5yUUpGsW"),
	"client_certificate": func(c chance) any {
		return entries{{oneAmong(c, "fingerprint", "spki_hash", "san_dns", "san_email"), c.word()}}
	},
	"device": func(c chance) any {
		return oneAmong[any](c, entries{{"is", c.word()}}, entries{{"approved", c.with(0.5)}, {"type", "any"}}, entries{})
	},
	"date":        func(chance) any { return entries{{"after", "2026-01-02T03:04:05Z"}, {"before", "2027-01-01"}} },
	"day_of_week": func(c chance) any { return oneAmong(c, "*", "mon-fri", "tue,thu") },
	"time_of_day": func(chance) any {
		return entries{{"timezone", "Europe/Berlin"}, {"after", "8:00"}, {"before", "17:30:00"}}
	},
	"record": func(c chance) any { return c.data(3) },
}

func criterionNames() []string {
	names := []string{}
	for name := range criteriaData {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

func anyTruth(c chance) any { return oneAmong[any](c, true, true, false, json.Number("1"), nil, "") }

func textData(c chance) any {
	if c.with(0.3) {
		return c.text()
	}
	var data entries
	for _, operator := range c.some("is", "not", "contains", "starts_with", "ends_with") {
		data = append(data, entry{operator, c.text()})
	}
	for _, operator := range c.some("in", "not_in") {
		data = append(data, entry{operator, several(c, 40, c.word)})
	}
	return data
}

func listData(c chance) any {
	return entries{{oneAmong(c, "has", "is", "exclude"), oneAmong[any](c, c.word(), true, c.number())}}
}

func textsData(choices ...string) func(chance) any {
	return func(c chance) any { return oneAmong[any](c, choices[0], []any{oneAmong(c, choices...)}, []any{}) }
}

func (c chance) number() json.Number {
	return json.Number(oneAmong(c, "0", "-0", "1", "1.0", "1e3", "1E+3", "0.1", "-12.5e-3", "9007199254740993", "18446744073709551616", "123456789012345678901234567890.5"))
}

// data is any JSON value.
func (c chance) data(depth int) any {
	switch c.IntN(7) {
	case 0:
		return nil
	case 1:
		return c.with(0.5)
	case 2:
		return c.number()
	case 3:
		list := []any{}
		for range min(depth, c.IntN(4)) {
			list = append(list, c.data(depth-1))
		}
		return list
	case 4:
		object, seen := entries{}, map[string]bool{}
		for range min(depth, c.IntN(4)) {
			name := c.text()
			if !seen[name] {
				object = append(object, entry{name, c.data(depth - 1)})
			}
			seen[name] = true
		}
		return object
	}
	return c.text()
}

// MarshalJSON writes the members in their order.
func (e entries) MarshalJSON() ([]byte, error) {
	var members []string
	for _, m := range e {
		members = append(members, jsonOf(m.name)+":"+jsonOf(m.value))
	}
	return []byte("{" + strings.Join(members, ",") + "}"), nil
}

func jsonOf(value any) string {
	var out bytes.Buffer
	encoder := json.NewEncoder(&out)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(value); err != nil {
		panic(err)
	}
	return strings.TrimSpace(out.String())
}

// yamlStyle writes YAML: as yamlencode does, with quotes around all texts, or as people do, without where it can be.
type yamlStyle struct {
	chance
	quoted bool
}

// plainYAML are texts that need no quotes in YAML and mean no other type there.
var plainYAML = regexp.MustCompile(`^[a-z_]+(/[a-z.]+)?$`)

func (y yamlStyle) scalar(value any) string {
	text, isText := value.(string)
	switch {
	case !isText:
		return jsonOf(value)
	case !y.quoted && plainYAML.MatchString(text) && text != "null" && text != "true" && text != "false":
		return text
	case !y.quoted && !strings.ContainsFunc(text, func(r rune) bool { return r < ' ' || r == 0x7f || r == '\u2028' }) && y.with(0.5):
		return "'" + strings.ReplaceAll(text, "'", "''") + "'"
	}
	return quotedYAML(text)
}

// quotedYAML escapes one character more than JSON.
func quotedYAML(text string) string { return strings.ReplaceAll(jsonOf(text), "\x7f", `\u007f`) }

func (y yamlStyle) block(value any, depth int) string {
	var out strings.Builder
	indent := strings.Repeat("  ", depth)
	switch value := value.(type) {
	case entries:
		if len(value) == 0 {
			return indent + "{}\n"
		}
		for _, m := range value {
			if y.with(0.1) {
				fmt.Fprintf(&out, "%s# a comment: with {signs}\n", indent)
			}
			y.member(&out, indent, y.scalar(m.name)+":", m.value, depth)
		}
	case []any:
		if len(value) == 0 {
			return indent + "[]\n"
		}
		for _, item := range value {
			y.member(&out, indent, "-", item, depth)
		}
	default:
		return indent + y.scalar(value) + "\n"
	}
	return out.String()
}

func (y yamlStyle) member(out *strings.Builder, indent, head string, value any, depth int) {
	switch {
	case isCollection(value) && head == "-":
		fmt.Fprintf(out, "%s- %s", indent, strings.TrimLeft(y.block(value, depth+1), " "))
	case isCollection(value) && y.with(0.8):
		fmt.Fprintf(out, "%s%s\n%s", indent, head, y.block(value, depth+1))
	default:
		fmt.Fprintf(out, "%s%s %s\n", indent, head, y.flow(value))
	}
}

func isCollection(value any) bool {
	switch value := value.(type) {
	case entries:
		return len(value) > 0
	case []any:
		return len(value) > 0
	}
	return false
}

func (y yamlStyle) flow(value any) string {
	var parts []string
	switch value := value.(type) {
	case entries:
		for _, m := range value {
			parts = append(parts, quotedYAML(m.name)+": "+y.flow(m.value))
		}
		return "{" + strings.Join(parts, ", ") + "}"
	case []any:
		for _, item := range value {
			parts = append(parts, y.flow(item))
		}
		return "[" + strings.Join(parts, ", ") + "]"
	case string:
		return quotedYAML(value)
	}
	return y.scalar(value)
}

// The generator knows every criterion that the language's checker knows.
func TestRandomPoliciesKnowAllCriteria(t *testing.T) {
	t.Parallel()
	_, problems := ppl.Parse(`{"allow":{"and":[{"xyzzy":1}]}}`)
	_, known, found := strings.Cut(fmt.Sprint(problems), "known are ")
	if !found {
		t.Fatalf("the checker says: %s", problems)
	}
	known, _, _ = strings.Cut(known, " (at")
	for name := range strings.SplitSeq(known, ", ") {
		if criteriaData[name] == nil {
			t.Errorf("the generator does not draw %s", name)
		}
	}
}
