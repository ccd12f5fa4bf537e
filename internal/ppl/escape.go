package ppl

import (
	"strconv"
	"unicode/utf8"
)

// escapeDigits are the hexadecimal digits that follow an escape of YAML.
var escapeDigits = map[byte]int{'x': 2, 'u': 4, 'U': 8}

// badEscape is the first escape that stands for no character in the text in
// double quotes that source begins with, or "". The YAML package knows the
// letters of escapes, but takes any digits and turns them into some character.
func badEscape(source string) string {
	for i := 1; i < len(source) && source[i] != '"'; i++ {
		if source[i] != '\\' || i+1 == len(source) {
			continue
		}
		if c, size, ok := unescape(source[i:]); ok && c > 0xffff {
			i += size - 1 // two escapes for one character
			continue
		}
		i++
		digits := escapeDigits[source[i]]
		end := min(i+1+digits, len(source))
		code, err := strconv.ParseUint(source[i+1:end], 16, 32)
		if digits > 0 && (err != nil || code > utf8.MaxRune || !utf8.ValidRune(rune(code))) {
			return source[i-1 : end]
		}
		i += digits
	}
	return ""
}
