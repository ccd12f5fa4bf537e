package ppl

import (
	"bytes"
	"slices"
)

// Document is a policy that follows the grammar. Its zero value is the empty
// policy, which lets nobody in.
type Document struct {
	root *node // a rule or a list of rules; nil is the empty policy
}

// JSON is the value to send, compact: the form the user wrote, since the
// service stores a policy as it is sent (ppl.md 1, canonical form). An object
// stays an object and a list a list; shorthands, empty groups, the order of
// everything and the digits of numbers are kept. Only a body member named
// "action" is left out: the language drops it and the API does not have it.
func (d Document) JSON() []byte {
	if d.root == nil {
		return []byte("[]")
	}
	var out bytes.Buffer
	d.root.write(&out, false)
	return out.Bytes()
}

// Canonical is the one form of all texts that mean the same policy: always a
// list of rules, one rule for each action with allow before deny, groups and
// members of data sorted, empty groups and empty rules dropped, each number
// in one spelling. The order of rules and criteria is kept, and shorthands
// are not expanded, because the service is not known to do so. The empty
// policy is [].
func (d Document) Canonical() []byte {
	if d.root == nil {
		return []byte("[]")
	}
	rules := &node{kind: kindList}
	for _, rule := range d.root.list() {
		for _, action := range actions {
			body := rule.member(action)
			if body == nil {
				continue
			}
			groups := slices.Clone(body.members)
			groups = slices.DeleteFunc(groups, func(m member) bool { return len(m.value.items) == 0 })
			if len(groups) == 0 {
				continue
			}
			single := member{name: action, value: &node{kind: kindObject, members: groups}}
			rules.items = append(rules.items, &node{kind: kindObject, members: []member{single}})
		}
	}
	var out bytes.Buffer
	rules.write(&out, true)
	return out.Bytes()
}

// Equal says whether two texts mean the same policy, in whichever notation:
// their canonical forms are the same. Numbers are compared by exact value, so
// 1 and 1.0 are equal and 9007199254740993 and 9007199254740992 are not.
// Texts that are not both policies are equal only if they are identical.
func Equal(a, b string) bool {
	if a == b {
		return true
	}
	left, problems := Parse(a)
	if len(problems.Errors()) > 0 {
		return false
	}
	right, problems := Parse(b)
	if len(problems.Errors()) > 0 {
		return false
	}
	return bytes.Equal(left.Canonical(), right.Canonical())
}
