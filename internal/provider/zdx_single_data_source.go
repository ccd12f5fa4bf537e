package provider

import (
	"context"
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework-validators/datasourcevalidator"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/pomerium-zdx/terraform-provider-pomerium/internal/httpapi"
	"github.com/pomerium-zdx/terraform-provider-pomerium/internal/zdx"
)

// zdxSingle is a data source of one object: exactly one of a list fits, or it is an error that lists the candidates.
// T is an element of the list, D what the data source tells of the one.
type zdxSingle[T, D any] struct {
	dataSourceBase
	name      string // of the type, without zdx_
	noun      string // "device"
	about     string
	arguments []zdxArgument
	window    bool
	choices   []zdxChoice[T] // the ID first
	fetch     func(ctx context.Context, c *zdx.Client, query url.Values, ids ...string) ([]T, error)
	describe  func(T) string
	members   func() attributes // of D
	// whole makes of the one what the data source tells. It may ask for more, and refuse.
	whole func(ctx context.Context, c *zdx.Client, found T, chosen map[string]string, query url.Values, ids []string) (D, error)
	// byID reads the object by its ID without a list; nil if the API cannot.
	byID func(ctx context.Context, c *zdx.Client, id string, query url.Values, ids []string) (D, error)
	// narrow turns choices into parameters of the list where the service can choose; nil for none.
	narrow func(ctx context.Context, c *zdx.Client, chosen map[string]string, query url.Values) error
}

// zdxChoice is an argument that tells which object is meant. All that are given must fit.
type zdxChoice[T any] struct {
	name   string
	about  string
	checks []validator.String
	fits   func(element T, wanted string) bool // nil where the service chooses
}

func (d *zdxSingle[T, D]) Metadata(_ context.Context, _ datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = "zdx_" + d.name
}

func (d *zdxSingle[T, D]) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	all := d.members()
	for _, argument := range d.arguments {
		all[argument.name] = argument.attribute()
	}
	if d.window {
		maps.Copy(all, windowAttributes())
	}
	for _, choice := range d.choices {
		_, told := all[choice.name]
		all[choice.name] = schema.StringAttribute{MarkdownDescription: choice.about, Optional: true, Computed: told, Validators: choice.checks}
	}
	resp.Schema = schema.Schema{MarkdownDescription: d.about, Attributes: all}
}

func (d *zdxSingle[T, D]) ConfigValidators(context.Context) []datasource.ConfigValidator {
	var all []path.Expression
	for _, choice := range d.choices {
		all = append(all, path.MatchRoot(choice.name))
	}
	return []datasource.ConfigValidator{datasourcevalidator.AtLeastOneOf(all...)}
}

func (d *zdxSingle[T, D]) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	client, ok := d.zdx(&resp.Diagnostics)
	if !ok {
		unreadable(&resp.Diagnostics, d.noun)
		return
	}
	query, chosen := url.Values{}, map[string]string{}
	ids := readArguments(ctx, req.Config, d.arguments, query, &resp.Diagnostics)
	if d.window {
		readWindow(ctx, req.Config, client.ServerTime(), query, &resp.Diagnostics)
	}
	for _, choice := range d.choices {
		var value types.String
		resp.Diagnostics.Append(req.Config.GetAttribute(ctx, path.Root(choice.name), &value)...)
		if !value.IsNull() {
			chosen[choice.name] = value.ValueString()
		}
	}
	if resp.Diagnostics.HasError() {
		return
	}
	object, ok := d.find(ctx, client, chosen, query, ids, &resp.Diagnostics)
	if ok {
		fillObject(ctx, &resp.State, req.Config, d.members(), object, &resp.Diagnostics)
	}
}

func (d *zdxSingle[T, D]) find(ctx context.Context, c *zdx.Client, chosen map[string]string, query url.Values, ids []string, diags *diag.Diagnostics) (object D, ok bool) {
	about := d.noun + " with " + describeChoice(chosen)
	var err error
	byID := d.choices[0].name
	if id, only := chosen[byID]; only && len(chosen) == 1 && d.byID != nil {
		if object, err = d.byID(ctx, c, id, query, ids); httpapi.IsNotFound(err) {
			diags.AddAttributeError(path.Root(byID), "No "+d.noun+" matches", fmt.Sprintf("ZDX has no %s that these credentials see. Check it, and the role of the credentials.", about))
			return object, false
		}
		addReadError(diags, about, err)
		return object, err == nil
	}
	if d.narrow != nil {
		if err := d.narrow(ctx, c, chosen, query); err != nil {
			addReadError(diags, about, err)
			return object, false
		}
	}
	list, err := d.fetch(ctx, c, query, ids...)
	if err != nil {
		addReadError(diags, about, err)
		return object, false
	}
	found, ok := theOne(list, func(element T) bool { return d.fits(element, chosen) }, d.noun, d.describe, diags)
	if !ok {
		return object, false
	}
	object, err = d.whole(ctx, c, found, chosen, query, ids)
	addReadError(diags, about, err)
	return object, err == nil
}

func addReadError(diags *diag.Diagnostics, object string, err error) {
	if err != nil {
		addError(diags, "read the "+object, err)
	}
}

func (d *zdxSingle[T, D]) fits(element T, chosen map[string]string) bool {
	return !slices.ContainsFunc(d.choices, func(choice zdxChoice[T]) bool {
		wanted, given := chosen[choice.name]
		return given && choice.fits != nil && !choice.fits(element, wanted)
	})
}

func describeChoice(chosen map[string]string) string {
	var texts []string
	for _, name := range slices.Sorted(maps.Keys(chosen)) {
		texts = append(texts, fmt.Sprintf("%s %q", name, chosen[name]))
	}
	return strings.Join(texts, " and ")
}

// asFound is the whole of an object of which the list tells all.
func asFound[T any](_ context.Context, _ *zdx.Client, found T, _ map[string]string, _ url.Values, _ []string) (T, error) {
	return found, nil
}

// fillObject makes a data source's state of its arguments and of an object with these members.
func fillObject(ctx context.Context, state *tfsdk.State, config tfsdk.Config, members attributes, object any, diags *diag.Diagnostics) {
	kinds := map[string]attr.Type{}
	for name, member := range members {
		kinds[name] = member.GetType()
	}
	value, problems := types.ObjectValueFrom(ctx, kinds, object)
	diags.Append(problems...)
	if !diags.HasError() {
		fillState(ctx, state, config, value.Attributes(), diags)
	}
}
