package apimock

import (
	"net/http"
)

// settings live and die with their cluster and have an ID of their own
// (pomerium-zero.md 6).
func settings() *loneKind {
	return &loneKind{
		kind: "settings", schema: "Settings",
		view: func(_ *Server, r *record) map[string]any { return r.flat() },
		check: func(s *Server, organizationID string, _ *record, members map[string]any) *problem {
			return checkSettings(s, organizationID, members)
		},
	}
}

// defaultSettings are a new cluster's: those that the official provider takes
// for the defaults, and the zero of what else is required (pomerium-zero.md 6).
func defaultSettings() map[string]any {
	return map[string]any{
		"address": ":443", "autoApplyChangesets": true, "codecType": "auto",
		"cookieExpire": "14h", "cookieHttpOnly": true, "cookieName": "_pomerium",
		"defaultUpstreamTimeout": "30s", "dnsLookupFamily": "V4_PREFERRED", "logLevel": "info",
		"mcpAllowedClientIdDomains": []any{"vscode.dev"}, "passIdentityHeaders": false, "skipXffAppend": false,
		"timeoutIdle": "5m", "timeoutRead": "30s", "timeoutWrite": "0s",
	}
}

// settingsOfPath finds the settings of the path's cluster.
func (c *call) settingsOfPath() (*record, *problem) {
	cluster, p := c.cluster()
	if p != nil {
		return nil, p
	}
	return c.s.record("settings", cluster.id), nil
}

func getSettings(c *call) reply {
	r, p := c.settingsOfPath()
	if p != nil {
		return c.refuse(p)
	}
	return c.s.settingsReply(r)
}

// updateSettings replaces: a member left out is unset.
func updateSettings(c *call) reply {
	r, p := c.settingsOfPath()
	if p == nil {
		p = c.mayWrite()
	}
	if p != nil {
		return c.refuse(p)
	}
	return c.replaceSettings(r, c.s.stored(zeroSchema("UpdateSettingsRequest"), c.body))
}

func patchSettings(c *call) reply {
	r, p := c.settingsOfPath()
	if p == nil {
		p = c.mayWrite()
	}
	if p != nil {
		return c.refuse(p)
	}
	members, p := c.patched(r, zeroSchema("UpdateSettingsRequest"))
	if p != nil {
		return c.refuse(p)
	}
	return c.replaceSettings(r, members)
}

func (c *call) replaceSettings(r *record, members map[string]any) reply {
	if p := checkSettings(c.s, c.organID, members); p != nil {
		return c.refuse(p)
	}
	c.s.rewrite(c.user, r, members)
	return c.s.settingsReply(r)
}

// settingsReply prints an unset proxyLogLevel as null where the switch says so:
// seen on read, refused on write (pomerium-zero.md 6).
func (s *Server) settingsReply(r *record) reply {
	answer := reply{status: http.StatusOK, body: r.flat()}
	if s.switches.ProxyLogLevelNull {
		answer.distort = func(body any) any {
			if m := as[map[string]any](body); text(m, "proxyLogLevel") == "" {
				m["proxyLogLevel"] = nil
			}
			return body
		}
	}
	return answer
}
