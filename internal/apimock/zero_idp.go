package apimock

import (
	"net/http"
	"slices"
)

// withURL are the identity providers that need a URL of their own; the others
// are known by name (pomerium-zero.md 6).
var withURL = []string{"auth0", "azure", "cognito", "oidc", "okta", "onelogin", "ping"}

// checkIdentityProviderSettings finds what is missing, by member. The mock asks
// no provider: settings that are complete are good.
func checkIdentityProviderSettings(c *call) reply {
	body := as[map[string]any](c.body)
	errors := map[string]any{}
	for _, name := range []string{"clientId", "clientSecret"} {
		if text(body, name) == "" {
			errors[name] = "must not be empty"
		}
	}
	switch sent := text(body, "url"); {
	case sent == "" && slices.Contains(withURL, text(body, "provider")):
		errors["url"] = "must not be empty for this provider"
	case sent != "" && !isHTTPS(sent):
		errors["url"] = "must be an https URL"
	}
	if slices.Contains(texts(body["scopes"]), "") {
		errors["scopes"] = "must not hold an empty scope"
	}
	answer := map[string]any{"success": len(errors) == 0}
	if len(errors) > 0 {
		answer["errors"] = errors
	}
	return reply{status: http.StatusOK, body: answer}
}
