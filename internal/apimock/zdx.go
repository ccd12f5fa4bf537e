package apimock

import (
	"encoding/base64"
	"fmt"
	"net/http"
	"slices"
	"strconv"
)

// zdxHandlers answer by operation ID; what is missing here answers 501.
var zdxHandlers = map[string]func(*call) reply{
	"createToken":          createKeyToken,
	"createZidentityToken": createOneAPIToken,
	"listDevices":          listDevices,
	"listDeepTraces":       listTraces,
	"startDeepTrace":       startTrace,
	"getDeepTrace":         getTrace,
	"stopDeepTrace":        stopTrace,
}

// serveZDX checks pace, token and contract, in this order, and lets the
// operation answer. Every answer carries the rate headers of the switch.
func (s *Server) serveZDX(c *call) reply {
	verdict := s.pace.take(s.now(), s.switches.RatePerSecond, s.switches.RatePerMinute)
	answer := s.pacedZDX(c, verdict)
	answer.header = verdict.headers(s.switches.RateHeaders, s.now())
	return answer
}

func (s *Server) pacedZDX(c *call, verdict verdict) reply {
	if !verdict.ok {
		return c.refuse(&problem{http.StatusTooManyRequests, "rate limit exceeded"})
	}
	if s.switches.OneAPIOnly && c.base.signIn == signInKey {
		return c.refuse(&problem{http.StatusForbidden, "this tenant is reachable only through Zscaler OneAPI"})
	}
	if !c.op.open() {
		found, p := s.bearer(c.r, s.zdx)
		if p == nil && found.signIn != c.base.signIn {
			p = &problem{http.StatusUnauthorized, "the token was issued for the other way of signing in"}
		}
		if p != nil {
			return c.refuse(p)
		}
	}
	if p := c.check(); p != nil {
		return c.refuse(p)
	}
	handler := zdxHandlers[c.op.id]
	if handler == nil {
		return c.refuse(notYet(c))
	}
	return handler(c)
}

// unfiltered are the filters of the device list that the mock does not do: to
// ignore one would let a client believe in it.
var unfiltered = []string{
	"from", "to", "loc", "dept", "geo", "exclude_loc", "exclude_dept", "exclude_geo", "emails", "mac_address", "private_ipv4",
}

// listDevices pages through the devices; the cursor is opaque (zdx.md 6).
func listDevices(c *call) reply {
	query := c.r.URL.Query()
	for _, name := range unfiltered {
		if query.Has(name) {
			return c.refuse(&problem{http.StatusNotImplemented, "the mock does not filter devices by " + name + " yet"})
		}
	}
	size, start := 10, 0
	if limit := query.Get("limit"); limit != "" {
		n, err := strconv.Atoi(limit)
		if err != nil {
			return c.refuse(&problem{http.StatusBadRequest, "query parameter limit: too large"})
		}
		size = min(n, c.s.switches.MaxPageSize)
	}
	if offset := query.Get("offset"); offset != "" {
		plain, err := base64.RawURLEncoding.DecodeString(offset)
		if err == nil {
			start, err = strconv.Atoi(string(plain))
		}
		if err != nil {
			return c.refuse(&problem{http.StatusBadRequest, "query parameter offset: no next_offset of a page before"})
		}
	}
	var found []any
	for _, r := range c.s.records["devices"] {
		if query.Has("userids") && !slices.Contains(query["userids"], fmt.Sprint(r.members["userid"])) {
			continue
		}
		found = append(found, map[string]any{"id": number(r.id), "name": r.members["name"], "userid": r.members["userid"]})
	}
	var next any
	if c.s.switches.PageEndEmptyText {
		next = ""
	}
	start = min(start, len(found))
	end := min(start+size, len(found))
	if end < len(found) {
		next = base64.RawURLEncoding.EncodeToString([]byte(strconv.Itoa(end)))
	}
	return reply{status: http.StatusOK, body: map[string]any{
		"devices": append([]any{}, found[start:end]...), "next_offset": next,
	}}
}
