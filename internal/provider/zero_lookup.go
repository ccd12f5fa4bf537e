package provider

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/pomerium-zdx/terraform-provider-pomerium/internal/httpapi"
	"github.com/pomerium-zdx/terraform-provider-pomerium/internal/pomeriumzero"
)

// zeroLookup is what the data sources of one kind of object have in common. Their attributes are those of the
// resource, and what the service alone says of an object, U.
type zeroLookup[P pomeriumzero.Properties, U any, M any, PM modelOf[P, M]] struct {
	dataSourceBase
	noun, nouns string // "policy", "policies"
	resource    resource.Resource
	collection  func(client *pomeriumzero.Client, organizationID string) pomeriumzero.Collection[P]
	use         map[string]schema.Attribute // of U
}

// attributes are those of one object.
func (l *zeroLookup[P, U, M, PM]) attributes(ctx context.Context) map[string]schema.Attribute {
	var answer resource.SchemaResponse
	l.resource.Schema(ctx, resource.SchemaRequest{}, &answer)
	all := computedAttributes(answer.Schema.Attributes)
	all["organization_id"] = computedText("ID of the organization.")
	all["namespace_id"] = computedText("ID of the namespace that holds the " + l.noun + ".")
	maps.Copy(all, l.use)
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
	diags := whole.Set(ctx, foundModel[P, M, PM](organizationID, object))
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
func foundModel[P pomeriumzero.Properties, M any, PM modelOf[P, M]](organizationID string, object pomeriumzero.Object[P]) *M {
	var model M
	own, properties := PM(&model).parts()
	*properties = pomeriumzero.Reconcile(object.Properties, *properties)
	own.fill(organizationID, object.ID, object.CreatedAt, object.UpdatedAt)
	return &model
}

// zeroScope says where to look for objects. Data sources and lists have these arguments.
type zeroScope struct {
	OrganizationID     types.String
	NamespaceID        types.String
	IncludeDescendants types.Bool
}

const (
	aboutScopeOrganization = "ID of the organization. Default: the provider's."
	aboutScopeNamespace    = "ID of the namespace to look in. Default: all namespaces of the organization."
	aboutScopeDescendants  = "Look in the namespaces below as well. Default `false`."
)

func readScope(ctx context.Context, config tfsdk.Config) (scope zeroScope, diags diag.Diagnostics) {
	diags.Append(config.GetAttribute(ctx, path.Root("organization_id"), &scope.OrganizationID)...)
	diags.Append(config.GetAttribute(ctx, path.Root("namespace_id"), &scope.NamespaceID)...)
	diags.Append(config.GetAttribute(ctx, path.Root("include_descendants"), &scope.IncludeDescendants)...)
	return scope, diags
}

// single tells whether the objects lie in one namespace, where their names are unique.
func (s zeroScope) single() bool { return !s.NamespaceID.IsNull() && !s.IncludeDescendants.ValueBool() }

// listIn returns the objects of a scope in the order of their IDs.
func listIn[P pomeriumzero.Properties](ctx context.Context, client *pomeriumzero.Client, objects pomeriumzero.Collection[P],
	organizationID string, scope zeroScope, nouns string, diags *diag.Diagnostics,
) []pomeriumzero.Object[P] {
	var (
		list []pomeriumzero.Object[P]
		err  error
	)
	if scope.NamespaceID.IsNull() {
		list, err = objects.ListAll(ctx)
	} else {
		list, err = objects.List(ctx, pomeriumzero.ListOptions{
			NamespaceID: scope.NamespaceID.ValueString(), IncludeDescendants: scope.IncludeDescendants.ValueBool(),
		})
	}
	if err != nil {
		addListError(ctx, client, organizationID, scope.NamespaceID, nouns, err, diags)
		return nil
	}
	slices.SortFunc(list, func(a, b pomeriumzero.Object[P]) int { return cmp.Compare(a.ID, b.ID) })
	return list
}

// addListError says whether the namespace exists at all: the service answers 403 for one that does not.
func addListError(ctx context.Context, client *pomeriumzero.Client, organizationID string, namespaceID types.String, nouns string,
	err error, diags *diag.Diagnostics,
) {
	if !namespaceID.IsNull() && (httpapi.IsForbidden(err) || httpapi.IsNotFound(err)) {
		namespaces, failure := client.Namespaces(ctx, organizationID)
		named := func(n pomeriumzero.Namespace) bool { return n.ID == namespaceID.ValueString() }
		if failure == nil && !slices.ContainsFunc(namespaces, named) {
			diags.AddAttributeError(path.Root("namespace_id"), "Unknown namespace", fmt.Sprintf(
				"Organization %s has no namespace %q that these credentials see. It has: %s.",
				organizationID, namespaceID.ValueString(), describeAll(namespaces, describeNamespace)))
			return
		}
	}
	addError(diags, "list the "+nouns, err)
}
