package apimock

import (
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v5"
)

func TestKeyTokens(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	l.KeySecret = "secret"
	now := l.Now().Unix()
	for name, c := range map[string]struct {
		set    func(*Switches)
		body   map[string]any
		status int
	}{
		"raw":                {nil, map[string]any{"key_secret": l.KeySecret}, 200},
		"raw with timestamp": {nil, map[string]any{"key_secret": l.KeySecret, "timestamp": now}, 200},
		"raw, stale":         {nil, map[string]any{"key_secret": l.KeySecret, "timestamp": now - 901}, 401},
		"raw refused":        {func(w *Switches) { w.RawSecretRefused = true }, map[string]any{"key_secret": l.KeySecret}, 401},
		"hashed":             {nil, map[string]any{"key_secret": hashed(l.KeySecret, now), "timestamp": now}, 200},
		"hashed, old enough": {nil, map[string]any{"key_secret": hashed(l.KeySecret, now-899), "timestamp": now - 899}, 200},
		"hashed, stale":      {nil, map[string]any{"key_secret": hashed(l.KeySecret, now-901), "timestamp": now - 901}, 401},
		"hashed, ahead":      {nil, map[string]any{"key_secret": hashed(l.KeySecret, now+901), "timestamp": now + 901}, 401},
		"hashed, upper case": {nil, map[string]any{"key_secret": strings.ToUpper(hashed(l.KeySecret, now)), "timestamp": now}, 401},
		"hashed, other time": {nil, map[string]any{"key_secret": hashed(l.KeySecret, now), "timestamp": now - 1}, 401},
		"hashed, no time":    {nil, map[string]any{"key_secret": hashed(l.KeySecret, now)}, 401},
		"hashed refused":     {func(w *Switches) { w.HashedSecretRefused = true }, map[string]any{"key_secret": hashed(l.KeySecret, now), "timestamp": now}, 401},
		"wrong secret":       {nil, map[string]any{"key_secret": "guess"}, 401},
		"wrong key":          {nil, map[string]any{"key_id": "other", "key_secret": l.KeySecret}, 401},
		"timestamp is text":  {nil, map[string]any{"key_secret": l.KeySecret, "timestamp": "1"}, 400},
		"unknown member":     {nil, map[string]any{"key_secret": l.KeySecret, "grant_type": "x"}, 400},
		"tenant moved":       {func(w *Switches) { w.OneAPIOnly = true }, map[string]any{"key_secret": l.KeySecret}, 403},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			l := newLab(t)
			// The same lab everywhere, so that the bodies above fit.
			l.KeyID, l.KeySecret = "key", "secret"
			if c.set != nil {
				l.SetSwitches(c.set)
			}
			body := map[string]any{"key_id": "key"}
			for name, value := range c.body {
				body[name] = value
			}
			a := l.do("POST", "/v1/oauth/token", body).want(c.status)
			if c.status == 200 {
				a.want(200, `"token":"`, `"token_type":"Bearer"`, `"expires_in":3600`)
			} else {
				a.want(c.status, `"code"`, `"message"`)
			}
			if c.status == 403 {
				a.want(403, "only through Zscaler OneAPI")
			}
		})
	}
}

// assertion signs claims with the lab's key, changed by edit.
func (l *lab) assertion(key any, method jwt.SigningMethod, edit func(*jwt.RegisteredClaims)) string {
	l.t.Helper()
	claims := &jwt.RegisteredClaims{
		Issuer: l.ClientID, Subject: l.ClientID, Audience: jwt.ClaimStrings{oneAPIAudience},
		ExpiresAt: jwt.NewNumericDate(l.Now().Add(10 * time.Minute)),
	}
	if edit != nil {
		edit(claims)
	}
	signed, err := jwt.NewWithClaims(method, claims).SignedString(key)
	if err != nil {
		l.t.Fatal(err)
	}
	return signed
}

func TestOneAPITokens(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	block, _ := pem.Decode([]byte(l.PrivateKeyPEM))
	key, err := x509.ParsePKCS8PrivateKey(block.Bytes)
	if err != nil {
		t.Fatal(err)
	}
	stranger, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	form := func(pairs ...string) url.Values {
		v := url.Values{"grant_type": {"client_credentials"}, "audience": {oneAPIAudience}, "client_id": {l.ClientID}}
		for i := 0; i < len(pairs); i += 2 {
			v.Add(pairs[i], pairs[i+1])
		}
		return v
	}
	signed := func(assertion string) url.Values {
		return form("client_assertion", assertion, "client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer")
	}
	without := func(v url.Values, name string) url.Values { v.Del(name); return v }
	rs := jwt.SigningMethodRS256
	for name, c := range map[string]struct {
		form   url.Values
		basic  string
		status int
	}{
		"secret":              {form("client_secret", l.ClientSecret), "", 200},
		"basic":               {without(form(), "client_id"), l.ClientSecret, 200},
		"basic and client_id": {form(), l.ClientSecret, 200},
		"basic and secret":    {form("client_secret", l.ClientSecret), l.ClientSecret, 400},
		"basic, other client": {url.Values{"grant_type": {"client_credentials"}, "audience": {oneAPIAudience}, "client_id": {"other"}}, l.ClientSecret, 400},
		"assertion":           {signed(l.assertion(key, rs, nil)), "", 200},
		"wrong secret":        {form("client_secret", "guess"), "", 400},
		"no secret":           {form(), "", 400},
		"secret twice":        {form("client_secret", l.ClientSecret, "client_secret", l.ClientSecret), "", 400},
		"unknown client":      {without(form("client_secret", l.ClientSecret), "client_id"), "", 400},
		"unknown field":       {form("client_secret", l.ClientSecret, "scope", "zdx"), "", 400},
		"no audience":         {without(form("client_secret", l.ClientSecret), "audience"), "", 400},
		"no grant":            {without(form("client_secret", l.ClientSecret), "grant_type"), "", 400},
		"both ways":           {func() url.Values { v := signed(l.assertion(key, rs, nil)); v.Set("client_secret", "x"); return v }(), "", 400},
		"no assertion type":   {without(signed(l.assertion(key, rs, nil)), "client_assertion_type"), "", 400},
		"other key":           {signed(l.assertion(stranger, rs, nil)), "", 400},
		"other algorithm":     {signed(l.assertion(key, jwt.SigningMethodRS512, nil)), "", 400},
		"other issuer":        {signed(l.assertion(key, rs, func(c *jwt.RegisteredClaims) { c.Issuer = "x" })), "", 400},
		"other subject":       {signed(l.assertion(key, rs, func(c *jwt.RegisteredClaims) { c.Subject = "x" })), "", 400},
		"other audience":      {signed(l.assertion(key, rs, func(c *jwt.RegisteredClaims) { c.Audience = jwt.ClaimStrings{"x"} })), "", 400},
		"no expiry":           {signed(l.assertion(key, rs, func(c *jwt.RegisteredClaims) { c.ExpiresAt = nil })), "", 400},
		"expired":             {signed(l.assertion(key, rs, func(c *jwt.RegisteredClaims) { c.ExpiresAt = jwt.NewNumericDate(l.Now().Add(-time.Second)) })), "", 400},
		"long-lived":          {signed(l.assertion(key, rs, func(c *jwt.RegisteredClaims) { c.ExpiresAt = jwt.NewNumericDate(l.Now().Add(time.Hour)) })), "", 400},
		"no JWT":              {signed("x.y.z"), "", 400},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a := l.in(t).do("POST", "/oauth2/v1/token", c.form, func(r *http.Request) {
				if c.basic != "" {
					r.SetBasicAuth(l.ClientID, c.basic)
				}
			}).want(c.status)
			if c.status == 200 {
				a.want(200, `"access_token":"`, `"token_type":"Bearer"`, `"expires_in":3600`)
			}
		})
	}
	t.Run("switches", func(t *testing.T) {
		t.Parallel()
		o := newLab(t, func(w *Switches) { w.GrantRefusedStatus, w.ExpiresInText, w.TokenLifetime = 401, true, time.Minute })
		v := form("client_secret", o.ClientSecret)
		o.do("POST", "/oauth2/v1/token", v).want(401, `"error":"invalid_client"`)
		v.Set("client_id", o.ClientID)
		o.do("POST", "/oauth2/v1/token", v).want(200, `"expires_in":"60"`)
		o.do("POST", "/oauth2/v1/token", map[string]any{"client_id": o.ClientID}).want(400, "Content-Type")
	})
}

func TestTokensBelongToTheirAddress(t *testing.T) {
	t.Parallel()
	l := zdxLab(t)
	l.do("GET", "/v1/devices", nil).want(200)
	l.do("GET", "/zdx/v1/devices", nil).want(401, "other way")
	l.do("GET", "/api/v0/organizations", nil).want(401)
	key := l.token
	l.token = ""
	l.do("GET", "/v1/devices", nil).want(401, `"code":"UNAUTHORIZED"`)
	l.do("POST", "/zdx/v1/oauth/token", map[string]any{"key_id": l.KeyID, "key_secret": l.KeySecret}).want(404)
	l.do("POST", "/v1/oauth2/v1/token", url.Values{}).want(404)

	grant := url.Values{
		"grant_type": {"client_credentials"}, "audience": {oneAPIAudience},
		"client_id": {l.ClientID}, "client_secret": {l.ClientSecret},
	}
	l.token = as[string](l.do("POST", "/oauth2/v1/token", grant).want(200).object()["access_token"])
	l.do("GET", "/zdx/v1/devices", nil).want(200)
	l.do("GET", "/v1/devices", nil).want(401)
	l.SetSwitches(func(w *Switches) { w.OneAPIOnly = true })
	l.do("GET", "/zdx/v1/devices", nil).want(200)
	l.Advance(time.Hour)
	l.do("GET", "/zdx/v1/devices", nil).want(401, "expired")
	l.token = key
	l.do("GET", "/v1/devices", nil).want(403, "only through Zscaler OneAPI")
}

func TestSecrets(t *testing.T) {
	t.Parallel()
	l := zeroLab(t)
	id := l.token
	_, other := l.AddOrganization("Other")
	stamp := l.Now().Unix()
	hash := hashed(l.KeySecret, stamp)
	l.token = ""
	a := l.do("POST", "/v1/oauth/token", map[string]any{"key_id": l.KeyID, "key_secret": hash, "timestamp": stamp}).want(200)
	for _, secret := range []string{
		l.APIUserToken, l.KeySecret, l.ClientSecret, l.PrivateKeyPEM, id, other, hash, as[string](a.object()["token"]),
	} {
		if !slices.Contains(l.Secrets(), secret) {
			t.Errorf("Secrets lacks %q", secret)
		}
	}
}
