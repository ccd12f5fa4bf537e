package ppl

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// actions in the order in which a canonical policy has them, and operators
// (grammar: ppl.md 1).
var (
	actions   = []string{"allow", "deny"}
	operators = []string{"and", "or", "not", "nor"}
)

// report collects problems and knows at which path of the policy it is.
type report struct {
	problems *Problems
	path     string
}

// plainName is a member name that needs no quotes in a path.
var plainName = regexp.MustCompile(`^[A-Za-z_][-A-Za-z0-9_/.:]*$`)

// in is the report for the named member.
func (r report) in(name string) report {
	switch {
	case !plainName.MatchString(name):
		r.path += "[" + strconv.Quote(name) + "]"
	case r.path == "":
		r.path = name
	default:
		r.path += "." + name
	}
	return r
}

// item is the report for an item of a list.
func (r report) item(i int) report {
	r.path += fmt.Sprintf("[%d]", i)
	return r
}

func (r report) fail(pos Position, format string, args ...any) {
	r.add(Error, pos, format, args)
}

func (r report) warn(pos Position, format string, args ...any) {
	r.add(Warning, pos, format, args)
}

func (r report) add(s Severity, pos Position, format string, args []any) {
	*r.problems = append(*r.problems, Problem{s, pos, r.path, fmt.Sprintf(format, args...)})
}

// checkPolicy judges a whole policy. It goes on after a fault, so that one run
// shows all of them.
func checkPolicy(r report, policy *node) {
	switch policy.kind {
	case kindObject:
		checkRule(r, policy)
	case kindList:
		for i, rule := range policy.items {
			if rule.kind != kindObject {
				r.item(i).fail(rule.pos, "a rule must be an object with allow or deny, not %s", rule.kind)
				continue
			}
			checkRule(r.item(i), rule)
		}
	default:
		r.fail(policy.pos, "a policy must be a rule (an object with allow or deny) or a list of rules, not %s", policy.kind)
	}
}

func checkRule(r report, rule *node) {
	for _, m := range rule.members {
		at := r.in(m.name)
		switch {
		case !slices.Contains(actions, m.name):
			at.fail(m.pos, "a rule has no %q%s; its actions are allow and deny", m.name, didYouMean(m.name, actions))
		case m.value.kind != kindObject:
			at.fail(m.value.pos, "%s must be an object with and, or, not or nor, not %s", m.name, m.value.kind)
		default:
			checkBody(at, m.name, m.value)
		}
	}
}

// checkBody judges the operator groups of one action. It removes the member
// "action", which the language tolerates and drops.
func checkBody(r report, action string, body *node) {
	var groups []string
	for _, m := range body.members {
		at := r.in(m.name)
		switch {
		case m.name == "action":
			at.warn(m.pos, `"action" means nothing here and is not sent; remove it`)
		case !slices.Contains(operators, m.name):
			at.fail(m.pos, "%s has no operator %q%s; the operators are and, or, not and nor",
				action, m.name, didYouMean(m.name, operators))
		case m.value.kind != kindList:
			at.fail(m.value.pos, "%s must be a list of criteria, not %s; begin each criterion with a dash, "+
				"or put them into [ ]", m.name, m.value.kind)
		default:
			if len(m.value.items) > 0 {
				groups = append(groups, m.name)
			}
			if len(groups) == 2 && groups[1] == m.name {
				at.warn(m.pos, "the groups %s and %s of one action are joined by OR: each of them alone is enough to %s; "+
					"if all conditions must hold, put them into one group", groups[0], groups[1], action)
			}
			for i, criterion := range m.value.items {
				checkShape(at.item(i), action, criterion)
			}
		}
	}
	body.members = slices.DeleteFunc(body.members, func(m member) bool { return m.name == "action" })
}

// checkShape judges the grammar of a criterion: an object with one member.
func checkShape(r report, action string, criterion *node) {
	switch {
	case criterion.kind != kindObject:
		r.fail(criterion.pos, "a criterion must be an object with one member, such as email: ana@example.com, not %s", criterion.kind)
	case len(criterion.members) == 0:
		r.fail(criterion.pos, "a criterion must have one member, such as email: ana@example.com, and this one is empty")
	case len(criterion.members) > 1:
		var names []string
		for _, m := range criterion.members {
			names = append(names, m.name)
		}
		r.fail(criterion.members[1].pos, "a criterion must have one member, and this one has %s; "+
			"make each of them an item of the list", strings.Join(names, ", "))
	default:
		m := criterion.members[0]
		checkCriterion(r.in(m.name), action, m)
	}
}
