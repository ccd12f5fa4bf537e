package apimock

import "net/http"

// zdxHandlers answer by operation ID; what is missing here answers 501.
var zdxHandlers = func() map[string]func(*call) reply {
	all := map[string]func(*call) reply{
		"createToken":          createKeyToken,
		"createZidentityToken": createOneAPIToken,
		"validateToken":        validateToken,
		"getJwks":              getJWKS,
		"listDeepTraces":       listTraces,
		"startDeepTrace":       startTrace,
		"getDeepTrace":         getTrace,
		"stopDeepTrace":        stopTrace,
		"startAnalysis":        startAnalysis,
		"getAnalysis":          getAnalysis,
		"stopAnalysis":         stopAnalysis,
		"shareAlertSnapshot":   shareSnapshot,
	}
	for id, l := range lookupLists {
		all[id] = l.answer
	}
	for id, o := range lookupObjects {
		all[id] = o.answer
	}
	for id, r := range deviceReports {
		all[id] = r.answer
	}
	for id, r := range traceReports {
		all[id] = r.answer
	}
	return all
}()

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
