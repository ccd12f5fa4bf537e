package provider

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/pomerium-zdx/terraform-provider-pomerium/internal/pomeriumzero"
)

// zeroModel is what all resources of Pomerium Zero have in common.
type zeroModel struct {
	ID             types.String `tfsdk:"id"`
	OrganizationID types.String `tfsdk:"organization_id"`
	CreatedAt      types.String `tfsdk:"created_at"`
	UpdatedAt      types.String `tfsdk:"updated_at"`
}

// modelOf is a pointer to a resource's model M, which embeds zeroModel and the properties P.
type modelOf[P pomeriumzero.Properties, M any] interface {
	*M
	parts() (*zeroModel, *P)
}

// zeroResource is the life of one kind of object: a resource embeds it and adds its model and its schema.
type zeroResource[P pomeriumzero.Properties, M any, PM modelOf[P, M]] struct {
	resourceBase
	noun       string      // "route": the type is pomerium_zero_route
	holder     *zeroHolder // nil if the organization holds them
	collection func(client *pomeriumzero.Client, organizationID string) pomeriumzero.Collection[P]
	// partly tells that the object is there with what holds it, and that Terraform manages only what is configured of
	// it: a create changes that, and nothing is deleted.
	partly bool
	itself bool // the object is an organization
	checks any  // a planChecker, a destroyChecker, or both
}

// The model of a kind may do more than hold the properties.
type (
	// shower takes what the service alone says of an object.
	shower[P pomeriumzero.Properties] interface {
		show(object pomeriumzero.Object[P]) error
	}
	// receiver does more for a resource: it may ask for what lies elsewhere.
	receiver[P pomeriumzero.Properties] interface {
		receive(ctx context.Context, found received[P]) error
	}
	// preparer completes the properties before they are sent.
	preparer interface {
		prepare(ctx context.Context, client *pomeriumzero.Client, isNew bool) error
	}
	// waiter waits for what the service does by itself with an object that has been saved, and tells whether that
	// brought anything to save.
	waiter[P pomeriumzero.Properties] interface {
		wait(ctx context.Context, found *received[P], diags *diag.Diagnostics) bool
	}
	// noticer warns of what an object's own values tell.
	noticer interface {
		notice(now time.Time, diags *diag.Diagnostics)
	}
	// survivor tells whether an object that is gone has served its purpose, and is to stay in the state.
	survivor interface {
		survives(ctx context.Context, client *pomeriumzero.Client, organizationID string) bool
	}
)

func (r *zeroResource[P, M, PM]) Metadata(_ context.Context, req resource.MetadataRequest, resp *resource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_zero_" + typeName(r.noun)
}

// zeroSchema adds the attributes that all objects have to those of a kind.
func zeroSchema(noun string, holder *zeroHolder, attributes map[string]schema.Attribute) map[string]schema.Attribute {
	keep := []planmodifier.String{stringplanmodifier.UseStateForUnknown()}
	attributes["id"] = keptText("ID of the " + noun + ".")
	attributes["organization_id"] = schema.StringAttribute{
		MarkdownDescription: "ID of the organization. Default: the provider's. A change replaces the " + noun + ".",
		Optional:            true, Computed: true,
		PlanModifiers: append(keep, stringplanmodifier.RequiresReplaceIf(
			func(_ context.Context, req planmodifier.StringRequest, resp *stringplanmodifier.RequiresReplaceIfFuncResponse) {
				resp.RequiresReplace = !req.StateValue.IsNull() // an object that moved in from a peer's state has none before it is read
			}, "a change replaces the object", "a change replaces the object")),
	}
	holder.add(attributes, noun)
	attributes["created_at"] = keptText("When the " + noun + " was created (RFC 3339).")
	// It moves at any touch, by whomever, so it keeps no prior value: no plan is made because of it.
	attributes["updated_at"] = seenText("When the " + noun + " was last changed, by whomever (RFC 3339).")
	return attributes
}

// received is an object that the service has just shown.
type received[P pomeriumzero.Properties] struct {
	client  *pomeriumzero.Client
	objects pomeriumzero.Collection[P]
	object  pomeriumzero.Object[P]
	written bool // by us: the model holds what was planned
}

// tokenAfter is a token after a call: the one that came with it, or the one that was known.
func tokenAfter(known types.String, token string) types.String {
	switch {
	case token != "":
		return types.StringValue(token)
	case known.IsUnknown():
		return types.StringNull()
	}
	return known
}

// ModifyPlan resolves the organization and looks up what is to hold the object, so that a wrong ID or credential is
// told before anything is changed. Another spelling of the same is planned as no change.
func (r *zeroResource[P, M, PM]) ModifyPlan(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	isNew, goes := req.State.Raw.IsNull(), req.Plan.Raw.IsNull()
	if !isNew && !goes && onlyTouched(req.Plan, req.State) {
		resp.Plan.Raw = req.State.Raw
		return
	}
	r.checkPlan(ctx, req, resp)
	if goes || isNew && r.itself { // what nothing holds
		return
	}
	client, ok := r.zero(&resp.Diagnostics)
	if !ok {
		return
	}
	var configured, organizationID, parent, priorParent types.String
	resp.Diagnostics.Append(req.Config.GetAttribute(ctx, path.Root("organization_id"), &configured)...)
	resp.Diagnostics.Append(req.Plan.GetAttribute(ctx, path.Root("organization_id"), &organizationID)...)
	if r.holder != nil {
		resp.Diagnostics.Append(req.Plan.GetAttribute(ctx, path.Root(r.holder.attribute()), &parent)...)
	}
	if !req.State.Raw.IsNull() {
		if r.holder == nil {
			return
		}
		resp.Diagnostics.Append(req.State.GetAttribute(ctx, path.Root(r.holder.attribute()), &priorParent)...)
	}
	if resp.Diagnostics.HasError() || configured.IsUnknown() || parent.IsUnknown() || r.holder != nil && parent.Equal(priorParent) {
		return
	}
	organization, err := client.Organization(ctx, organizationID.ValueString())
	if err != nil {
		addError(&resp.Diagnostics, "plan the "+r.noun, err)
		return
	}
	if organizationID.IsUnknown() {
		resp.Diagnostics.Append(resp.Plan.SetAttribute(ctx, path.Root("organization_id"), organization.ID)...)
	}
	if r.holder != nil {
		r.holder.check(ctx, client, organization.ID, parent.ValueString(), &resp.Diagnostics)
	}
}

// staysUnchanged is what ModifyPlan does with an unchanged object: nothing.
func (r *zeroResource[P, M, PM]) staysUnchanged() {}

func (r *zeroResource[P, M, PM]) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	r.write(ctx, "create", writing{req.Plan, req.Config, &resp.State, resp.Identity, &resp.Diagnostics},
		func(client *pomeriumzero.Client, objects pomeriumzero.Collection[P], plan PM) (pomeriumzero.Object[P], error) {
			if err := prepare(ctx, client, plan, true); err != nil {
				return pomeriumzero.Object[P]{}, err
			}
			_, properties := plan.parts()
			if r.partly {
				var none P
				return objects.Manage(ctx, (*properties).Key().Parent, none, *properties)
			}
			return objects.Create(ctx, *properties)
		})
}

func (r *zeroResource[P, M, PM]) Read(ctx context.Context, req resource.ReadRequest, resp *resource.ReadResponse) {
	var state M
	own, properties := PM(&state).parts()
	resp.Diagnostics.Append(r.readPrior(ctx, req.State, &state)...)
	id := own.ID.ValueString()
	action := "read " + r.noun + " " + id
	resp.Diagnostics.Append(r.identify(ctx, resp.Identity, own, *properties)...) // also one that turns out to be gone
	client, objects, organizationID, ok := r.open(ctx, own, action, &resp.Diagnostics)
	if !ok {
		if !resp.Diagnostics.HasError() {
			notYet(&resp.Diagnostics, r.noun+" "+id)
		}
		return
	}
	objects.Hide(*properties)
	object, err := objects.Get(ctx, id, (*properties).Key().Parent)
	switch {
	case errors.Is(err, pomeriumzero.ErrGone):
		if state, ok := any(&state).(survivor); !ok || !state.survives(ctx, client, organizationID) {
			resp.State.RemoveResource(ctx)
		}
		return
	case err != nil:
		addError(&resp.Diagnostics, action, err)
		return
	}
	if r.partly { // an import manages nothing until it is configured
		object.Properties = pomeriumzero.Managed(object.Properties, *properties)
	}
	*properties = pomeriumzero.Reconcile(object.Properties, *properties)
	own.fill(cmp.Or(organizationID, object.ID), object.ID, object.CreatedAt, object.UpdatedAt)
	r.services.checks.managed(object.ID)
	if state, ok := any(&state).(noticer); ok && r.services.checks != nil {
		state.notice(time.Now(), &resp.Diagnostics)
	}
	r.save(ctx, &state, received[P]{client, objects, object, false}, &resp.State, resp.Identity, &resp.Diagnostics)
}

func (r *zeroResource[P, M, PM]) Update(ctx context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	var prior M
	if r.partly {
		resp.Diagnostics.Append(req.State.Get(ctx, &prior)...)
	}
	r.write(ctx, "update", writing{req.Plan, req.Config, &resp.State, resp.Identity, &resp.Diagnostics},
		func(client *pomeriumzero.Client, objects pomeriumzero.Collection[P], plan PM) (pomeriumzero.Object[P], error) {
			if err := prepare(ctx, client, plan, false); err != nil {
				return pomeriumzero.Object[P]{}, err
			}
			own, properties := plan.parts()
			if r.partly {
				_, before := PM(&prior).parts()
				return objects.Manage(ctx, own.ID.ValueString(), *before, *properties)
			}
			return objects.Update(ctx, own.ID.ValueString(), *properties)
		})
}

func prepare(ctx context.Context, client *pomeriumzero.Client, plan any, isNew bool) error {
	if plan, ok := plan.(preparer); ok {
		return plan.prepare(ctx, client, isNew)
	}
	return nil
}

// writing is what a create and an update read and what they fill.
type writing struct {
	plan     tfsdk.Plan
	config   tfsdk.Config
	state    *tfsdk.State
	identity *tfsdk.ResourceIdentity
	diags    *diag.Diagnostics
}

// write sends what is planned and saves the plan's values with what the service computes: should it spell a value in
// another way, the next refresh shows it by its meaning.
func (r *zeroResource[P, M, PM]) write(ctx context.Context, verb string, w writing,
	send func(client *pomeriumzero.Client, objects pomeriumzero.Collection[P], plan PM) (pomeriumzero.Object[P], error),
) {
	var plan M
	w.diags.Append(w.plan.Get(ctx, &plan)...)
	own, properties := PM(&plan).parts()
	action := verb + " " + r.named(*properties)
	client, objects, organizationID, ok := r.open(ctx, own, action, w.diags)
	if !ok {
		return
	}
	emptySecrets := fillSecrets(ctx, w.config, properties, w.diags)
	object, err := send(client, objects, &plan)
	emptySecrets()
	if err != nil {
		addError(w.diags, action, err)
		return
	}
	own.fill(cmp.Or(organizationID, object.ID), object.ID, object.CreatedAt, object.UpdatedAt)
	found := received[P]{client, objects, object, true}
	r.save(ctx, &plan, found, w.state, w.identity, w.diags)
	if verb == "create" && objects.ShowsTokenOnce() && object.Token == "" {
		w.diags.AddWarning("The token was lost", fmt.Sprintf("The %s was made, but the answer that held its token did not arrive, and no other token was given out. "+
			"Replace it (-replace), or have a new token made.", r.noun))
	}
	r.warn(ctx, client, organizationID, *properties, w.diags)
	if waiting, ok := any(&plan).(waiter[P]); ok && !w.diags.HasError() && waiting.wait(ctx, &found, w.diags) {
		r.save(ctx, &plan, found, w.state, w.identity, w.diags)
	}
}

func (r *zeroResource[P, M, PM]) Delete(ctx context.Context, req resource.DeleteRequest, resp *resource.DeleteResponse) {
	if r.partly {
		return
	}
	var state M
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	own, properties := PM(&state).parts()
	action := "delete " + r.named(*properties)
	client, objects, organizationID, ok := r.open(ctx, own, action, &resp.Diagnostics)
	if !ok {
		return
	}
	objects.Hide(*properties)
	if err := objects.Delete(ctx, own.ID.ValueString(), (*properties).Key().Parent); err != nil {
		addError(&resp.Diagnostics, action, err)
		return
	}
	r.warn(ctx, client, organizationID, *properties, &resp.Diagnostics)
}

// warn says where a change waits. What lies in a namespace goes into a changeset, and so do a cluster's settings.
func (r *zeroResource[P, M, PM]) warn(ctx context.Context, client *pomeriumzero.Client, organizationID string, properties P, diags *diag.Diagnostics) {
	if r.holder == inNamespace || r.partly {
		warnOfWaiting(ctx, client, organizationID, properties.Key().Parent, diags)
	}
}

// open returns the client, the collection that holds the object, and the organization's ID. It is false with an error,
// or without one while the credentials are unknown.
func (r *zeroResource[P, M, PM]) open(ctx context.Context, own *zeroModel, action string, diags *diag.Diagnostics) (
	client *pomeriumzero.Client, objects pomeriumzero.Collection[P], organizationID string, ok bool,
) {
	client, ok = r.zero(diags)
	if !ok || diags.HasError() {
		return nil, objects, "", false
	}
	if r.itself {
		return client, r.collection(client, ""), "", true
	}
	organization, err := client.Organization(ctx, own.OrganizationID.ValueString())
	if err != nil {
		addError(diags, action, err)
		return nil, objects, "", false
	}
	return client, r.collection(client, organization.ID), organization.ID, true
}

// MoveState takes the state of the same object over from another provider's type.
func (r *zeroResource[P, M, PM]) MoveState(context.Context) []resource.StateMover {
	return moveFrom(zeroPeers[r.noun])
}

func (m *zeroModel) fill(organizationID, id string, createdAt, updatedAt *string) {
	*m = zeroModel{
		ID: types.StringValue(id), OrganizationID: types.StringValue(organizationID),
		CreatedAt: types.StringPointerValue(createdAt), UpdatedAt: types.StringPointerValue(updatedAt),
	}
}

// save writes state and identity as soon as the object exists. What may be missing then is an error or a warning, never
// a reason to lose it.
func (r *zeroResource[P, M, PM]) save(ctx context.Context, model *M, found received[P],
	state *tfsdk.State, identity *tfsdk.ResourceIdentity, diags *diag.Diagnostics,
) {
	if err := show(model, found.object); err != nil {
		diags.Append(failed(r.noun, err)...)
	}
	if model, ok := any(model).(receiver[P]); ok {
		if err := model.receive(ctx, found); err != nil {
			addError(diags, "read all of "+r.noun+" "+found.object.ID, err)
		}
	}
	diags.Append(state.Set(ctx, model)...)
	own, properties := PM(model).parts()
	diags.Append(r.identify(ctx, identity, own, *properties)...)
}

func show[P pomeriumzero.Properties](model any, object pomeriumzero.Object[P]) error {
	if model, ok := model.(shower[P]); ok {
		return model.show(object)
	}
	return nil
}

// onlyTouched tells whether a plan differs from the state only in what the service sets. The framework makes that
// unknown as soon as a text differs, before it is seen that the text means the same.
func onlyTouched(plan tfsdk.Plan, state tfsdk.State) bool {
	differences, err := plan.Raw.Diff(state.Raw)
	return err == nil && !slices.ContainsFunc(differences, func(d tftypes.ValueDiff) bool {
		steps := d.Path.Steps()
		if len(steps) == 0 {
			return false
		}
		name, ok := steps[0].(tftypes.AttributeName)
		attribute := plan.Schema.GetAttributes()[string(name)]
		return !ok || attribute == nil || attribute.IsOptional() || attribute.IsRequired()
	})
}

func (r *zeroResource[P, M, PM]) named(properties P) string {
	if name := properties.Key().Name; name != "" {
		return fmt.Sprintf("%s %q", r.noun, name)
	}
	return r.noun
}
