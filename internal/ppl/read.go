package ppl

import (
	"encoding/json"
	"fmt"
	"strings"
	"unicode/utf8"
)

const (
	// maxYAML bounds YAML text, in bytes: far more than any policy needs, and
	// few enough for a parser that slows down with the square of the length.
	maxYAML = 256 << 10
	// maxSize bounds all text, in bytes. It leaves room for the JSON form of
	// the longest YAML, so that a policy which was sent can be read back.
	maxSize = 8 * maxYAML
	// maxDepth bounds how deep lists and objects may nest. A policy with a
	// list as an operand is seven deep.
	maxDepth = 64
)

// fault is an Error without a path: the text cannot be read at all.
func fault(pos Position, format string, args ...any) *Problem {
	return &Problem{Severity: Error, Position: pos, Message: fmt.Sprintf(format, args...)}
}

func tooDeep(pos Position) *Problem {
	return fault(pos, "lists and objects are nested more than %d deep; no policy needs that", maxDepth)
}

// read turns the text into a tree, or says why it cannot.
func read(source string) (*node, *Problem) {
	start := Position{1, 1}
	if len(source) > maxSize {
		return nil, fault(start, "the policy is %d bytes long and may have %d at most; "+
			"split it into several policies", len(source), maxSize)
	}
	source = strings.TrimPrefix(source, "\ufeff") // a byte order mark, which Windows editors write
	isJSON := looksLikeJSON(source)
	cur := cursor{source: source, place: start}
	for offset, r := range source {
		switch {
		case r == utf8.RuneError && !strings.HasPrefix(source[offset:], "\ufffd"):
			return nil, fault(cur.at(offset), "the text is not valid UTF-8; save it as UTF-8")
		case r < ' ' && r != '\t' && r != '\n' && r != '\r', r >= 0x7f && r < 0xa0 && r != 0x85 && !isJSON: // JSON allows the latter
			return nil, fault(cur.at(offset), "the control character %U may not stand in a policy; remove it", r)
		}
	}
	if strings.TrimSpace(source) == "" {
		return nil, fault(start, "the policy is empty; write a rule, "+
			"or {} for a policy that lets nobody in")
	}
	if isJSON {
		return readJSON(source)
	}
	return readYAML(source)
}

// looksLikeJSON says which reader a text is for. Nearly all JSON is YAML too,
// but only a JSON reader names JSON's faults in JSON's terms and is exact about
// commas and brackets. Where the beginning does not tell ([{}, …), faultless
// JSON is JSON.
func looksLikeJSON(source string) bool {
	rest := strings.TrimLeft(source, " \t\r\n")
	if rest == "" || rest[0] != '{' && rest[0] != '[' {
		return false
	}
	for rest != "" && (rest[0] == '{' || rest[0] == '[') {
		rest = strings.TrimLeft(rest[1:], " \t\r\n")
	}
	return rest == "" || strings.ContainsRune(`",:`, rune(rest[0])) || json.Valid([]byte(source))
}

// cursor turns byte offsets into positions. It only ever moves forward, so
// that placing every value of a long line costs no more than reading it.
type cursor struct {
	source string
	offset int
	place  Position
}

// at is the position of the byte offset, which must not lie before the last
// one asked for.
func (c *cursor) at(offset int) Position {
	for c.offset < offset {
		r, size := utf8.DecodeRuneInString(c.source[c.offset:])
		c.offset += size
		if r == '\n' || r == '\r' && !strings.HasPrefix(c.source[c.offset:], "\n") {
			c.place.Line++
			c.place.Column = 1
		} else if r != '\r' {
			c.place.Column++
		}
	}
	return c.place
}
