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
type Properties interface{ Key() Key }

// Key is what makes an object unique in the eyes of its owner: its name in what holds it. Parent is the ID of a
// namespace or a cluster, and empty for what the organization holds. Name is empty where names are not unique.
type Key struct{ Parent, Name string }

// Object is an object as the service keeps it.
type Object[P Properties] struct {
	ID         string  `json:"id"`
	CreatedAt  *string `json:"createdAt"` // RFC 3339
	UpdatedAt  *string `json:"updatedAt"` // moves at any touch, also by others
	Properties P       `json:"-"`
	Token      string  `json:"-"` // of a new object that has one; empty where it was lost with the answer
	raw        json.RawMessage
	answer     json.RawMessage // to the creation, if it holds more than the object
}

// UnmarshalJSON reads the object's members and its properties from one JSON object and remembers all of
// it, members unknown to this client included.
func (o *Object[P]) UnmarshalJSON(data []byte) error {
	type plain Object[P]
	var read plain
	if only := []json.RawMessage{}; json.Unmarshal(data, &only) == nil && len(only) == 1 {
		data = only[0] // of a call that makes several, and was asked for one
	}
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
	kind
}

// Get returns an object. ErrGone is proven; a 403 without proof is returned as it came. The parent
// is where to look for proof; empty when it is not known. When several objects of a list are wanted, they come
// from the list, which may be a minute old.
func (c Collection[P]) Get(ctx context.Context, id, parent string) (Object[P], error) {
	reads := c.client.reads
	if !c.hasList(parent) {
		reads = nil
	}
	object, err := gather.Get(ctx, reads, c.listed(parent), id,
		func() gather.Walk[Object[P]] { return c.walk(ListOptions{Parent: parent}) },
		func(ctx context.Context) (Object[P], error) { return c.read(ctx, id, parent) })
	return c.hidden(object, err)
}

// hasList tells whether there is a list to look for an object in.
func (c Collection[P]) hasList(parent string) bool {
	return c.list != "" && (parent != "" || c.within == inOrganization)
}

// listed is the name of a list.
func (c Collection[P]) listed(parent string) string {
	return c.organizationID + "/" + parent + "/" + c.noun
}

// fresh reads an object from the service, never from what was gathered.
func (c Collection[P]) fresh(ctx context.Context, id, parent string) (Object[P], error) {
	return c.hidden(c.read(ctx, id, parent))
}

func (c Collection[P]) read(ctx context.Context, id, parent string) (Object[P], error) {
	if c.listedOnly {
		return c.pick(ctx, id, parent)
	}
	object, err := c.object(ctx, http.MethodGet, id, parent, nil)
	if err == nil || c.unproven {
		return object, err
	}
	return object, c.proven(ctx, err, id, parent)
}

// object sends a request about an object that answers with it.
func (c Collection[P]) object(ctx context.Context, method, id, parent string, body any) (Object[P], error) {
	var object Object[P]
	if err := c.do(ctx, method, id, parent, body, &object); err != nil {
		return Object[P]{}, err
	}
	if c.list == "" { // one for each parent, by whose ID it is known
		object.ID, parent = id, id
	}
	object.place(parent)
	return object, nil
}

// place completes an object of a cluster that does not say of which.
func (o *Object[P]) place(parent string) {
	field := reflect.ValueOf(&o.Properties).Elem().FieldByName("ClusterID")
	if field.IsValid() && field.IsZero() {
		field.SetString(parent)
	}
}

// pick finds an object in its list, for a kind that has no call for a single one. That the list lacks it is the proof
// that it is gone.
func (c Collection[P]) pick(ctx context.Context, id, parent string) (Object[P], error) {
	objects, err := c.List(ctx, ListOptions{Parent: parent})
	if err != nil {
		return Object[P]{}, c.orphaned(ctx, err, parent)
	}
	for _, object := range objects {
		if object.ID == id {
			return object, nil
		}
	}
	return Object[P]{}, ErrGone
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
	_, _ = c.body(properties) // what cannot be sent has no secrets to hide
}

// forget drops what was read before a write.
func (c Collection[P]) forget() {
	c.client.reads.Forget()
	if c.holds {
		c.client.organizations.forget()
		c.client.namespaces.forget()
	}
}

// Update changes the properties of an object and keeps the members that this client does not manage: it
// reads the object, lays the properties over it, and puts it back, or sends the differences where the service takes no
// more.
func (c Collection[P]) Update(ctx context.Context, id string, properties P) (Object[P], error) {
	defer c.forget()
	parent := properties.Key().Parent
	current, err := c.fresh(ctx, id, parent)
	if err != nil || c.listedOnly { // of which nothing can be changed
		return current, err
	}
	method, body, err := c.change(current, properties)
	if err != nil {
		return Object[P]{}, err
	}
	if body == nil {
		return current, nil // another spelling of the same
	}
	updated, err := c.object(ctx, method, id, parent, body)
	if err != nil {
		err = c.proven(ctx, err, id, parent) // it may be gone since it was read
		return Object[P]{}, c.nameTaken(ctx, err, properties, id)
	}
	return updated, nil
}

// change is the request that makes an object what the properties say; no body if it is that already.
func (c Collection[P]) change(current Object[P], properties P) (method string, body any, err error) {
	if c.patched {
		managed, err := c.body(properties)
		if err != nil {
			return "", nil, err
		}
		operations, err := patch(current.raw, managed, reflect.TypeFor[P](), func(m member) bool { return m.optional && !m.secret }) // a secret is never shown, and stays
		if err != nil || len(operations) == 0 {
			return "", nil, err
		}
		return http.MethodPatch, operations, nil
	}
	put, err := c.layOver(current.raw, properties)
	if err != nil {
		return "", nil, err
	}
	c.client.redactor.Add(secretsOf(put, reflect.TypeFor[P]())...)
	return http.MethodPut, put, nil
}

// body is what is sent of the properties. Its secrets are known from then on.
func (c Collection[P]) body(properties P) (map[string]any, error) {
	body, err := members(properties)
	c.client.redactor.Add(secretsOf(body, reflect.TypeFor[P]())...)
	return body, err
}

// Delete removes an object. An object that is gone already, with proof, is no error.
func (c Collection[P]) Delete(ctx context.Context, id, parent string) error {
	defer c.forget()
	var done httpapi.Done
	err := c.do(ctx, http.MethodDelete, id, parent, nil, &done)
	if err == nil && !done.Certain {
		if _, err = c.fresh(ctx, id, parent); err == nil {
			return httpapi.Unconfirmed(Service, http.MethodDelete, c.item)
		}
	}
	if err == nil || errors.Is(err, ErrGone) {
		return nil
	}
	if err = c.proven(ctx, err, id, parent); errors.Is(err, ErrGone) {
		return nil
	}
	return err
}

func (c Collection[P]) do(ctx context.Context, method, id, parent string, body, out any) error {
	return c.client.http.Do(ctx, httpapi.Request{
		Method: method, Path: c.item, Values: c.values(c.item, parent, id), Body: body,
	}, out)
}

// proven turns a refusal into ErrGone if the object is gone. The service checks the role before the
// existence, so it answers 403 for a deleted object as for one that the caller may not see
// (pomerium-zero.md 3, Errors): only the list, read with the same token, tells them apart. A 404 is asked for the
// same proof, because what stands before a service says so too while the service is replaced.
func (c Collection[P]) proven(ctx context.Context, refusal error, id, parent string) error {
	var signIn *SignInError
	if errors.As(refusal, &signIn) {
		return refusal // a token call that is not found tells of a wrong address, not of the object
	}
	isNotFound := httpapi.IsNotFound(refusal)
	if !isNotFound && !httpapi.IsForbidden(refusal) {
		return refusal
	}
	var verdict error
	switch {
	case c.list == "": // there as long as what holds it
		verdict = c.orphaned(ctx, refusal, id)
	case c.hasList(parent):
		verdict = c.sought(ctx, refusal, id, parent)
	case isNotFound:
		return fmt.Errorf("%w (%w)", ErrGone, refusal)
	default:
		return refusal
	}
	if isNotFound && !errors.Is(verdict, ErrGone) {
		return httpapi.Contradicted(refusal, "which the list of its kind does not confirm")
	}
	return verdict
}

// sought looks for the object in its list, with the refusal that is at stake: it returns ErrGone, or the refusal.
func (c Collection[P]) sought(ctx context.Context, refusal error, id, parent string) error {
	isIt := func(o Object[P]) bool { return o.ID == id }
	if !c.client.reads.Lacks(c.listed(parent), id) { // or a list that was just read has shown it already
		objects, err := c.List(ctx, ListOptions{Parent: parent})
		switch {
		case err != nil:
			return c.orphaned(ctx, refusal, parent)
		case slices.ContainsFunc(objects, isIt):
			return refusal
		}
	}
	if c.paged {
		// An object may slip between two pages, and a service that ignores the offset shows the first page only: so
		// the absent one is asked for once more, by its ID where that can be done.
		again := ListOptions{Parent: parent}
		if c.chosen {
			again.Filter = byID(id)
		}
		objects, err := c.List(ctx, again)
		if err != nil || slices.ContainsFunc(objects, isIt) {
			return refusal
		}
	}
	return fmt.Errorf("%w (%w)", ErrGone, refusal)
}

// orphaned turns a refusal into ErrGone if what held the object is gone itself, and the object with it.
func (c Collection[P]) orphaned(ctx context.Context, refusal error, parent string) error {
	switch c.within {
	case inNamespace, inCluster:
		// Only who sees the root namespace sees all of them (pomerium-zero.md 2): others may just have lost their
		// role in this one.
		namespaces, err := c.client.freshNamespaces(ctx, c.organizationID)
		seesAll := httpapi.IsNotFound(refusal) || slices.ContainsFunc(namespaces, func(n Namespace) bool { return n.Type == "root" })
		if err != nil || !seesAll || slices.ContainsFunc(namespaces, func(n Namespace) bool { return n.ID == parent }) {
			return refusal
		}
		if c.within == inCluster { // whose namespace bears its ID, as far as is known
			clusters, err := c.client.Clusters(c.organizationID).List(ctx, ListOptions{})
			if err != nil || slices.ContainsFunc(clusters, func(o Object[ClusterProperties]) bool { return o.ID == parent }) {
				return refusal
			}
		}
		return fmt.Errorf("%w, nor does what held it (%w)", ErrGone, refusal)
	}
	return refusal
}
