package pomeriumzero

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"net/url"
	"slices"
	"strconv"
	"strings"
)

// ActivityLog is a change that somebody made.
type ActivityLog struct {
	ID           string   `json:"id"`
	ActivityType string   `json:"activityType"` // create, update or delete
	Entity       Entity   `json:"entity"`
	User         UserInfo `json:"user"`
	Namespace    struct {
		ID   *string `json:"id"`
		Name *string `json:"name"`
	} `json:"namespace"`
	Applied struct {
		At          *string  `json:"at"` // RFC 3339
		ChangesetID *string  `json:"changesetId"`
		By          UserInfo `json:"by"`
	} `json:"applied"`
	CreatedAt *string `json:"createdAt"`
	UpdatedAt *string `json:"updatedAt"`
}

func (l ActivityLog) identifier() string { return l.ID }

// Entity is an object that was changed. Its data may hold secrets.
type Entity struct {
	ID   string         `json:"id"`
	Type string         `json:"type"` // route, policy, …
	Data map[string]any `json:"data"`
}

// Name is the object's name, "" if it has none.
func (e Entity) Name() string {
	name, _ := e.Data["name"].(string)
	return name
}

// UserInfo is who made a change, as far as the service tells.
type UserInfo struct {
	ID          *string `json:"id"`
	Email       *string `json:"email"`
	DisplayName *string `json:"displayName"`
}

// names are the ID and the address of a user.
func (u UserInfo) names() (all []string) {
	for _, name := range []*string{u.ID, u.Email} {
		if name != nil && *name != "" {
			all = append(all, *name)
		}
	}
	return all
}

// Is tells whether the user has one of these IDs or addresses.
func (u UserInfo) Is(names []string) bool {
	return slices.ContainsFunc(u.names(), func(name string) bool {
		return slices.ContainsFunc(names, func(other string) bool { return strings.EqualFold(name, other) })
	})
}

// ActivityFilter chooses activity logs; "" stands for any.
type ActivityFilter struct{ ActivityType, ChangesetID, EntityID, EntityType, NamespaceID, UserID string }

// ActivityLogs returns the latest changes in an organization, at most so many.
func (c *Client) ActivityLogs(ctx context.Context, organizationID string, filter ActivityFilter, most int) ([]ActivityLog, error) {
	query := url.Values{"orderBy": {"-updatedAt"}}
	for name, value := range map[string]string{
		"activityType": filter.ActivityType, "changesetId": filter.ChangesetID, "entityId": filter.EntityID,
		"entityType": filter.EntityType, "namespaceId": filter.NamespaceID, "userId": filter.UserID,
	} {
		if value != "" {
			query.Set(name, value)
		}
	}
	return pagesOf[ActivityLog](ctx, c, "/organizations/{organizationId}/activityLogs", []string{organizationID}, query, most)
}

// Others returns those changes of a comparison that somebody else made than the API user itself and the users of these
// IDs or addresses. Who the API user is its token may tell, and the changes that it has made do.
func (c *Client) Others(ctx context.Context, comparison Comparison, users []string) (others []ActivityLog, err error) {
	token, err := c.Token(ctx)
	if err != nil {
		return nil, err
	}
	own := append(slices.Clone(users), whoIs(token)...)
	for _, object := range comparison.Objects {
		for _, change := range object {
			if _, made := c.made.Load(change.Entity.ID); made && change.ActivityType == "create" {
				own = append(own, change.User.names()...)
			}
		}
	}
	for _, object := range comparison.Objects {
		for _, change := range object {
			if !change.User.Is(own) {
				others = append(others, change)
			}
		}
	}
	return others, nil
}

// whoIs returns the names by which an ID token may tell whose it is: nothing, if it is no JWT.
func whoIs(token string) (names []string) {
	parts := strings.Split(token, ".")
	if len(parts) != 3 {
		return nil
	}
	payload, err := base64.RawURLEncoding.DecodeString(parts[1])
	if err != nil {
		return nil
	}
	var claims struct {
		Subject string `json:"sub"`
		UserID  string `json:"user_id"`
		Email   string `json:"email"`
	}
	if json.Unmarshal(payload, &claims) != nil {
		return nil
	}
	for _, name := range []string{claims.Subject, claims.UserID, claims.Email} {
		if name != "" {
			names = append(names, name)
		}
	}
	return names
}

// pagesOf reads a list page by page, up to so many elements. The service may give fewer than were asked for, so only a page
// that brings nothing new is the last.
func pagesOf[T interface{ identifier() string }](ctx context.Context, c *Client, path string, values []string, query url.Values, most int) (all []T, err error) {
	seen := map[string]bool{}
	for pages := 0; pages < mostPages && len(all) < most; pages++ {
		query.Set("limit", strconv.Itoa(min(pageSize, most)))
		query.Set("offset", strconv.Itoa(len(all)))
		page, err := listOf[T](ctx, c, path, values, query)
		if err != nil {
			return nil, err
		}
		before := len(all)
		for _, element := range page {
			if !seen[element.identifier()] {
				seen[element.identifier()] = true
				all = append(all, element)
			}
		}
		if len(all) == before {
			break
		}
	}
	if len(all) > most {
		all = all[:most]
	}
	return all, nil
}
