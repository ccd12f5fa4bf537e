package apimock

import "github.com/pomerium-zdx/terraform-provider-pomerium/internal/ppl"

// faultOfPPL words the first fault of grammar in a policy, "" if there is none.
// Whether the service refuses more than that on save is not published (ppl.md,
// introduction), so what the compiler would refuse is let pass.
func faultOfPPL(policy any) string {
	_, problems := ppl.Parse(string(encodeJSON(policy)))
	if faults := problems.Errors(); len(faults) > 0 {
		return faults[0].String()
	}
	return ""
}

// rewritePPL is a stored policy in the core library's canonical form.
func rewritePPL(policy any) any {
	document, _ := ppl.Parse(string(encodeJSON(policy)))
	canonical, err := decodeJSON(document.Canonical())
	if err != nil {
		panic("apimock: " + err.Error())
	}
	return canonical
}
