package provider

import (
	"fmt"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/pomerium-zdx/terraform-provider-pomerium/internal/httpapi"
	"github.com/pomerium-zdx/terraform-provider-pomerium/internal/pomeriumzero"
)

// theOne returns the only candidate that matches, or reports an error that lists the candidates: those that
// match if there are several, all if there is none.
func theOne[T any](candidates []T, matches func(T) bool, noun string, describe func(T) string, diags *diag.Diagnostics) (T, bool) {
	var found []T
	for _, candidate := range candidates {
		if matches(candidate) {
			found = append(found, candidate)
		}
	}
	switch len(found) {
	case 1:
		return found[0], true
	case 0:
		diags.AddError("No "+noun+" matches", "These are there: "+describeAll(candidates, describe)+".")
	default:
		diags.AddError(fmt.Sprintf("%d %ss match", len(found), noun), "Narrow it down to one of: "+describeAll(found, describe)+".")
	}
	var none T
	return none, false
}

// mostDescribed bounds what an error lists: an organization may have thousands of users.
const mostDescribed = 20

func describeAll[T any](list []T, describe func(T) string) string {
	if len(list) == 0 {
		return "none"
	}
	var texts []string
	for _, item := range list {
		texts = append(texts, httpapi.Label(describe(item)))
	}
	slices.Sort(texts)
	if more := len(texts) - mostDescribed; more > 0 {
		return fmt.Sprintf("%s and %d more", strings.Join(texts[:mostDescribed], ", "), more)
	}
	return strings.Join(texts, ", ")
}

func describeOrganization(o pomeriumzero.Organization) string {
	return fmt.Sprintf("%s (%s)", o.ID, o.Name)
}

func describeNamespace(n pomeriumzero.Namespace) string {
	return fmt.Sprintf("%s (%s, type %s)", n.ID, n.Name, n.Type)
}

// oneOf writes values as a choice for a description.
func oneOf(values []string) string { return "`" + strings.Join(values, "`, `") + "`" }
