package apimock

import (
	"fmt"
	"net/http"
	"net/mail"
	"slices"
)

// invitations ask people into an organization, one record for each address
// (pomerium-zero.md 6).
func invitations() *loneKind {
	return &loneKind{
		kind: "invitations", schema: "OrganizationInvite",
		view: func(_ *Server, r *record) map[string]any { return r.flat() }, check: checkInvitation,
		make: func(s *Server, organizationID string, members map[string]any) *record {
			if members["role"] == nil {
				members["role"] = "member"
			}
			invitations().must(s, organizationID, nil, members)
			return s.add("invitations", organizationID, members)
		},
	}
}

// checkInvitation wants a bare address that is neither invited nor inside.
func checkInvitation(s *Server, organizationID string, self *record, members map[string]any) *problem {
	email := text(members, "email")
	if address, err := mail.ParseAddress(email); err != nil || address.Address != email {
		return unfit("/emails: %q is no address", email)
	}
	if p := notOwner(text(members, "role")); p != nil {
		return p
	}
	known := slices.ContainsFunc(s.people, func(u *apiUser) bool { return u.roles[organizationID] != "" && u.email == email })
	for _, other := range s.records["invitations"] {
		known = known || (other != self && other.organizationID == organizationID && text(other.members, "email") == email)
	}
	if known {
		return &problem{s.switches.TakenNameStatus, fmt.Sprintf("/emails: %q is invited already", email)}
	}
	return nil
}

func listInvitations(c *call) reply {
	if p := c.maySee(); p != nil {
		return c.refuse(p)
	}
	var found []*record
	for _, r := range c.s.records["invitations"] {
		if r.organizationID == c.organID {
			found = append(found, r)
		}
	}
	return listed(found, (*record).flat)
}

// createInvitations invites all or nobody.
func createInvitations(c *call) reply {
	if p := c.mayManage(); p != nil {
		return c.refuse(p)
	}
	body := as[map[string]any](c.body)
	emails := texts(body["emails"])
	if len(emails) == 0 {
		return c.refuse(unfit("/emails: must not be empty"))
	}
	for i, email := range emails {
		if slices.Contains(emails[:i], email) {
			return c.refuse(unfit("/emails/%d: given twice", i))
		}
		if p := checkInvitation(c.s, c.organID, nil, map[string]any{"email": email, "role": body["role"]}); p != nil {
			return c.refuse(p)
		}
	}
	var made []*record
	for _, email := range emails {
		made = append(made, c.s.add("invitations", c.organID, map[string]any{"email": email, "role": body["role"]}))
	}
	answer := listed(made, (*record).flat)
	answer.status = http.StatusCreated
	return answer
}

func deleteInvitation(c *call) reply {
	p := c.mayManage()
	if p != nil {
		return c.refuse(p)
	}
	r, p := c.own("invitations", c.path["invitationId"])
	if p != nil {
		return c.refuse(p)
	}
	c.s.remove(r)
	return reply{status: http.StatusNoContent}
}
