package zdx

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/pomerium-zdx/terraform-provider-pomerium/internal/httpapi"
)

// keyPath is where a key becomes a token. Its errors carry it, which is how explain knows them.
const keyPath = "/oauth/token"

// keyLifetime is that of a key's token when the answer does not tell: an hour (zdx.md 3.1).
const keyLifetime = time.Hour

// newKey returns the exchange of a key for a token: POST {base}/oauth/token.
func newKey(config Config, common httpapi.Config) func(context.Context) (httpapi.Token, error) {
	common.Tokens = nil
	api := httpapi.New(common)
	body := keyBody{id: config.KeyID, secret: config.KeySecret}
	if config.HashKeySecret {
		body.stamp = api.ServerTime
		body.redactor = common.Redactor
	}
	request := httpapi.Request{Method: http.MethodPost, Path: keyPath, Body: body, Anonymous: true, Repeatable: true}
	return func(ctx context.Context) (httpapi.Token, error) {
		return exchange(ctx, api, request, common.Redactor, keyLifetime)
	}
}

// keyBody is the body of the exchange. It encodes itself anew for each attempt, because the hashed form
// is refused when its timestamp is older than 15 minutes (zdx.md 3.1).
type keyBody struct {
	id, secret string
	stamp      func() time.Time // the service's clock; nil sends the secret as it is
	redactor   *httpapi.Redactor
}

func (b keyBody) MarshalJSON() ([]byte, error) {
	body := struct {
		ID        string `json:"key_id"`
		Secret    string `json:"key_secret"`
		Timestamp int64  `json:"timestamp,omitempty"`
	}{ID: b.id, Secret: b.secret}
	if b.stamp != nil {
		body.Timestamp = b.stamp().Unix()
		sum := sha256.Sum256([]byte(b.secret + ":" + strconv.FormatInt(body.Timestamp, 10)))
		body.Secret = hex.EncodeToString(sum[:])
		b.redactor.Add(body.Secret)
	}
	return json.Marshal(body)
}

// exchange sends the token request of either way and makes the token known to the redactor. A key's
// answer calls the token "token", OneAPI's "access_token" (zdx.md 3.1, 3.2).
func exchange(ctx context.Context, api *httpapi.Client, request httpapi.Request, redactor *httpapi.Redactor, lifetime time.Duration) (httpapi.Token, error) {
	var answer tokenAnswer
	if err := api.Do(ctx, request, &answer); err != nil {
		return httpapi.Token{}, err
	}
	token := httpapi.Token{Value: cmp.Or(answer.Token, answer.AccessToken), Lifetime: lifetime}
	redactor.Add(token.Value)
	if answer.ExpiresIn > 0 {
		token.Lifetime = time.Duration(min(int64(answer.ExpiresIn), 365*24*3600)) * time.Second
	}
	return token, nil
}

// tokenAnswer is the answer of either way.
type tokenAnswer struct {
	Token       string  `json:"token"`
	AccessToken string  `json:"access_token"`
	ExpiresIn   integer `json:"expires_in"`
}

// UnmarshalJSON refuses an answer without a token, so that it is asked for again.
func (t *tokenAnswer) UnmarshalJSON(data []byte) error {
	type plain tokenAnswer
	if err := json.Unmarshal(data, (*plain)(t)); err != nil {
		return err
	}
	if t.Token == "" && t.AccessToken == "" {
		return errors.New("it holds no token")
	}
	return nil
}

// CredentialError is a refusal whose cause is the way of signing in, with advice in terms of the
// provider's arguments. It wraps the *httpapi.Error.
type CredentialError struct {
	Advice string
	Err    error
}

func (e *CredentialError) Error() string { return e.Err.Error() + ". " + e.Advice }

// Unwrap returns the refusal itself.
func (e *CredentialError) Unwrap() error { return e.Err }

// explain adds advice to refusals that the way of signing in explains.
func explain(err error) error {
	var failure *httpapi.Error
	if !errors.As(err, &failure) || failure.Status < 400 {
		return err
	}
	switch {
	case strings.Contains(strings.ToLower(failure.Message), "only through zscaler oneapi"): // zdx.md 3.1
		return &CredentialError{
			Advice: "The tenant was moved to OneAPI: set client_id with client_secret or private_key, and vanity_domain, instead of key_id and key_secret.",
			Err:    err,
		}
	case failure.Service == identity: // a failed grant is 400 (zdx.md 3.2)
		return &CredentialError{
			Advice: "Check client_id, client_secret or private_key, vanity_domain and oneapi_cloud, and that the secret has not expired.",
			Err:    err,
		}
	case failure.Path == keyPath && (httpapi.IsUnauthorized(err) || httpapi.IsForbidden(err)): // zdx.md 11, row 4
		return &CredentialError{
			Advice: "Check key_id, key_secret and cloud, and that the key is enabled. If they are right, the tenant may want the secret in its other form: change hash_key_secret.",
			Err:    err,
		}
	}
	return err
}
