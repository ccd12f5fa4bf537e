package ppl_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/pomerium-zdx/terraform-provider-pomerium/internal/ppl"
)

// TestUnreadable has texts that are neither YAML nor JSON, or more than a
// policy may use of them: one error each, at the given place.
func TestUnreadable(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, text   string
		line, column int
		message      string
	}{
		{"JSON cut off in a list", `{"allow":{"or":["`, 1, 17, "not closed with a double quote"},
		{"JSON cut off after a bracket", `{"allow":{"or":[`, 1, 17, "the list that begins at line 1, column 16"},
		{"JSON cut off after a brace", `{"allow":{`, 1, 11, "the object that begins at line 1, column 10"},
		{"JSON cut off after a comma", `{"allow":{},`, 1, 13, "the object that begins at line 1, column 1"},
		{"JSON cut off after a list's comma", `{"allow":[1,`, 1, 13, "the list that begins at line 1, column 10"},
		{"JSON cut off after a colon", `{"allow":`, 1, 10, "where a value should be"},
		{"JSON cut off after a value", `{"allow":[1`, 1, 12, "closed with ]"},
		{"JSON cut off in an escape", `{"allow\`, 1, 8, "a backslash must be followed"},
		{"JSON without a comma", `{"allow":{} "deny":{}}`, 1, 13, "a comma or } must stand here"},
		{"JSON list without a comma", `{"allow":[1 2]}`, 1, 13, "a comma or ] must stand here"},
		{"JSON with a comma too many", "{\"allow\":{},\n}", 1, 12, "nothing follows this comma"},
		{"JSON list with a comma too many", `{"allow":[1,]}`, 1, 12, "nothing follows this comma"},
		{"JSON without a colon", `{"allow" {}}`, 1, 10, "must be followed by a colon"},
		{"JSON key without quotes", `{"allow":{and:[]}}`, 1, 11, "a key in double quotes"},
		{"JSON text without quotes", `{"allow":yes}`, 1, 10, `"yes" is no value`},
		{"JSON with no value", `{"allow":,}`, 1, 10, "a value must stand here"},
		{"JSON in single quotes", `{"allow":'x'}`, 1, 10, "double quotes"},
		{"JSON number with a zero in front", `{"allow":010}`, 1, 10, `"010" is no value`},
		{"JSON number with a plus", `{"allow":+1}`, 1, 10, `"+1" is no value`},
		{"JSON number that is too long", `{"allow":` + strings.Repeat("1", 300) + `}`, 1, 10, "too long"},
		{"JSON text over two lines", "{\"allow\":\"a\nb\"}", 1, 12, "line break or a tab"},
		{"JSON with an unknown escape", `{"allow":"\x41"}`, 1, 11, "a backslash must be followed"},
		{"JSON with half a pair", `{"allow":"\ud83d!"}`, 1, 11, "a backslash must be followed"},
		{"JSON with a pair in the wrong order", `{"allow":"\ude00\ud83d"}`, 1, 11, "a backslash must be followed"},
		{"JSON with a bracket too many", `{"allow":{}}]`, 1, 13, "more text after the end"},
		{"JSON twice", "{\"allow\":{}}\n{\"allow\":{}}", 2, 1, "more text after the end"},
		{"JSON with a comment", "{\"allow\":{}} # all", 1, 14, "more text after the end"},
		{"JSON with a key twice in data", `{"allow":{"or":[{"email":{"is":"a","is":"b"}}]}}`, 1, 36, `"is" is here twice`},

		{"YAML twice", "allow: {}\n---\ndeny: {}\n", 2, 1, "a second one begins here"},
		{"YAML with an empty second document", "allow: {}\n---\n", 2, 1, "a second one begins here"},
		{"YAML with two heads", "---\n---\nallow: {}\n", 2, 1, "a second one begins here"},
		{"YAML after the end", "allow: {}\n...\ndeny: {}\n", 3, 1, "a second one begins here"},
		{"YAML anchor", "allow: &a {}\n", 1, 8, "begins an anchor"},
		{"YAML alias", "allow: *a\n", 1, 8, "begins an alias"},
		{"YAML star without quotes", "allow:\n  or:\n    - day_of_week: *\n", 3, 20, `in quotes: "*"`},
		{"YAML tag", "allow: !!map {}\n", 1, 8, "begins a tag"},
		{"YAML merge key", "<<: {allow: {}}\n", 1, 1, "<< merges"},
		{"YAML key of its own", "? allow\n: {}\n", 1, 1, "begins a key on a line of its own"},
		{"YAML directive", "%YAML 1.2\n---\nallow: {}\n", 1, 1, "begins a directive"},
		{"YAML key that is a number", "1: {}\n", 1, 1, "this key is a number"},
		{"YAML key that is true", "true: {}\n", 1, 1, "this key is true or false"},
		{"YAML key that is null", "~: {}\n", 1, 1, "this key is null"},
		{"YAML key that is a list", "[a]: {}\n", 1, 4, "not valid YAML"},
		{"YAML key twice in data", "allow:\n  or:\n    - email:\n        is: a\n        \"is\": b\n", 5, 9, `"is" is here twice, first at line 4, column 9`},
		{"YAML with a tab before a dash", "allow:\n  or:\n  \t- accept: true\n", 3, 3, "a tab"},
		{"YAML with a tab after an item", "allow:\n  or:\n  - accept: true\n\t- accept: true\n", 4, 1, "a tab"},
		{"YAML with a tab in front", "\tallow: {}\n", 1, 1, "a tab"},
		{"YAML with a tab in front of brackets", "# why\n \t{allow: {}}\n", 2, 2, "a tab"},
		{"YAML with a comment inside a text", "allow:\n   :a\n - #b\n", 3, 6, "a comment inside a text"},
		{"YAML with a colon at the end of a text", "allow: a\n -:\n", 2, 4, "a colon and a space"},
		{"YAML with a tab inside a text", "allow: a\tb\n", 1, 8, "a tab inside a text"},
		{"YAML with a tab inside a key", "al\tlow: {}\n", 1, 1, "a tab inside a text"},
		{"YAML with a value that is not indented", "allow:\n  or:\n  x\n", 3, 3, "line 2, column 3 must be indented"},
		{"YAML with an item that is not indented", "allow:\n  or:\n    -\n    accept: true\n", 4, 5, "line 3, column 5 must be indented"},
		{"YAML with a bare question mark", "?", 1, 1, "begins a key"},
		{"YAML that ends with a tag", "allow: 'x'!", 1, 11, "begins a tag"},
		{"YAML that ends with the head of a block", "allow: >x", 1, 8, "check indentation"},
		{"YAML with two values in a line", "allow: a: b\n", 1, 8, "not valid YAML"},
		{"YAML with bad indentation", "allow:\n    or: []\n  not: []\n", 3, 3, "check indentation"},
		{"YAML with an open quote", "allow: 'x\n", 1, 8, "check indentation"},
		{"YAML with text after quotes", "allow: \"x\" y\n", 1, 12, "check indentation"},
		{"YAML flow cut off", "allow: {or: [\n", 1, 13, "check indentation"},
		{"YAML flow that is deep and cut off", "a: " + strings.Repeat("[", 1000), 1, 68, "nested more than 64 deep"},
		{"YAML list that is deep and wrong", strings.Repeat("- ", 1000) + "a: b: c", 1, 129, "nested more than 64 deep"},
		{"YAML flow without a comma", "allow: {or: [] and: []}\n", 1, 16, "check indentation"},
		{"YAML flow that swallows a member", "allow: {or: x and: y}\n", 1, 13, "a colon and a space"},
		{"YAML flow without a space", "allow: {or:[]}\n", 1, 11, "a space must follow the colon"},
		{"YAML flow without a space or a value", "{allow:}\n", 1, 7, "a space must follow the colon"},
		{"YAML flow with an address in it", "allow: {or: [{source_ip: [2001:db8::7]}]}\n", 1, 31, "put the text in quotes"},
		{"YAML flow with two commas", "allow: {or: [a,,b]}\n", 1, 16, "nothing stands before this comma"},
		{"YAML flow that begins with a comma", "allow: {,}\n", 1, 9, "nothing stands before this comma"},
		{"YAML flow with the wrong bracket", "allow: {or: x]}\n", 1, 13, "a bracket or comma"},
		{"YAML text that begins with a brace", "allow: }\n", 1, 8, "a bracket or comma"},
		{"YAML flow with a bracket too many", "[]]\n", 1, 3, "check indentation"},
		{"YAML escape with odd digits", "allow: \"\\xZZ\"\n", 1, 8, `\xZZ stands for no character`},
		{"YAML escape beyond all characters", `allow: "\U00110000"`, 1, 8, `\U00110000 stands for no character`},
		{"YAML escape of half a pair", `allow: "\ud83d"`, 1, 9, "not valid YAML"},
		{"YAML escape of the other half", `allow: "\\ \ude00"`, 1, 8, `\ude00 stands for no character`},
		{"YAML infinity", "allow: .inf\n", 1, 8, ".inf has no form in JSON"},
		{"YAML not a number", "allow: .NaN\n", 1, 8, ".NaN has no form in JSON"},
		{"YAML number that is too long", "allow: " + strings.Repeat("1", 300) + "\n", 1, 8, "too long"},

		{"control character", "allow:\n  \x01", 2, 3, "U+0001"},
		{"delete character", "allow: \x7f", 1, 8, "U+007F"},
		{"not UTF-8", "allow: {} # \xff", 1, 13, "not valid UTF-8"},
		{"too long", strings.Repeat(" ", 3<<20), 1, 1, "split it"},
		{"too long for YAML", "# " + strings.Repeat("x", 300<<10), 1, 1, "bytes of YAML"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			_, problems := ppl.Parse(c.text)
			if len(problems) != 1 || problems[0].Severity != ppl.Error {
				t.Fatalf("want one error, got %v", problems)
			}
			p := problems[0]
			if !strings.Contains(p.Message, c.message) {
				t.Errorf("the message does not speak of %q: %s", c.message, p)
			}
			if want := (ppl.Position{Line: c.line, Column: c.column}); p.Position != want {
				t.Errorf("at %s, want %s: %s", p.Position, want, p)
			}
		})
	}
}

// TestReadable has texts that look odd and are fine, with what they are read as.
func TestReadable(t *testing.T) {
	t.Parallel()
	data := func(yaml string) string { return "allow:\n  or:\n    - claim/x:" + yaml }
	as := func(json string) string { return `{"allow":{"or":[{"claim/x":` + json + `}]}}` }
	for _, c := range []struct{ name, text, want string }{
		{"head, end and comments", "# a\n---\n# b\nallow: {} # c\n...\n# d\n", `{"allow":{}}`},
		{"brackets with a comment", "{} # nobody\n", `{}`},
		{"quoted keys", "\"allow\": {'or': []}\n", `{"allow":{"or":[]}}`},
		{"flow with a comma at the end", "{allow: {or: [{accept: true},],},}\n", `{"allow":{"or":[{"accept":true}]}}`},
		{"flow with JSON in it", `allow: {"or":[{"accept":true}]}`, `{"allow":{"or":[{"accept":true}]}}`},
		{"flow over lines, with tabs", "allow: {\n\tor: [\n\t]\n}\n", `{"allow":{"or":[]}}`},
		{"dashes at the level of the key", "allow:\n  or:\n  - accept: true\n", `{"allow":{"or":[{"accept":true}]}}`},
		{"yes and no stay text", data(" yes"), as(`"yes"`)},
		{"a date stays text", data(" 2031-04-01"), as(`"2031-04-01"`)},
		{"a timestamp stays text", data(" 2031-04-01T08:00:00Z"), as(`"2031-04-01T08:00:00Z"`)},
		{"a time stays text", data(" 17:30"), as(`"17:30"`)},
		{"an address stays text", data(" 2001:db8::7"), as(`"2001:db8::7"`)},
		{"true in three spellings", data(" {has: TRUE, is: False}"), as(`{"has":true,"is":false}`)},
		{"null in all spellings", data(" {has: ~, is: NULL, exclude: }"), as(`{"has":null,"is":null,"exclude":null}`)},
		{"a number keeps its digits", data(" 1.50"), as(`1.50`)},
		{"a long number keeps its digits", data(" 123456789012345678901234567890"), as(`123456789012345678901234567890`)},
		{"a power of ten stays", data(" 1e400"), as(`1e400`)},
		{"a plus goes", data(" +1"), as(`1`)},
		{"a bare fraction", data(" -.5"), as(`-0.5`)},
		{"a bare point", data(" 1."), as(`1`)},
		{"hexadecimal", data(" 0xFFFFFFFFFFFFFFFFFF"), as(`4722366482869645213695`)},
		{"octal", data(" 0o17"), as(`15`)},
		{"hexadecimal with a sign is text", data(" -0x1"), as(`"-0x1"`)},
		{"a literal block", data(" |\n        a: b\n        \tc, ]\n"), as(`"a: b\n\tc, ]\n"`)},
		{"a folded block", data(" >- # why\n        a: b\n        c\n"), as(`"a: b c"`)},
		{"a block that ends with the text", data(" |\n        a "), as(`"a "`)},
		{"a block that ends with a line", data(" |\n        a \n"), as(`"a \n"`)},
		{"a block and a line of spaces", data(" |\n        a\n  "), as(`"a\n"`)},
		{"a block with tabs in it", data(" |\n        a\n        \tb\n"), as(`"a\n\tb\n"`)},
		{"a tab after a text", data(" a\t# why\n"), as(`"a"`)},
		{"a tab inside quotes", data(" 'a\tb'\n"), as(`"a\tb"`)},
		{"text over two lines", data(" a\n        b\n"), as(`"a b"`)},
		{"quotes inside quotes", data(` 'it''s "x"'`), as(`"it's \"x\""`)},
		{"escapes of YAML", data(` "\x41\u00e9\U0001F600\ud83d\ude00\t\e\\"`), as(`"Aé😀😀\t\u001b\\"`)},
		{"escapes of JSON", as(`"\u00e9\ud83d\ude00\/\b\f\n\r\t\u2028<>&"`), as(`"é😀/\b\f\n\r\t` + "\u2028" + `<>&"`)},
		{"white space in JSON", "\r\n { \"allow\" :\t{ } }\n", `{"allow":{}}`},
		{"the member action is dropped", `{"allow":{"or":[],"action":{"x":1}}}`, `{"allow":{"or":[]}}`},
		{"order is kept", `[{"deny":{"or":[],"and":[]},"allow":{}},{}]`, `[{"deny":{"or":[],"and":[]},"allow":{}},{}]`},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			document, problems := ppl.Parse(c.text)
			if errors := problems.Errors(); len(errors) > 0 {
				t.Fatal(errors)
			}
			if got := string(document.JSON()); got != c.want {
				t.Errorf("read as\n%s, want\n%s", got, c.want)
			}
		})
	}
}

func TestNestingIsBounded(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, open, close string }{
		{"JSON lists", `[`, `]`},
		{"JSON objects", `{"a":`, `}`},
		{"YAML lists", `- `, ``},
		{"YAML flow lists", `[`, `, ]`},
		{"YAML flow objects", `{a: `, `}`},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			nested := func(depth int) string {
				around := func(s string) string { return strings.Repeat(s, depth-5) }
				text := `{"allow":{"or":[{"claim/x":` + around(c.open) + `1` + around(c.close) + `}]}}`
				if strings.HasPrefix(c.name, "YAML") {
					text = "allow:\n  or:\n    - claim/x:\n        " + around(c.open) + "1" + around(c.close) + "\n"
				}
				return text
			}
			// Four levels are the policy's own; the operand makes up the rest.
			if _, problems := ppl.Parse(nested(65)); len(problems.Errors()) > 0 {
				t.Error("at the bound:", problems)
			}
			for _, depth := range []int{66, 1000, 40000} {
				_, problems := ppl.Parse(nested(depth))
				if len(problems) != 1 || !strings.Contains(problems[0].Message, "nested more than 64 deep") {
					t.Errorf("%d deep: %v", depth, problems)
				}
			}
		})
	}
	t.Run("YAML by indentation", func(t *testing.T) {
		t.Parallel()
		var text strings.Builder
		for i := range 70 {
			fmt.Fprintf(&text, "%sa:\n", strings.Repeat(" ", i))
		}
		_, problems := ppl.Parse(text.String())
		if len(problems) != 1 || problems[0].Position.Line != 65 {
			t.Error(problems)
		}
	})
}
