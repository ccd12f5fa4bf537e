package provider

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/action"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/resource"

	"github.com/pomerium-zdx/terraform-provider-pomerium/internal/pomeriumzero"
	"github.com/pomerium-zdx/terraform-provider-pomerium/internal/zdx"
)

// base gives resources and data sources the services that the provider was configured with.
type base struct{ services *services }

// accept takes what Configure of the provider handed out. It is nil while only schemas are asked for.
func (b *base) accept(data any, diags *diag.Diagnostics) {
	if data == nil {
		return
	}
	services, ok := data.(*services)
	if !ok {
		diags.AddError("Provider data of an unexpected type", fmt.Sprintf("Got %T. This is a bug of the provider.", data))
		return
	}
	b.services = services
}

// zero returns the client of Pomerium Zero; false while credentials are unknown, or with an error.
func (b *base) zero(diags *diag.Diagnostics) (*pomeriumzero.Client, bool) {
	return client(b.services.zero, b.services, "Pomerium Zero", diags)
}

// zdx returns the client of ZDX; false while credentials are unknown, or with an error.
func (b *base) zdx(diags *diag.Diagnostics) (*zdx.Client, bool) {
	return client(b.services.zdx, b.services, "Zscaler ZDX", diags)
}

// resourceBase is embedded by every resource.
type resourceBase struct{ base }

func (b *resourceBase) Configure(_ context.Context, req resource.ConfigureRequest, resp *resource.ConfigureResponse) {
	b.accept(req.ProviderData, &resp.Diagnostics)
}

// dataSourceBase is embedded by every data source.
type dataSourceBase struct{ base }

func (b *dataSourceBase) Configure(_ context.Context, req datasource.ConfigureRequest, resp *datasource.ConfigureResponse) {
	b.accept(req.ProviderData, &resp.Diagnostics)
}

// actionBase is embedded by every action.
type actionBase struct{ base }

func (b *actionBase) Configure(_ context.Context, req action.ConfigureRequest, resp *action.ConfigureResponse) {
	b.accept(req.ProviderData, &resp.Diagnostics)
}

// notYet says that an object was left as it is because the credentials are known only after apply.
func notYet(diags *diag.Diagnostics, object string) {
	diags.AddWarning("Credentials are not known yet",
		"The provider's credentials depend on values that are known only after apply, so "+object+" was not read. "+
			"Run plan again when they are known.")
}

// unreadable says that a data source cannot be read before the credentials are known. Unlike a resource it
// has no prior state to leave as it is.
func unreadable(diags *diag.Diagnostics, noun string) {
	if diags.HasError() {
		return
	}
	diags.AddError("Credentials are not known yet",
		"The provider's credentials depend on values that are known only after apply, so the "+noun+" cannot be read now. "+
			"Create what the credentials depend on first, with -target or in a configuration of its own.")
}
