package pomeriumzero

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"reflect"
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
	Err                            error  // what the service said, or how its answer was lost
}

func (e *NameTakenError) Error() string {
	return fmt.Sprintf("a %s named %q exists already in this namespace, with the ID %s: %s", e.Noun, e.Name, e.ID, e.Err)
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
	defer c.client.reads.Forget()
	body, err := members(properties)
	if err != nil {
		return Object[P]{}, err
	}
	c.client.redactor.Add(secretsOf(body, reflect.TypeFor[P]())...)
	began := time.Now().Round(0) // without the monotonic clock, which stands still while a laptop sleeps
	lost := false
	for attempt := 1; ; attempt++ {
		var created Object[P]
		err := c.client.http.Do(ctx, httpapi.Request{
			Method: http.MethodPost, Path: c.list, Values: []string{c.organizationID}, Body: body,
		}, &created)
		if err == nil {
			return created, nil
		}
		lost = lost || httpapi.Ambiguous(err)
		if !lost {
			return Object[P]{}, c.nameTaken(ctx, err, properties, "")
		}
		found, lookup := c.named(ctx, properties)
		// Told by the service's clock, which the look-up has just shown: no answer came before, maybe.
		since := c.client.http.ServerTime().Add(-time.Since(began) - clockSlack)
		switch {
		case lookup != nil:
			return Object[P]{}, &LostError{Noun: c.noun, Name: properties.Key().Name, Err: err, Lookup: lookup}
		case found != nil && found.madeSince(since) && c.same(*found, body):
			return *found, nil
		case found != nil:
			return Object[P]{}, &NameTakenError{OrganizationID: c.organizationID, Noun: c.noun, Name: properties.Key().Name, ID: found.ID, Err: err}
		case attempt == createAttempts || ctx.Err() != nil || !httpapi.Ambiguous(err):
			return Object[P]{}, err
		}
		// It is not there: send it again. Should the first one come late, the name stops one of the two.
		if err := c.client.http.Pause(ctx, attempt, err); err != nil {
			return Object[P]{}, err
		}
	}
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
	return &NameTakenError{OrganizationID: c.organizationID, Noun: c.noun, Name: properties.Key().Name, ID: found.ID, Err: refusal}
}

// named returns the object that has the properties' name in their namespace, nil if there is none.
func (c Collection[P]) named(ctx context.Context, properties P) (*Object[P], error) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), lookupTime)
	defer cancel()
	wanted := properties.Key()
	objects, err := c.List(ctx, ListOptions{
		NamespaceID: wanted.NamespaceID,
		Filter:      &Filter{Items: []FilterItem{{Field: "name", Operator: "equals", Value: wanted.Name}}},
	})
	if err != nil {
		return nil, err
	}
	// How "equals" treats case and spaces is not recorded, so the name is compared here.
	var found *Object[P]
	for i := range objects {
		if objects[i].Properties.Key() != wanted {
			continue
		}
		if found != nil {
			return nil, errors.New("several objects have this name")
		}
		found = &objects[i]
	}
	return found, nil
}

func (o Object[P]) madeSince(moment time.Time) bool {
	if o.CreatedAt == nil {
		return false
	}
	made, err := time.Parse(time.RFC3339Nano, *o.CreatedAt)
	return err == nil && !made.Before(moment)
}
