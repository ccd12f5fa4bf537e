package httpapi

import (
	"encoding/json"
	"slices"
	"strings"
	"sync"
)

// mask stands where a secret was.
const mask = "[redacted]"

// minSecret is the length below which a value is not looked for: replacing every "a" would say more
// than it hides.
const minSecret = 4

// secretMembers are members of bodies whose values are secrets of either service, or maps that people
// put secrets into.
var secretMembers = []string{
	// Pomerium Zero
	"refreshToken", "idToken", "token", "key", "clientSecret",
	"identityProviderClientSecret", "kubernetesServiceAccountToken", "setRequestHeaders",
	"cookieSecret", "sharedSecret",
	// ZDX and OneAPI
	"key_secret", "access_token", "client_secret", "client_assertion",
}

// isSecretMember compares as the decoder of answers does, which takes a token from a member "Token" as well.
func isSecretMember(name string) bool {
	return slices.ContainsFunc(secretMembers, func(secret string) bool { return strings.EqualFold(secret, name) })
}

// Redactor removes secrets from text that leaves the process: by value, once they are known, and from
// JSON bodies by the name of the member. The zero value is ready; it is safe for concurrent use.
type Redactor struct {
	mu    sync.RWMutex
	forms map[string]bool // every spelling of every known secret
}

// Add makes secrets known, so that they are removed wherever they stand, in whatever usual spelling.
func (r *Redactor) Add(secrets ...string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.forms == nil {
		r.forms = map[string]bool{}
	}
	for _, secret := range secrets {
		if len(secret) < minSecret || r.forms[secret] {
			continue
		}
		for _, form := range spellings(secret) {
			r.forms[form] = true
		}
	}
}

// Text returns the text without the known secrets. Where they overlap, all of what they cover goes.
func (r *Redactor) Text(text string) string {
	if text == "" {
		return ""
	}
	r.mu.RLock()
	defer r.mu.RUnlock()
	var covered []bool // by byte; nil while nothing was found
	for form := range r.forms {
		for from := 0; ; {
			at := strings.Index(text[from:], form)
			if at < 0 {
				break
			}
			if covered == nil {
				covered = make([]bool, len(text))
			}
			for i := range len(form) {
				covered[from+at+i] = true
			}
			from += at + 1
		}
	}
	if covered == nil {
		return text
	}
	var clean strings.Builder
	for i := range len(text) {
		switch {
		case !covered[i]:
			clean.WriteByte(text[i])
		case i == 0 || !covered[i-1]:
			clean.WriteString(mask)
		}
	}
	return clean.String()
}

// line makes text of unknown origin fit for an error: without secrets, fit for a terminal, and short. It
// is shortened last, or half of a secret could be left over at the cut.
func (r *Redactor) line(text string) string { return shorten(r.Text(OneLine(r.Text(text)))) }

// Body returns a JSON body for the log, without secrets. Of anything else only its size is told.
func (r *Redactor) Body(body []byte) string {
	if len(body) == 0 {
		return ""
	}
	decoder := json.NewDecoder(strings.NewReader(string(body)))
	decoder.UseNumber()
	var value any
	if decoder.Decode(&value) != nil {
		return "(not JSON)"
	}
	var text strings.Builder
	encoder := json.NewEncoder(&text)
	encoder.SetEscapeHTML(false)
	if encoder.Encode(withoutSecrets(value)) != nil {
		return "(not JSON)"
	}
	return r.Text(strings.TrimSuffix(text.String(), "\n"))
}

func withoutSecrets(value any) any {
	switch value := value.(type) {
	case map[string]any:
		for name, member := range value {
			if isSecretMember(name) {
				value[name] = mask
			} else {
				value[name] = withoutSecrets(member)
			}
		}
	case []any:
		for i := range value {
			value[i] = withoutSecrets(value[i])
		}
	}
	return value
}
