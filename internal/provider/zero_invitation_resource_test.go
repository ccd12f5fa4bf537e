package provider

import (
	"net/http"
	"testing"

	"github.com/pomerium-zdx/terraform-provider-pomerium/internal/apimock"
)

var invitationCase = objectCase{
	typeName: "pomerium_zero_invitation", kind: "invitations", list: "/invitations", item: "/invitations/{invitationId}",
	minimal:  func(*lab) map[string]any { return map[string]any{"email": "ana@acme.test", "role": "member"} },
	replaced: func(*lab) map[string]any { return map[string]any{"role": "admin"} },
	taken:    "email",
}

func TestZeroInvitation(t *testing.T) {
	t.Parallel()
	invitationCase.test(t)
}

// An invitation that was accepted stays in the state, although the service has none any more, and is not made again.
func TestZeroInvitationAccepted(t *testing.T) {
	t.Parallel()
	onSockets(t, unpaced(), func(t *testing.T, l *lab, p *protocol) {
		arguments := invitationCase.minimal(l)
		o := p.mustChange(p.none(invitationCase.typeName), arguments)
		l.RemoveObject("invitations", heldOf("invitations")(l, true)[0])
		l.AddFault(apimock.Fault{Method: http.MethodGet, Template: zeroPath + "/users", Edit: func([]byte) []byte {
			return []byte(`[{"id":"u1","email":"Ana@acme.test","type":"user_type_interactive","needsOnboarding":false,"organizationRole":"member",` +
				`"createdAt":"2026-01-01T00:00:00Z","updatedAt":"2026-01-01T00:00:00Z"}]`)
		}})
		fresh, problems := p.refresh(o)
		if len(problems) > 0 || p.state(fresh) == nil || p.changes(fresh, arguments) {
			t.Fatalf("the state is %v: %s", p.state(fresh), listed(problems))
		}
		p.mustChange(fresh, nil)
	})
}
