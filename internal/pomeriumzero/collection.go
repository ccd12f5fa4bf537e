package pomeriumzero

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"reflect"
	"slices"

	"github.com/pomerium-zdx/terraform-provider-pomerium/internal/gather"
	"github.com/pomerium-zdx/terraform-provider-pomerium/internal/httpapi"
)

// ErrGone tells that an object does not exist, with proof: the service said so, or it answered 403 and
// the list of the object's namespace, read with the same token, lacks the object, or the namespace is gone.
var ErrGone = errors.New("the object does not exist any more")

// Properties is what a client sets of an object of one kind.
type Properties interface {
	RouteProperties | PolicyProperties
	Key() Key
}

// Key is what makes an object unique in the eyes of its owner: its name in its namespace.
type Key struct{ NamespaceID, Name string }

// Object is an object as the service keeps it.
type Object[P Properties] struct {
	ID         string  `json:"id"`
	CreatedAt  *string `json:"createdAt"` // RFC 3339
	UpdatedAt  *string `json:"updatedAt"` // moves at any touch, also by others
	Properties P       `json:"-"`
	raw        json.RawMessage
}

// UnmarshalJSON reads the object's members and its properties from one JSON object and remembers all of
// it, members unknown to this client included.
func (o *Object[P]) UnmarshalJSON(data []byte) error {
	type plain Object[P]
	var read plain
	if err := json.Unmarshal(data, &read); err != nil {
		return err
	}
	if err := json.Unmarshal(data, &read.Properties); err != nil {
		return err
	}
	// A CLI shows IDs as they are, so one that a terminal must not be shown is refused.
	if read.ID == "" || httpapi.Label(read.ID) != read.ID {
		return errors.New("an object without a usable id")
	}
	*o = Object[P](read)
	o.raw = slices.Clone(data)
	return nil
}

// Collection is all objects of one kind in one organization. It is made by Client's methods.
type Collection[P Properties] struct {
	client         *Client
	organizationID string
	noun           string
	list, item     string   // path templates
	computed       []string // members beside id, createdAt, updatedAt that only the service sets
}

// Get returns an object. ErrGone is proven; a 403 without proof is returned as it came. The namespace
// is where to look for proof; empty when it is not known. When several objects of a namespace are wanted, they come
// from its list, which may be a minute old.
func (c Collection[P]) Get(ctx context.Context, id, namespaceID string) (Object[P], error) {
	reads := c.client.reads
	if namespaceID == "" {
		reads = nil // there is no list to look in
	}
	object, err := gather.Get(ctx, reads, c.listed(namespaceID), id,
		func() gather.Walk[Object[P]] { return c.walk(ListOptions{NamespaceID: namespaceID}) },
		func(ctx context.Context) (Object[P], error) { return c.read(ctx, id, namespaceID) })
	return c.hidden(object, err)
}

// listed is the name of a namespace's list.
func (c Collection[P]) listed(namespaceID string) string {
	return c.organizationID + "/" + namespaceID + "/" + c.noun
}

// fresh reads an object from the service, never from a list.
func (c Collection[P]) fresh(ctx context.Context, id, namespaceID string) (Object[P], error) {
	return c.hidden(c.read(ctx, id, namespaceID))
}

func (c Collection[P]) read(ctx context.Context, id, namespaceID string) (Object[P], error) {
	var object Object[P]
	if err := c.do(ctx, http.MethodGet, id, nil, &object); err != nil {
		return Object[P]{}, c.proven(ctx, err, id, namespaceID)
	}
	return object, nil
}

// hidden passes an object on whose secrets are known from then on.
func (c Collection[P]) hidden(object Object[P], err error) (Object[P], error) {
	if err == nil {
		c.Hide(object.Properties)
	}
	return object, err
}

// Hide makes the secrets of the properties known, so that no error or log repeats them, whoever quotes them.
func (c Collection[P]) Hide(properties P) {
	if body, err := members(properties); err == nil {
		c.client.redactor.Add(secretsOf(body, reflect.TypeFor[P]())...)
	}
}

// Update replaces the properties of an object and keeps the members that this client does not manage: it
// reads the object, lays the properties over it, and puts it back.
func (c Collection[P]) Update(ctx context.Context, id string, properties P) (Object[P], error) {
	defer c.client.reads.Forget()
	current, err := c.fresh(ctx, id, properties.Key().NamespaceID)
	if err != nil {
		return Object[P]{}, err
	}
	body, err := c.layOver(current.raw, properties)
	if err != nil {
		return Object[P]{}, err
	}
	c.client.redactor.Add(secretsOf(body, reflect.TypeFor[P]())...)
	var updated Object[P]
	if err := c.do(ctx, http.MethodPut, id, body, &updated); err != nil {
		err = c.proven(ctx, err, id, properties.Key().NamespaceID) // it may be gone since it was read
		return Object[P]{}, c.nameTaken(ctx, err, properties, id)
	}
	return updated, nil
}

// Delete removes an object. An object that is gone already, with proof, is no error.
func (c Collection[P]) Delete(ctx context.Context, id, namespaceID string) error {
	defer c.client.reads.Forget()
	var done httpapi.Done
	err := c.do(ctx, http.MethodDelete, id, nil, &done)
	if err == nil && !done.Certain {
		if _, err = c.fresh(ctx, id, namespaceID); err == nil {
			return httpapi.Unconfirmed(Service, http.MethodDelete, c.item)
		}
	}
	if err == nil || errors.Is(err, ErrGone) {
		return nil
	}
	if err = c.proven(ctx, err, id, namespaceID); errors.Is(err, ErrGone) {
		return nil
	}
	return err
}

func (c Collection[P]) do(ctx context.Context, method, id string, body, out any) error {
	return c.client.http.Do(ctx, httpapi.Request{
		Method: method, Path: c.item, Values: []string{c.organizationID, id}, Body: body,
	}, out)
}

// proven turns a refusal into ErrGone if the object is gone. The service checks the role before the
// existence, so it answers 403 for a deleted object as for one that the caller may not see
// (pomerium-zero.md 3, Errors): only the list, read with the same token, tells them apart. A 404 is asked for the
// same proof, because what stands before a service says so too while the service is replaced.
func (c Collection[P]) proven(ctx context.Context, refusal error, id, namespaceID string) error {
	var signIn *SignInError
	switch {
	case errors.As(refusal, &signIn):
		return refusal // a token call that is not found tells of a wrong address, not of the object
	case httpapi.IsNotFound(refusal) && namespaceID == "":
		return fmt.Errorf("%w (%w)", ErrGone, refusal)
	case httpapi.IsForbidden(refusal) && namespaceID != "":
		return c.sought(ctx, refusal, id, namespaceID)
	case !httpapi.IsNotFound(refusal):
		return refusal
	}
	if err := c.sought(ctx, refusal, id, namespaceID); errors.Is(err, ErrGone) {
		return err
	}
	return httpapi.Contradicted(refusal, "which its namespace's list does not confirm")
}

// sought looks for the object in the list of its namespace, with the refusal that is at stake: it returns ErrGone, or
// the refusal.
func (c Collection[P]) sought(ctx context.Context, refusal error, id, namespaceID string) error {
	var objects []Object[P]
	var err error
	if !c.client.reads.Lacks(c.listed(namespaceID), id) { // or a list that was just read has shown it already
		objects, err = c.List(ctx, ListOptions{NamespaceID: namespaceID})
	}
	if err != nil {
		// The namespace itself may be gone, and its objects with it. Only who sees the root namespace sees
		// all of them (pomerium-zero.md 2): others may just have lost their role in this one.
		namespaces, nsErr := c.client.freshNamespaces(ctx, c.organizationID)
		seesAll := httpapi.IsNotFound(refusal) || slices.ContainsFunc(namespaces, func(n Namespace) bool { return n.Type == "root" })
		if nsErr != nil || !seesAll || slices.ContainsFunc(namespaces, func(n Namespace) bool { return n.ID == namespaceID }) {
			return refusal
		}
		return fmt.Errorf("%w, nor does its namespace (%w)", ErrGone, refusal)
	}
	isIt := func(o Object[P]) bool { return o.ID == id }
	if slices.ContainsFunc(objects, isIt) {
		return refusal
	}
	// An object may slip between two pages, and a service that ignores the offset shows the first page only: so
	// the absent one is asked for by its ID as well.
	objects, err = c.List(ctx, ListOptions{
		NamespaceID: namespaceID, Filter: &Filter{Items: []FilterItem{{Field: "id", Operator: "equals", Value: id}}},
	})
	if err != nil || slices.ContainsFunc(objects, isIt) {
		return refusal
	}
	return fmt.Errorf("%w (%w)", ErrGone, refusal)
}
