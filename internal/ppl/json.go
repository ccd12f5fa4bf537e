package ppl

import (
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// jsonReader reads JSON into nodes. The standard library's reader is not used
// because it takes the last of two equal keys without a word, turns half
// surrogate pairs into U+FFFD and has no line numbers.
type jsonReader struct {
	source string
	next   int // offset of the next byte
	cursor cursor
}

func readJSON(source string) (*node, *Problem) {
	r := &jsonReader{source: source, cursor: cursor{source: source, place: Position{1, 1}}}
	root, problem := r.value(1)
	if problem != nil {
		return nil, problem
	}
	if c := r.peek(); c != 0 {
		return nil, r.fault("there is more text after the end of the policy; " +
			"remove it, or put several rules into one list: [{…}, {…}]")
	}
	return root, nil
}

// here is the position of the next byte.
func (r *jsonReader) here() Position { return r.cursor.at(r.next) }

// fault is an error at the next byte.
func (r *jsonReader) fault(format string, args ...any) *Problem {
	return fault(r.here(), "this is not valid JSON: "+format, args...)
}

// peek is the next byte that is not white space, or 0 at the end of the text.
func (r *jsonReader) peek() byte {
	for r.next < len(r.source) && strings.IndexByte(" \t\r\n", r.source[r.next]) >= 0 {
		r.next++
	}
	if r.next == len(r.source) {
		return 0
	}
	return r.source[r.next]
}

func (r *jsonReader) value(depth int) (*node, *Problem) {
	c := r.peek()
	if depth > maxDepth && (c == '{' || c == '[') {
		return nil, tooDeep(r.here())
	}
	n := &node{pos: r.here()}
	switch c {
	case '{':
		return n, r.object(n, depth)
	case '[':
		return n, r.list(n, depth)
	case '"':
		content, problem := r.text()
		n.kind, n.text = kindText, content
		return n, problem
	case 0:
		return nil, r.fault("the text ends where a value should be")
	}
	return n, r.literal(n)
}

func (r *jsonReader) object(n *node, depth int) *Problem {
	n.kind = kindObject
	seen := map[string]Position{}
	r.next++
	for c := r.peek(); c != '}'; c = r.peek() {
		if len(n.members) > 0 {
			if problem := r.comma(c, n.pos, '}'); problem != nil {
				return problem
			}
			c = r.peek()
		}
		if c == 0 {
			return r.fault("the text ends before the object that begins at %s is closed with }", n.pos)
		}
		if c != '"' {
			return r.fault(`a key in double quotes must stand here, such as "allow"`)
		}
		m := member{pos: r.here()}
		var problem *Problem
		if m.name, problem = r.text(); problem != nil {
			return problem
		}
		if r.peek() != ':' {
			return r.fault("the key %q must be followed by a colon", m.name)
		}
		r.next++
		if m.value, problem = r.value(depth + 1); problem != nil {
			return problem
		}
		if problem = n.add(m, seen); problem != nil {
			return problem
		}
	}
	r.next++
	return nil
}

func (r *jsonReader) list(n *node, depth int) *Problem {
	n.kind = kindList
	r.next++
	for c := r.peek(); c != ']'; c = r.peek() {
		if len(n.items) > 0 {
			if problem := r.comma(c, n.pos, ']'); problem != nil {
				return problem
			}
			c = r.peek()
		}
		if c == 0 {
			return r.fault("the text ends before the list that begins at %s is closed with ]", n.pos)
		}
		item, problem := r.value(depth + 1)
		if problem != nil {
			return problem
		}
		n.items = append(n.items, item)
	}
	r.next++
	return nil
}

// comma reads the comma between two members of what began at start and ends
// with end. c is the next byte.
func (r *jsonReader) comma(c byte, start Position, end byte) *Problem {
	if c == 0 {
		return r.fault("the text ends before what begins at %s is closed with %c", start, end)
	}
	if c != ',' {
		return r.fault("a comma or %c must stand here", end)
	}
	comma := r.here()
	r.next++
	if r.peek() == end {
		return fault(comma, "this is not valid JSON: nothing follows this comma; remove it")
	}
	return nil
}

// literal reads a number, true, false or null.
func (r *jsonReader) literal(n *node) *Problem {
	rest := r.source[r.next:]
	end := strings.IndexAny(rest, " \t\r\n,:{}[]\"")
	if end < 0 {
		end = len(rest)
	}
	switch word := rest[:end]; {
	case word == "null":
		n.kind = kindNull
	case word == "true", word == "false":
		n.kind, n.truth = kindBool, word == "true"
	case len(word) > maxNumber:
		return r.fault("this is too long for a number; text must stand in double quotes")
	case jsonNumber.MatchString(word):
		n.kind, n.text = kindNumber, word
	case word == "":
		return r.fault("a value must stand here, not %q", rest[:1])
	default:
		return r.fault("%q is no value; text must stand in double quotes", word)
	}
	r.next += end
	return nil
}

// escapes are the characters that follow a backslash, and what they stand for.
const escapes, escaped = `"\/bfnrt`, "\"\\/\b\f\n\r\t"

// text reads text in double quotes.
func (r *jsonReader) text() (string, *Problem) {
	start := r.here()
	r.next++
	var content strings.Builder
	for r.next < len(r.source) {
		c, size := utf8.DecodeRuneInString(r.source[r.next:])
		switch {
		case c == '"':
			r.next++
			return content.String(), nil
		case c < ' ':
			return "", r.fault(`the text that begins at %s may not hold a line break or a tab; write \n or \t`, start)
		case c == '\\':
			var ok bool
			if c, size, ok = unescape(r.source[r.next:]); !ok {
				return "", r.fault(`a backslash must be followed by one of %s or by u and four hexadecimal digits; `+
					`write \\ for a backslash itself`, escapes)
			}
		}
		content.WriteRune(c)
		r.next += size
	}
	return "", fault(start, "this is not valid JSON: the text that begins here is not closed with a double quote")
}

// unescape decodes the escape that s begins with and says how long it is.
func unescape(s string) (c rune, size int, ok bool) {
	if len(s) < 2 {
		return 0, 0, false
	}
	if i := strings.IndexByte(escapes, s[1]); i >= 0 {
		return rune(escaped[i]), 2, true
	}
	c, ok = codeUnit(s)
	if !ok || !utf16.IsSurrogate(c) {
		return c, 6, ok
	}
	low, ok := codeUnit(s[6:])
	c = utf16.DecodeRune(c, low)
	return c, 12, ok && c != utf8.RuneError
}

// codeUnit decodes \uXXXX, of which characters beyond U+FFFF need two.
func codeUnit(s string) (rune, bool) {
	if len(s) < 6 || s[:2] != `\u` {
		return 0, false
	}
	unit, err := strconv.ParseUint(s[2:6], 16, 16)
	return rune(unit), err == nil
}
