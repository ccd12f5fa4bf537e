package zdx

import (
	"cmp"
	"context"
	"crypto/rsa"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"time"

	"github.com/golang-jwt/jwt/v5"

	"github.com/pomerium-zdx/terraform-provider-pomerium/internal/httpapi"
)

const (
	// identity is the service that issues OneAPI's tokens, as errors name it.
	identity = "ZIdentity"
	// audience is that of the token and of the assertion that asks for it (zdx.md 3.2).
	audience = "https://api.zscaler.com"
	// assertionLifetime is the longest that ZIdentity takes (zdx.md 3.2).
	assertionLifetime = 10 * time.Minute
	// clientLifetime is that of a client's token when the answer does not tell: the shortest that can
	// be set for a client (zdx.md 3.2).
	clientLifetime = time.Minute
)

// newOneAPI returns the exchange of a OneAPI client's credentials for a token: the client credentials
// grant of ZIdentity, with a secret or with an assertion signed by the client's private key.
func newOneAPI(config Config, common httpapi.Config) (func(context.Context) (httpapi.Token, error), error) {
	address, err := httpapi.ParseBaseURL(cmp.Or(config.TokenURL, config.defaultTokenURL()))
	if err != nil {
		return nil, fmt.Errorf("token_url: %w", err)
	}
	var key *rsa.PrivateKey
	if config.PrivateKey != "" {
		if key, err = jwt.ParseRSAPrivateKeyFromPEM([]byte(config.PrivateKey)); err != nil {
			// Not the parser's own words: they may repeat the input.
			return nil, errors.New("private_key: it is not an RSA private key in PEM form")
		}
	}
	tokenURL, err := url.Parse(address)
	if err != nil {
		return nil, fmt.Errorf("token_url: %w", err)
	}
	common.Service = identity
	common.BaseURL = tokenURL.Scheme + "://" + tokenURL.Host
	common.Tokens = nil
	common.Pacer = nil       // another host, whose limits are not those of ZDX
	common.Retry.Limited = 0 // so many tries are meant for the short waits of a pacer
	api := httpapi.New(common)
	return func(ctx context.Context) (httpapi.Token, error) {
		form := url.Values{"grant_type": {"client_credentials"}, "audience": {audience}, "client_id": {config.ClientID}}
		if key == nil {
			form.Set("client_secret", config.ClientSecret)
		} else {
			assertion, err := sign(config.ClientID, key, api.ServerTime())
			if err != nil {
				return httpapi.Token{}, err
			}
			common.Redactor.Add(assertion)
			form.Set("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer")
			form.Set("client_assertion", assertion)
		}
		request := httpapi.Request{Method: http.MethodPost, Path: tokenURL.EscapedPath(), Form: form, Anonymous: true, Repeatable: true}
		return exchange(ctx, api, request, common.Redactor, clientLifetime)
	}, nil
}

// sign makes the assertion that stands for the secret: the members that zdx.md 3.2 names, and no more.
func sign(clientID string, key *rsa.PrivateKey, now time.Time) (string, error) {
	assertion, err := jwt.NewWithClaims(jwt.SigningMethodRS256, jwt.MapClaims{
		"iss": clientID, "sub": clientID, "aud": audience, "exp": now.Add(assertionLifetime).Unix(),
	}).SignedString(key)
	if err != nil {
		return "", fmt.Errorf("signing the client assertion with private_key: %w", err)
	}
	return assertion, nil
}

// defaultTokenURL is ZIdentity's address (zdx.md 3.2).
func (c Config) defaultTokenURL() string {
	return "https://" + c.VanityDomain + ".zslogin" + c.oneAPICloud() + ".net/oauth2/v1/token"
}
