package provider

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/pomerium-zdx/terraform-provider-pomerium/internal/httpapi"
	"github.com/pomerium-zdx/terraform-provider-pomerium/internal/pomeriumzero"
)

// Where a cluster's changes do not go live by themselves, somebody must apply them. The resource and the action do that
// in the same way: they look at what waits, refuse to carry along what others have changed, and wait for the end.

// changesetApply is what both are told.
type changesetApply struct {
	OrganizationID types.String   `tfsdk:"organization_id"`
	ClusterID      types.String   `tfsdk:"cluster_id"`
	IncludeOthers  types.Bool     `tfsdk:"include_others"`
	Users          []types.String `tfsdk:"users"`
	Timeout        types.String   `tfsdk:"timeout"`
}

const (
	aboutApplyCluster = "ID of the cluster whose pending changeset is applied."
	aboutApplyOthers  = "Apply what others have changed as well. Without it, a changeset with a change by anyone but the API user is an error that shows " +
		"who has changed what. Default `false`."
	aboutApplyUsers = "IDs or addresses of users whose changes may be carried along, such as those of other API users of yours."
	aboutApplyTime  = "How long to wait for the cluster to take it over. Default `5m`."

	defaultApplyTime = 5 * time.Minute
)

// run applies what waits. The changeset's ID is "" when nothing did.
func (a changesetApply) run(ctx context.Context, client *pomeriumzero.Client, organizationID string, diags *diag.Diagnostics) (applied pomeriumzero.Changeset) {
	patience := defaultApplyTime
	if configured, err := time.ParseDuration(a.Timeout.ValueString()); err == nil {
		patience = configured
	}
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	clusterID := a.ClusterID.ValueString()
	action := "apply the changeset of cluster " + clusterID
	pending, err := client.Changesets(ctx, organizationID, clusterID, pomeriumzero.ChangesetPending, 1)
	if err != nil {
		inCluster.explain(ctx, client, organizationID, clusterID, "list the changesets of cluster "+clusterID, err, diags)
		return applied
	}
	if len(pending) == 0 {
		return applied // all is live, or went live by itself
	}
	if !a.IncludeOthers.ValueBool() && !a.mayCarry(ctx, client, organizationID, pending[0], diags) {
		return applied
	}
	applied, err = client.ApplyChangeset(ctx, organizationID, clusterID, pending[0].ID)
	var failed *pomeriumzero.ChangesetFailedError
	switch {
	case errors.As(err, &failed):
		diags.AddError("Could not "+action, sentence(err.Error())+"\n\nThe cluster still runs what it ran before. Mend what the service's words name; the changes are still "+
			"waiting, and the next apply takes them along.")
	case errors.Is(err, context.DeadlineExceeded):
		diags.AddError("Could not wait for the changeset of cluster "+clusterID, fmt.Sprintf("Changeset %s is %q after %s. The cluster may still take it over: run it again "+
			"later, with a longer timeout if need be.", pending[0].ID, applied.Status, patience))
	case err != nil:
		addError(diags, action, err)
	}
	return applied
}

// mostOthers bounds how many changes of others an error shows.
const mostOthers = 20

// mayCarry tells whether nobody else's change waits in the changeset; else it says whose and what.
func (a changesetApply) mayCarry(ctx context.Context, client *pomeriumzero.Client, organizationID string, pending pomeriumzero.Changeset, diags *diag.Diagnostics) bool {
	action := "see what waits in changeset " + pending.ID
	comparison, err := client.CompareChangesets(ctx, organizationID, a.ClusterID.ValueString(), "", "")
	if err != nil {
		addError(diags, action, err)
		return false
	}
	var users []string
	for _, user := range a.Users {
		users = append(users, user.ValueString())
	}
	others, err := client.Others(ctx, comparison, users)
	if err != nil {
		addError(diags, action, err)
		return false
	}
	if len(others) == 0 {
		return true
	}
	var lines []string
	for i, change := range others {
		if i == mostOthers {
			lines = append(lines, fmt.Sprintf("    … and %d more", len(others)-i))
			break
		}
		lines = append(lines, "    "+describeChange(change))
	}
	diags.AddAttributeError(path.Root("include_others"), "Others have changed something too", fmt.Sprintf(
		"Changeset %s of cluster %s holds changes that this API user has not made, and would make them live:\n\n%s\n\nLook at them, and apply the changeset in the console, "+
			"or set include_others = true, or name the users in users if they are yours. Nothing was applied.",
		pending.ID, a.ClusterID.ValueString(), strings.Join(lines, "\n")))
	return false
}

func describeChange(change pomeriumzero.ActivityLog) string {
	who := "somebody"
	for _, name := range []*string{change.User.ID, change.User.Email, change.User.DisplayName} {
		if name != nil && *name != "" {
			who = *name // the last is the one that people know
		}
	}
	if change.User.ID != nil && who != *change.User.ID {
		who += " (" + *change.User.ID + ")"
	}
	what := change.Entity.Type + " " + change.Entity.ID
	if name := change.Entity.Name(); name != "" {
		what = fmt.Sprintf("%s %q (%s)", change.Entity.Type, name, change.Entity.ID)
	}
	text := fmt.Sprintf("%s: %s of %s", who, change.ActivityType, what)
	if change.CreatedAt != nil {
		text += ", " + *change.CreatedAt
	}
	return httpapi.Label(text)
}

// warnOfWaiting says once for each namespace of a run that what was changed in it waits in a changeset: a run that ends
// green while nothing has happened is what users of such services complain about most.
func warnOfWaiting(ctx context.Context, client *pomeriumzero.Client, organizationID, namespaceID string, diags *diag.Diagnostics) {
	for _, waiting := range client.WaitingFor(ctx, organizationID, namespaceID) {
		diags.AddWarning("Changes wait to be applied", fmt.Sprintf(
			"Cluster %q (%s) does not take changes over by itself: they wait in changeset %s, and nothing is live before that is applied.\n\nApply it with the resource or "+
				"the action pomerium_zero_changeset_apply or in the console, or set auto_apply_changesets = true in its pomerium_zero_cluster_settings. If this configuration "+
				"applies it at the end, all is well.",
			waiting.Cluster.Properties.Name, waiting.Cluster.ID, waiting.Changeset.ID))
	}
}
