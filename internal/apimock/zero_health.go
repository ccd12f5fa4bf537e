package apimock

import (
	"net/http"
	"time"
)

// A cluster runs once its onboarding is complete: the lab's own does, one that
// was made through the API waits for a replica that never comes. EditObject
// changes onboardingStatus and hasFailingHealthChecks.

func running(cluster *record) bool { return cluster.members["onboardingStatus"] == "complete" }

// getClusterHealth answers one check of a cluster that runs, and a second one
// that fails where the cluster says so.
func getClusterHealth(c *call) reply {
	r, p := c.cluster()
	if p != nil {
		return c.refuse(p)
	}
	list := []any{}
	check := func(status, description string) {
		list = append(list, map[string]any{
			"status": status, "description": description, "hostname": "pomerium-0",
			"helpUrl": "https://www.pomerium.com/docs", "updatedAt": c.s.checked[r.id].Format(stamp),
		})
	}
	if running(r) {
		check("success", "the configuration was applied")
	}
	if r.members["hasFailingHealthChecks"] == true {
		check("error", "the certificate could not be read")
	}
	return reply{status: http.StatusOK, body: list}
}

// runHealthChecks moves the time of the checks.
func runHealthChecks(c *call) reply {
	r, p := c.cluster()
	if p == nil {
		p = c.mayWrite()
	}
	if p != nil {
		return c.refuse(p)
	}
	c.s.checked[r.id] = c.s.now()
	return reply{status: http.StatusNoContent}
}

func pingCluster(c *call) reply {
	r, p := c.cluster()
	if p != nil {
		return c.refuse(p)
	}
	if running(r) {
		return reply{status: http.StatusOK, body: map[string]any{"success": true}}
	}
	return reply{status: http.StatusOK, body: map[string]any{
		"success": false, "errorCode": "err_cluster_ping_connection_error", "errorMessage": "nothing answers at the cluster's address",
	}}
}

// listClusterReplicas answers the one replica of a cluster that runs, if it ran
// between startTime and endTime.
func listClusterReplicas(c *call) reply {
	r, p := c.cluster()
	if p != nil {
		return c.refuse(p)
	}
	query := c.r.URL.Query()
	start, err := time.Parse(time.RFC3339, query.Get("startTime"))
	if err != nil {
		return c.refuse(unfit("query parameter startTime: %s", err))
	}
	end, err := time.Parse(time.RFC3339, query.Get("endTime"))
	if err != nil || !start.Before(end) {
		return c.refuse(unfit("query parameter endTime: must be a time after startTime"))
	}
	list := []any{}
	if running(r) && !end.Before(r.created) && !start.After(c.s.now()) {
		list = append(list, map[string]any{
			"id": r.id + "-0", "hostname": "pomerium-0", "createdAt": r.created.Format(stamp), "updatedAt": c.s.now().Format(stamp),
		})
	}
	return reply{status: http.StatusOK, body: list}
}
