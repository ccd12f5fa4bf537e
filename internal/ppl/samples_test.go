package ppl_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/pomerium-zdx/terraform-provider-pomerium/internal/ppl"
)

const (
	spki       = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="
	ed25519Key = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4f"
)

// sample is a text with the verdict of the language's reference.
type sample struct {
	text     string
	errors   []string // a part of each error, in order
	warnings []string // a part of each warning, in order
}

// samples are those of ppl.md 4 and 5. The refusals of the compiler are
// warnings here.
var samples = map[string]sample{
	"valid 1":  {text: `{"allow":{"and":[{"domain":{"is":"acme.test"}}]}}`},
	"valid 3":  {text: `[{"allow":{"and":[{"domain":"acme.test"}]}},{"deny":{"or":[{"email":"intern@acme.test"}]}}]`},
	"valid 5":  {text: `{"allow":{"and":[{"authenticated_user":true}]}}`},
	"valid 7":  {text: `{"allow":{"and":[{"claim/department":"finance"}]}}`},
	"valid 9":  {text: `{"allow":{"or":[{"email":{"ends_with":"@ops.acme.test"}}]}}`},
	"valid 11": {text: `{"allow":{"and":[{"domain":"acme.test"},{"http_method":{"in":["GET","HEAD"]}}]}}`},
	"valid 13": {text: `{"deny":{"not":[{"source_ip":["192.0.2.0/24","2001:db8::7"]}]}}`},
	"valid 15": {text: `[{"allow":{"or":[{"cors_preflight":true}]}},{"allow":{"and":[{"domain":"acme.test"}]}}]`},
	"valid 17": {text: `{"allow":{"or":[{"device":{"is":"dev-7f3c","approved":true}}]}}`},
	"valid 19": {text: `{"allow":{"and":[{"client_certificate":{"spki_hash":["` + spki + `"],"san_dns":{"ends_with":".acme.test"}}}]}}`},
	"valid 21": {
		text:     `{"allow":{"or":[{"groups":{"has":"grp-platform"}},{"groups":"grp-security"}]}}`,
		warnings: []string{"claim/groups", "claim/groups"},
	},
	"valid 23":      {text: `{"allow":{"and":[{"ssh_username_matches_email":true},{"ssh_username":{"in":["ana","bo"]}}]}}`},
	"valid 25":      {text: `{"allow":{"and":[{"ssh_username_matches_claim":"unix_names"},{"ssh_ca":"` + ed25519Key + ` ca@acme.test"}]}}`},
	"valid 3 YAML":  {text: "- allow:\n    and:\n      - domain: acme.test\n- deny:\n    or:\n      - email: intern@acme.test\n"},
	"valid 12 YAML": {text: orJoined, warnings: []string{"joined by OR"}},
	"valid 13 YAML": {text: "deny:\n  not:\n    - source_ip:\n        - 192.0.2.0/24\n        - 2001:db8::7\n"},
	"Zero only": {text: `allow:
  and:
    - domain: acme.test
    - date: {after: "2031-04-01T08:00:00", before: "2031-04-30T18:00:00"}
    - day_of_week: mon-fri
    - time_of_day: {timezone: Europe/Lisbon, after: 9:00 AM, before: "17:30"}
`},

	"empty rule":         {text: `{}`},
	"empty list":         {text: `[]`},
	"empty body":         {text: `{"allow":{}}`},
	"empty group":        {text: `{"allow":{"and":[]}}`},
	"both actions":       {text: `{"allow":{},"deny":{}}`},
	"body member action": {text: `{"allow":{"action":7}}`, warnings: []string{`"action" means nothing`}},
	"empty matcher":      {text: `{"allow":{"and":[{"email":{}}]}}`, warnings: []string{"matches everything"}},
	"bare list":          {text: `{"allow":{"and":[{"email":["a","b"]}]}}`, warnings: []string{"write in: [...]"}},
	"bare number":        {text: `{"allow":{"and":[{"user":7}]}}`, warnings: []string{"put it in quotes"}},
	"bare null":          {text: `{"allow":{"and":[{"user":null}]}}`, warnings: []string{"write text instead"}},
	"no addresses":       {text: `{"allow":{"and":[{"source_ip":[]}]}}`},
	"empty certificate":  {text: `{"allow":{"and":[{"client_certificate":{}}]}}`},
	"empty device":       {text: `{"allow":{"and":[{"device":{}}]}}`},
	"useless sub-path":   {text: `{"allow":{"and":[{"email/sub":"x"}]}}`, warnings: []string{"only claim has a sub-path"}},

	"invalid 1":         {text: `"allow"`, errors: []string{"not text"}},
	"invalid 3":         {text: ``, errors: []string{"the policy is empty"}},
	"only a comment":    {text: "# nobody\n", errors: []string{"the policy is empty"}},
	"only spaces":       {text: " \n\n", errors: []string{"the policy is empty"}},
	"invalid 5":         {text: `{"Allow":{"and":[{"authenticated_user":true}]}}`, errors: []string{`did you mean "allow"?`}},
	"invalid 7":         {text: `[[{"allow":{"or":[{"accept":true}]}}]]`, errors: []string{"not a list"}},
	"invalid 9":         {text: `{"allow":null}`, errors: []string{"not null"}},
	"invalid 11":        {text: `{"allow":{"xor":[{"email":"ana@acme.test"}]}}`, errors: []string{`did you mean "or"?`}},
	"invalid 13":        {text: `{"allow":{"and":{"email":{"is":"ana@acme.test"}}}}`, errors: []string{"list of criteria"}},
	"invalid 15":        {text: `{"allow":{"and":[{"email":"ana@acme.test","domain":"acme.test"}]}}`, errors: []string{"has email, domain"}},
	"invalid 17":        {text: `{"allow":{"or":[{"accept":true}]}`, errors: []string{"closed with }"}},
	"tab":               {text: "allow:\n\tand: []\n", errors: []string{"a tab"}},
	"key twice in YAML": {text: "allow: {}\nallow: {}\n", errors: []string{`"allow" is here twice, first at line 1, column 1`}},
	"key twice in JSON": {text: `{"allow":{},"allow":{}}`, errors: []string{`"allow" is here twice, first at line 1, column 2`}},

	"invalid 19":      {text: `{"allow":{"or":[{"username":"ana"}]}}`, warnings: []string{`"username" is not known (did you mean "user"?)`}},
	"invalid 21":      {text: `{"allow":{"or":[{"email":{"in":"ana@acme.test"}}]}}`, warnings: []string{"in needs a list"}},
	"invalid 23":      {text: `{"allow":{"and":[{"source_ip":"10.0.0.256"}]}}`, warnings: []string{"neither an IP address"}},
	"invalid 25":      {text: `{"allow":{"and":[{"device":"any"}]}}`, warnings: []string{"device needs an object"}},
	"removed":         {text: `{"allow":{"or":[{"pomerium_routes":true}]}}`, warnings: []string{"was removed"}},
	"address matcher": {text: `{"allow":{"and":[{"source_ip":{"is":"10.0.0.1"}}]}}`, warnings: []string{"not an object"}},
	"short hash":      {text: `{"allow":{"and":[{"client_certificate":{"spki_hash":"bm90IGEgaGFzaA=="}}]}}`, warnings: []string{"base64 form"}},
	"device type":     {text: `{"allow":{"and":[{"device":{"type":7}}]}}`, warnings: []string{"must be text"}},
	"no key":          {text: `{"allow":{"and":[{"ssh_publickey":"not-a-key"}]}}`, warnings: []string{"no SSH public key"}},
	"bare date":       {text: `{"allow":{"and":[{"date":"2031-04-01"}]}}`, warnings: []string{"date needs an object"}},
	"no timezone":     {text: `{"allow":{"and":[{"time_of_day":{"after":"9:00"}}]}}`, warnings: []string{"needs a timezone"}},
	"no such day":     {text: `{"allow":{"and":[{"day_of_week":"funday"}]}}`, warnings: []string{"day_of_week must be"}},
}

const orJoined = `allow:
  and:
    - domain: acme.test
  not:
    - http_path:
        starts_with: /internal
`

func TestSamples(t *testing.T) {
	t.Parallel()
	for name, s := range samples {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, problems := ppl.Parse(s.text)
			expect(t, "error", problems.Errors(), s.errors)
			expect(t, "warning", problems.Warnings(), s.warnings)
		})
	}
}

// expect compares problems with a part of the message of each.
func expect(t *testing.T, what string, problems ppl.Problems, parts []string) {
	t.Helper()
	for i, part := range parts {
		if i < len(problems) && !strings.Contains(problems[i].Message, part) {
			t.Errorf("%s %d does not speak of %q: %s", what, i, part, problems[i])
		}
	}
	if len(problems) != len(parts) {
		t.Errorf("%d %ss, want %d: %v", len(problems), what, len(parts), problems)
	}
}

func TestOneActionWithSeveralGroupsIsWarnedOfOnce(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, text string
		want       int
	}{
		{"one group", `{"allow":{"and":[{"accept":true}]}}`, 0},
		{"the others are empty", `{"allow":{"and":[{"accept":true}],"or":[],"not":[]}}`, 0},
		{"one in each action", `{"allow":{"and":[{"accept":true}]},"deny":{"or":[{"reject":true}]}}`, 0},
		{"one in each rule", `[{"allow":{"and":[{"accept":true}]}},{"allow":{"or":[{"reject":true}]}}]`, 0},
		{"two", `{"allow":{"and":[{"accept":true}],"or":[{"reject":true}]}}`, 1},
		{"three", `{"allow":{"and":[{"accept":true}],"or":[{"reject":true}],"not":[{"reject":true}]}}`, 1},
		{"two in both actions", `{"allow":{"and":[{"accept":true}],"or":[{"reject":true}]},"deny":{"nor":[{"accept":true}],"not":[{"accept":true}]}}`, 2},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			_, problems := ppl.Parse(c.text)
			problems = slices.DeleteFunc(problems, func(p ppl.Problem) bool { return !strings.Contains(p.Message, "joined by OR") })
			if len(problems) != c.want {
				t.Errorf("%d warnings, want %d: %v", len(problems), c.want, problems)
			}
		})
	}
}
