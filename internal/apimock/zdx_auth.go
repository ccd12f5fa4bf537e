package apimock

import (
	"crypto/rand"
	"crypto/sha256"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"math/big"
	"net/http"
	"net/url"
	"strconv"
	"sync"
	"time"

	"github.com/golang-jwt/jwt/v5"
)

// maxSecretAge is how old the timestamp beside a key secret may be (zdx.md 3.1).
const maxSecretAge = 15 * time.Minute

// maxAssertionLife is how far ahead an assertion may expire (zdx.md 3.2): ten
// minutes, and a little for a client whose clock runs ahead.
const maxAssertionLife = 11 * time.Minute

// oneAPIAudience is the audience of grants and assertions.
const oneAPIAudience = "https://api.zscaler.com"

// createKeyToken is POST /oauth/token. The secret comes raw or hashed; the
// answer's member is token, not access_token (zdx.md 3.1).
func createKeyToken(c *call) reply {
	body := as[map[string]any](c.body)
	refused := &problem{http.StatusUnauthorized, "the API key is refused"}
	secret, timestamp := text(body, "key_secret"), body["timestamp"]
	if text(body, "key_id") != c.s.KeyID {
		return c.refuse(refused)
	}
	if timestamp != nil {
		seconds, err := strconv.ParseInt(fmt.Sprint(timestamp), 10, 64)
		if err != nil || c.s.now().Sub(time.Unix(seconds, 0)).Abs() > maxSecretAge {
			return c.refuse(&problem{http.StatusUnauthorized, "the timestamp is more than 15 minutes off"})
		}
	}
	switch {
	case secret == c.s.KeySecret && !c.s.switches.RawSecretRefused:
	case timestamp != nil && secret == hashed(c.s.KeySecret, timestamp) && !c.s.switches.HashedSecretRefused:
		c.s.secrets = append(c.s.secrets, secret)
	default:
		return c.refuse(refused)
	}
	return reply{status: http.StatusOK, body: map[string]any{
		"token": c.s.issue(c.s.zdx, issued{signIn: signInKey}), "token_type": "Bearer",
		"expires_in": int(c.s.switches.TokenLifetime.Seconds()),
	}}
}

// hashed is the lower-case hex SHA-256 of "secret:timestamp".
func hashed(secret string, timestamp any) string {
	sum := sha256.Sum256([]byte(secret + ":" + fmt.Sprint(timestamp)))
	return hex.EncodeToString(sum[:])
}

// createOneAPIToken is ZIdentity's client credentials grant, with a secret (in
// the form or as HTTP Basic) or with a signed assertion. Errors have OAuth 2's form.
func createOneAPIToken(c *call) reply {
	form, err := url.ParseQuery(string(c.raw))
	if err == nil {
		err = c.s.checkGrant(c.r, form)
	}
	if err != nil {
		return reply{status: c.s.switches.GrantRefusedStatus, body: map[string]any{
			"error": "invalid_client", "error_description": err.Error(),
		}}
	}
	var life any = int(c.s.switches.TokenLifetime.Seconds())
	if c.s.switches.ExpiresInText {
		life = fmt.Sprint(life)
	}
	return reply{status: http.StatusOK, body: map[string]any{
		"access_token": c.s.issue(c.s.zdx, issued{signIn: signInOneAPI}), "token_type": "Bearer", "expires_in": life,
	}}
}

func (s *Server) checkGrant(r *http.Request, form url.Values) error {
	id, secret, basic := r.BasicAuth()
	switch {
	case basic && (form.Has("client_secret") || form.Has("client_assertion")):
		return fmt.Errorf("more than one way of signing in")
	case basic && form.Has("client_id") && form.Get("client_id") != id:
		return fmt.Errorf("two client identifiers")
	case !basic:
		id, secret = form.Get("client_id"), form.Get("client_secret")
	}
	if id != s.ClientID {
		return fmt.Errorf("the client is unknown")
	}
	if assertion := form.Get("client_assertion"); assertion != "" {
		if form.Has("client_secret") {
			return fmt.Errorf("both a secret and an assertion")
		}
		if form.Get("client_assertion_type") == "" {
			return fmt.Errorf("client_assertion_type is missing")
		}
		s.secrets = append(s.secrets, assertion)
		return s.checkAssertion(assertion)
	}
	if secret != s.ClientSecret {
		return fmt.Errorf("the secret is wrong")
	}
	return nil
}

// checkAssertion verifies RS256, issuer, subject, audience and expiry.
func (s *Server) checkAssertion(assertion string) error {
	now := s.now()
	claims := jwt.RegisteredClaims{}
	_, err := jwt.ParseWithClaims(assertion, &claims,
		func(*jwt.Token) (any, error) { return &labKey().PublicKey, nil },
		jwt.WithValidMethods([]string{"RS256"}),
		jwt.WithIssuer(s.ClientID), jwt.WithSubject(s.ClientID), jwt.WithAudience(oneAPIAudience),
		jwt.WithExpirationRequired(), jwt.WithTimeFunc(func() time.Time { return now }))
	if err != nil {
		return fmt.Errorf("the assertion is refused: %w", err)
	}
	if claims.ExpiresAt.After(now.Add(maxAssertionLife)) {
		return fmt.Errorf("the assertion is refused: it lives longer than ten minutes")
	}
	return nil
}

// validateToken is GET /oauth/validate: a token that is not valid has been
// refused before.
func validateToken(*call) reply {
	return reply{status: http.StatusOK, body: map[string]any{"valid": true}}
}

// labCertificate certifies the lab's key by itself; made once, as labKey is.
var labCertificate = sync.OnceValue(func() []byte {
	template := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "lab"}}
	certificate, err := x509.CreateCertificate(rand.Reader, template, template, &labKey().PublicKey, labKey())
	if err != nil {
		panic("apimock: " + err.Error())
	}
	return certificate
})

// getJWKS is GET /oauth/jwks. The mock's tokens are opaque, so the key verifies
// none of them: no client needs to look into a token.
func getJWKS(*call) reply {
	return reply{status: http.StatusOK, body: map[string]any{"keys": []any{map[string]any{
		"alg": "RS256", "kty": "RSA", "use": "sig", "kid": "lab",
		"x5c": []any{base64.StdEncoding.EncodeToString(labCertificate())},
	}}}}
}
