package provider

import (
	"net/http"
	"testing"
)

var serviceAccountCase = objectCase{
	typeName: "pomerium_zero_service_account", kind: "serviceAccounts",
	list: "/clusters/{clusterId}/serviceAccounts", item: "/clusters/{clusterId}/serviceAccounts/{serviceAccountId}",
	minimal: func(l *lab) map[string]any {
		return map[string]any{"cluster_id": l.ClusterNamespaceID, "description": "CI", "user_id": "ci@acme.test"}
	},
	change: http.MethodPatch,
	full: func(l *lab) map[string]any {
		return map[string]any{
			"cluster_id": l.ClusterNamespaceID, "description": "CI/CD", "user_id": "cd@acme.test", "expires_at": "2099-01-31T08:00:00Z", "originator_id": "terraform",
		}
	},
	replaced: elsewhere,
	drift:    func(object map[string]any) { object["description"] = "changed in the console" }, drifted: "description",
	holder: "cluster_id", within: "<namespace>/",
}

func TestZeroServiceAccount(t *testing.T) {
	t.Parallel()
	serviceAccountCase.test(t)
}
