package provider

import (
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"html"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// The search for secrets shares no code with what removes them, or it would not see what that overlooks.

// leakForm is a spelling of a secret that is looked for.
type leakForm struct{ secret, spelling, text string }

// leastLeak is the length from which on a part of a secret is looked for: a shorter one stands in many a text by chance.
const leastLeak = 12

// leakForms are all spellings of a secret that count as the secret: of all of it, and of each of its lines and of
// the parts of a token, either of which gives away enough. What is public of a signed assertion, its header and
// claims, is none.
func leakForms(name, secret string) []leakForm {
	var forms []leakForm
	add := func(spelling, text string) {
		if len(text) >= leastLeak {
			forms = append(forms, leakForm{name, spelling, text})
		}
	}
	parts := []string{secret}
	for line := range strings.Lines(secret) {
		if !strings.HasPrefix(line, "-----") {
			parts = append(parts, strings.TrimSpace(line))
		}
	}
	if tokens := strings.Split(secret, "."); len(tokens) > 1 && !strings.HasPrefix(secret, "eyJ") {
		parts = append(parts, tokens...)
	} else {
		parts = append(parts, tokens[len(tokens)-1])
	}
	for _, part := range parts {
		add("clear", part)
		quoted, _ := json.Marshal(part) //nolint:errchkjson // text always encodes
		add("JSON", strings.Trim(string(quoted), `"`))
		add("quoted", strings.Trim(strconv.Quote(part), `"`))
		add("HTML", html.EscapeString(part))
		add("query", url.QueryEscape(part))
		add("path segment", url.PathEscape(part))
		add("path", (&url.URL{Path: "/" + part}).EscapedPath()[1:])
		add("hex", hex.EncodeToString([]byte(part)))
		add("upper hex", strings.ToUpper(hex.EncodeToString([]byte(part))))
		for before := range 3 { // bytes that stand before it in what is encoded
			for name, encoding := range map[string]*base64.Encoding{"base64": base64.StdEncoding, "base64 for URLs": base64.URLEncoding} {
				whole := encoding.EncodeToString([]byte("xyz"[:before] + part + "xyz"))
				add(fmt.Sprintf("%s after %d", name, before), whole[4*min(before, 1):len(whole)-8])
			}
		}
	}
	return forms
}

// leakSearch finds secrets in texts.
type leakSearch struct{ byStart map[string][]leakForm }

// newLeakSearch looks for secrets, by their names.
func newLeakSearch(secrets map[string]string) leakSearch {
	search := leakSearch{map[string][]leakForm{}}
	for name, secret := range secrets {
		for _, form := range leakForms(name, secret) {
			start := form.text[:leastLeak]
			search.byStart[start] = append(search.byStart[start], form)
		}
	}
	return search
}

// in returns what was found, each spelling once, except for the secrets that may stand there.
func (s leakSearch) in(text string, allowed ...string) []string {
	var found []string
	for i := 0; i+leastLeak <= len(text); i++ {
		for _, form := range s.byStart[text[i:i+leastLeak]] {
			told := form.secret + " in " + form.spelling
			if !strings.HasPrefix(text[i:], form.text) || slices.Contains(allowed, form.secret) || slices.ContainsFunc(found, func(f string) bool { return strings.HasPrefix(f, told+":") }) {
				continue
			}
			found = append(found, fmt.Sprintf("%s: …%q…", told, text[max(i-60, 0):i])) // not the secret itself
		}
	}
	return found
}

// secretsOfLab names every secret that a lab has issued.
func secretsOfLab(l *lab) map[string]string {
	named := map[string]string{}
	for i, secret := range l.Secrets() {
		named[fmt.Sprintf("secret %d of the lab", i)] = secret
	}
	return named
}

// plantedForms are the spellings in which a test plants a secret. They are made apart from those that are looked for.
func plantedForms(secret string) map[string]string {
	encode := base64.StdEncoding.EncodeToString
	inJSON, _ := json.Marshal(secret) //nolint:errchkjson // text always encodes
	return map[string]string{
		"clear": secret, "JSON": string(inJSON), "query": url.Values{"a": {secret}}.Encode(), "path": (&url.URL{Path: "/" + secret}).EscapedPath(), "HTML": html.EscapeString(secret),
		"base64": encode([]byte(secret)), "after one": encode([]byte("a" + secret)), "after two": encode([]byte("a:" + secret + "!")), "after three": encode([]byte("id:" + secret + "!!")),
		"base64 for URLs": base64.RawURLEncoding.EncodeToString([]byte("client:" + secret)), "hex": fmt.Sprintf("%x", secret), "upper hex": fmt.Sprintf("%X", secret),
	}
}

// The search finds each form of each secret when it is planted, and nothing where there is nothing.
func TestLeakSearchFindsPlanted(t *testing.T) {
	t.Parallel()
	lab := &lab{Server: newLab(t, unpaced()).Server}
	secrets := secretsOfLab(lab)
	secrets["odd one"] = "a/b+c&d<e>\"f?g=~ä!" + "0123456789"
	search := newLeakSearch(secrets)
	for name, secret := range secrets {
		for spelling, planted := range plantedForms(secret) {
			found := search.in("before " + planted + " after")
			if len(found) == 0 || !strings.HasPrefix(found[0], name) {
				t.Errorf("%s in %s: found %q", name, spelling, found)
			}
			if found := search.in("before "+planted+" after", name); len(found) > 0 {
				t.Errorf("%s in %s: found %q, which is allowed", name, spelling, found)
			}
		}
	}
	if found := search.in(strings.Repeat(lab.OrganizationID+" "+lab.KeyID+" "+lab.ClientID+" ", 100)); len(found) > 0 {
		t.Errorf("found %q", found)
	}
}
