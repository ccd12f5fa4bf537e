package provider

import (
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/pomerium-zdx/terraform-provider-pomerium/internal/ppl"
)

const (
	sampleHash        = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="
	sampleKey         = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4f"
	sampleFingerprint = "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f"
)

// criterionCases are criteria as attributes, and in the language. Together they name every member of every criterion.
var criterionCases = []struct{ attributes, language string }{
	{`{"accept":true}`, `{"accept":true}`},
	{`{"reject":true}`, `{"reject":true}`},
	{`{"authenticated_user":true}`, `{"authenticated_user":true}`},
	{`{"cors_preflight":true}`, `{"cors_preflight":true}`},
	{`{"invalid_client_certificate":true}`, `{"invalid_client_certificate":true}`},
	{`{"domain":{"is":"acme.test"}}`, `{"domain":{"is":"acme.test"}}`},
	{`{"domain":{"not":"acme.test"}}`, `{"domain":{"not":"acme.test"}}`},
	{`{"email":{"starts_with":"ana","ends_with":"@acme.test"}}`, `{"email":{"starts_with":"ana","ends_with":"@acme.test"}}`},
	{`{"email":{"in":["ana@acme.test","<bo> & \"co\""]}}`, `{"email":{"in":["ana@acme.test","<bo> & \"co\""]}}`},
	{`{"user":{"not_in":["u-1","u-2"]}}`, `{"user":{"not_in":["u-1","u-2"]}}`},
	{`{"claim":{"path":"groups","has":"ops"}}`, `{"claim/groups":{"has":"ops"}}`},
	{`{"claim":{"path":"realm/a b.c","is":"ops","exclude":"interns"}}`, `{"claim/realm/a b.c":{"is":"ops","exclude":"interns"}}`},
	{`{"groups":{"has":"g-1","is":"g-2","exclude":"g-3"}}`, `{"groups":{"has":"g-1","is":"g-2","exclude":"g-3"}}`},
	{`{"http_method":{"in":["GET","HEAD"]}}`, `{"http_method":{"in":["GET","HEAD"]}}`},
	{`{"http_path":{"contains":"/public/"}}`, `{"http_path":{"contains":"/public/"}}`},
	{`{"source_ip":["192.0.2.0/24","2001:db8::7"]}`, `{"source_ip":["192.0.2.0/24","2001:db8::7"]}`},
	{`{"source_ip":[]}`, `{"source_ip":[]}`},
	{
		`{"client_certificate":{"fingerprint":["` + sampleFingerprint + `"],"spki_hash":["` + sampleHash + `"]}}`,
		`{"client_certificate":{"fingerprint":["` + sampleFingerprint + `"],"spki_hash":["` + sampleHash + `"]}}`,
	},
	{
		`{"client_certificate":{"san_dns":{"ends_with":".acme.test"},"san_email":{"is":"ana@acme.test"},"san_uri":{"starts_with":"spiffe://"}}}`,
		`{"client_certificate":{"san_dns":{"ends_with":".acme.test"},"san_email":{"is":"ana@acme.test"},"san_uri":{"starts_with":"spiffe://"}}}`,
	},
	{`{"device":{"is":"dev-7f3c","approved":false,"type":"any"}}`, `{"device":{"is":"dev-7f3c","approved":false,"type":"any"}}`},
	{`{"mcp_tool":{"is":"delete"}}`, `{"mcp_tool":{"is":"delete"}}`},
	{`{"ssh_username":{"is":"root"}}`, `{"ssh_username":{"is":"root"}}`},
	{`{"ssh_username_matches_email":true}`, `{"ssh_username_matches_email":true}`},
	{`{"ssh_username_matches_claim":"unix_names"}`, `{"ssh_username_matches_claim":"unix_names"}`},
	{`{"ssh_publickey":["` + sampleKey + ` ana"]}`, `{"ssh_publickey":["` + sampleKey + ` ana"]}`},
	{`{"ssh_ca":["` + sampleKey + `"]}`, `{"ssh_ca":["` + sampleKey + `"]}`},
	{`{"date":{"after":"2031-04-01T08:00:00","before":"2031-04-30T18:00:00Z"}}`, `{"date":{"after":"2031-04-01T08:00:00","before":"2031-04-30T18:00:00Z"}}`},
	{`{"day_of_week":"mon-fri"}`, `{"day_of_week":"mon-fri"}`},
	{
		`{"time_of_day":{"timezone":"Europe/Lisbon","after":"9:00 AM","before":"17:30"}}`,
		`{"time_of_day":{"timezone":"Europe/Lisbon","after":"9:00 AM","before":"17:30"}}`,
	},
}

// Each criterion, under each action and in each group, is what it is in the language.
func TestZeroPolicyDocumentCriteria(t *testing.T) {
	t.Parallel()
	untold := map[string]bool{} // every member of every criterion
	for _, c := range documentCriteria {
		untold[c.name] = true
		for _, o := range c.matcher.attributes {
			untold[c.matcher.summary+"."+o.name] = true
		}
	}
	for _, test := range criterionCases {
		var members map[string]json.RawMessage
		if err := json.Unmarshal([]byte(test.attributes), &members); err != nil {
			t.Fatal(err)
		}
		for _, c := range documentCriteria {
			data, given := members[c.name]
			if !given {
				continue
			}
			delete(untold, c.name)
			var operands map[string]any
			if json.Unmarshal(data, &operands) == nil {
				for name := range operands {
					delete(untold, c.matcher.summary+"."+name)
				}
			}
		}
		for _, action := range []string{"allow", "deny"} {
			for _, group := range documentGroups {
				document, problems := askDocument(t, `{"`+action+`":[{"`+group.name+`":[`+test.attributes+`]}]}`)
				if slices.ContainsFunc(problems, isErrorDiagnostic) {
					t.Errorf("%s: %s", test.attributes, listed(problems))
				}
				want := `[{"` + action + `":{"` + group.name + `":[` + test.language + `]}}]`
				if !ppl.Equal(document, want) {
					t.Errorf("%s is %s, want %s", test.attributes, document, want)
				}
			}
		}
	}
	if len(untold) > 0 {
		t.Errorf("no case has %v", slices.Sorted(maps.Keys(untold)))
	}
}

// The page tells of each criterion once, by hand: the schema has each of them eight times.
func TestZeroPolicyDocumentPage(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile(filepath.Join(root, "templates", "data-sources", "zero_policy_document.md.tmpl"))
	if err != nil {
		t.Fatal(err)
	}
	for _, line := range documentPage(t) {
		if !strings.Contains(string(text), "\n"+line+"\n") {
			t.Errorf("the page lacks this line:\n%s", line)
		}
	}
}

// documentPage are the lines of the page that the schema decides.
func documentPage(t *testing.T) []string {
	t.Helper()
	var lines []string
	types := map[string]string{"allow": "List of rules", "deny": "List of rules", "source_documents": "List of String", "json": "String"}
	for _, attribute := range providerSchemas(t)[documentType].Block.Attributes {
		lines = append(lines, fmt.Sprintf("- `%s` (%s) %s", attribute.Name, types[attribute.Name], attribute.Description))
	}
	for _, group := range documentGroups {
		lines = append(lines, fmt.Sprintf("- `%s` (List of criteria) %s", group.name, group.about))
	}
	told := map[string]bool{}
	var matchers []string
	for _, c := range documentCriteria {
		lines = append(lines, fmt.Sprintf("| `%s` | %s | %s |", c.name, c.matcher.summary, c.about))
		for _, o := range c.matcher.attributes {
			line := fmt.Sprintf("| %s | `%s` | %s |", c.matcher.summary, o.name, o.about)
			if !told[line] {
				matchers = append(matchers, line)
			}
			told[line] = true
		}
	}
	return append(lines, matchers...)
}
