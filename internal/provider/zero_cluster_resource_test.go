package provider

import (
	"net/http"
	"testing"
)

var clusterCase = objectCase{
	typeName: "pomerium_zero_cluster", kind: "clusters", list: "/clusters", item: "/clusters/{clusterId}",
	minimal: func(*lab) map[string]any { return map[string]any{"name": "edge"} },
	change:  http.MethodPut,
	full: func(*lab) map[string]any {
		return map[string]any{"name": "edge-2", "flavor": "hosted", "manual_override_ip_address": "203.0.113.7"}
	},
	replaced: func(*lab) map[string]any { return map[string]any{"domain": "other-name"} },
	drift:    func(object map[string]any) { object["manualOverrideIpAddress"] = "203.0.113.8" }, drifted: "manualOverrideIpAddress",
	taken: "name", once: []string{"refresh_token"},
}

func TestZeroCluster(t *testing.T) {
	t.Parallel()
	clusterCase.test(t)
}
