package apimock

import (
	"cmp"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
)

// list answers a page of a collection: those of the namespace, by switch of the
// query those below it too, filtered, sorted (oldest first without orderBy).
// There is no total and no link to a next page (pomerium-zero.md 3, Lists).
func (k *collection) list(c *call) reply {
	query := c.r.URL.Query()
	home := query.Get("namespaceId")
	if p := c.maySee(); p != nil {
		return c.refuse(p)
	}
	if c.s.namespace(c.organID, home) == nil {
		return c.refuse(c.s.missing())
	}
	below := query.Get("includeDescendants") == "true"
	var found []*record
	for _, r := range c.s.records[k.kind] {
		in := text(r.members, "namespaceId")
		if in != home && (!below || !slices.Contains(c.s.above(in), home)) {
			continue
		}
		found = append(found, r)
	}
	found, p := c.chosen(found, func(r *record, name string) any { return k.field(c.s, r, name) })
	if p != nil {
		return c.refuse(p)
	}
	return listed(found, func(r *record) map[string]any { return k.view(c.s, r) })
}

// listed is a list as it is answered.
func listed(found []*record, view func(*record) map[string]any) reply {
	list := []any{}
	for _, r := range found {
		list = append(list, view(r))
	}
	return reply{status: http.StatusOK, body: list}
}

// chosen filters, sorts and cuts a list as the query says. field is what a
// record shows to filter and orderBy: a text, a boolean or a time.
func (c *call) chosen(all []*record, field func(*record, string) any) ([]*record, *problem) {
	query := c.r.URL.Query()
	wanted, err := parseFilter(query.Get("filter"))
	if err != nil {
		return nil, &problem{http.StatusBadRequest, "query parameter filter: " + err.Error()}
	}
	var found []*record
	for _, r := range all {
		ok, err := wanted.matches(func(name string) any { return field(r, name) })
		if err != nil {
			return nil, &problem{http.StatusBadRequest, "query parameter filter: " + err.Error()}
		}
		if ok {
			found = append(found, r)
		}
	}
	sortBy(found, query.Get("orderBy"), field)
	if found, err = c.s.page(found, query); err != nil {
		return nil, &problem{http.StatusBadRequest, err.Error()}
	}
	return found, nil
}

// page cuts a list. A limit beyond the maximum is cut down without a word, and
// limit 0 means the default: neither is known, both are what a client must bear.
func (s *Server) page(found []*record, query url.Values) ([]*record, error) {
	size, offset := s.switches.DefaultPageSize, 0
	for name, into := range map[string]*int{"limit": &size, "offset": &offset} {
		if sent := query.Get(name); sent != "" {
			n, err := strconv.Atoi(sent)
			if err != nil {
				return nil, fmt.Errorf("query parameter %s: %w", name, err)
			}
			if n > 0 {
				*into = n
			}
		}
	}
	size = min(size, s.switches.MaxPageSize)
	if s.switches.IgnoreOffset {
		offset = 0
	}
	offset = min(offset, len(found))
	return found[offset:min(offset+size, len(found))], nil
}

// sortBy orders by comma-separated fields, a leading minus downwards.
func sortBy(found []*record, orderBy string, of func(*record, string) any) {
	if orderBy == "" {
		return
	}
	slices.SortStableFunc(found, func(a, b *record) int {
		for field := range strings.SplitSeq(orderBy, ",") {
			name, down := strings.CutPrefix(field, "-")
			order := cmp.Compare(sortable(of(a, name)), sortable(of(b, name)))
			if down {
				order = -order
			}
			if order != 0 {
				return order
			}
		}
		return 0
	})
}

// sortable writes a value so that texts sort like what they stand for.
func sortable(value any) string {
	if at, ok := value.(time.Time); ok {
		return at.UTC().Format(stamp)
	}
	return fmt.Sprint(value)
}

// field is what a record of the collection shows to filter and orderBy.
func (k *collection) field(s *Server, r *record, name string) any {
	switch name {
	case "id":
		return r.id
	case "updatedAt":
		return r.updated
	}
	if special := k.sorting[name]; special != nil {
		return special(s, r)
	}
	if value := r.members[name]; value != nil {
		return value
	}
	return ""
}

// count writes a number so that texts sort like numbers.
func count(n int) string { return fmt.Sprintf("%06d", n) }
