package provider

import (
	"fmt"
	"testing"

	"github.com/pomerium-zdx/terraform-provider-pomerium/internal/pomeriumzero"
)

var apiUserCase = objectCase{
	typeName: "pomerium_zero_api_user", kind: "apiUsers", list: "/users", item: "/users/{userId}", create: "/users/apiAccess",
	minimal:  func(*lab) map[string]any { return map[string]any{"name": "ci", "role": "admin"} },
	replaced: func(*lab) map[string]any { return map[string]any{"role": "auditor"} },
	once:     []string{"refresh_token"},
}

func TestZeroAPIUser(t *testing.T) {
	t.Parallel()
	apiUserCase.test(t)
}

// The token of a new API user signs in as it.
func TestZeroAPIUserToken(t *testing.T) {
	t.Parallel()
	onSockets(t, unpaced(), func(t *testing.T, l *lab, p *protocol) {
		state := p.state(p.mustChange(p.none(apiUserCase.typeName), map[string]any{"name": "ci"}))
		client, err := pomeriumzero.New(pomeriumzero.Config{APIUserToken: fmt.Sprint(state["refresh_token"]), URL: l.url + "/api/v0"})
		if err != nil {
			t.Fatal(err)
		}
		organization, err := client.Organization(t.Context(), "")
		if err != nil || organization.ID != l.OrganizationID || *organization.Role != "member" {
			t.Errorf("it sees %v: %v", organization, err)
		}
	})
}
