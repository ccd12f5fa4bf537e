package provider

import (
	"context"
	"slices"
	"time"

	"github.com/hashicorp/terraform-plugin-framework-validators/setvalidator"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/identityschema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/setplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/pomerium-zdx/terraform-provider-pomerium/internal/httpapi"
	"github.com/pomerium-zdx/terraform-provider-pomerium/internal/zdx"
)

// A snapshot can be made, and neither read nor deleted: the service has one call for it (zdx.md 6). The state is all
// that Terraform knows, and a snapshot ends by itself.

var (
	_ resource.ResourceWithConfigure  = (*zdxAlertSnapshotResource)(nil)
	_ resource.ResourceWithIdentity   = (*zdxAlertSnapshotResource)(nil)
	_ resource.ResourceWithModifyPlan = (*zdxAlertSnapshotResource)(nil)
)

type zdxAlertSnapshotResource struct{ zdxResource }

type alertSnapshotModel struct {
	ID          types.String `tfsdk:"id"`
	Name        string       `tfsdk:"name"`
	AlertID     string       `tfsdk:"alert_id"`
	Expiry      types.String `tfsdk:"expiry"`
	Obfuscation []string     `tfsdk:"obfuscation"`
	URL         types.String `tfsdk:"url"`
	Status      types.String `tfsdk:"status"`
	ExpiresAt   types.String `tfsdk:"expires_at"`
}

type alertSnapshotIdentity struct {
	ID types.String `tfsdk:"id"`
}

// obfuscations are what a snapshot can hide.
var obfuscations = []string{"USER_NAME", "LOCATION", "DEVICE_NAME", "IP_ADDRESS", "WIFI_NAME"}

// A snapshot lives for two hours to 90 days, two hours unless it is told (zdx.md 6).
const (
	shortestSnapshot = 2 * time.Hour
	longestSnapshot  = 90 * 24 * time.Hour
)

func newZDXAlertSnapshotResource() resource.Resource { return &zdxAlertSnapshotResource{} }

func (r *zdxAlertSnapshotResource) Metadata(_ context.Context, _ resource.MetadataRequest, resp *resource.MetadataResponse) {
	resp.TypeName = "zdx_alert_snapshot"
}

func (r *zdxAlertSnapshotResource) Schema(_ context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	argument := func(description string, required bool, check validator.String) schema.StringAttribute {
		return schema.StringAttribute{
			MarkdownDescription: description, Required: required, Optional: !required,
			Validators: []validator.String{check}, PlanModifiers: []planmodifier.String{stringplanmodifier.RequiresReplace()},
		}
	}
	computed := func(description string, sensitive bool) schema.StringAttribute {
		return schema.StringAttribute{MarkdownDescription: description, Computed: true, Sensitive: sensitive, PlanModifiers: kept()}
	}
	resp.Schema = schema.Schema{
		MarkdownDescription: "A snapshot of a ZDX alert that can be shared by its address. The service can make one, and neither read nor delete it: a snapshot " +
			"ends when its time is up, destroying the resource only forgets it, and it cannot be imported. Every argument makes another " +
			"snapshot when changed.",
		Attributes: map[string]schema.Attribute{
			"name":     argument("Name of the snapshot.", true, notEmpty),
			"alert_id": argument("ID of the alert.", true, isDecimal),
			"expiry": argument("When the snapshot ends: RFC 3339, or a duration from when it is made, such as `72h`. Two hours to 90 days ahead. "+
				"Default: two hours after it is made.", false, isExpiry),
			"obfuscation": schema.SetAttribute{
				MarkdownDescription: "What the snapshot hides: " + oneOf(obfuscations) + ". Default: nothing.", ElementType: types.StringType, Optional: true,
				Validators:    []validator.Set{setvalidator.SizeAtLeast(1), setvalidator.ValueStringsAre(stringvalidator.OneOf(obfuscations...))},
				PlanModifiers: []planmodifier.Set{setplanmodifier.RequiresReplace()},
			},
			"id":         computed("ID of the snapshot.", false),
			"url":        computed("Address of the snapshot. Whoever has it may see the alert.", true),
			"status":     computed("Status when it was made, as the service spells it.", false),
			"expires_at": computed("When the snapshot ends (RFC 3339), as the service told when it was made.", false),
		},
	}
}

func (r *zdxAlertSnapshotResource) IdentitySchema(_ context.Context, _ resource.IdentitySchemaRequest, resp *resource.IdentitySchemaResponse) {
	resp.IdentitySchema = identityschema.Schema{Attributes: map[string]identityschema.Attribute{
		"id": identityschema.StringAttribute{Description: "ID of the snapshot.", RequiredForImport: true},
	}}
}

func (r *zdxAlertSnapshotResource) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	var plan alertSnapshotModel
	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	client, ok := r.zdx(&resp.Diagnostics)
	if !ok || resp.Diagnostics.HasError() {
		return
	}
	slices.Sort(plan.Obfuscation)
	request := zdx.SnapshotRequest{Name: plan.Name, AlertID: zdx.ID(plan.AlertID), Obfuscation: plan.Obfuscation}
	if !plan.Expiry.IsNull() {
		ends := expiryOf(plan.Expiry.ValueString(), client.ServerTime()).Unix()
		request.Expiry = &ends
	}
	snapshot, err := client.ShareAlert(ctx, request)
	if err != nil {
		addError(&resp.Diagnostics, "share a snapshot of alert "+plan.AlertID, lostSnapshot(err))
		return
	}
	plan.ID = types.StringPointerValue((*string)(snapshot.ID))
	plan.URL = types.StringPointerValue((*string)(snapshot.URL))
	plan.Status = types.StringPointerValue((*string)(snapshot.Status))
	plan.ExpiresAt = types.StringPointerValue((*string)(snapshot.Expiry))
	resp.Diagnostics.Append(resp.State.Set(ctx, plan)...)
	resp.Diagnostics.Append(resp.Identity.Set(ctx, alertSnapshotIdentity{plan.ID})...)
}

// Read leaves the state as it is: the service has no call to read a snapshot.
func (r *zdxAlertSnapshotResource) Read(ctx context.Context, req resource.ReadRequest, resp *resource.ReadResponse) {
	var id types.String
	resp.Diagnostics.Append(req.State.GetAttribute(ctx, path.Root("id"), &id)...)
	resp.Diagnostics.Append(resp.Identity.Set(ctx, alertSnapshotIdentity{id})...)
}

// Update is never called: every argument makes another snapshot.
func (r *zdxAlertSnapshotResource) Update(_ context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	resp.State.Raw = req.Plan.Raw
}

// Delete only forgets: the service has no call to delete a snapshot.
func (r *zdxAlertSnapshotResource) Delete(ctx context.Context, req resource.DeleteRequest, resp *resource.DeleteResponse) {
	var state alertSnapshotModel
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	ends, err := time.Parse(time.RFC3339, state.ExpiresAt.ValueString())
	if err == nil && ends.Before(time.Now()) {
		return
	}
	until := "its time is up"
	if err == nil {
		until = state.ExpiresAt.ValueString()
	}
	resp.Diagnostics.AddWarning("A snapshot stays", "ZDX has no call to delete snapshot "+state.ID.ValueString()+" of alert "+state.AlertID+
		". Terraform forgets it; it can be seen until "+until+", or delete it in the portal.")
}

// expiryOf reads what isExpiry lets through.
func expiryOf(text string, now time.Time) time.Time {
	if at, err := time.Parse(time.RFC3339, text); err == nil {
		return at
	}
	ahead, _ := time.ParseDuration(text) // checked when the configuration was validated
	return now.Add(ahead)
}

func lostSnapshot(err error) error {
	if !httpapi.Ambiguous(err) {
		return err
	}
	return notedError{err, "Whether it was made cannot be found out, since ZDX lists no snapshots; the portal shows it, and it ends when its time is up"}
}
