package ppl

import (
	"slices"
	"strings"
)

// criterion is what is known about one condition (table: ppl.md 3).
type criterion struct {
	name string
	// check judges the data; the report stands at the criterion.
	check func(r report, data *node)
	// allowed, if set, warns of a use under allow.
	allowed string
	// always, if set, warns of any use.
	always string
}

// criteria are all known conditions, the commonest first: of two equally near
// names a suggestion takes the first.
var criteria = []criterion{
	{name: "accept", check: unused},
	{name: "reject", check: unused},
	{name: "authenticated_user", check: unused},
	{name: "cors_preflight", check: unused},
	{
		name: "invalid_client_certificate", check: unused,
		allowed: "this lets in whoever shows a certificate that is not valid; it is meant for deny",
	},
	{name: "domain", check: textMatcher},
	{name: "email", check: textMatcher},
	{name: "user", check: textMatcher},
	{name: "claim", check: listMatcher},
	{
		name: "groups", check: groupMatcher,
		always: "groups is documented for Pomerium Enterprise only and needs directory sync; in Zero, claim/groups is the usual way",
	},
	{name: "http_method", check: textMatcher},
	{name: "http_path", check: textMatcher},
	{name: "source_ip", check: addresses},
	{name: "client_certificate", check: certificate},
	{name: "device", check: device},
	{
		name: "mcp_tool", check: textMatcher,
		allowed: "mcp_tool is false for every MCP request that calls no tool, so under allow it blocks those; " +
			"use it under deny, for the tools that may not be called",
	},
	{name: "ssh_username", check: textMatcher},
	{name: "ssh_username_matches_email", check: unused},
	{name: "ssh_username_matches_claim", check: claimName},
	{name: "ssh_publickey", check: sshKeys},
	{name: "ssh_ca", check: sshKeys},
	{name: "date", check: dateRange},
	{name: "day_of_week", check: daysOfWeek},
	{name: "time_of_day", check: timeRange},
	{
		name: "record", check: func(report, *node) {},
		always: "record is a criterion of Pomerium Enterprise; Zero is not known to have it",
	},
}

// criterionNames are the names of criteria.
func criterionNames() []string {
	var names []string
	for _, c := range criteria {
		names = append(names, c.name)
	}
	return names
}

// checkCriterion judges name and data of a criterion. Nothing here is an
// error: the service knows criteria that are not public.
func checkCriterion(r report, action string, m member) {
	warnOfTraps(r, m.value)
	name, subPath, hasSubPath := strings.Cut(m.name, "/")
	i := slices.IndexFunc(criteria, func(c criterion) bool { return c.name == name })
	if i < 0 {
		warnOfUnknown(r, m.pos, name)
		return
	}
	known := criteria[i]
	if known.always != "" {
		r.warn(m.pos, "%s", known.always)
	}
	if known.allowed != "" && action == "allow" {
		r.warn(m.pos, "%s", known.allowed)
	}
	switch {
	case name == "claim":
		checkClaimPath(r, m.pos, subPath)
	case hasSubPath:
		r.warn(m.pos, "only claim has a sub-path, and /%s has no effect here; remove it", subPath)
	}
	known.check(r, m.value)
}

func warnOfUnknown(r report, pos Position, name string) {
	switch {
	case name == "pomerium_routes":
		r.warn(pos, "pomerium_routes is documented, but was removed from Pomerium; remove it")
	case slices.Contains(operators, name) || slices.Contains(actions, name):
		r.warn(pos, "%s cannot stand inside a group, where it is read as a criterion that does not exist; "+
			"make it a rule of its own", name)
	default:
		names := criterionNames()
		r.warn(pos, "the criterion %q is not known%s; known are %s",
			name, didYouMean(name, names), strings.Join(names, ", "))
	}
}

// maxClaimSteps is how deep a claim's sub-path reaches into nested objects.
const maxClaimSteps = 5

func checkClaimPath(r report, pos Position, subPath string) {
	steps := strings.FieldsFunc(subPath, func(c rune) bool { return c == '/' || c == '.' })
	switch {
	case len(steps) == 0:
		r.warn(pos, "claim matches nothing without the name of a claim; write claim/department, for example")
	case len(steps) > maxClaimSteps:
		r.warn(pos, "the path of a claim has %d steps and reaches %d deep at most", len(steps), maxClaimSteps)
	}
}

// warnOfTraps warns of numbers that older YAML readers understand otherwise.
func warnOfTraps(r report, data *node) {
	if data.trap != "" {
		r.warn(data.pos, "%s", data.trap)
	}
	for i, item := range data.items {
		warnOfTraps(r.item(i), item)
	}
	for _, m := range data.members {
		warnOfTraps(r.in(m.name), m.value)
	}
}
