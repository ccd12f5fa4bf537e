package pomeriumzero

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"time"

	"github.com/pomerium-zdx/terraform-provider-pomerium/internal/httpapi"
)

const (
	// clockSlack allows for clocks that are told in whole seconds and for the way an answer takes.
	clockSlack = 2 * time.Second
	// lookupTime bounds the look-up after a lost answer, which goes on when the caller has been cancelled:
	// only what it finds can be saved.
	lookupTime = 20 * time.Second
	// createAttempts bounds how often a create is sent when its answers get lost.
	createAttempts = 3
)

// NameTakenError tells that another object of the kind has the name already.
type NameTakenError struct {
	OrganizationID, Noun, Name, ID string // of the object that has the name
	Attribute                      string // that holds the name
	Cluster                        string // that holds the object; "" where it is found without
	Err                            error  // what the service said, or how its answer was lost
}

func (e *NameTakenError) Error() string {
	return fmt.Sprintf("a %s named %q exists already here, with the ID %s: %s", e.Noun, e.Name, e.ID, e.Err)
}

func (e *NameTakenError) Unwrap() error { return e.Err }

// LostError tells that a create may have been carried out although no answer came, and that the look-up
// of its name failed too.
type LostError struct {
	Noun, Name string
	Err        error // the create's failure
	Lookup     error // the look-up's failure
}

func (e *LostError) Error() string {
	return fmt.Sprintf("%s; whether the %s %q was created is not known, because looking it up failed too: %s",
		e.Err, e.Noun, e.Name, e.Lookup)
}

func (e *LostError) Unwrap() []error { return []error{e.Err, e.Lookup} }

// Create makes an object. If its answer is lost, it looks the name up, which is unique in a namespace
// (pomerium-zero.md 4.1, 5), and takes the object over only if it is what was sent and was made after the
// request began; else it is a *NameTakenError. So a lost answer leaves neither an orphan nor a twin.
func (c Collection[P]) Create(ctx context.Context, properties P) (Object[P], error) {
	defer c.forget()
	body, err := c.body(properties)
	if err != nil {
		return Object[P]{}, err
	}
	began := time.Now().Round(0) // without the monotonic clock, which stands still while a laptop sleeps
	lost := false
	for attempt := 1; ; attempt++ {
		created, err := c.post(ctx, properties.Key().Parent, body)
		if err == nil {
			return created, nil
		}
		lost = lost || httpapi.Ambiguous(err)
		if !lost {
			return Object[P]{}, c.nameTaken(ctx, err, properties, "")
		}
		candidates, lookup := c.candidates(ctx, properties)
		// Told by the service's clock, which the look-up has just shown: no answer came before, maybe.
		since := c.client.http.ServerTime().Add(-time.Since(began) - clockSlack)
		found, ours, several := c.mine(candidates, since, body)
		if lookup == nil {
			lookup = several
		}
		switch {
		case lookup != nil:
			return Object[P]{}, &LostError{Noun: c.noun, Name: properties.Key().Name, Err: err, Lookup: lookup}
		case ours:
			return c.withToken(ctx, *found, properties.Key().Parent), nil
		case found != nil:
			return Object[P]{}, c.taken(properties, *found, err)
		case attempt == createAttempts || ctx.Err() != nil || !httpapi.Ambiguous(err):
			return Object[P]{}, err
		}
		// It is not there: send it again. Should the first one come late, the name stops one of the two.
		if err := c.client.http.Pause(ctx, attempt, err); err != nil {
			return Object[P]{}, err
		}
	}
}

// post sends a create.
func (c Collection[P]) post(ctx context.Context, parent string, body map[string]any) (created Object[P], err error) {
	path := cmp.Or(c.create, c.list)
	request := httpapi.Request{Method: http.MethodPost, Path: path, Values: c.values(path, parent, ""), Body: body}
	if c.answer == "" {
		err = c.client.http.Do(ctx, request, &created)
	} else {
		err = c.client.http.Do(ctx, request, &inside[P]{c.answer, &created})
	}
	if err == nil && c.token.member != "" {
		created.Token = c.shown(created.raw)
	}
	created.place(parent)
	if err == nil {
		c.client.made.Store(created.ID, true)
	}
	return created, err
}

// nameTaken completes a refusal with the object that has the name already, if that is the reason. How the
// service words or numbers this refusal is not known (409 or 400), so it is looked up.
func (c Collection[P]) nameTaken(ctx context.Context, refusal error, properties P, ownID string) error {
	if !httpapi.IsConflict(refusal) && !httpapi.IsInvalid(refusal) {
		return refusal
	}
	found, err := c.named(ctx, properties)
	if err != nil || found == nil || found.ID == ownID {
		return refusal
	}
	return c.taken(properties, *found, refusal)
}

func (c Collection[P]) taken(properties P, by Object[P], err error) error {
	failure := &NameTakenError{
		OrganizationID: c.organizationID, Noun: c.noun, Name: properties.Key().Name, ID: by.ID, Attribute: cmp.Or(c.name, "name"), Err: err,
	}
	if c.within == inCluster {
		failure.Cluster = properties.Key().Parent
	}
	return failure
}

// named returns the object that has the properties' name, nil if there is none or names are not unique.
func (c Collection[P]) named(ctx context.Context, properties P) (*Object[P], error) {
	if properties.Key().Name == "" {
		return nil, nil //nolint:nilnil // no object is an answer
	}
	found, err := c.candidates(ctx, properties)
	switch {
	case err != nil || len(found) == 0:
		return nil, err
	case len(found) > 1:
		return nil, errSeveral
	}
	return &found[0], nil
}

var errSeveral = errors.New("several objects have this name")

// candidates are the objects that a lost create may have made: those with its name, or all of the list if names are
// not unique.
func (c Collection[P]) candidates(ctx context.Context, properties P) ([]Object[P], error) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), lookupTime)
	defer cancel()
	wanted := properties.Key()
	options := ListOptions{Parent: wanted.Parent}
	if c.chosen && wanted.Name != "" {
		options.Filter = &Filter{Items: []FilterItem{{Field: "name", Operator: "equals", Value: wanted.Name}}}
	}
	objects, err := c.List(ctx, options)
	// How "equals" treats case and spaces is not recorded, so the name is compared here.
	return slices.DeleteFunc(objects, func(o Object[P]) bool { return o.Properties.Key() != wanted }), err
}

// mine finds the object that a create has made among those that it may have made. Without a unique name only what was
// sent and when tell which it is.
func (c Collection[P]) mine(candidates []Object[P], since time.Time, sent map[string]any) (found *Object[P], ours bool, several error) {
	if len(candidates) > 0 && candidates[0].Properties.Key().Name == "" {
		candidates = slices.DeleteFunc(slices.Clone(candidates), func(o Object[P]) bool { return !o.madeSince(since) || !c.same(o, sent) })
	}
	switch len(candidates) {
	case 0:
		return nil, false, nil
	case 1:
		return &candidates[0], candidates[0].madeSince(since) && c.same(candidates[0], sent), nil
	}
	return nil, false, errSeveral
}

func (o Object[P]) madeSince(moment time.Time) bool {
	if o.CreatedAt == nil {
		return false
	}
	made, err := time.Parse(time.RFC3339Nano, *o.CreatedAt)
	return err == nil && !made.Before(moment)
}

// inside reads an object that is a member of an answer.
type inside[P Properties] struct {
	member string
	object *Object[P]
}

// UnmarshalJSON reads the member and leaves the rest.
func (i *inside[P]) UnmarshalJSON(data []byte) error {
	var answer map[string]json.RawMessage
	if err := json.Unmarshal(data, &answer); err != nil {
		return err
	}
	err := json.Unmarshal(answer[i.member], i.object)
	i.object.answer = slices.Clone(data)
	return err
}
