package provider

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/pomerium-zdx/terraform-provider-pomerium/internal/pomeriumzero"
)

// zeroReports are the data sources of what Pomerium Zero tells and nobody sets.
var zeroReports = []func() datasource.DataSource{
	reporting(zeroReport[toldUsers]{
		name: "users", what: "users", about: "The users of an organization in Pomerium Zero: people, and the API users that programs sign in as.",
		arguments: attributes{"type": onlyOf("Only users of this type", userTypes)},
		told:      zeroUserAttributes, fetch: tellUsers,
	}),
	reporting(zeroReport[pomeriumzero.QuotaReport]{
		name: "quotas", what: "quotas",
		about:  "How many objects of each kind an organization of Pomerium Zero may have, and how many there are, in all of it or in a namespace.",
		holder: inNamespace, anywhere: true,
		told: func() attributes {
			return attributes{
				"limits": computedObject("The most objects of each kind that there may be.", quotaAttributes()),
				"counts": computedObject("How many objects of each kind there are.", quotaAttributes()),
			}
		},
		fetch: func(ctx context.Context, client *pomeriumzero.Client, given zeroGiven) (pomeriumzero.QuotaReport, error) {
			return client.Quotas(ctx, given.organizationID, given.texts["namespace_id"])
		},
	}),
	reporting(zeroReport[toldFeatureFlags]{
		name: "feature_flags", what: "feature flags", about: "The features of Pomerium Zero that the service has switched on or off for an organization.",
		told: featureFlagAttributes, fetch: tellFeatureFlags,
	}),
	reporting(zeroReport[toldActivityLogs]{
		name: "activity_logs", what: "activity logs",
		about: "Who changed what in an organization of Pomerium Zero, the latest change first. All arguments that are given must fit. " +
			"The changed object's data is left out, as it may hold secrets: of it, only the name comes into the state.",
		holder: inNamespace, anywhere: true,
		arguments: attributes{
			"activity_type": onlyOf("Only changes of this type", activityTypes),
			"changeset_id":  only("Only changes in the changeset with this ID."),
			"entity_id":     only("Only changes of the object with this ID."),
			"entity_type":   onlyOf("Only changes of objects of this type", entityTypes),
			"user_id":       only("Only changes by the user with this ID."),
			"limit":         limitAttribute(),
		},
		told: func() attributes {
			return attributes{"activity_logs": computedList("The changes, the latest first.", activityLogAttributes())}
		},
		fetch: tellActivityLogs,
	}),
	reporting(zeroReport[toldChangesets]{
		name: "changesets", what: "changesets",
		about: "The changesets of Pomerium Zero, the latest first. Each change of what a cluster runs lands in one of them. With " +
			"`auto_apply_changesets` off in the cluster's settings, it waits there until the changeset is applied.",
		holder: inCluster, anywhere: true,
		arguments: attributes{"status": onlyOf("Only changesets with this status", changesetStatuses), "limit": limitAttribute()},
		told:      changesetAttributes, fetch: tellChangesets,
	}),
	reporting(zeroReport[toldComparison]{
		name: "changeset_comparison", what: "changes",
		about: "What lies between two changesets of a cluster in Pomerium Zero; by default the changes that wait to be applied. " +
			"The changed objects' data is left out, as it may hold secrets: of it, only the names come into the state.",
		holder: inCluster,
		arguments: attributes{
			"first_id":  only("ID of the changeset to begin after. Default: the one that was applied last."),
			"second_id": only("ID of the changeset to end with, not older than the first. Default: the one that is pending."),
		},
		told: comparisonAttributes, fetch: tellComparison,
	}),
	reporting(zeroReport[toldHealth]{
		name: "cluster_health", what: "health checks", about: "The service's health checks of a cluster in Pomerium Zero, as they ended last.",
		holder: inCluster, told: healthCheckAttributes, fetch: tellHealth,
	}),
	reporting(zeroReport[toldReplicas]{
		name: "cluster_replicas", what: "replicas", about: "The replicas of a cluster in Pomerium Zero, the processes that run its routes, as far as they were heard of lately.",
		holder: inCluster,
		arguments: attributes{
			"since": only("Leave out replicas that were not heard of since then: RFC 3339, or a duration back from now such as `24h`. Default `1h`.", isMoment),
		},
		told: replicaAttributes, fetch: tellReplicas,
	}),
	reporting(zeroReport[pomeriumzero.Ping]{
		name: "cluster_ping", what: "reachability",
		about:  "Whether Pomerium Zero reaches a cluster. The service calls the cluster each time that this is read. That it does not reach it is no error.",
		holder: inCluster,
		told: func() attributes {
			return attributes{
				"success":       computedBool("Whether the service reached the cluster."),
				"error_code":    computedText("Why it did not, such as `err_cluster_ping_dns_error`; null with success."),
				"error_message": computedText("The same in words; null with success."),
			}
		},
		fetch: func(ctx context.Context, client *pomeriumzero.Client, given zeroGiven) (pomeriumzero.Ping, error) {
			return client.PingCluster(ctx, given.organizationID, given.texts["cluster_id"])
		},
	}),
}

// Values of the contract.
var (
	userTypes         = []string{"interactive", "api_access"}
	activityTypes     = []string{"create", "update", "delete"}
	changesetStatuses = []string{"current", "pending", "applying", "applied", "failed", "rejected"}
	entityTypes       = []string{
		"changeset", "custom_domain", "domain", "feature_flag", "key_pair", "namespace", "organization", "policy", "route", "service_account", "settings",
	}
)

// userTypePrefix is what the service writes before each type of user.
const userTypePrefix = "user_type_"

type toldUsers struct {
	Users []pomeriumzero.User `tfsdk:"users"`
}

func zeroUserAttributes() attributes {
	return attributes{"users": computedList("The users, in the order of their IDs.", attributes{
		"id":                computedText("ID of the user."),
		"email":             computedText("Address of the user. That of an API user is made up by the service."),
		"display_name":      computedText("Name of the user."),
		"photo_url":         computedText("Address of the user's picture."),
		"type":              computedText("`interactive` for a person, `api_access` for an API user."),
		"organization_role": computedText("Role in the organization: `owner`, `admin`, `auditor` or `member`."),
		"needs_onboarding":  computedBool("Whether the user has yet to finish the console's first steps."),
		"last_logged_in":    computedText("When the user last signed in (RFC 3339)."),
		"created_at":        computedText("When the user was created (RFC 3339)."),
		"updated_at":        computedText("When the user was last changed (RFC 3339)."),
	})}
}

func tellUsers(ctx context.Context, client *pomeriumzero.Client, given zeroGiven) (told toldUsers, err error) {
	wanted := given.texts["type"]
	if wanted != "" {
		wanted = userTypePrefix + wanted
	}
	told.Users, err = client.Users(ctx, given.organizationID, wanted)
	for i := range told.Users {
		told.Users[i].Type = strings.TrimPrefix(told.Users[i].Type, userTypePrefix) // as the argument has it
	}
	slices.SortFunc(told.Users, func(a, b pomeriumzero.User) int { return cmp.Compare(a.ID, b.ID) })
	return told, err
}

// quotaAttributes are those of an organization's own quotas.
func quotaAttributes() attributes {
	var answer datasource.SchemaResponse
	newZeroOrganizationDataSource().Schema(context.Background(), datasource.SchemaRequest{}, &answer)
	quotas, _ := answer.Schema.Attributes["quotas"].(schema.SingleNestedAttribute)
	return quotas.Attributes
}

type toldFeatureFlags struct {
	FeatureFlags []pomeriumzero.FeatureFlag `tfsdk:"feature_flags"`
	Enabled      []string                   `tfsdk:"enabled"`
}

func featureFlagAttributes() attributes {
	return attributes{
		"feature_flags": computedList("The features, in the order of their names.", attributes{
			"name":    computedText("Name of the feature."),
			"enabled": computedBool("Whether the feature is switched on."),
		}),
		"enabled": schema.SetAttribute{
			MarkdownDescription: "Names of the features that are switched on.", ElementType: types.StringType, Computed: true,
		},
	}
}

func tellFeatureFlags(ctx context.Context, client *pomeriumzero.Client, given zeroGiven) (told toldFeatureFlags, err error) {
	told.FeatureFlags, err = client.FeatureFlags(ctx, given.organizationID)
	slices.SortFunc(told.FeatureFlags, func(a, b pomeriumzero.FeatureFlag) int { return cmp.Compare(a.Name, b.Name) })
	told.Enabled = []string{}
	for _, flag := range told.FeatureFlags {
		if flag.Enabled {
			told.Enabled = append(told.Enabled, flag.Name)
		}
	}
	told.Enabled = slices.Compact(told.Enabled)
	return told, err
}

type toldHealth struct {
	Checks  []pomeriumzero.ClusterHealthCheck `tfsdk:"checks"`
	Healthy bool                              `tfsdk:"healthy"`
}

func healthCheckAttributes() attributes {
	return attributes{
		"checks": computedList("The checks, in the order of the replicas' hostnames.", attributes{
			"status":      computedText("`success`, `warning` or `error`."),
			"description": computedText("What was checked, and what came out."),
			"help_url":    computedText("Address of the service's documentation about the check."),
			"hostname":    computedText("Hostname of the replica; null for a check of the cluster as a whole."),
			"updated_at":  computedText("When the check ended (RFC 3339)."),
		}),
		"healthy": computedBool("Whether no check has the status `error`. That is so as well while there are no checks, as of a cluster that never ran."),
	}
}

func tellHealth(ctx context.Context, client *pomeriumzero.Client, given zeroGiven) (told toldHealth, err error) {
	told.Checks, err = client.ClusterHealth(ctx, given.organizationID, given.texts["cluster_id"])
	slices.SortStableFunc(told.Checks, func(a, b pomeriumzero.ClusterHealthCheck) int {
		return cmp.Or(cmp.Compare(plain(a.Hostname), plain(b.Hostname)), cmp.Compare(a.Description, b.Description))
	})
	told.Healthy = !slices.ContainsFunc(told.Checks, func(check pomeriumzero.ClusterHealthCheck) bool { return check.Status == "error" })
	return told, err
}

type toldReplicas struct {
	Replicas []pomeriumzero.Replica `tfsdk:"replicas"`
}

func replicaAttributes() attributes {
	return attributes{"replicas": computedList("The replicas, in the order of their IDs.", attributes{
		"id":         computedText("ID of the replica."),
		"hostname":   computedText("Hostname of the replica."),
		"created_at": computedText("When the replica was first heard of (RFC 3339)."),
		"updated_at": computedText("When the replica was last heard of (RFC 3339)."),
	})}
}

// defaultSince is how far back replicas are looked for.
const defaultSince = "1h"

func tellReplicas(ctx context.Context, client *pomeriumzero.Client, given zeroGiven) (told toldReplicas, err error) {
	now := client.ServerTime()
	since, err := momentOf(cmp.Or(given.texts["since"], defaultSince), now)
	if err != nil {
		return told, err
	}
	// The clock is known to the second, and what is heard of within this one counts.
	until := now.Truncate(time.Second).Add(time.Second)
	if !since.Before(until) {
		return told, fmt.Errorf("the time in since, %s, lies ahead of now, %s", since.UTC().Format(time.RFC3339), now.UTC().Format(time.RFC3339))
	}
	told.Replicas, err = client.Replicas(ctx, given.organizationID, given.texts["cluster_id"], since, until)
	slices.SortFunc(told.Replicas, func(a, b pomeriumzero.Replica) int { return cmp.Compare(a.ID, b.ID) })
	return told, err
}
