package ppl

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
)

// kind is one of the six kinds of JSON value.
type kind int

const (
	kindNull kind = iota
	kindBool
	kindNumber
	kindText
	kindList
	kindObject
)

// String names the kind the way a message does: "a list".
func (k kind) String() string {
	return [...]string{"null", "true or false", "a number", "text", "a list", "an object"}[k]
}

// node is a value of either notation. Numbers stay the text they were
// written as (always valid JSON), so that none is ever rounded.
type node struct {
	kind    kind
	pos     Position
	text    string   // of text: the characters; of a number: its JSON form
	truth   bool     // of a boolean
	items   []*node  // of a list
	members []member // of an object, in the order of the text
	trap    string   // set if an older YAML reader takes the text for something else
}

type member struct {
	name  string
	pos   Position
	value *node
}

// add appends a member and refuses a name that is there already: YAML readers
// refuse it, JSON readers silently take the last one (ppl.md 1).
func (n *node) add(m member, seen map[string]Position) *Problem {
	if first, twice := seen[m.name]; twice {
		return fault(m.pos, "the key %q is here twice, first at %s; keep one of them", m.name, first)
	}
	seen[m.name] = m.pos
	n.members = append(n.members, m)
	return nil
}

// member is the value of the named member, or nil.
func (n *node) member(name string) *node {
	for _, m := range n.members {
		if m.name == name {
			return m.value
		}
	}
	return nil
}

// list is the items of a list, or the value itself as the only item.
func (n *node) list() []*node {
	if n.kind == kindList {
		return n.items
	}
	return []*node{n}
}

// write appends the value as compact JSON. In canonical form the members of
// objects are sorted and numbers have one spelling for each value.
func (n *node) write(out *bytes.Buffer, canonical bool) {
	switch n.kind {
	case kindNull:
		out.WriteString("null")
	case kindBool:
		fmt.Fprint(out, n.truth)
	case kindNumber:
		if canonical {
			out.WriteString(canonicalNumber(n.text))
		} else {
			out.WriteString(n.text)
		}
	case kindText:
		writeText(out, n.text)
	case kindList:
		out.WriteByte('[')
		for i, item := range n.items {
			if i > 0 {
				out.WriteByte(',')
			}
			item.write(out, canonical)
		}
		out.WriteByte(']')
	case kindObject:
		members := n.members
		if canonical {
			members = slices.SortedFunc(slices.Values(members), func(a, b member) int {
				return strings.Compare(a.name, b.name)
			})
		}
		out.WriteByte('{')
		for i, m := range members {
			if i > 0 {
				out.WriteByte(',')
			}
			writeText(out, m.name)
			out.WriteByte(':')
			m.value.write(out, canonical)
		}
		out.WriteByte('}')
	}
}

// writeText appends a JSON string that escapes only what it must, so that
// JSON written again is never longer than it was.
func writeText(out *bytes.Buffer, s string) {
	out.WriteByte('"')
	for _, r := range s {
		if i := strings.IndexRune(escaped, r); i >= 0 && r != '/' {
			out.WriteByte('\\')
			out.WriteByte(escapes[i])
		} else if r < ' ' {
			fmt.Fprintf(out, `\u%04x`, r)
		} else {
			out.WriteRune(r)
		}
	}
	out.WriteByte('"')
}
