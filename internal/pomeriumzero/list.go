package pomeriumzero

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/pomerium-zdx/terraform-provider-pomerium/internal/httpapi"
)

// pageSize is how many objects are asked for at once. The service publishes neither a default nor a
// maximum (pomerium-zero.md 3, Lists).
const pageSize = 100

// mostPages bounds a walk: no organization has so many objects, and a service that makes them up would never end it.
const mostPages = 10_000

// ListOptions says which objects to list. NamespaceID is required.
type ListOptions struct {
	NamespaceID        string
	IncludeDescendants bool     // also objects of the namespaces below
	Filter             *Filter  // nil for all
	OrderBy            []string // member names, a leading minus sorts downwards; by ID when empty
}

// Filter chooses objects on the service's side (pomerium-zero.md 3, Lists).
type Filter struct {
	Items         []FilterItem `json:"items"`
	LogicOperator string       `json:"logicOperator,omitempty"` // "and", "or"
}

// FilterItem is one condition, such as name equals "billing".
type FilterItem struct {
	Field    string `json:"field"`
	Operator string `json:"operator"`
	Value    any    `json:"value"`
}

// List returns all objects that the options choose, page by page. Answers hold neither a total nor a next
// link, and the service may give fewer than were asked for, so only a page that brings nothing new is the
// last. That also ends the walk with a service that ignores the offset.
func (c Collection[P]) List(ctx context.Context, options ListOptions) ([]Object[P], error) {
	query, err := options.query()
	if err != nil {
		return nil, err
	}
	var all []Object[P]
	seen := map[string]bool{}
	for range mostPages {
		query.Set("offset", strconv.Itoa(len(all)))
		var page list[Object[P]]
		err := c.client.http.Do(ctx, httpapi.Request{
			Method: http.MethodGet, Path: c.list, Values: []string{c.organizationID}, Query: query,
		}, &page)
		if err != nil {
			return nil, err
		}
		before := len(all)
		for _, object := range page {
			if !seen[object.ID] {
				seen[object.ID] = true
				all = append(all, object)
			}
		}
		if len(all) == before {
			return all, nil
		}
	}
	return nil, fmt.Errorf("the list of each %s has more than %d pages", c.noun, mostPages)
}

// list is a list of which null is no spelling: taken for an empty one, it would tell that objects are gone.
type list[T any] []T

// UnmarshalJSON reads an array of elements that each have an ID.
func (l *list[T]) UnmarshalJSON(data []byte) error {
	var elements []T
	if err := json.Unmarshal(data, &elements); err != nil {
		return err
	}
	if elements == nil {
		return errors.New("null instead of a list")
	}
	for _, element := range elements {
		if element, ok := any(element).(interface{ identifier() string }); ok && element.identifier() == "" {
			return errors.New("an element without an id")
		}
	}
	*l = elements
	return nil
}

func (o ListOptions) query() (url.Values, error) {
	order := o.OrderBy
	if len(order) == 0 {
		order = []string{"id"} // pages of an unsorted list need not fit together
	}
	query := url.Values{
		"namespaceId": {o.NamespaceID},
		"limit":       {strconv.Itoa(pageSize)},
		"orderBy":     {strings.Join(order, ",")},
	}
	if o.IncludeDescendants {
		query.Set("includeDescendants", "true")
	}
	if o.Filter != nil {
		filter, err := json.Marshal(o.Filter)
		if err != nil {
			return nil, err
		}
		query.Set("filter", string(filter))
	}
	return query, nil
}
