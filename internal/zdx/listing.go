package zdx

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"strconv"

	"github.com/pomerium-zdx/terraform-provider-pomerium/internal/httpapi"
)

// pageSize is how many elements are asked for at once. The service's own size is 10, which costs a tenant of the
// smallest tier a minute for 300 devices; it publishes no maximum (zdx.md 6, Pagination).
const pageSize = 100

// Listing is a list or a report of the API: many elements of one kind below one path.
type Listing[T any] struct {
	path    string // template, as in the contract
	another string // path of the same list in other documents, asked when the first is not found
	member  string // what the pages' envelope calls the list; "" for a plain array without pages
	parent  string // template of an object of which "not found" below it means that there is no data yet
}

// All returns all elements, page by page. ids stand for the braces of the path.
func (l Listing[T]) All(ctx context.Context, c *Client, query url.Values, ids ...string) ([]T, error) {
	elements, err := l.read(ctx, c, l.path, query, ids)
	if httpapi.IsNotFound(err) && l.another != "" {
		elements, err = l.read(ctx, c, l.another, query, ids)
	}
	if httpapi.IsNotFound(err) && l.parent != "" {
		// What the service answers before there is data is not documented (zdx.md 4.4).
		if c.get(ctx, l.parent, nil, ids, nil) == nil {
			elements, err = nil, nil
		}
	}
	if err != nil {
		return nil, err
	}
	list := List[T](elements)
	tidy(&list)
	return list, nil
}

func (l Listing[T]) read(ctx context.Context, c *Client, path string, query url.Values, ids []string) ([]T, error) {
	if l.member == "" {
		var elements List[T]
		err := c.get(ctx, path, query, ids, &elements)
		return elements, err
	}
	elements, err := l.pages(ctx, c, path, query, ids, pageSize)
	if httpapi.IsInvalid(err) { // perhaps for the size: a service with a maximum need not tell it
		elements, err = l.pages(ctx, c, path, query, ids, 0)
	}
	return elements, err
}

// mostPages bounds a walk: no tenant has so many elements, and a service that makes up cursors would never end it.
const mostPages = 20_000

// page is one page in its envelope.
type page[T any] struct {
	member   string // what the envelope calls the list
	elements []T
	next     Text
}

// UnmarshalJSON reads the list and the cursor to the next page: null, "" or none at the end (zdx.md 11, row 20).
func (p *page[T]) UnmarshalJSON(data []byte) error {
	var members map[string]json.RawMessage
	err := json.Unmarshal(data, &members)
	if err == nil {
		p.elements, err = readList[T](orNull(members[p.member]))
	}
	if err == nil {
		err = json.Unmarshal(orNull(members["next_offset"]), &p.next)
	}
	return err
}

// pages follows the cursors to their end. One that comes back is an error, or the walk would never end.
func (l Listing[T]) pages(ctx context.Context, c *Client, path string, query url.Values, ids []string, size int) ([]T, error) {
	query = maps.Clone(query)
	if query == nil {
		query = url.Values{}
	}
	if size > 0 {
		query.Set("limit", strconv.Itoa(size))
	}
	var all []T
	for seen := map[Text]bool{}; len(seen) < mostPages; {
		page := page[T]{member: l.member}
		if err := c.get(ctx, path, query, ids, &page); err != nil {
			return nil, err
		}
		all = append(all, page.elements...)
		if page.next == "" || page.next == "null" {
			return all, nil
		}
		if seen[page.next] {
			return nil, errors.New("the pages of GET " + path + " go round in a circle")
		}
		seen[page.next] = true
		query.Set("offset", string(page.next))
	}
	return nil, fmt.Errorf("GET %s has more than %d pages", path, mostPages)
}

func orNull(data json.RawMessage) json.RawMessage {
	if data == nil {
		return json.RawMessage("null")
	}
	return data
}

// Item is a single object of the API.
type Item[T any] struct{ path string }

// Get reads the object. ids stand for the braces of the path.
func (i Item[T]) Get(ctx context.Context, c *Client, query url.Values, ids ...string) (T, error) {
	var object T
	err := c.get(ctx, i.path, query, ids, &object)
	tidy(&object)
	return object, err
}

func (c *Client) get(ctx context.Context, path string, query url.Values, ids []string, out any) error {
	return c.do(ctx, c.api, httpapi.Request{Method: http.MethodGet, Path: path, Values: ids, Query: query}, out)
}
