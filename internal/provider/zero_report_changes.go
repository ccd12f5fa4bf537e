package provider

import (
	"context"

	"github.com/pomerium-zdx/terraform-provider-pomerium/internal/pomeriumzero"
)

// The reports of changes. What was changed comes with all of its data in an answer, secrets in clear included, so the
// state gets no more of it than the name.

type toldActivityLogs struct {
	ActivityLogs []activityLog `tfsdk:"activity_logs"`
}

// activityLog is a change without the data of the object.
type activityLog struct {
	ID              string  `tfsdk:"id"`
	ActivityType    string  `tfsdk:"activity_type"`
	EntityID        string  `tfsdk:"entity_id"`
	EntityType      string  `tfsdk:"entity_type"`
	EntityName      *string `tfsdk:"entity_name"`
	UserID          *string `tfsdk:"user_id"`
	UserEmail       *string `tfsdk:"user_email"`
	UserDisplayName *string `tfsdk:"user_display_name"`
	NamespaceID     *string `tfsdk:"namespace_id"`
	NamespaceName   *string `tfsdk:"namespace_name"`
	ChangesetID     *string `tfsdk:"changeset_id"`
	AppliedAt       *string `tfsdk:"applied_at"`
	CreatedAt       *string `tfsdk:"created_at"`
}

func activityLogAttributes() attributes {
	return attributes{
		"id":                computedText("ID of the log."),
		"activity_type":     computedText("`create`, `update` or `delete`."),
		"entity_id":         computedText("ID of the changed object."),
		"entity_type":       computedText("Type of the changed object, such as `route`, `policy` or `settings`."),
		"entity_name":       computedText("Name of the changed object; null if it has none."),
		"user_id":           computedText("ID of the user who made the change."),
		"user_email":        computedText("Address of that user."),
		"user_display_name": computedText("Name of that user."),
		"namespace_id":      computedText("ID of the namespace that holds the object."),
		"namespace_name":    computedText("Name of that namespace."),
		"changeset_id":      computedText("ID of the changeset that the change was applied with; null while it waits, and for what acts at once."),
		"applied_at":        computedText("When the change was applied (RFC 3339); null while it waits."),
		"created_at":        computedText("When the change was made (RFC 3339)."),
	}
}

func withoutData(logs []pomeriumzero.ActivityLog) []activityLog {
	flat := []activityLog{}
	for _, log := range logs {
		one := activityLog{
			ID: log.ID, ActivityType: log.ActivityType, EntityID: log.Entity.ID, EntityType: log.Entity.Type,
			UserID: log.User.ID, UserEmail: log.User.Email, UserDisplayName: log.User.DisplayName,
			NamespaceID: log.Namespace.ID, NamespaceName: log.Namespace.Name,
			ChangesetID: log.Applied.ChangesetID, AppliedAt: log.Applied.At, CreatedAt: log.CreatedAt,
		}
		if name := log.Entity.Name(); name != "" {
			one.EntityName = &name
		}
		flat = append(flat, one)
	}
	return flat
}

func tellActivityLogs(ctx context.Context, client *pomeriumzero.Client, given zeroGiven) (told toldActivityLogs, err error) {
	logs, err := client.ActivityLogs(ctx, given.organizationID, pomeriumzero.ActivityFilter{
		ActivityType: given.texts["activity_type"], ChangesetID: given.texts["changeset_id"], EntityID: given.texts["entity_id"],
		EntityType: given.texts["entity_type"], NamespaceID: given.texts["namespace_id"], UserID: given.texts["user_id"],
	}, given.limit)
	return toldActivityLogs{withoutData(logs)}, err
}

type toldChangesets struct {
	Changesets []pomeriumzero.Changeset `tfsdk:"changesets"`
}

func changesetAttributes() attributes {
	return attributes{"changesets": computedList("The changesets, the latest first.", attributes{
		"id":              computedText("ID of the changeset."),
		"namespace_id":    computedText("ID of the cluster's namespace, which is that of the cluster."),
		"status":          computedText("One of " + oneOf(changesetStatuses) + "."),
		"failure_message": computedText("Why it could not be applied; null unless it failed."),
		"created_at":      computedText("When the changeset was opened (RFC 3339)."),
		"updated_at":      computedText("When the changeset last changed (RFC 3339)."),
	})}
}

func tellChangesets(ctx context.Context, client *pomeriumzero.Client, given zeroGiven) (told toldChangesets, err error) {
	found, err := client.Changesets(ctx, given.organizationID, given.texts["cluster_id"], given.texts["status"], given.limit)
	return toldChangesets{append([]pomeriumzero.Changeset{}, found...)}, err
}

type toldComparison struct {
	StartID   *string       `tfsdk:"start_changeset_id"`
	EndID     string        `tfsdk:"end_changeset_id"`
	EndStatus string        `tfsdk:"end_status"`
	Changes   []activityLog `tfsdk:"changes"`
}

func comparisonAttributes() attributes {
	return attributes{
		"start_changeset_id": computedText("ID of the changeset that the changes begin after; null if they are all that there ever were."),
		"end_changeset_id":   computedText("ID of the changeset that the changes end with. If nothing waits, that is the one they begin after."),
		"end_status":         computedText("Status of that changeset: one of " + oneOf(changesetStatuses) + "."),
		"changes":            computedList("The changes, object by object, in the order of the service.", activityLogAttributes()),
	}
}

func tellComparison(ctx context.Context, client *pomeriumzero.Client, given zeroGiven) (told toldComparison, err error) {
	comparison, err := client.CompareChangesets(ctx, given.organizationID, given.texts["cluster_id"], given.texts["first_id"], given.texts["second_id"])
	if err != nil {
		return told, err
	}
	told = toldComparison{EndID: comparison.End.ID, EndStatus: comparison.End.Status, Changes: []activityLog{}}
	if comparison.Start != nil {
		told.StartID = &comparison.Start.ID
	}
	for _, changes := range comparison.Objects {
		told.Changes = append(told.Changes, withoutData(changes)...)
	}
	return told, nil
}
