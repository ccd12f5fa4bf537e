package provider

import (
	"net/http"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/pomerium-zdx/terraform-provider-pomerium/internal/apimock"
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

// A token that was lost with the answer and cannot be had again is told: the cluster is there all the same.
func TestZeroClusterWithoutToken(t *testing.T) {
	t.Parallel()
	onSockets(t, unpaced(), func(t *testing.T, l *lab, p *protocol) {
		l.AddFault(apimock.Fault{Method: http.MethodPost, Template: clusterCase.post(), Drop: apimock.DropAfter, Times: 1})
		l.AddFault(apimock.Fault{Method: http.MethodPost, Template: clusterCase.one() + "/token", Status: http.StatusForbidden})
		o, problems := p.change(p.none(clusterCase.typeName), clusterCase.minimal(l))
		if !says(problems, tfprotov6.DiagnosticSeverityWarning, "token was lost", "cluster") || hasError(problems) || p.state(o)["id"] == nil {
			t.Errorf("the state is %v: %s", p.state(o), listed(problems))
		}
	})
}
