package provider

import (
	"fmt"
	"math"
	"math/rand/v2"
	"strings"
	"time"

	"github.com/getkin/kin-openapi/openapi3"
)

// chance draws values. The same seed draws the same values.
type chance struct{ *rand.Rand }

// spelled is a text that can be written in other ways without meaning anything else; the first is the one to begin with.
type spelled []string

func (c chance) with(likelihood float64) bool { return c.Float64() < likelihood }

func oneAmong[T any](c chance, choices ...T) T { return choices[c.IntN(len(choices))] }

// size is how many elements a collection has: none, one, a few or, seldom, many.
func (c chance) size(least, most int) int {
	n := least + oneAmong(c, 0, 0, 1, 1, 1, 2, 2, 3)
	if c.with(0.02) {
		n = 40
	}
	return min(n, most)
}

// oddTexts are the texts that a careless program trips over: other scripts and directions, marks that combine, what has a
// meaning in HCL, JSON, YAML or HTML, and what looks like a number, a truth or nothing.
var oddTexts = []string{
	"plain", "Two words", " space at both ends ", "line\nbreak", "tab\tand \"quotes\"", `back\slash`, "Grüße aus Köln", "e\u0301 combines, é does not",
	"שלום עולם", "مرحبا", "日本語", "👩‍👩‍👧 family", "🇨🇭", "no\u00a0break", "zero\u200bwidth", "\u202eright to left", "\u2028line separator", "a\u0001b",
	"${pomerium.jwt}", "$${literal}", "%{if true}", "<b>&amp;</b>", "{}", "[]", "null", "true", "0", "-1e3", "~", "# no comment", "a: b", "- item", "'", `"`,
	"\x7f", "ﬁ ligature", "İstanbul", "ǅ", "𝔘𝔫𝔦𝔠𝔬𝔡𝔢", "%2F?&=+", "********",
}

// word is a text that is not empty.
func (c chance) word() string {
	switch c.IntN(10) {
	case 0:
		return strings.Repeat(oneAmong(c, oddTexts...), 1+c.IntN(oneAmong(c, 10, 10, 200)))
	case 1:
		return oneAmong(c, oddTexts...) + oneAmong(c, oddTexts...)
	case 2:
		return string(rune(0x4e00+c.IntN(5000))) + string(rune(0x1f600+c.IntN(60)))
	}
	return oneAmong(c, oddTexts...)
}

// text is a word, or nothing.
func (c chance) text() string {
	if c.with(0.1) {
		return ""
	}
	return c.word()
}

// several draws elements that differ from each other.
func several(c chance, most int, element func() string) []any {
	seen, list := map[string]bool{}, []any{}
	for range c.size(0, most) {
		if text := element(); !seen[text] {
			seen[text] = true
			list = append(list, text)
		}
	}
	return list
}

// many draws elements that may repeat themselves.
func many(c chance, least, most int, element func() string) []any {
	list := []any{}
	for range c.size(least, most) {
		list = append(list, element())
	}
	return list
}

func (c chance) table(key func() string) map[string]any {
	entries := map[string]any{}
	for range c.size(0, 40) {
		entries[key()] = c.text()
	}
	return entries
}

// integer prefers the ends of what the contract allows.
func (c chance) integer(schema *openapi3.Schema) int64 {
	least, most := int64(math.MinInt64), int64(math.MaxInt64)
	if schema.Format == "int32" {
		least, most = math.MinInt32, math.MaxInt32
	}
	if schema.Min != nil {
		least = int64(*schema.Min)
	}
	if schema.Max != nil {
		most = int64(*schema.Max)
	}
	return c.between(least, most)
}

func (c chance) between(least, most int64) int64 {
	switch c.IntN(6) {
	case 0:
		return least
	case 1:
		return most
	case 2:
		return min(max(0, least), most)
	}
	return min(max(least, c.Int64N(1000)), most)
}

// duration is a length of time in several spellings.
func (c chance) duration() spelled {
	length := oneAmong(c, 0, time.Millisecond, 1500*time.Millisecond, time.Second, 59*time.Second, time.Minute, 90*time.Second, time.Hour,
		36*time.Hour, time.Duration(c.Int64N(int64(48*time.Hour))).Truncate(time.Second))
	ways := spelled{
		length.String(), fmt.Sprintf("%dms", length.Milliseconds()), fmt.Sprintf("%dus", length.Microseconds()), "0h" + length.String(),
		fmt.Sprintf("+%dµs", length.Microseconds()), fmt.Sprintf("%d.0ms", length.Milliseconds()),
	}
	if length%time.Second == 0 {
		ways = append(ways, fmt.Sprintf("%ds", length/time.Second), fmt.Sprintf("%d.000s", length/time.Second), fmt.Sprintf("0%ds", length/time.Second))
	}
	if length == 0 {
		ways = append(ways, "0", "-0s")
	}
	c.Shuffle(len(ways), func(i, k int) { ways[i], ways[k] = ways[k], ways[i] })
	return ways
}

func (c chance) host() string {
	return oneAmong(c, "app.example.com", "*.example.com", "app.example.com:8443", "bücher.example", "10.0.0.7", "[2001:db8::7]", "[2001:db8::7]:8080",
		"x--"+fmt.Sprint(c.IntN(1000))+".example.com", strings.Repeat("a-long-label.", 15)+"example.com")
}

// from is an address to listen on, in several spellings.
func (c chance) from() spelled {
	scheme, host, path := oneAmong(c, "https", "https", "https", "tcp+https", "udp+https", "ssh"), c.host(), ""
	if strings.Contains(scheme, "+") && c.with(0.5) {
		path = "/db.internal:5432"
	}
	ways := spelled{scheme + "://" + host + path, strings.ToUpper(scheme) + "://" + host + path, scheme + "://" + upperASCII(host) + path}
	if path == "" {
		ways = append(ways, scheme+"://"+host+"/")
	}
	c.Shuffle(len(ways), func(i, k int) { ways[i], ways[k] = ways[k], ways[i] })
	return ways
}

func upperASCII(text string) string {
	return strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' {
			return r - 'a' + 'A'
		}
		return r
	}, text)
}

// upstreams are URLs that go together, all with a weight or none.
func (c chance) upstreams() []any {
	kind, weighted := oneAmong(c, "web", "web", "web", "tcp", "udp", "unix"), c.with(0.4)
	return many(c, 1, 40, func() string {
		target := kind + "://" + oneAmong(c, "db.internal", "10.0.0.7", "[2001:db8::7]")
		switch kind {
		case "web":
			target = oneAmong(c, "http", "https", "h2c") + "://" + c.host() + oneAmong(c, "", "/", "/base", "/a%20b", "/π")
		case "unix":
			target = "unix:///run/" + oneAmong(c, "app", "other") + fmt.Sprint(c.IntN(100)) + ".sock"
		default:
			target += fmt.Sprintf(":%d", 1+c.IntN(60000))
		}
		if weighted {
			target += fmt.Sprintf(",%d", 1+c.IntN(9))
		}
		return target
	})
}

func (c chance) regex() string {
	return oneAmong(c, "", `^/api/v\d+/.*$`, `.*`, `[\p{L}\p{N}]+`, `(?i)a|B`, `\Q.*\E`, `^/(?P<name>[^/]+)/?$`, `ü+`, `(a{1,3}){2}`, `\x{1F600}`)
}

func (c chance) webURL() string {
	return oneAmong(c, "https", "http") + "://" + c.host() + oneAmong(c, "", "/", "/logo.svg", "/ö?q=1&r=%20#top")
}

func (c chance) header() string {
	return oneAmong(c, "X-Via", "x-via", "Accept", "X-Request-Id", "!#$%&'*+.^_`|~-", "X-"+fmt.Sprint(c.IntN(100)))
}

func (c chance) hex() string {
	bytes := make([]byte, c.size(0, 40))
	for i := range bytes {
		bytes[i] = byte(c.IntN(256))
	}
	return fmt.Sprintf(oneAmong(c, "%x", "%X"), bytes)
}
