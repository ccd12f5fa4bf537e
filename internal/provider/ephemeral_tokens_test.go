package provider

import (
	"fmt"
	"net/http"
	"slices"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
)

// opened opens an ephemeral resource after its validation.
func (p *protocol) opened(name string, arguments map[string]any) (map[string]any, []*tfprotov6.Diagnostic) {
	p.t.Helper()
	schema := p.schemas.EphemeralResourceSchemas[name]
	if schema == nil {
		p.t.Fatalf("there is no ephemeral resource %s", name)
	}
	config := p.dynamic(schema, arguments)
	valid, err := p.server.ValidateEphemeralResourceConfig(p.t.Context(), &tfprotov6.ValidateEphemeralResourceConfigRequest{TypeName: name, Config: config})
	if err != nil {
		p.t.Fatal(err)
	}
	if hasError(valid.Diagnostics) {
		return nil, valid.Diagnostics
	}
	answer, err := p.server.OpenEphemeralResource(p.t.Context(), &tfprotov6.OpenEphemeralResourceRequest{TypeName: name, Config: config})
	if err != nil {
		p.t.Fatal(err)
	}
	return p.values(schema, answer.Result), answer.Diagnostics
}

// called tells how the service answers to a call that the provider does not know, with a token.
func (l *lab) calledWith(t *testing.T, address, scheme string, token any) int {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, address, nil)
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Authorization", fmt.Sprint(scheme, " ", token))
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	if err := answer.Body.Close(); err != nil {
		t.Fatal(err)
	}
	return answer.StatusCode
}

func TestEphemeralTokens(t *testing.T) {
	t.Parallel()
	onSockets(t, unpaced(), func(t *testing.T, l *lab, p *protocol) {
		for name, address := range map[string]string{
			"pomerium_zero_id_token": l.url + "/api/v0/organizations", "zdx_token": l.url + "/v1/devices",
		} {
			result, problems := p.opened(name, nil)
			if len(problems) > 0 || l.calledWith(t, address, "Bearer", result["token"]) != http.StatusOK {
				t.Errorf("%s does not sign in: %s", name, listed(problems))
			}
		}
		account := p.mustChange(p.none("pomerium_zero_service_account"), serviceAccountCase.minimal(l))
		result, problems := p.opened("pomerium_zero_service_account_token", map[string]any{
			"cluster_id": l.ClusterNamespaceID, "service_account_id": p.state(account)["id"],
		})
		stored := serviceAccountCase.minimal(l)
		stored["store_token"] = true
		if kept := p.state(p.mustChange(account, stored))["token"]; len(problems) > 0 || result["token"] == "" || result["token"] != kept {
			t.Errorf("the token is not the one of the state: %s", listed(problems))
		}
		if _, problems := p.opened("pomerium_zero_service_account_token", map[string]any{"cluster_id": l.ClusterNamespaceID, "service_account_id": "nobody"}); !says(problems,
			tfprotov6.DiagnosticSeverityError, "read the token of nobody") {
			t.Errorf("the error is %s", listed(problems))
		}
	})
}

// A cluster's token is made anew, which needs consent and is told loudly.
func TestEphemeralClusterToken(t *testing.T) {
	t.Parallel()
	onSockets(t, unpaced(), func(t *testing.T, l *lab, p *protocol) {
		const rotate = zeroPath + "/clusters/{clusterId}/token"
		arguments := map[string]any{"cluster_id": l.ClusterNamespaceID, "stop_running_replicas": false}
		if _, problems := p.opened("pomerium_zero_cluster_token", arguments); !hasError(problems) || len(l.Sent(http.MethodPost, rotate)) > 0 {
			t.Errorf("it was made without consent: %s", listed(problems))
		}
		arguments["stop_running_replicas"] = true
		result, problems := p.opened("pomerium_zero_cluster_token", arguments)
		if !says(problems, tfprotov6.DiagnosticSeverityWarning, "old token is dead") || hasError(problems) {
			t.Errorf("told %s", listed(problems))
		}
		if !slices.Contains(l.Secrets(), fmt.Sprint(result["token"])) || len(l.Sent(http.MethodPost, rotate)) != 1 {
			t.Errorf("no new token was made")
		}
	})
}

// A token that is to be kept is in the state, and one that is not any more leaves it.
func TestZeroServiceAccountStoresToken(t *testing.T) {
	t.Parallel()
	onSockets(t, unpaced(), func(t *testing.T, l *lab, p *protocol) {
		arguments := serviceAccountCase.minimal(l)
		arguments["store_token"] = true
		o := p.mustChange(p.none("pomerium_zero_service_account"), arguments)
		token := p.state(o)["token"]
		fresh, problems := p.refresh(o)
		if len(problems) > 0 || token == nil || p.state(fresh)["token"] != token || p.changes(fresh, arguments) {
			t.Errorf("the state is %v: %s", p.state(fresh), listed(problems))
		}
		if reads := l.Sent(http.MethodGet, zeroPath+"/clusters/{clusterId}/serviceAccounts/{serviceAccountId}/token"); len(reads) > 0 {
			t.Errorf("the token was read %d times, although it came with the creation", len(reads))
		}
		delete(arguments, "store_token")
		o = p.mustChange(fresh, arguments)
		if p.state(o)["token"] != nil {
			t.Error("the token is still in the state")
		}
		arguments["store_token"] = true
		if p.state(p.mustChange(o, arguments))["token"] != token {
			t.Error("the token is another now")
		}
	})
}
