package httpapi

import (
	"strings"
	"unicode"
)

// maxMessage bounds, in runes, what an error repeats of a service's words.
const maxMessage = 500

// Printable makes text of unknown origin fit for a terminal: no control characters and with them no escape
// sequences, nothing that turns the direction of writing, no broken UTF-8. Lines and tabs stay.
func Printable(text string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\n' || r == '\t':
			return r
		case unicode.IsSpace(r):
			return ' '
		case !unicode.IsPrint(r) || r == unicode.ReplacementChar:
			return -1
		}
		return r
	}, text)
}

// OneLine is Printable text on one line, with single spaces: what came from outside must not look like lines of ours.
func OneLine(text string) string {
	return strings.Join(strings.Fields(Printable(text)), " ")
}

// Label is OneLine for the name of something, bounded.
func Label(text string) string { return shorten(OneLine(text)) }

// shorten bounds text to maxMessage.
func shorten(text string) string {
	if runes := []rune(text); len(runes) > maxMessage {
		text = string(runes[:maxMessage]) + "…"
	}
	return text
}
