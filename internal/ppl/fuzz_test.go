package ppl_test

import (
	"encoding/json"
	"testing"

	"github.com/pomerium-zdx/terraform-provider-pomerium/internal/hostile"
	"github.com/pomerium-zdx/terraform-provider-pomerium/internal/ppl"
)

// oddTexts are where a fuzzer begins, besides the samples.
var oddTexts = []string{
	"---\nallow: {or: [{claim/x: 0x1F}, {claim/y: .5e-3}, {claim/z: 010}]}\n...\n",
	"allow:\n  or:\n    - ssh_ca: |\n        ssh-rsa AAAA\n    - email: >-\n        a\n        b\n",
	`{"allow":{"or":[{"claim/x":-0.0e7,"é\ud83d\ude00":"\\\u2028"}],"action":[]}}`,
	"a: &x [*x, !!str 1, <<: {}]", "? a\n: b", "%YAML 1.2\n---\n", "[[[[{{{{", "- - - -\n\t- a", "\"\\xZZ\\ud800\"", "'", "|\n", ">2\n",
	// What the YAML package reads otherwise than YAML 1.2 has it.
	"a\tb: c\td", "a: >x", "{a:}", "a:\n     :b\n    - #c", "a:\nb", "-\na: b", "a: |\n b\n  ", "a: |\n b ", "a: ''!", "a: b\n -:", "\n\t\ta",
}

// FuzzParse looks for text that stops the reader, and for policies that are
// not the same when they come back from where they were sent.
func FuzzParse(f *testing.F) {
	for _, s := range samples {
		f.Add(s.text)
	}
	for _, text := range oddTexts {
		f.Add(text)
	}
	for _, value := range append(hostile.Values(), hostile.Name, hostile.Raw) {
		f.Add(value)
		f.Add(`{"allow":{"or":[{"claim/x":` + value + `},` + value + `]},` + value + `:1}`)
		f.Add("allow:\n  or:\n    - claim/x: " + value + "\n")
	}
	f.Fuzz(func(t *testing.T, text string) {
		document, problems := ppl.Parse(text)
		for _, p := range problems {
			if p.Position.Line < 1 || p.Position.Column < 1 || p.Message == "" {
				t.Errorf("a problem without a place or a message: %#v", p)
			}
		}
		if len(problems.Errors()) > 0 {
			return
		}
		sent := string(document.JSON())
		if !json.Valid([]byte(sent)) || !json.Valid(document.Canonical()) {
			t.Fatalf("not JSON: %s or %s", sent, document.Canonical())
		}
		again, problems := ppl.Parse(sent)
		if errors := problems.Errors(); len(errors) > 0 {
			t.Fatalf("what is sent is refused: %s\n%v", sent, errors)
		}
		if got := string(again.JSON()); got != sent {
			t.Errorf("sent as %s, then as %s", sent, got)
		}
		if !ppl.Equal(text, sent) {
			t.Errorf("what is sent is another policy: %s", sent)
		}
		if !ppl.Equal(text, string(document.Canonical())) {
			t.Errorf("the canonical form is another policy: %s", document.Canonical())
		}
	})
}

// FuzzEqual looks for texts that are not equal to themselves, or equal one way
// only, or equal and sent as JSON that does not mean the same.
func FuzzEqual(f *testing.F) {
	f.Add(`{"allow":{"or":[{"email":"x"}]}}`, "allow:\n  or:\n    - email: x\n")
	f.Add(`{"allow":{"or":[{"claim/x":1}]}}`, `[{"allow":{"or":[{"claim/x":1.0}]}}]`)
	f.Add(`{}`, `[{"deny":{}}]`)
	f.Add(`{`, `{`)
	f.Fuzz(func(t *testing.T, a, b string) {
		if !ppl.Equal(a, a) || !ppl.Equal(b, b) {
			t.Error("not equal to itself")
		}
		equal := ppl.Equal(a, b)
		if equal != ppl.Equal(b, a) {
			t.Error("equal one way only")
		}
		left, leftProblems := ppl.Parse(a)
		right, rightProblems := ppl.Parse(b)
		if len(leftProblems.Errors())+len(rightProblems.Errors()) > 0 {
			if equal != (a == b) {
				t.Error("text that is no policy equals another text")
			}
			return
		}
		if equal != ppl.Equal(string(left.JSON()), string(right.JSON())) {
			t.Error("equal as they are written or as they are sent, but not both")
		}
	})
}
