package pomeriumzero

import (
	"context"
	"net/http"
	"net/url"
	"time"

	"github.com/pomerium-zdx/terraform-provider-pomerium/internal/httpapi"
)

// What the service tells and nobody sets (pomerium-zero.md 3, 6).

// The two types of users.
const (
	InteractiveUser = "user_type_interactive"
	APIAccessUser   = "user_type_api_access"
)

// User is a person or a program in an organization.
type User struct {
	ID               string  `json:"id"               tfsdk:"id"`
	Email            string  `json:"email"            tfsdk:"email"`
	DisplayName      *string `json:"displayName"      tfsdk:"display_name"`
	PhotoURL         *string `json:"photoUrl"         tfsdk:"photo_url"`
	Type             string  `json:"type"             tfsdk:"type"` // one of the two
	OrganizationRole *string `json:"organizationRole" tfsdk:"organization_role"`
	NeedsOnboarding  bool    `json:"needsOnboarding"  tfsdk:"needs_onboarding"`
	LastLoggedIn     *string `json:"lastLoggedIn"     tfsdk:"last_logged_in"` // RFC 3339
	CreatedAt        *string `json:"createdAt"        tfsdk:"created_at"`
	UpdatedAt        *string `json:"updatedAt"        tfsdk:"updated_at"`
}

func (u User) identifier() string { return u.ID }

// Users returns the users of an organization, of one type or, for "", of both.
func (c *Client) Users(ctx context.Context, organizationID, userType string) ([]User, error) {
	query := url.Values{}
	if userType != "" {
		query.Set("userType", userType)
	}
	return listOf[User](ctx, c, "/organizations/{organizationId}/users", []string{organizationID}, query)
}

// QuotaReport is what an organization may have and what it has.
type QuotaReport struct {
	Limits Quotas `json:"limits" tfsdk:"limits"`
	Counts Quotas `json:"counts" tfsdk:"counts"`
}

// Quotas returns the limits and counts of an organization, or of a namespace in it.
func (c *Client) Quotas(ctx context.Context, organizationID, namespaceID string) (report QuotaReport, err error) {
	query := url.Values{}
	if namespaceID != "" {
		query.Set("namespaceId", namespaceID)
	}
	return report, c.read(ctx, "/organizations/{organizationId}/quotas", []string{organizationID}, query, &report)
}

// FeatureFlag is a feature of the service that is switched on or off for an organization.
type FeatureFlag struct {
	Name    string `json:"name"    tfsdk:"name"`
	Enabled bool   `json:"enabled" tfsdk:"enabled"`
}

// FeatureFlags returns the feature flags of an organization.
func (c *Client) FeatureFlags(ctx context.Context, organizationID string) ([]FeatureFlag, error) {
	return listOf[FeatureFlag](ctx, c, "/organizations/{organizationId}/featureFlags", []string{organizationID}, nil)
}

// ClusterHealthCheck is a check of a cluster, by the service.
type ClusterHealthCheck struct {
	Status      string  `json:"status"      tfsdk:"status"` // success, warning or error
	Description string  `json:"description" tfsdk:"description"`
	HelpURL     string  `json:"helpUrl"     tfsdk:"help_url"`
	Hostname    *string `json:"hostname"    tfsdk:"hostname"`
	UpdatedAt   *string `json:"updatedAt"   tfsdk:"updated_at"`
}

// ClusterHealth returns the health checks of a cluster.
func (c *Client) ClusterHealth(ctx context.Context, organizationID, clusterID string) ([]ClusterHealthCheck, error) {
	return listOf[ClusterHealthCheck](ctx, c, "/organizations/{organizationId}/clusters/{clusterId}/health", []string{organizationID, clusterID}, nil)
}

// Replica is a process that runs a cluster's routes.
type Replica struct {
	ID        string  `json:"id"        tfsdk:"id"`
	Hostname  string  `json:"hostname"  tfsdk:"hostname"`
	CreatedAt *string `json:"createdAt" tfsdk:"created_at"`
	UpdatedAt *string `json:"updatedAt" tfsdk:"updated_at"` // when it was last heard of
}

// ServerTime is the time on the service's clock, to the second, as far as its answers told; ours before the first.
func (c *Client) ServerTime() time.Time { return c.http.ServerTime() }

// Replicas returns the replicas of a cluster that were heard of between two times.
func (c *Client) Replicas(ctx context.Context, organizationID, clusterID string, from, until time.Time) ([]Replica, error) {
	return listOf[Replica](ctx, c, "/organizations/{organizationId}/clusters/{clusterId}/replicas", []string{organizationID, clusterID},
		url.Values{"startTime": {from.UTC().Format(time.RFC3339)}, "endTime": {until.UTC().Format(time.RFC3339)}})
}

// Ping is whether the service reaches a cluster.
type Ping struct {
	Success      bool    `json:"success"      tfsdk:"success"`
	ErrorCode    *string `json:"errorCode"    tfsdk:"error_code"` // err_cluster_ping_…
	ErrorMessage *string `json:"errorMessage" tfsdk:"error_message"`
}

// PingCluster has the service call a cluster.
func (c *Client) PingCluster(ctx context.Context, organizationID, clusterID string) (ping Ping, err error) {
	err = c.http.Do(ctx, httpapi.Request{
		Method: http.MethodPost, Path: "/organizations/{organizationId}/clusters/{clusterId}/ping", Values: []string{organizationID, clusterID},
		Repeatable: true,
	}, &ping)
	return ping, err
}

// IdentityProviderCheck is what the service says of an identity provider's settings, by member of the request.
type IdentityProviderCheck struct {
	Success bool              `json:"success"`
	Errors  map[string]string `json:"errors"`
}

// CheckIdentityProvider has the service try the identity provider of settings. It changes nothing.
func (c *Client) CheckIdentityProvider(ctx context.Context, settings SettingsProperties) (check IdentityProviderCheck, err error) {
	body := map[string]any{}
	set := func(name string, value *string) {
		if value != nil {
			body[name] = *value
		}
	}
	set("provider", settings.IdentityProvider)
	set("clientId", settings.IdentityProviderClientID)
	set("clientSecret", settings.IdentityProviderClientSecret)
	set("url", settings.IdentityProviderURL)
	if settings.IdentityProviderScopes != nil {
		body["scopes"] = settings.IdentityProviderScopes
	}
	if settings.IdentityProviderRequestParams != nil {
		body["requestParams"] = settings.IdentityProviderRequestParams
	}
	err = c.http.Do(ctx, httpapi.Request{Method: http.MethodPost, Path: "/checkIdentityProviderSettings", Body: body, Repeatable: true}, &check)
	return check, err
}

// Token returns the token that the client signs in with just now, for calls that it does not know. It lives for an
// hour at most.
func (c *Client) Token(ctx context.Context) (string, error) { return c.http.Token(ctx) }

// read asks for what the service tells.
func (c *Client) read(ctx context.Context, path string, values []string, query url.Values, into any) error {
	return c.http.Do(ctx, httpapi.Request{Method: http.MethodGet, Path: path, Values: values, Query: query}, into)
}

func listOf[T any](ctx context.Context, c *Client, path string, values []string, query url.Values) ([]T, error) {
	var answer list[T]
	return answer, c.read(ctx, path, values, query, &answer)
}
