package provider

import (
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/pomerium-zdx/terraform-provider-pomerium/internal/pomeriumzero"
)

var (
	_ datasource.DataSourceWithConfigure        = (*routeDataSource)(nil)
	_ datasource.DataSourceWithConfigValidators = (*routeDataSource)(nil)
	_ datasource.DataSourceWithConfigure        = (*routesDataSource)(nil)
)

type (
	routeLookup      = zeroLookup[pomeriumzero.RouteProperties, pomeriumzero.RouteUse, routeModel, *routeModel]
	routeDataSource  = zeroDataSource[pomeriumzero.RouteProperties, pomeriumzero.RouteUse, routeModel, *routeModel]
	routesDataSource = zeroPluralDataSource[pomeriumzero.RouteProperties, pomeriumzero.RouteUse, routeModel, *routeModel]
)

func newRouteLookup() routeLookup {
	return routeLookup{
		noun: "route", nouns: "routes", holder: inNamespace, key: "name", resource: newZeroRouteResource(), collection: (*pomeriumzero.Client).Routes,
		use: map[string]schema.Attribute{
			"policies":          references("The policies that `policy_ids` names.", "policy"),
			"enforced_policies": references("The enforced policies that apply to the route as well.", "policy"),
			"enforced_policy_ids": schema.ListAttribute{
				MarkdownDescription: "IDs of the enforced policies.", ElementType: types.StringType, Computed: true,
			},
		},
	}
}

func newZeroRouteDataSource() datasource.DataSource {
	return &routeDataSource{newRouteLookup(), "A route of Pomerium Zero, with the policies that guard it."}
}

func newZeroRoutesDataSource() datasource.DataSource { return &routesDataSource{newRouteLookup()} }

// references are other objects, as an object shows them.
func references(description, noun string) schema.ListNestedAttribute {
	return schema.ListNestedAttribute{
		MarkdownDescription: description, Computed: true,
		NestedObject: schema.NestedAttributeObject{Attributes: map[string]schema.Attribute{
			"id":         computedText("ID of the " + noun + "."),
			"name":       computedText("Name of the " + noun + "."),
			"updated_at": computedText("When the " + noun + " was last changed (RFC 3339)."),
		}},
	}
}
