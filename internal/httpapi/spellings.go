package httpapi

import (
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"html"
	"net/url"
	"regexp"
	"strings"
)

// minAligned is the length below which a part of base64 is not looked for: shorter ones stand in any text.
const minAligned = 6

// spellings are the ways in which services, proxies and libraries repeat a text: as it is, on one line, in JSON, in
// HTML, URL-encoded, in hex, and in base64, alone or within a longer text such as user:secret.
func spellings(secret string) []string {
	all := map[string]bool{}
	add := func(least int, forms ...string) {
		for _, form := range forms {
			if len(form) >= least {
				all[form] = true
			}
		}
	}
	for _, text := range []string{secret, strings.TrimSpace(secret)} { // files end with a line break that gets lost
		add(minSecret, text, OneLine(text), html.EscapeString(text))
		for _, escapeHTML := range []bool{true, false} {
			inner := inJSON(text, escapeHTML)
			add(minSecret, inner, inJSON(inner, escapeHTML)) // JSON is quoted in JSON
		}
		for _, escaped := range []string{url.QueryEscape(text), url.PathEscape(text), (&url.URL{Path: text}).EscapedPath()} {
			add(minSecret, escaped, lowerEscapes(escaped))
		}
		inHex := hex.EncodeToString([]byte(text))
		add(minSecret, inHex, strings.ToUpper(inHex))
		for _, encoding := range []*base64.Encoding{base64.RawStdEncoding, base64.RawURLEncoding} {
			add(minSecret, encoding.EncodeToString([]byte(text)), encoding.WithPadding('=').EncodeToString([]byte(text)))
			add(minAligned, within(encoding, text)...)
		}
	}
	forms := make([]string, 0, len(all))
	for form := range all {
		forms = append(forms, form)
	}
	return forms
}

// within are the parts of base64 that a text determines wherever it stands in what is encoded: three bytes make four
// letters, so there are three ways, and at both ends a letter may belong to the neighbour as well.
func within(encoding *base64.Encoding, text string) []string {
	var parts []string
	for before := range 3 {
		encoded := encoding.EncodeToString([]byte(strings.Repeat("\x00", before) + text))
		first, end := (before*8+5)/6, (before+len(text))*8/6
		parts = append(parts, encoded[min(first, end):end])
	}
	return parts
}

var percentEscape = regexp.MustCompile(`%[0-9A-F]{2}`)

// lowerEscapes turns %2F into %2f, which is the same.
func lowerEscapes(escaped string) string {
	return percentEscape.ReplaceAllStringFunc(escaped, strings.ToLower)
}

// inJSON is the text as it stands between the quotes of JSON, in either of two usual spellings.
func inJSON(text string, escapeHTML bool) string {
	var buffer strings.Builder
	encoder := json.NewEncoder(&buffer)
	encoder.SetEscapeHTML(escapeHTML)
	_ = encoder.Encode(text) // text always encodes
	quoted := strings.TrimSuffix(buffer.String(), "\n")
	return quoted[1 : len(quoted)-1]
}
