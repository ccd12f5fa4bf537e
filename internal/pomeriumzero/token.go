package pomeriumzero

import (
	"context"
	"encoding/json"
	"net/http"

	"github.com/pomerium-zdx/terraform-provider-pomerium/internal/httpapi"
)

// Token asks for an object's own token. Of a cluster and of an API user it makes a new one, and the old one is dead
// from then on; of a service account it shows the one there is (pomerium-zero.md 6).
func (c Collection[P]) Token(ctx context.Context, id, parent string) (string, error) {
	var answer json.RawMessage
	err := c.client.http.Do(ctx, httpapi.Request{
		Method: c.token.method, Path: c.token.path, Values: c.values(c.token.path, parent, id),
	}, &answer)
	if err != nil {
		return "", c.proven(ctx, err, id, parent)
	}
	return c.shown(answer), nil
}

// ShowsTokenOnce tells whether the token of a new object comes with its creation and never again.
func (c Collection[P]) ShowsTokenOnce() bool { return c.token.method == http.MethodPost }

// shown is the token in an answer, which no error and no log repeats from then on.
func (c Collection[P]) shown(answer json.RawMessage) string {
	var members map[string]any
	if json.Unmarshal(answer, &members) != nil {
		return ""
	}
	token, _ := members[c.token.member].(string)
	c.client.redactor.Add(token)
	return token
}

// withToken completes an object whose token was lost with the answer to its creation. Nobody has that one, so nothing
// is harmed by a new one. Without it the object exists all the same.
func (c Collection[P]) withToken(ctx context.Context, object Object[P], parent string) Object[P] {
	if c.token.member != "" {
		if token, err := c.Token(ctx, object.ID, parent); err == nil {
			object.Token = token
		}
	}
	return object
}
