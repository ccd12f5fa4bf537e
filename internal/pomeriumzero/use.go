package pomeriumzero

import (
	"context"
	"encoding/json"
)

// Reference is another object, as an object shows it.
type Reference struct {
	ID        string  `json:"id"        tfsdk:"id"`
	Name      string  `json:"name"      tfsdk:"name"`
	UpdatedAt *string `json:"updatedAt" tfsdk:"updated_at"`
}

// RouteUse is what the service alone says of a route: the policies that guard it (pomerium-zero.md 4).
type RouteUse struct {
	Policies          []Reference `json:"policies"          tfsdk:"policies"`
	EnforcedPolicies  []Reference `json:"enforcedPolicies"  tfsdk:"enforced_policies"`
	EnforcedPolicyIDs []string    `json:"enforcedPolicyIds" tfsdk:"enforced_policy_ids"`
}

// PolicyUse is what the service alone says of a policy: the routes that it guards (pomerium-zero.md 5).
type PolicyUse struct {
	Routes         []Reference `json:"routes"         tfsdk:"routes"`
	EnforcedRoutes []Reference `json:"enforcedRoutes" tfsdk:"enforced_routes"`
}

// Decode reads further members of an object, such as those of RouteUse and PolicyUse, out of the service's answer.
func (o Object[P]) Decode(use any) error { return json.Unmarshal(o.raw, use) }

// DecodeAnswer reads what came with a new object, beside it. Of any other object nothing has come.
func (o Object[P]) DecodeAnswer(beside any) error {
	if o.answer == nil {
		return nil
	}
	return json.Unmarshal(o.answer, beside)
}

// tops returns the namespaces that lie in none of the others: with the namespaces below them they are all.
func tops(namespaces []Namespace) []Namespace {
	seen := map[string]bool{}
	for _, namespace := range namespaces {
		seen[namespace.ID] = true
	}
	var found []Namespace
	for _, namespace := range namespaces {
		if namespace.ParentID == nil || !seen[*namespace.ParentID] {
			found = append(found, namespace)
		}
	}
	return found
}

// ListAll returns the objects of all namespaces, or clusters, that the API user sees, each once.
func (c Collection[P]) ListAll(ctx context.Context) ([]Object[P], error) {
	if c.within != inNamespace {
		return c.listOfEach(ctx)
	}
	namespaces, err := c.client.Namespaces(ctx, c.organizationID)
	if err != nil {
		return nil, err
	}
	var all []Object[P]
	seen := map[string]bool{}
	for _, top := range tops(namespaces) {
		objects, err := c.List(ctx, ListOptions{Parent: top.ID, IncludeDescendants: true})
		if err != nil {
			return nil, err
		}
		for _, object := range objects {
			if !seen[object.ID] {
				seen[object.ID] = true
				all = append(all, object)
			}
		}
	}
	return all, nil
}

// listOfEach returns the objects of the organization, or of each of its clusters.
func (c Collection[P]) listOfEach(ctx context.Context) ([]Object[P], error) {
	if c.within == inOrganization {
		return c.List(ctx, ListOptions{})
	}
	clusters, err := c.client.Clusters(c.organizationID).List(ctx, ListOptions{})
	if err != nil {
		return nil, err
	}
	var all []Object[P]
	for _, cluster := range clusters {
		objects, err := c.List(ctx, ListOptions{Parent: cluster.ID})
		if err != nil {
			return nil, err
		}
		all = append(all, objects...)
	}
	return all, nil
}
