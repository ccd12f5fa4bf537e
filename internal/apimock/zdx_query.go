package apimock

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/getkin/kin-openapi/openapi3"
)

// The window of a report without a range, and how far clocks may be apart.
const (
	defaultWindow = 2 * time.Hour
	clockSkew     = time.Minute
)

// query is what a look-up asks for: the filters of the request and the object
// that the path names.
type query struct {
	s        *Server
	values   url.Values
	from, to int64   // the window, Unix seconds
	parent   *record // nil if the list hangs below no object
}

// query reads the filters. The contract has refused unknown ones and wrong
// types by now; a window from its end or in the future is refused here.
func (c *call) query() (*query, *problem) {
	q := &query{s: c.s, values: c.r.URL.Query()}
	now := c.s.now()
	q.to = now.Unix()
	for name, into := range map[string]*int64{"to": &q.to, "from": &q.from} {
		sent := q.values.Get(name)
		if sent == "" {
			continue
		}
		var err error
		if *into, err = strconv.ParseInt(sent, 10, 64); err != nil {
			return nil, refusedValue(name, "too large")
		}
	}
	if q.values.Get("from") == "" {
		q.from = q.to - int64(defaultWindow/time.Second)
	}
	q.from = max(q.from, 0)
	if q.from > q.to {
		return nil, refusedValue("from", "is after to")
	}
	if q.to > now.Add(clockSkew).Unix() {
		return nil, refusedValue("to", "is in the future; it counts seconds")
	}
	return q, nil
}

func refusedValue(name, why string) *problem {
	return &problem{http.StatusBadRequest, "query parameter " + name + ": " + why}
}

// active tells whether a record was last seen within the window. One without
// last_seen is seen now: a window that ended within the last minute has it,
// because the client's clock may be behind.
func (q *query) active(r *record) bool {
	seen, known := seconds(r.members["last_seen"])
	if known {
		return q.from <= seen && seen <= q.to
	}
	now := q.s.now().Unix()
	skew := int64(clockSkew / time.Second)
	return q.from <= now+skew && now-skew <= q.to
}

// seconds reads a stored time.
func seconds(member any) (int64, bool) {
	n, ok := member.(json.Number)
	if !ok {
		return 0, false
	}
	value, err := n.Int64()
	return value, err == nil
}

// allows holds an identifier against a filter and the one that excludes.
func (q *query) allows(name string, ids ...string) bool {
	in := func(wanted []string) bool {
		return slices.ContainsFunc(ids, func(id string) bool { return slices.Contains(wanted, id) })
	}
	return (!q.values.Has(name) || in(q.values[name])) && !in(q.values["exclude_"+name])
}

// placed holds a device against loc, dept and geo. A geolocation stands for
// those below it as well.
func (q *query) placed(device *record) bool {
	var geo []string
	for id := fmt.Sprint(device.members["geolocation"]); id != ""; {
		geo = append(geo, id)
		r := q.s.record("geolocations", id)
		if r == nil || slices.Contains(geo, text(r.members, "parent_geo_id")) {
			break
		}
		id = text(r.members, "parent_geo_id")
	}
	return q.allows("loc", fmt.Sprint(device.members["location"])) &&
		q.allows("dept", fmt.Sprint(device.members["department"])) &&
		q.allows("geo", geo...)
}

// anyPlace tells whether the request filters by place at all.
func (q *query) anyPlace() bool {
	return slices.ContainsFunc([]string{"loc", "dept", "geo", "exclude_loc", "exclude_dept", "exclude_geo"}, q.values.Has)
}

// found holds a record against q or search: part of a member, in any case, or
// the identifier.
func (q *query) found(r *record, members ...string) bool {
	for _, name := range []string{"q", "search"} {
		wanted := strings.ToLower(q.values.Get(name))
		if wanted == "" || strings.EqualFold(wanted, r.id) {
			continue
		}
		if !slices.ContainsFunc(members, func(member string) bool {
			return strings.Contains(strings.ToLower(text(r.members, member)), wanted)
		}) {
			return false
		}
	}
	return true
}

// id prints an identifier as a number or, by switch, as text.
func (s *Server) id(id any) any {
	if s.switches.IDsText {
		return fmt.Sprint(id)
	}
	return number(fmt.Sprint(id))
}

// page answers one page of a list. The cursor is opaque, belongs to the list,
// and is text of the mock's own making: any other is refused (zdx.md 6,
// Pagination). A path whose contract knows no offset has all on one page.
func (c *call) page(member string, found []any) reply {
	values := c.r.URL.Query()
	size, start := 10, 0
	if limit := values.Get("limit"); limit != "" {
		n, err := strconv.Atoi(limit)
		if err != nil {
			return c.refuse(refusedValue("limit", "too large"))
		}
		if n > 10 && c.s.switches.LimitRefused {
			return c.refuse(refusedValue("limit", "is above 10"))
		}
		size = min(n, c.s.switches.MaxPageSize)
	}
	if c.op.parameters.GetByInAndName(openapi3.ParameterInQuery, "offset") == nil {
		size = len(found)
	}
	mark := c.r.URL.Path + " "
	if offset := values.Get("offset"); offset != "" {
		plain, err := base64.RawURLEncoding.DecodeString(offset)
		rest, ours := strings.CutPrefix(string(plain), mark)
		if err == nil {
			start, err = strconv.Atoi(rest)
		}
		if err != nil || !ours || start < 1 {
			return c.refuse(refusedValue("offset", "no next_offset of a page before"))
		}
	}
	var next any
	if c.s.switches.PageEndEmptyText {
		next = ""
	}
	start = min(start, len(found))
	end := min(start+size, len(found))
	if end < len(found) {
		next = base64.RawURLEncoding.EncodeToString([]byte(mark + strconv.Itoa(end)))
	}
	return reply{status: http.StatusOK, body: map[string]any{
		member: append([]any{}, found[start:end]...), "next_offset": next,
	}}
}
