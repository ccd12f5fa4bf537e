package pomeriumzero

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"slices"

	"github.com/pomerium-zdx/terraform-provider-pomerium/internal/httpapi"
)

// Each change of what a cluster runs lands in a changeset of it. With its setting autoApplyChangesets off it waits there
// until the changeset is applied (pomerium-zero.md 2).

// The statuses of a changeset that somebody waits for.
const (
	ChangesetPending  = "pending"
	changesetApplying = "applying"
	changesetFailed   = "failed"
	changesetRejected = "rejected"
)

// Changeset is a set of changes that a cluster takes over together.
type Changeset struct {
	ID             string  `json:"id"             tfsdk:"id"`
	NamespaceID    string  `json:"namespaceId"    tfsdk:"namespace_id"` // the cluster's
	Status         string  `json:"status"         tfsdk:"status"`       // current, pending, applying, applied, failed or rejected
	FailureMessage *string `json:"failureMessage" tfsdk:"failure_message"`
	CreatedAt      *string `json:"createdAt"      tfsdk:"created_at"`
	UpdatedAt      *string `json:"updatedAt"      tfsdk:"updated_at"`
}

func (c Changeset) identifier() string { return c.ID }

// Changeset returns a changeset of a cluster. There is no call for a single one: it is chosen from the list.
func (c *Client) Changeset(ctx context.Context, organizationID, clusterID, id string) (Changeset, error) {
	query := url.Values{"clusterId": {clusterID}}
	if err := byID(id).set(query); err != nil {
		return Changeset{}, err
	}
	all, err := listOf[Changeset](ctx, c, changesetsPath, []string{organizationID}, query)
	if err != nil {
		return Changeset{}, err
	}
	place := slices.IndexFunc(all, func(one Changeset) bool { return one.ID == id })
	if place < 0 {
		return Changeset{}, fmt.Errorf("%w: cluster %s has no changeset %s", ErrGone, clusterID, id)
	}
	return all[place], nil
}

const changesetsPath = "/organizations/{organizationId}/changesets"

// Changesets returns the latest changesets of a cluster, or of all for "", with a status, or with any for "": at most so
// many, the latest first.
func (c *Client) Changesets(ctx context.Context, organizationID, clusterID, status string, most int) ([]Changeset, error) {
	query := url.Values{"orderBy": {"-createdAt"}}
	if clusterID != "" {
		query.Set("clusterId", clusterID)
	}
	if status != "" {
		query.Set("status", status)
	}
	return pagesOf[Changeset](ctx, c, changesetsPath, []string{organizationID}, query, most)
}

// Comparison is what a changeset changes: for each object the changes that were made to it.
type Comparison struct {
	Start   *Changeset      `json:"startChangeset"`
	End     Changeset       `json:"endChangeset"`
	Objects [][]ActivityLog `json:"entities"`
}

// CompareChangesets returns what lies between two changesets of a cluster; for "" and "" what waits in the pending one.
func (c *Client) CompareChangesets(ctx context.Context, organizationID, clusterID, firstID, secondID string) (comparison Comparison, err error) {
	query := url.Values{"clusterId": {clusterID}}
	if firstID != "" {
		query.Set("firstId", firstID)
	}
	if secondID != "" {
		query.Set("secondId", secondID)
	}
	return comparison, c.read(ctx, "/organizations/{organizationId}/changesets/compare", []string{organizationID}, query, &comparison)
}

// ChangesetFailedError is a changeset that the service could not apply, or would not.
type ChangesetFailedError struct{ Changeset Changeset }

func (e *ChangesetFailedError) Error() string {
	text := fmt.Sprintf("changeset %s ended as %q", e.Changeset.ID, e.Changeset.Status)
	if e.Changeset.FailureMessage != nil {
		text += ": " + *e.Changeset.FailureMessage
	}
	return text
}

// ApplyChangeset applies a changeset and waits until the cluster has taken it over. The error is a
// *ChangesetFailedError if it does not, or that of a call or of the context.
func (c *Client) ApplyChangeset(ctx context.Context, organizationID, clusterID, id string) (last Changeset, err error) {
	err = c.http.Do(ctx, httpapi.Request{
		Method: http.MethodPost, Path: "/organizations/{organizationId}/changesets/{changesetId}/apply", Values: []string{organizationID, id},
	}, &last)
	if err != nil && !httpapi.Ambiguous(err) {
		return last, err
	}
	lost := err
	err = c.poll(ctx, func() (done bool, err error) {
		if lost == nil && last.Status != ChangesetPending && last.Status != changesetApplying && last.ID == id {
			return true, nil
		}
		if last, err = c.Changeset(ctx, organizationID, clusterID, id); err != nil {
			return false, err
		}
		if lost != nil && last.Status == ChangesetPending {
			return false, lost // which did not arrive
		}
		lost = nil
		return last.Status != ChangesetPending && last.Status != changesetApplying, nil
	})
	if err == nil && (last.Status == changesetFailed || last.Status == changesetRejected) {
		err = &ChangesetFailedError{last}
	}
	return last, err
}

// Waiting is a changeset in which the changes of a namespace wait.
type Waiting struct {
	Cluster   Object[ClusterProperties]
	Changeset Changeset
}

// WaitingFor tells, once for each namespace and the client's life, where changes in it wait to be applied: in the
// pending changesets of the clusters that it reaches whose changes do not go live by themselves. A role that may not
// look sees none.
func (c *Client) WaitingFor(ctx context.Context, organizationID, namespaceID string) (waiting []Waiting) {
	if _, asked := c.waiting.LoadOrStore(namespaceID, true); asked {
		return nil
	}
	clusters, err := c.Clusters(organizationID).List(ctx, ListOptions{})
	if err != nil {
		return nil
	}
	for _, cluster := range clusters {
		var use ClusterUse
		if cluster.Decode(&use) != nil || use.NamespaceID != namespaceID && cluster.ID != namespaceID && !c.reaches(ctx, organizationID, namespaceID, use.NamespaceID) {
			continue
		}
		settings, err := c.Settings(organizationID).Get(ctx, cluster.ID, cluster.ID)
		if err != nil || settings.Properties.AutoApplyChangesets == nil || *settings.Properties.AutoApplyChangesets {
			continue
		}
		pending, err := c.Changesets(ctx, organizationID, cluster.ID, ChangesetPending, 1)
		if err == nil && len(pending) > 0 {
			waiting = append(waiting, Waiting{cluster, pending[0]})
		}
	}
	return waiting
}

// reaches tells whether a namespace lies above another.
func (c *Client) reaches(ctx context.Context, organizationID, above, id string) bool {
	namespaces, err := c.Namespaces(ctx, organizationID)
	for range namespaces {
		place := slices.IndexFunc(namespaces, func(n Namespace) bool { return n.ID == id })
		if err != nil || place < 0 || namespaces[place].ParentID == nil {
			return false
		}
		if id = *namespaces[place].ParentID; id == above {
			return true
		}
	}
	return false
}
