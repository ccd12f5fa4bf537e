package ppl_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/pomerium-zdx/terraform-provider-pomerium/internal/ppl"
)

// place is where a problem is and what it belongs to.
type place struct {
	Severity     ppl.Severity
	Line, Column int
	Path         string
}

func placesOf(text string) []place {
	_, problems := ppl.Parse(text)
	var places []place
	for _, p := range problems {
		places = append(places, place{p.Severity, p.Position.Line, p.Position.Column, p.Path})
	}
	return places
}

func TestProblemsHaveTheirPlace(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, text string
		want       []place
	}{
		{
			"YAML, all problems in the order of the text",
			"- allow:\n    and:\n      - email: a@b.c\n      - emial: a@b.c\n- deny:\n    xor: []\n    or:\n      - source_ip:\n          - 10.0.0.1\n          - 10.0.0.300\n",
			[]place{
				{ppl.Warning, 4, 9, "[0].allow.and[1].emial"},
				{ppl.Error, 6, 5, "[1].deny.xor"},
				{ppl.Warning, 10, 13, "[1].deny.or[0].source_ip[1]"},
			},
		},
		{
			"JSON over several lines",
			"{\n  \"allow\": {\n    \"and\": [\n      {\"email\": {\"in\": \"x\"}},\n      7\n    ]\n  }\n}",
			[]place{{ppl.Warning, 4, 24, "allow.and[0].email.in"}, {ppl.Error, 5, 7, "allow.and[1]"}},
		},
		{
			"JSON with CR LF counts lines once",
			"{\r\n\"allow\": {\r\n\"xor\": []}}",
			[]place{{ppl.Error, 3, 1, "allow.xor"}},
		},
		{
			"JSON with CR alone", "{\r\"allow\": 1}",
			[]place{{ppl.Error, 2, 10, "allow"}},
		},
		{
			"YAML with CR LF", "allow:\r\n  or:\r\n    - domian: x\r\n",
			[]place{{ppl.Warning, 3, 7, "allow.or[0].domian"}},
		},
		{
			"columns count characters, in JSON", `{"allow":{"and":[{"email":"ääää"},{"emial":1}]}}`,
			[]place{{ppl.Warning, 1, 36, "allow.and[1].emial"}},
		},
		{
			"columns count characters, in YAML", `allow: {and: [{email: "ääää"}, {emial: 1}]}`,
			[]place{{ppl.Warning, 1, 33, "allow.and[1].emial"}},
		},
		{
			"a byte order mark takes no column", "\ufeffallow: 1",
			[]place{{ppl.Error, 1, 8, "allow"}},
		},
		{
			"odd names are quoted in the path", `{"allow":{"a b":[]},"é.x":{}}`,
			[]place{{ppl.Error, 1, 11, `allow["a b"]`}, {ppl.Error, 1, 21, `["é.x"]`}},
		},
		{
			"the body, not the key, if the body is wrong", "allow:\n  - and\n",
			[]place{{ppl.Error, 2, 3, "allow"}},
		},
		{
			"a body that is missing", "allow:\ndeny: {}\n",
			[]place{{ppl.Error, 1, 7, "allow"}},
		},
		{
			"rules that are none", "- 1\n- {}\n- [x]\n",
			[]place{{ppl.Error, 1, 3, "[0]"}, {ppl.Error, 3, 3, "[2]"}},
		},
		{
			"a criterion that is empty", "allow:\n  and:\n    - {}\n    - x\n    -\n",
			[]place{{ppl.Error, 3, 7, "allow.and[0]"}, {ppl.Error, 4, 7, "allow.and[1]"}, {ppl.Error, 5, 7, "allow.and[2]"}},
		},
		{
			"the second member of a criterion", "allow:\n  and:\n    - email: x\n      domain: y\n",
			[]place{{ppl.Error, 4, 7, "allow.and[0]"}},
		},
		{
			"the second group of an action", orJoined,
			[]place{{ppl.Warning, 4, 3, "allow.not"}},
		},
		{
			"the policy as a whole", "\n\n  7",
			[]place{{ppl.Error, 3, 3, ""}},
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			if diff := cmp.Diff(c.want, placesOf(c.text)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestProblemInWords(t *testing.T) {
	t.Parallel()
	p := ppl.Problem{Position: ppl.Position{Line: 3, Column: 7}, Message: "no such thing"}
	if got, want := p.String(), "line 3, column 7: no such thing"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
	p.Path = "allow.and[0].email"
	if got, want := p.String(), "line 3, column 7: no such thing (at allow.and[0].email)"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
	if got := ppl.Error.String() + ", " + ppl.Warning.String(); got != "error, warning" {
		t.Error(got)
	}
}
