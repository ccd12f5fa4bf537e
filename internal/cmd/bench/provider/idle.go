//go:build unix

package main

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// idle is a provider of the same schemas that does nothing.
type idle struct{ provider.Provider }

func (idle) Configure(context.Context, provider.ConfigureRequest, *provider.ConfigureResponse) {}

func (p idle) Resources(ctx context.Context) []func() resource.Resource {
	var all []func() resource.Resource
	for _, open := range p.Provider.Resources(ctx) {
		all = append(all, func() resource.Resource { return idleResource{open()} })
	}
	return all
}

// idleResource hides all of a resource but its name and its schema.
type idleResource struct{ resource.Resource }

func (idleResource) Create(_ context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	apply(req.Plan, &resp.State, &resp.Diagnostics)
}

func (idleResource) Read(context.Context, resource.ReadRequest, *resource.ReadResponse) {}

func (idleResource) Update(_ context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	apply(req.Plan, &resp.State, &resp.Diagnostics)
}

func (idleResource) Delete(context.Context, resource.DeleteRequest, *resource.DeleteResponse) {}

// apply makes the plan the state. What is not known is text in all schemas that are measured.
func apply(plan tfsdk.Plan, state *tfsdk.State, diags *diag.Diagnostics) {
	raw, err := tftypes.Transform(plan.Raw, func(_ *tftypes.AttributePath, value tftypes.Value) (tftypes.Value, error) {
		if value.IsKnown() {
			return value, nil
		}
		return tftypes.NewValue(value.Type(), "minted"), nil
	})
	if err != nil {
		diags.AddError("The plan cannot be applied", err.Error())
	}
	state.Raw = raw
}
