package ppl_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/pomerium-zdx/terraform-provider-pomerium/internal/ppl"
)

func TestTextIsSentAsAValue(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, text, want string }{
		{"YAML", "allow:\n  or:\n    - claim/x: 1.50\n", `{"Policy":{"allow":{"or":[{"claim/x":1.50}]}}}`},
		{"JSON", `[ {} ]`, `{"Policy":[{}]}`},
		{"warnings do not matter", `{"allow":{"or":[{"nobody_knows":7}]}}`, `{"Policy":{"allow":{"or":[{"nobody_knows":7}]}}}`},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			body, err := json.Marshal(struct{ Policy ppl.Text }{ppl.Text(c.text)})
			if err != nil {
				t.Fatal(err)
			}
			if string(body) != c.want {
				t.Errorf("%s, want %s", body, c.want)
			}
		})
	}
}

func TestTextWithFaultsIsNeverSent(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		text  string
		wants []string
	}{
		{"", []string{"the policy is empty"}},
		{"null", []string{"not null"}},
		{"allow", []string{"not text"}},
		{"allow: {xor: []}\npermit: {}\n", []string{"line 1, column 9: ", `"xor"`, "line 2, column 1: ", `"permit"`}},
		{"allow: {or: [{emial: 1}, 7]}", []string{"line 1, column 26: "}},
	} {
		t.Run(c.text, func(t *testing.T) {
			t.Parallel()
			body, err := json.Marshal(ppl.Text(c.text))
			if err == nil {
				t.Fatalf("sent as %s", body)
			}
			for _, want := range c.wants {
				if !strings.Contains(err.Error(), want) {
					t.Errorf("the error does not speak of %q: %s", want, err)
				}
			}
			if strings.Contains(err.Error(), "emial") {
				t.Errorf("the error has a warning in it: %s", err)
			}
		})
	}
}

func TestTextKeepsWhateverTheServiceHolds(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, json, want string }{
		{"object", `{ "allow": {"or": [ {"claim/x": 1.50} ]} }`, `{"allow":{"or":[{"claim/x":1.50}]}}`},
		{"list", "[\n{}\n]", `[{}]`},
		{"null", `null`, ``},
		{"no policy at all", `{"xor": "é<"}`, `{"xor":"é<"}`},
		{"text", `"allow: {}"`, `"allow: {}"`},
		{"a long number", ` 9007199254740993`, `9007199254740993`},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			answer := struct{ Policy ppl.Text }{"what was there before"}
			if err := json.Unmarshal([]byte(`{"Policy":`+c.json+`}`), &answer); err != nil {
				t.Fatal(err)
			}
			if string(answer.Policy) != c.want {
				t.Errorf("%q, want %q", answer.Policy, c.want)
			}
		})
	}
	var policy ppl.Text
	if err := policy.UnmarshalJSON([]byte(`{`)); err == nil {
		t.Error("half an object was taken for a value")
	}
}

func TestTextComesBackAsItWasSent(t *testing.T) {
	t.Parallel()
	for name, s := range samples {
		if len(s.errors) > 0 {
			continue
		}
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			body, err := json.Marshal(ppl.Text(s.text))
			if err != nil {
				t.Fatal(err)
			}
			var back ppl.Text
			if err := json.Unmarshal(body, &back); err != nil {
				t.Fatal(err)
			}
			if !ppl.Equal(s.text, string(back)) {
				t.Errorf("came back as another policy: %s", back)
			}
			second, err := json.Marshal(back)
			if err != nil || string(second) != string(body) {
				t.Errorf("sent as\n%s, then as\n%s (%v)", body, second, err)
			}
		})
	}
}
