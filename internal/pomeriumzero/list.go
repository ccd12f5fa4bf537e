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

	"golang.org/x/sync/errgroup"

	"github.com/pomerium-zdx/terraform-provider-pomerium/internal/gather"
	"github.com/pomerium-zdx/terraform-provider-pomerium/internal/httpapi"
)

// pageSize is how many objects are asked for at once. The service publishes neither a default nor a
// maximum (pomerium-zero.md 3, Lists).
const pageSize = 100

// mostPages bounds a walk: no organization has so many objects, and a service that makes them up would never end it.
const mostPages = 10_000

// ListOptions says which objects to list. Parent is required where a namespace or a cluster holds them; the rest is
// for kinds that the service can choose and sort.
type ListOptions struct {
	Parent             string
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

// List returns all objects that the options choose.
func (c Collection[P]) List(ctx context.Context, options ListOptions) ([]Object[P], error) {
	walk := c.walk(options)
	for !walk.end {
		// As many as have come: a short list costs no more requests than it needs.
		if _, err := walk.Next(ctx, min(walk.requests+1, gather.AtOnce)); err != nil {
			return nil, err
		}
	}
	return walk.all, nil
}

// walk is a way through the pages of a list. Answers hold neither a total nor a next link, and the service may give
// fewer objects than were asked for, so only a page that brings nothing new is the last. That also ends the walk with a
// service that ignores the offset.
type walk[P Properties] struct {
	collection Collection[P]
	options    ListOptions
	all        []Object[P]
	seen       map[string]bool
	offset     int  // up to here nothing is missing
	ahead      int  // up to here something has come
	length     int  // of the first page: how far apart pages are
	short      bool // the page before offset was shorter than that
	requests   int
	end        bool
}

func (c Collection[P]) walk(options ListOptions) *walk[P] {
	return &walk[P]{collection: c, options: options, seen: map[string]bool{}}
}

// Next reads further pages, at most so many and all at once. Of the first nobody knows its length, and one that is not
// full is probably the last: what follows goes alone.
func (w *walk[P]) Next(ctx context.Context, most int) (gather.Pages[Object[P]], error) {
	if w.requests == 0 || w.requests == 1 && w.length < pageSize || w.short {
		most = 1
	}
	if w.requests == mostPages {
		return gather.Pages[Object[P]]{}, fmt.Errorf("the list of each %s has more than %d pages", w.collection.noun, mostPages)
	}
	most = min(most, mostPages-w.requests)
	w.requests += most
	w.end = !w.collection.paged
	pages := make([]list[Object[P]], most)
	together, ctx := errgroup.WithContext(ctx)
	for i := range pages {
		together.Go(func() (err error) {
			pages[i], err = w.collection.page(ctx, w.options, w.offset+i*w.length)
			return err
		})
	}
	if err := together.Wait(); err != nil {
		return gather.Pages[Object[P]]{Requests: most}, err
	}
	known := len(w.all)
	from, ahead := w.offset, w.ahead
	for i, page := range pages {
		offset := from + i*w.length
		isNew := w.add(page)
		w.ahead = max(w.ahead, offset+len(page))
		if offset != w.offset {
			continue // the page before was shorter than the first: the walk goes on where that one ended
		}
		w.offset += len(page)
		w.short = len(page) < w.length
		w.end = w.end || len(page) == 0 || !isNew && offset >= ahead
	}
	if w.length == 0 {
		w.length = len(pages[0])
	}
	came := map[string]Object[P]{}
	for _, object := range w.all[known:] {
		came[object.ID] = object
	}
	return gather.Pages[Object[P]]{Objects: came, Requests: most, End: w.end}, nil
}

// add tells whether the page holds anything new.
func (w *walk[P]) add(page []Object[P]) (isNew bool) {
	for _, object := range page {
		if !w.seen[object.ID] {
			w.seen[object.ID] = true
			w.all = append(w.all, object)
			isNew = true
		}
	}
	return isNew
}

func (c Collection[P]) page(ctx context.Context, options ListOptions, offset int) (page list[Object[P]], err error) {
	query, err := c.query(options)
	if err != nil {
		return nil, err
	}
	if c.paged {
		query.Set("limit", strconv.Itoa(pageSize))
		query.Set("offset", strconv.Itoa(offset))
	}
	err = c.client.http.Do(ctx, httpapi.Request{
		Method: http.MethodGet, Path: c.list, Values: c.values(c.list, options.Parent, ""), Query: query,
	}, &page)
	for i := range page {
		page[i].place(options.Parent)
	}
	return page, err
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

func (k kind) query(o ListOptions) (url.Values, error) {
	query := url.Values{}
	for name, value := range k.fixed {
		query.Set(name, value)
	}
	if k.parameter != "" {
		query.Set(k.parameter, o.Parent)
	}
	if o.IncludeDescendants {
		query.Set("includeDescendants", "true")
	}
	if k.chosen {
		order := o.OrderBy
		if len(order) == 0 {
			order = []string{"id"} // pages of an unsorted list need not fit together
		}
		query.Set("orderBy", strings.Join(order, ","))
	}
	return query, o.Filter.set(query)
}

// set puts the filter, if there is one, into a query.
func (f *Filter) set(query url.Values) error {
	if f == nil {
		return nil
	}
	text, err := json.Marshal(f)
	query.Set("filter", string(text))
	return err
}

// byID chooses one object.
func byID(id string) *Filter {
	return &Filter{Items: []FilterItem{{Field: "id", Operator: "equals", Value: id}}}
}
