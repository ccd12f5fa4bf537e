package ppl_test

import (
	"strings"
	"testing"

	"github.com/pomerium-zdx/terraform-provider-pomerium/internal/ppl"
)

// A policy as teams write them, in both notations: staff, two guests and a group from the office, but nobody on leave.
const (
	benchYAML = `# who may use billing
- allow:
    and:
      - domain:
          is: acme.example
      - http_method:
          in: [GET, HEAD, POST]
      - source_ip:
          - 192.0.2.0/24
          - 2001:db8::/32
    nor:
      - http_path:
          starts_with: /internal
- allow:
    or:
      - email:
          in:
            - ana@guest.example
            - bo@guest.example
      - claim/groups:
          has: office
- deny:
    or:
      - user:
          is: "1f0c"
      - claim/level: 7
`
	benchJSON = `[{"allow":{"and":[{"domain":{"is":"acme.example"}},{"http_method":{"in":["GET","HEAD","POST"]}},` +
		`{"source_ip":["192.0.2.0/24","2001:db8::/32"]}],"nor":[{"http_path":{"starts_with":"/internal"}}]}},` +
		`{"allow":{"or":[{"email":{"in":["ana@guest.example","bo@guest.example"]}},{"claim/groups":{"has":"office"}}]}},` +
		`{"deny":{"or":[{"user":{"is":"1f0c"}},{"claim/level":7}]}}]`
)

// BenchmarkParse is done when a policy is validated, several times in each plan.
func BenchmarkParse(b *testing.B) {
	for _, c := range []struct{ name, text string }{{"YAML", benchYAML}, {"JSON", benchJSON}} {
		b.Run(c.name, func(b *testing.B) {
			b.SetBytes(int64(len(c.text)))
			b.ReportAllocs()
			for b.Loop() {
				document, problems := ppl.Parse(c.text)
				if len(problems.Errors()) > 0 || len(document.JSON()) != len(benchJSON) {
					b.Fatal(problems)
				}
			}
		})
	}
}

// BenchmarkEqual is done for each policy of each refresh and plan: the user's text against the service's.
func BenchmarkEqual(b *testing.B) {
	other := strings.Replace(benchJSON, "office", "garage", 1)
	for _, c := range []struct {
		name, a, b string
		want       bool
	}{
		{"identical", benchYAML, benchYAML, true},
		{"YAML and JSON", benchYAML, benchJSON, true},
		{"JSON and other JSON", benchJSON, other, false},
	} {
		b.Run(c.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if ppl.Equal(c.a, c.b) != c.want {
					b.Fatalf("want %t for\n%s\n%s", c.want, c.a, c.b)
				}
			}
		})
	}
}
