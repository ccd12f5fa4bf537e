package provider

import (
	"cmp"
	"context"
	"maps"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/pomerium-zdx/terraform-provider-pomerium/internal/pomeriumzero"
)

// zeroLookup is what the data sources of one kind of object have in common. Their attributes are those of the
// resource, and what the service alone says of an object, U.
type zeroLookup[P pomeriumzero.Properties, U any, M any, PM modelOf[P, M]] struct {
	dataSourceBase
	noun, nouns string // "policy", "policies"
	holder      *zeroHolder
	key         string // the attribute that is unique in the holder; "" where none is
	partly      bool   // there is one object for each holder, and its ID is the holder's
	resource    resource.Resource
	collection  func(client *pomeriumzero.Client, organizationID string) pomeriumzero.Collection[P]
	use         map[string]schema.Attribute // of U
	without     []string                    // attributes that say nothing here
}

// attributes are those of one object.
func (l *zeroLookup[P, U, M, PM]) attributes(ctx context.Context) map[string]schema.Attribute {
	var answer resource.SchemaResponse
	l.resource.Schema(ctx, resource.SchemaRequest{}, &answer)
	all := computedAttributes(answer.Schema.Attributes)
	all["organization_id"] = computedText("ID of the organization.")
	if l.holder != nil {
		all[l.holder.attribute()] = computedText("ID of the " + l.holder.noun + " that holds the " + l.noun + ".")
	}
	maps.Copy(all, l.use)
	for _, name := range l.without {
		delete(all, name)
	}
	return all
}

// values are the members of an object as the attributes hold them.
func (l *zeroLookup[P, U, M, PM]) values(ctx context.Context, organizationID string, object pomeriumzero.Object[P]) (tftypes.Value, diag.Diagnostics) {
	var answer resource.SchemaResponse
	l.resource.Schema(ctx, resource.SchemaRequest{}, &answer)
	whole, extra := tfsdk.State{Schema: answer.Schema}, tfsdk.State{Schema: schema.Schema{Attributes: l.use}}
	var use U
	if err := object.Decode(&use); err != nil {
		return tftypes.Value{}, failed(l.noun, err)
	}
	model, err := foundModel[P, M, PM](organizationID, object)
	if err != nil {
		return tftypes.Value{}, failed(l.noun, err)
	}
	diags := whole.Set(ctx, model)
	diags.Append(extra.Set(ctx, use)...)
	if diags.HasError() {
		return tftypes.Value{}, diags
	}
	members, types := map[string]tftypes.Value{}, map[string]tftypes.Type{}
	for _, value := range []tftypes.Value{whole.Raw, extra.Raw} {
		var part map[string]tftypes.Value
		if err := value.As(&part); err != nil {
			return tftypes.Value{}, failed(l.noun, err)
		}
		for name, member := range part {
			members[name], types[name] = member, member.Type()
		}
	}
	to := schema.NestedAttributeObject{Attributes: l.attributes(ctx)}.Type().TerraformType(ctx)
	value, err := project(tftypes.NewValue(tftypes.Object{AttributeTypes: types}, members), to)
	if err != nil {
		return tftypes.Value{}, failed(l.noun, err)
	}
	return value, diags
}

func failed(noun string, err error) diag.Diagnostics {
	return diag.Diagnostics{diag.NewErrorDiagnostic("Could not read the "+noun, sentence(err.Error()))}
}

// foundModel is the model of an object that no configuration and no state speaks of: what is empty is null.
func foundModel[P pomeriumzero.Properties, M any, PM modelOf[P, M]](organizationID string, object pomeriumzero.Object[P]) (*M, error) {
	var model M
	own, properties := PM(&model).parts()
	*properties = pomeriumzero.Reconcile(object.Properties, *properties)
	own.fill(organizationID, object.ID, object.CreatedAt, object.UpdatedAt)
	return &model, show(&model, object)
}

// zeroScope says where to look for objects. Data sources and lists have these arguments.
type zeroScope struct {
	OrganizationID     types.String
	Parent             types.String // the holder's ID
	IncludeDescendants types.Bool
}

const (
	aboutScopeOrganization = "ID of the organization. Default: the provider's."
	aboutScopeDescendants  = "Look in the namespaces below as well. Default `false`."
)

// nests tells whether a scope has the argument for the namespaces below.
func (h *zeroHolder) nests() bool { return h == inNamespace }

// aboutScope describes the argument that names the holder.
func (h *zeroHolder) aboutScope() string {
	return "ID of the " + h.noun + " to look in. Default: all " + h.noun + "s of the organization."
}

// everywhere says where objects are looked for.
func (h *zeroHolder) everywhere() string {
	if h == nil {
		return "of the organization"
	}
	return "of a " + h.noun + ", or of all " + h.noun + "s that the API user sees"
}

// readScopeOfOne reads where a single object is.
func (h *zeroHolder) readScopeOfOne(ctx context.Context, config tfsdk.Config) (scope zeroScope, diags diag.Diagnostics) {
	diags.Append(config.GetAttribute(ctx, path.Root("organization_id"), &scope.OrganizationID)...)
	if h != nil {
		diags.Append(config.GetAttribute(ctx, path.Root(h.attribute()), &scope.Parent)...)
	}
	return scope, diags
}

func (h *zeroHolder) readScope(ctx context.Context, config tfsdk.Config) (scope zeroScope, diags diag.Diagnostics) {
	scope, diags = h.readScopeOfOne(ctx, config)
	if h.nests() {
		diags.Append(config.GetAttribute(ctx, path.Root("include_descendants"), &scope.IncludeDescendants)...)
	}
	return scope, diags
}

// single tells whether the objects lie in one place, where their names are unique.
func (h *zeroHolder) single(scope zeroScope) bool {
	return h == nil || !scope.Parent.IsNull() && !scope.IncludeDescendants.ValueBool()
}

// listIn returns the objects of a scope in the order of their IDs.
func listIn[P pomeriumzero.Properties](ctx context.Context, client *pomeriumzero.Client, objects pomeriumzero.Collection[P],
	organizationID string, holder *zeroHolder, scope zeroScope, nouns string, diags *diag.Diagnostics,
) []pomeriumzero.Object[P] {
	var (
		list []pomeriumzero.Object[P]
		err  error
	)
	if scope.Parent.IsNull() {
		list, err = objects.ListAll(ctx)
	} else {
		list, err = objects.List(ctx, pomeriumzero.ListOptions{
			Parent: scope.Parent.ValueString(), IncludeDescendants: scope.IncludeDescendants.ValueBool(),
		})
	}
	if err != nil {
		holder.explain(ctx, client, organizationID, scope.Parent.ValueString(), "list the "+nouns, err, diags)
		return nil
	}
	slices.SortFunc(list, func(a, b pomeriumzero.Object[P]) int { return cmp.Compare(a.ID, b.ID) })
	return list
}
