package ppl_test

import (
	"strings"
	"testing"

	"github.com/pomerium-zdx/terraform-provider-pomerium/internal/ppl"
)

func TestEqual(t *testing.T) {
	t.Parallel()
	claim := func(data string) string { return `{"allow":{"or":[{"claim/x":` + data + `}]}}` }
	for _, c := range []struct {
		name, a, b string
		want       bool
	}{
		{"YAML and JSON", "allow:\n  or:\n    - email: a@b.c\n", `{"allow":{"or":[{"email":"a@b.c"}]}}`, true},
		{"white space and escapes", `{"allow":{"or":[{"email":"é<"}]}}`, "{ \"allow\" : {\"or\":[\n{\"email\":\"\\u00e9\\u003c\"}]}}", true},
		{"a delete character, which YAML must escape and JSON need not", claim("\"\x7f\""), `{allow: {or: [{claim/x: "\x7F"}]}}`, true},
		{"a delete character behind an empty rule", `[{},` + claim("\"\x7f\"") + `]`, claim(`"\u007f"`), true},
		{"an object is a list of one", `{"allow":{"or":[{"accept":true}]}}`, `[{"allow":{"or":[{"accept":true}]}}]`, true},
		{
			"both actions in one rule are two rules", `{"deny":{"or":[{"reject":true}]},"allow":{"or":[{"accept":true}]}}`,
			`[{"allow":{"or":[{"accept":true}]}},{"deny":{"or":[{"reject":true}]}}]`, true,
		},
		{"empty groups are dropped", `{"allow":{"and":[],"or":[{"accept":true}],"nor":[]}}`, `{"allow":{"or":[{"accept":true}]}}`, true},
		{"empty rules are dropped", `[{},{"allow":{}},{"deny":{"not":[]}}]`, `{}`, true},
		{"empty policies", `[]`, `{}`, true},
		{"groups have no order", `{"allow":{"or":[{"accept":true}],"and":[{"reject":true}]}}`, `{"allow":{"and":[{"reject":true}],"or":[{"accept":true}]}}`, true},
		{"members of data have no order", claim(`{"has":{"b":1,"a":[{"d":1,"c":2}]},"is":2}`), claim(`{"is":2,"has":{"a":[{"c":2,"d":1}],"b":1}}`), true},
		{"the member action means nothing", `{"allow":{"action":"x","or":[]}}`, `{}`, true},
		{"identical text that is no policy", `allow: [`, `allow: [`, true},

		{"rules have an order", `[{"allow":{"or":[{"user":"a"}]}},{"allow":{"or":[{"user":"b"}]}}]`, `[{"allow":{"or":[{"user":"b"}]}},{"allow":{"or":[{"user":"a"}]}}]`, false},
		{"criteria have an order", `{"allow":{"or":[{"user":"a"},{"user":"b"}]}}`, `{"allow":{"or":[{"user":"b"},{"user":"a"}]}}`, false},
		{"lists of data have an order", claim(`["a","b"]`), claim(`["b","a"]`), false},
		{"shorthands are not expanded", `{"allow":{"or":[{"email":"x"}]}}`, `{"allow":{"or":[{"email":{"is":"x"}}]}}`, false},
		{"allow is not deny", `{"allow":{"or":[{"accept":true}]}}`, `{"deny":{"or":[{"accept":true}]}}`, false},
		{"and is not or", `{"allow":{"or":[{"accept":true}]}}`, `{"allow":{"and":[{"accept":true}]}}`, false},
		{"two groups are not two rules", `{"allow":{"or":[{"user":"a"}],"and":[{"user":"b"}]}}`, `[{"allow":{"or":[{"user":"a"}]}},{"allow":{"and":[{"user":"b"}]}}]`, false},
		{"text is not a number", claim(`"1"`), claim(`1`), false},
		{"null is not an object", claim(`null`), claim(`{}`), false},
		{"null is not an empty list", claim(`null`), claim(`[]`), false},
		{"true is not false", claim(`true`), claim(`false`), false},
		{"other case", `{"allow":{"or":[{"user":"a"}]}}`, `{"allow":{"or":[{"user":"A"}]}}`, false},
		{"not a policy", `allow: [`, `allow: {}`, false},
		{"nor the other", `allow: {}`, `allow: [`, false},
		{"two that are none", `allow: [`, `allow:  [`, false},

		{"1 and 1.0", claim(`1`), claim(`1.0`), true},
		{"1 and 10e-1", claim(`1`), claim(`10e-1`), true},
		{"100 and 1E+2", claim(`100`), claim(`1E+2`), true},
		{"0 and -0.00e7", claim(`0`), claim(`-0.00e7`), true},
		{"0.05 and 5e-2", claim(`0.05`), claim(`5e-2`), true},
		{"huge powers of ten", claim(`10e99999999999999999999`), claim(`1e100000000000000000000`), true},
		{"YAML and JSON numbers", "allow: {or: [{claim/x: 0x10}]}", claim(`16`), true},
		{"neighbours beyond 2^53", claim(`9007199254740993`), claim(`9007199254740992`), false},
		{"fractions beyond a float", claim(`0.1`), claim(`0.1000000000000000000000001`), false},
		{"huge powers that differ", claim(`1e99999999999999999999`), claim(`1e99999999999999999998`), false},
		{"1 and -1", claim(`1`), claim(`-1`), false},
		{"10 and 1", claim(`10`), claim(`1`), false},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			if got := ppl.Equal(c.a, c.b); got != c.want {
				t.Errorf("%t, want %t for\n%s\n%s", got, c.want, c.a, c.b)
			}
			if got := ppl.Equal(c.b, c.a); got != c.want {
				t.Errorf("%t, want %t, the other way round, for\n%s\n%s", got, c.want, c.b, c.a)
			}
		})
	}
}

func TestCanonical(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, text, want string }{
		{"empty", `{}`, `[]`},
		{
			"everything at once",
			`[{"deny":{"or":[{"user":"b"},{"user":"a"}],"and":[{"claim/x":{"is":1.50,"has":-100}}],"not":[]},"allow":{"nor":[{"accept":null}]}},{"allow":{}}]`,
			`[{"allow":{"nor":[{"accept":null}]}},{"deny":{"and":[{"claim/x":{"has":-100,"is":15e-1}}],"or":[{"user":"b"},{"user":"a"}]}}]`,
		},
		{
			"numbers", `{"allow":{"or":[{"claim/x":1e3},{"claim/x":1e20},{"claim/x":1e21},{"claim/x":0.10},{"claim/x":-0}]}}`,
			`[{"allow":{"or":[{"claim/x":1000},{"claim/x":100000000000000000000},{"claim/x":1e21},{"claim/x":1e-1},{"claim/x":0}]}}]`,
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			document, problems := ppl.Parse(c.text)
			if errors := problems.Errors(); len(errors) > 0 {
				t.Fatal(errors)
			}
			canonical := string(document.Canonical())
			if canonical != c.want {
				t.Errorf("\n%s, want\n%s", canonical, c.want)
			}
			again, _ := ppl.Parse(canonical)
			if got := string(again.Canonical()); got != canonical {
				t.Errorf("the canonical form of the canonical form is another:\n%s", got)
			}
		})
	}
}

func TestZeroDocumentIsTheEmptyPolicy(t *testing.T) {
	t.Parallel()
	var document ppl.Document
	if got := string(document.JSON()) + string(document.Canonical()); got != "[][]" {
		t.Error(got)
	}
	document, _ = ppl.Parse(`{"allow":{"or":[{"accept":true}],"xor":[]}}`)
	if got := string(document.JSON()); got != "[]" {
		t.Error("text with an error became a policy:", got)
	}
}

func TestLongPolicyIsSentAndReadBack(t *testing.T) {
	t.Parallel()
	yaml := `allow: {or: [{email: "` + strings.Repeat(`\x01`, 60_000) + `"}]}`
	document, problems := ppl.Parse(yaml)
	if errors := problems.Errors(); len(errors) > 0 {
		t.Fatal(errors[0])
	}
	if json := string(document.JSON()); len(json) < len(yaml) || !ppl.Equal(yaml, json) {
		t.Error("the JSON form, which is longer, is not read as the same policy")
	}
}
