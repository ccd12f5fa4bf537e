package provider

import (
	"context"
	"maps"

	"github.com/hashicorp/terraform-plugin-framework-validators/int64validator"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/pomerium-zdx/terraform-provider-pomerium/internal/pomeriumzero"
)

// zeroReport is a data source of what Pomerium Zero tells and nobody sets. The members of T are what it tells.
type zeroReport[T any] struct {
	dataSourceBase
	name      string // of the type, without pomerium_zero_
	what      string // "users": what is read, for errors
	about     string
	holder    *zeroHolder // an argument names it; nil where all belongs to the organization
	anywhere  bool        // that argument may be left out
	arguments attributes  // beside those: texts and numbers
	told      func() attributes
	fetch     func(ctx context.Context, client *pomeriumzero.Client, given zeroGiven) (T, error)
}

// zeroGiven are the arguments of a report. Those that are left out are "", and the limit its default.
type zeroGiven struct {
	organizationID string
	texts          map[string]string
	limit          int
}

// reporting makes a data source of its description, a new one each time.
func reporting[T any](of zeroReport[T]) func() datasource.DataSource {
	return func() datasource.DataSource {
		d := of
		return &d
	}
}

// The service tells neither a default nor a maximum of what a list holds, so the arguments have them.
const (
	defaultLimit  = 100
	greatestLimit = 10_000
)

func limitAttribute() schema.Int64Attribute {
	return schema.Int64Attribute{
		MarkdownDescription: "How many to read at most, from 1 to 10000. The latest come first, so older ones are left out. Default `100`.", Optional: true,
		Validators: []validator.Int64{int64validator.Between(1, greatestLimit)},
	}
}

// only is an argument that narrows a report down.
func only(about string, checks ...validator.String) schema.StringAttribute {
	return schema.StringAttribute{MarkdownDescription: about, Optional: true, Validators: append(checks, notEmpty)}
}

// onlyOf is an argument that narrows a report down to one of these values.
func onlyOf(about string, values []string) schema.StringAttribute {
	return only(about+": one of "+oneOf(values)+".", stringvalidator.OneOf(values...))
}

func (d *zeroReport[T]) Metadata(_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_zero_" + d.name
}

func (d *zeroReport[T]) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	all := d.given()
	all["organization_id"] = schema.StringAttribute{
		MarkdownDescription: aboutScopeOrganization, Optional: true, Computed: true, Validators: []validator.String{notEmpty},
	}
	maps.Copy(all, d.told())
	resp.Schema = schema.Schema{MarkdownDescription: d.about, Attributes: all}
}

// given are the arguments but for the organization.
func (d *zeroReport[T]) given() attributes {
	all := attributes{}
	maps.Copy(all, d.arguments)
	switch {
	case d.holder == nil:
	case d.anywhere:
		all[d.holder.attribute()] = only(d.holder.aboutScope())
	default:
		all[d.holder.attribute()] = schema.StringAttribute{
			MarkdownDescription: "ID of the " + d.holder.noun + ".", Required: true, Validators: []validator.String{notEmpty},
		}
	}
	return all
}

func (d *zeroReport[T]) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	client, ok := d.zero(&resp.Diagnostics)
	if !ok {
		unreadable(&resp.Diagnostics, d.what)
	}
	given := d.read(ctx, req.Config, &resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}
	organization, err := client.Organization(ctx, given.organizationID)
	if err != nil {
		addError(&resp.Diagnostics, "read the "+d.what, err)
		return
	}
	given.organizationID = organization.ID
	told, err := d.fetch(ctx, client, given)
	if err != nil {
		d.explain(ctx, client, given, err, &resp.Diagnostics)
		return
	}
	fillObject(ctx, &resp.State, req.Config, d.told(), told, &resp.Diagnostics)
	if !resp.Diagnostics.HasError() {
		resp.Diagnostics.Append(resp.State.SetAttribute(ctx, path.Root("organization_id"), organization.ID)...)
	}
}

func (d *zeroReport[T]) read(ctx context.Context, config tfsdk.Config, diags *diag.Diagnostics) zeroGiven {
	given := zeroGiven{texts: map[string]string{}, limit: defaultLimit}
	text := func(name string) string {
		var value types.String
		diags.Append(config.GetAttribute(ctx, path.Root(name), &value)...)
		return value.ValueString()
	}
	given.organizationID = text("organization_id")
	for name, argument := range d.given() {
		if _, is := argument.(schema.Int64Attribute); !is {
			given.texts[name] = text(name)
			continue
		}
		var limit types.Int64
		diags.Append(config.GetAttribute(ctx, path.Root(name), &limit)...)
		if !limit.IsNull() {
			given.limit = int(limit.ValueInt64())
		}
	}
	return given
}

// explain adds the error of a report. The service answers 403 for a cluster or a namespace that does not exist. One that
// is asked for and not refused is not looked up: what is told of those that are gone is wanted as well.
func (d *zeroReport[T]) explain(ctx context.Context, client *pomeriumzero.Client, given zeroGiven, err error, diags *diag.Diagnostics) {
	of, id := "organization "+given.organizationID, ""
	if d.holder != nil && given.texts[d.holder.attribute()] != "" {
		id = given.texts[d.holder.attribute()]
		of = d.holder.noun + " " + id
	}
	d.holder.explain(ctx, client, given.organizationID, id, "read the "+d.what+" of "+of, err, diags)
}
