package apimock

import (
	"encoding/base64"
	"fmt"
	"net/http"
	"strings"
	"time"
)

// apiUser is a user of Pomerium Zero with its role in each organization it sees:
// an API user, or a person at the console.
type apiUser struct {
	id, name, email string
	person          bool
	created         time.Time
	roles           map[string]string
}

// issued is a token that was given out.
type issued struct {
	until  time.Time
	user   *apiUser // Pomerium Zero
	signIn string   // ZDX
}

// issue mints a token and remembers it as a secret.
func (s *Server) issue(store map[string]issued, as issued) string {
	return s.give(store, randomSecret()+"."+randomSecret(), as)
}

// give remembers a token as given out now, and as a secret.
func (s *Server) give(store map[string]issued, token string, as issued) string {
	as.until = s.now().Add(s.switches.TokenLifetime)
	store[token] = as
	s.secrets = append(s.secrets, token)
	return token
}

// bearer finds the token of the request: the problem is a 401 (pomerium-zero.md
// 1, zdx.md 3.1).
func (s *Server) bearer(r *http.Request, store map[string]issued) (issued, *problem) {
	sent := r.Header.Values("Authorization")
	if len(sent) != 1 {
		return issued{}, &problem{http.StatusUnauthorized, "one Authorization header with a bearer token is needed"}
	}
	token, ok := strings.CutPrefix(sent[0], "Bearer ")
	if !ok {
		return issued{}, &problem{http.StatusUnauthorized, "the Authorization header holds no bearer token"}
	}
	found, ok := store[token]
	if !ok {
		return issued{}, &problem{http.StatusUnauthorized, "the token is unknown"}
	}
	if !s.now().Before(found.until) {
		return issued{}, &problem{http.StatusUnauthorized, "the token has expired"}
	}
	return found, nil
}

// getIDToken is POST /token: expiresInSeconds is text (pomerium-zero.md 1).
func getIDToken(c *call) reply {
	user := c.s.users[text(as[map[string]any](c.body), "refreshToken")]
	if user == nil {
		return c.refuse(&problem{http.StatusUnauthorized, "the API user token is unknown"})
	}
	return reply{status: http.StatusOK, body: map[string]any{
		"idToken":          c.s.idToken(user),
		"expiresInSeconds": fmt.Sprint(int(c.s.switches.TokenLifetime.Seconds())),
	}}
}

// idToken is shaped like a JWT that names the user, unless a switch says that
// clients can't look into it.
func (s *Server) idToken(user *apiUser) string {
	if s.switches.OpaqueIDTokens {
		return s.issue(s.zero, issued{user: user})
	}
	return s.give(s.zero, jwtShaped(map[string]any{
		"sub": user.id, "user_id": user.id, "iat": s.now().Unix(), "exp": s.now().Add(s.switches.TokenLifetime).Unix(),
	}), issued{user: user})
}

// jwtShaped has a JWT's three parts. The third can't be guessed, and is no signature.
func jwtShaped(claims map[string]any) string {
	part := func(value map[string]any) string { return base64.RawURLEncoding.EncodeToString(encodeJSON(value)) }
	return part(map[string]any{"alg": "none", "typ": "JWT"}) + "." + part(claims) + "." + randomSecret()
}

// missing answers for what the caller can't see: the role check comes before
// the existence check, so a deleted object is a 403 (pomerium-zero.md 3, Errors).
func (s *Server) missing() *problem {
	if s.switches.DeletedStatus == http.StatusNotFound {
		return &problem{http.StatusNotFound, "not found"}
	}
	return &problem{http.StatusForbidden, "viewer user required"}
}

// mayWrite refuses writes of roles that only look.
func (c *call) mayWrite() *problem {
	switch c.user.roles[c.organID] {
	case "owner", "admin", "manager":
		return nil
	}
	return &problem{http.StatusForbidden, "manager user required"}
}

// mayManage refuses all but those who manage the organization itself.
func (c *call) mayManage() *problem {
	switch c.user.roles[c.organID] {
	case "owner", "admin":
		return nil
	}
	return &problem{http.StatusForbidden, "admin user required"}
}

// maySee refuses members, who hold no namespace.
func (c *call) maySee() *problem {
	if c.user.roles[c.organID] == "member" {
		return c.s.missing()
	}
	return nil
}

// organizationRole and namespaceRole split a role of GrantUser into the two
// that the contract knows.
func organizationRole(role string) string {
	switch role {
	case "manager", "viewer":
		return "member"
	}
	return role
}

func namespaceRole(role string) string {
	switch role {
	case "owner", "admin":
		return "admin"
	case "auditor":
		return "viewer"
	}
	return role
}
