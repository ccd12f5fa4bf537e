package apimock

import (
	"fmt"
	"net/http"
	"strings"
	"time"
)

// How far ahead a snapshot may expire (contract, SnapshotRequest).
const (
	minSnapshotLife = 2 * time.Hour
	maxSnapshotLife = 90 * 24 * time.Hour
)

// shareSnapshot is POST /snapshot/alert. There is no call to read or remove a
// snapshot: Objects("snapshots") has what was shared.
func shareSnapshot(c *call) reply {
	body := as[map[string]any](clone(c.body))
	if strings.TrimSpace(text(body, "name")) == "" {
		return c.refuse(&problem{http.StatusBadRequest, "/name: is empty"})
	}
	if c.s.record("alerts", fmt.Sprint(body["alert_id"])) == nil {
		return c.refuse(&problem{http.StatusBadRequest, "/alert_id: no such alert"})
	}
	now := c.s.now()
	soonest, latest := now.Add(minSnapshotLife).Unix(), now.Add(maxSnapshotLife).Unix()
	expiry, sent := seconds(body["expiry"])
	switch {
	case !sent:
		expiry = soonest
	case expiry < soonest || expiry > latest:
		return c.refuse(&problem{http.StatusBadRequest, "/expiry: is not between 2 hours and 90 days ahead"})
	}
	obfuscation, _ := body["obfuscation"].([]any)
	body = normal(map[string]any{
		"name": body["name"], "alert_id": body["alert_id"], "expiry": expiry,
		"obfuscation": append([]any{}, obfuscation...), "status": "ACTIVE",
	})
	r := c.s.create(zdxKindOf("snapshots"), body)
	r.members["url"] = "https://snapshots.example.com/" + r.id
	answer := as[map[string]any](clone(r.members))
	answer["id"], answer["alert_id"] = r.id, c.s.id(r.members["alert_id"])
	return reply{status: http.StatusOK, body: answer}
}
