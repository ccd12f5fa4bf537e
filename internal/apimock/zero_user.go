package apimock

import (
	"net/http"
	"slices"
)

// The types of user in the contract.
const (
	typeAPI    = "user_type_api_access"
	typePerson = "user_type_interactive"
)

// addUser makes an API user; "" for an email makes one up.
func (s *Server) addUser(name, email string) *apiUser {
	user := &apiUser{id: randomID(), name: name, email: email, created: s.now(), roles: map[string]string{}}
	if email == "" {
		user.email = user.id + "@api.example.com"
	}
	s.people = append(s.people, user)
	return user
}

// refreshToken gives an API user a new token; the old one dies.
func (s *Server) refreshToken(user *apiUser) string {
	s.dropRefreshToken(user)
	token := randomSecret()
	s.secrets = append(s.secrets, token)
	s.users[token] = user
	return token
}

func (s *Server) dropRefreshToken(user *apiUser) {
	for token, other := range s.users {
		if other == user {
			delete(s.users, token)
		}
	}
}

// removePerson takes an API user out of everything, with its token.
func (s *Server) removePerson(id string) {
	for _, user := range s.people {
		if user.id == id {
			s.dropRefreshToken(user)
		}
	}
	s.people = slices.DeleteFunc(s.people, func(other *apiUser) bool { return other.id == id })
}

// view is a user as the contract's User.
func (u *apiUser) view() map[string]any {
	kind := typeAPI
	if u.person {
		kind = typePerson
	}
	return map[string]any{
		"id": u.id, "displayName": u.name, "email": u.email, "type": kind, "needsOnboarding": false,
		"createdAt": u.created.Format(stamp), "updatedAt": u.created.Format(stamp),
	}
}

// info is a user as activity logs show one.
func (u *apiUser) info() map[string]any {
	return map[string]any{"id": u.id, "displayName": u.name, "email": u.email}
}

func listUsers(c *call) reply {
	if p := c.maySee(); p != nil {
		return c.refuse(p)
	}
	wanted := c.r.URL.Query().Get("userType")
	list := []any{}
	for _, user := range c.s.people {
		role, view := user.roles[c.organID], user.view()
		if role == "" || (wanted != "" && wanted != view["type"]) {
			continue
		}
		view["organizationRole"] = organizationRole(role)
		list = append(list, view)
	}
	return reply{status: http.StatusOK, body: list}
}

// createAPIUser answers the API user token, once (pomerium-zero.md 6).
func createAPIUser(c *call) reply {
	body := as[map[string]any](c.body)
	p := c.mayManage()
	if p == nil && text(body, "name") == "" {
		p = unfit("/name: must not be empty")
	}
	role := text(body, "role")
	if role == "" {
		role = "member"
	}
	if p = either(p, notOwner(role), c.s.overQuota(c.organID, "apiUsers")); p != nil {
		return c.refuse(p)
	}
	user := c.s.addUser(text(body, "name"), "")
	user.roles[c.organID] = role
	view := user.view()
	view["refreshToken"] = c.s.refreshToken(user)
	return reply{status: http.StatusCreated, body: view}
}

// notOwner refuses to make an owner: an organization has one, and passes on
// from it by updateOrganization.
func notOwner(role string) *problem {
	if role == "owner" {
		return unfit("/role: an organization has one owner")
	}
	return nil
}

// userOfPath is the user of the path, for those who manage users.
func (c *call) userOfPath() (*apiUser, *problem) {
	if p := c.mayManage(); p != nil {
		return nil, p
	}
	for _, user := range c.s.people {
		if user.id == c.path["userId"] && user.roles[c.organID] != "" {
			return user, nil
		}
	}
	return nil, c.s.missing()
}

// removeUser takes the organization from a user. An API user that is left with
// none is gone with its API user token; ID tokens live on, as JWTs do, and see
// nothing.
func removeUser(c *call) reply {
	user, p := c.userOfPath()
	if p != nil {
		return c.refuse(p)
	}
	if user.roles[c.organID] == "owner" {
		return c.refuse(unfit("the owner can't be removed"))
	}
	delete(user.roles, c.organID)
	if !user.person && len(user.roles) == 0 {
		c.s.dropRefreshToken(user)
		c.s.people = slices.DeleteFunc(c.s.people, func(other *apiUser) bool { return other == user })
	}
	return reply{status: http.StatusNoContent}
}

// renewRefreshToken kills the old API user token at once, which is not known
// (pomerium-zero.md 1).
func renewRefreshToken(c *call) reply {
	user, p := c.userOfPath()
	if p == nil && user.person {
		p = unfit("a person has no API user token")
	}
	if p != nil {
		return c.refuse(p)
	}
	return reply{status: http.StatusOK, body: map[string]any{"refreshToken": c.s.refreshToken(user)}}
}
