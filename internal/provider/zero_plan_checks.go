package provider

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/pomerium-zdx/terraform-provider-pomerium/internal/httpapi"
	"github.com/pomerium-zdx/terraform-provider-pomerium/internal/pomeriumzero"
)

// Plan checks ask the service for what a plan would run into, and warn. They are never errors: the service has the last
// word, and a role that may not look is told nothing. plan_checks = false in the provider block switches them off.

// planChecks is what the checks of a run share.
type planChecks struct {
	mu      sync.Mutex
	planned map[string]int       // objects more than there are, by kind
	warned  map[string]bool      // kinds whose quota was warned of
	routes  map[string][]matched // routes of a namespace, those of the service and those of the plan
	read    map[string]bool      // IDs of the objects that this run manages, as far as it has read them
	asked   sync.Once
	quotas  pomeriumzero.QuotaReport // empty if they are not told
}

func newPlanChecks() *planChecks {
	return &planChecks{planned: map[string]int{}, warned: map[string]bool{}, routes: map[string][]matched{}, read: map[string]bool{}}
}

// A resource may ask the service for what a plan would run into, and warn.
type (
	planChecker interface {
		planCheck(ctx context.Context, client *pomeriumzero.Client, organizationID string, plan tfsdk.Plan, diags *diag.Diagnostics)
	}
	destroyChecker interface {
		destroyCheck(ctx context.Context, client *pomeriumzero.Client, organizationID, id string, diags *diag.Diagnostics)
	}
)

// checkPlan warns of what the plan would run into.
func (r *zeroResource[P, M, PM]) checkPlan(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	isNew, goes := req.State.Raw.IsNull(), req.Plan.Raw.IsNull()
	if r.services == nil || r.services.checks == nil || r.itself || r.services.zero.unknown {
		return
	}
	var problems diag.Diagnostics // of a service that is not configured, which others tell
	client, ok := r.zero(&problems)
	if !ok {
		return
	}
	var own zeroModel
	if goes {
		problems.Append(req.State.GetAttribute(ctx, path.Root("id"), &own.ID)...)
		problems.Append(req.State.GetAttribute(ctx, path.Root("organization_id"), &own.OrganizationID)...)
	} else {
		problems.Append(req.Plan.GetAttribute(ctx, path.Root("organization_id"), &own.OrganizationID)...)
	}
	organization, err := client.Organization(ctx, own.OrganizationID.ValueString())
	if err != nil || problems.HasError() {
		return
	}
	switch {
	case goes:
		defer r.services.checks.managed(own.ID.ValueString())
		r.services.checks.count(ctx, client, organization.ID, r.noun, -1, &resp.Diagnostics)
		if checker, ok := r.checks.(destroyChecker); ok {
			checker.destroyCheck(ctx, client, organization.ID, own.ID.ValueString(), &resp.Diagnostics)
		}
		return
	case isNew:
		r.services.checks.count(ctx, client, organization.ID, r.noun, 1, &resp.Diagnostics)
	case r.moves(ctx, req):
		r.services.checks.count(ctx, client, organization.ID, r.noun, -1, &resp.Diagnostics) // and then one more
		return
	}
	if checker, ok := r.checks.(planChecker); ok {
		checker.planCheck(ctx, client, organization.ID, req.Plan, &resp.Diagnostics)
	}
}

// moves tells whether a plan moves the object to another holder, which makes another object of it.
func (r *zeroResource[P, M, PM]) moves(ctx context.Context, req resource.ModifyPlanRequest) bool {
	if r.holder == nil {
		return false
	}
	at := path.Root(r.holder.attribute())
	var planned, prior types.String
	return !req.Plan.GetAttribute(ctx, at, &planned).HasError() && !req.State.GetAttribute(ctx, at, &prior).HasError() && !planned.Equal(prior)
}

// managed remembers an object of this run.
func (c *planChecks) managed(id string) {
	if c == nil {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.read[id] = true
}

func (c *planChecks) manages(id string) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.read[id]
}

// quotaOf are the quota of a kind and its name for people.
var quotaOf = map[string]func(pomeriumzero.Quotas) *int64{
	"route":           func(q pomeriumzero.Quotas) *int64 { return q.Routes },
	"policy":          func(q pomeriumzero.Quotas) *int64 { return q.Policies },
	"key pair":        func(q pomeriumzero.Quotas) *int64 { return q.Certificates },
	"cluster":         func(q pomeriumzero.Quotas) *int64 { return q.Clusters },
	"custom domain":   func(q pomeriumzero.Quotas) *int64 { return q.CustomDomains },
	"service account": func(q pomeriumzero.Quotas) *int64 { return q.ServiceAccounts },
	"API user":        func(q pomeriumzero.Quotas) *int64 { return q.APIUsers },
}

// count counts a planned change of the number of objects, and warns once for a kind whose quota the plan would exceed.
func (c *planChecks) count(ctx context.Context, client *pomeriumzero.Client, organizationID, noun string, more int, diags *diag.Diagnostics) {
	quota := quotaOf[noun]
	if c == nil || quota == nil {
		return
	}
	c.mu.Lock()
	c.planned[noun] += more
	planned, warned := c.planned[noun], c.warned[noun]
	c.mu.Unlock()
	if more <= 0 || warned {
		return
	}
	c.asked.Do(func() {
		if report, err := client.Quotas(context.WithoutCancel(ctx), organizationID, ""); err == nil {
			c.quotas = report
		}
	})
	limit, count := quota(c.quotas.Limits), quota(c.quotas.Counts)
	if limit == nil || count == nil || int64(planned)+*count <= *limit {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.warned[noun] {
		return
	}
	c.warned[noun] = true
	diags.AddWarning("The plan exceeds a quota", fmt.Sprintf(
		"Of the kind %q the organization may have %d and has %d. This plan makes more than are left, so the service will refuse some of them. Remove what is not needed, or "+
			"ask for a larger subscription.", noun, *limit, *count))
}

// matched is what a route answers to.
type matched struct{ id, name, from, path, prefix, regex string }

func (m matched) collides(other matched) bool {
	return (m.id == "" || m.id != other.id) && sameURL(m.from, other.from) && m.path == other.path && m.prefix == other.prefix && m.regex == other.regex
}

// collision warns of another route with the same address and path, of the service or of this plan.
func (c *planChecks) collision(ctx context.Context, client *pomeriumzero.Client, organizationID, namespaceID string, route matched, diags *diag.Diagnostics) {
	if c == nil {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	known, listed := c.routes[namespaceID]
	if !listed {
		objects, err := client.Routes(organizationID).List(ctx, pomeriumzero.ListOptions{Parent: namespaceID})
		if err != nil {
			objects = nil
		}
		for _, object := range objects {
			known = append(known, matchedBy(object))
		}
	}
	place := slices.IndexFunc(known, func(other matched) bool { return route.collides(other) && other.name != route.name })
	if place >= 0 {
		diags.AddAttributeWarning(path.Root("from"), "Another route has the same address", httpapi.OneLine(fmt.Sprintf(
			"Route %q answers to %s and the same path. Which of the two serves a request is not defined. Give one of them a path, prefix or regex of its own.",
			known[place].name, route.from)))
	}
	known = slices.DeleteFunc(known, func(other matched) bool { return route.id != "" && other.id == route.id || other.name == route.name })
	c.routes[namespaceID] = append(known, route)
}

func matchedBy(object pomeriumzero.Object[pomeriumzero.RouteProperties]) matched {
	text := func(value *string) string {
		if value == nil {
			return ""
		}
		return *value
	}
	p := object.Properties
	return matched{object.ID, p.Name, p.From, text(p.Path), text(p.Prefix), text(p.Regex)}
}

// planCheck warns of what the plan of a route runs into.
func (r *zeroRouteResource) planCheck(ctx context.Context, client *pomeriumzero.Client, organizationID string, plan tfsdk.Plan, diags *diag.Diagnostics) {
	values := map[string]string{}
	for _, name := range []string{"id", "name", "namespace_id", "path", "prefix", "regex"} {
		var value types.String
		if plan.GetAttribute(ctx, path.Root(name), &value).HasError() || value.IsUnknown() && name != "id" {
			return
		}
		values[name] = value.ValueString()
	}
	var from textValue
	if plan.GetAttribute(ctx, path.Root("from"), &from).HasError() || from.IsUnknown() {
		return
	}
	r.services.checks.collision(ctx, client, organizationID, values["namespace_id"],
		matched{values["id"], values["name"], from.ValueString(), values["path"], values["prefix"], values["regex"]}, diags)
}

// destroyCheck warns of routes that this run does not manage and that use a policy which is to go. Where everything is
// destroyed, CLIs plan in a process that has read nothing, and nobody can tell then whose the routes are.
func (r *zeroPolicyResource) destroyCheck(ctx context.Context, client *pomeriumzero.Client, organizationID, id string, diags *diag.Diagnostics) {
	if !r.services.checks.manages(id) {
		return
	}
	object, err := client.Policies(organizationID).Get(ctx, id, "")
	var use pomeriumzero.PolicyUse
	if err != nil || object.Decode(&use) != nil {
		return
	}
	var others []string
	for _, route := range use.Routes {
		if !r.services.checks.manages(route.ID) {
			others = append(others, fmt.Sprintf("%s (%s)", route.Name, route.ID))
		}
	}
	if len(others) > 0 {
		diags.AddWarning("The policy is in use", httpapi.OneLine(fmt.Sprintf(
			"Policy %q is to be destroyed, and routes use it that this run has not read: %s. The service does not delete a policy that a route uses: take it from them first.",
			object.Properties.Name, strings.Join(others, ", "))))
	}
}

// soon is how long before its end a certificate is warned of.
const soon = 30 * 24 * time.Hour

// notice warns of a certificate that ends soon.
func (m *keyPairModel) notice(now time.Time, diags *diag.Diagnostics) {
	if m.Certificate != nil {
		noticeCertificate(*m.Certificate, now, diags)
	}
}

func noticeCertificate(text string, now time.Time, diags *diag.Diagnostics) {
	certificate, err := firstCertificate(text)
	if err != nil || certificate.NotAfter.Sub(now) > soon {
		return
	}
	when := "ends at"
	if certificate.NotAfter.Before(now) {
		when = "ended at"
	}
	diags.AddAttributeWarning(path.Root("certificate"), "The certificate needs renewal", httpapi.OneLine(fmt.Sprintf(
		"The certificate of %s %s %s.", certificate.Subject, when, certificate.NotAfter.UTC().Format(time.RFC3339))))
}

// planCheck warns of a certificate that is to be put in and ends soon.
func (r *zeroKeyPairResource) planCheck(ctx context.Context, _ *pomeriumzero.Client, _ string, plan tfsdk.Plan, diags *diag.Diagnostics) {
	var certificate textValue
	if !plan.GetAttribute(ctx, path.Root("certificate"), &certificate).HasError() {
		noticeCertificate(certificate.ValueString(), time.Now(), diags)
	}
}

// notice warns of a service account that has expired.
func (m *serviceAccountModel) notice(now time.Time, diags *diag.Diagnostics) {
	if m.ExpiresAt == nil {
		return
	}
	if end, err := time.Parse(time.RFC3339, *m.ExpiresAt); err == nil && end.Before(now) {
		diags.AddAttributeWarning(path.Root("expires_at"), "The service account has expired", fmt.Sprintf(
			"Its token has not been accepted since %s. Set a later time, or destroy it.", *m.ExpiresAt))
	}
}
