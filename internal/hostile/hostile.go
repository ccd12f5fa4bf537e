// Package hostile holds what a service should never answer, for tests: fuzzers begin with it.
package hostile

import (
	"bytes"
	"maps"
	"slices"
	"strconv"
	"strings"
)

// Name is a name that colours, moves and rewrites what a terminal shows, ends the line, hides in another direction of
// writing, and links to elsewhere. What is left of it on a terminal is between "evil" and "end".
const Name = "evil\x1b[31m\x1b]8;;https://elsewhere.test\x07link\x1b]8;;\x07\r\u202egnp.exe\u2066\u009b2J\x00\x7f\u200b\u2028\nError: spoofed end"

// Raw is Name in front of which stands what is no UTF-8.
const Raw = "evil \xff\xfe\xc0\xaf\xed\xa0\x80" + Name

// Values are JSON values, and what is nearly JSON: they may stand wherever a member's value stands.
func Values() []string {
	return []string{
		`null`, `true`, `""`, `"x"`, `[]`, `{}`, `[{}]`, `[[]]`, `[null]`, `{"":{}}`,
		`0`, `-0`, `-1`, `1.5`, `1e400`, `-1e400`, `1e-400`, `9223372036854775807`, `9223372036854775808`, `-9223372036854775809`,
		`18446744073709551616`, `9007199254740993`, `253402300800`, `99999999999999`, `01`, `+1`, `.5`, `NaN`, `Infinity`, `0x1F`,
		`"0"`, `"-1"`, `"1e400"`, `"NaN"`, `"Inf"`, `"9223372036854775808"`, `"-1"`, `"1_000"`, `" 5 "`,
		strconv.Quote("x\x07"), `"\u001b[31m\u202e\u0000\u007f\u009b"`, `"\ud800"`, `"\udc00\ud800"`, "\"\xff\xfe\"", "\"\x1b[2J\"", "\"\x00\"", "\"\u202e\u2066\"",
		strings.Repeat("9", 400), `"` + strings.Repeat("ä", 5000) + `"`,
		strings.Repeat("[", 200) + strings.Repeat("]", 200), strings.Repeat(`{"id":`, 200) + "1" + strings.Repeat("}", 200),
		`{"id":1,"id":"2","ID":null}`, `{`, `[`, `"`, `{"a":1`, `1 2`, "\ufeff{}", "<html>", "\x00",
	}
}

// grown are signs for what costs time and memory: a fuzzer that had it as a seed would spend its time on copies.
var grown = map[string]string{
	"\x0e": strings.Repeat("[", 10_001),
	"\x0f": strings.Repeat("9", 100_000),
	"\x10": strings.Repeat("x", 100_000),
	"\x11": strings.Repeat("\x1b", 100_000),
	"\x12": strings.Repeat(`{"id":`, 10_001),
}

// Signs are what Grow replaces.
func Signs() []string { return slices.Sorted(maps.Keys(grown)) }

// Grow puts what is large in the place of the first of each sign.
func Grow(text []byte) []byte {
	for sign, large := range grown {
		text = bytes.Replace(text, []byte(sign), []byte(large), 1)
	}
	return text
}
