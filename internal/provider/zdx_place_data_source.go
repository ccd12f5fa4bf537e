package provider

import (
	"context"
	"net/url"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"

	"github.com/pomerium-zdx/terraform-provider-pomerium/internal/zdx"
)

// Departments, locations and geolocations serve as filters of other look-ups. Their lists come whole; the parameter
// for a search has two names in the documents (zdx.md 6), so names are compared here.

type fetchIDNames = func(ctx context.Context, c *zdx.Client, query url.Values, ids ...string) ([]zdx.IDName, error)

func newZDXDepartmentsDataSource() datasource.DataSource {
	return idNames("departments", "department", "Departments of the organization.", zdx.Departments.All)
}

func newZDXDepartmentDataSource() datasource.DataSource {
	return idName("department", "A department of the organization, by ID or by name. Exactly one must fit. ID 0 stands for users without one.", zdx.Departments.All)
}

func newZDXLocationsDataSource() datasource.DataSource {
	return idNames("locations", "location", "Zscaler locations of the organization.", zdx.Locations.All)
}

func newZDXLocationDataSource() datasource.DataSource {
	return idName("location", "A Zscaler location of the organization, by ID or by name, such as `Road Warrior`. Exactly one must fit.", zdx.Locations.All)
}

func idNames(nouns, noun, about string, fetch fetchIDNames) datasource.DataSource {
	return &zdxList[zdx.IDName]{
		name: nouns, what: nouns, about: about, window: true, fetch: fetch,
		member: nouns, elements: "The " + nouns + ".", element: func() attributes { return idNameAttributes(noun) },
		nameOf: func(e zdx.IDName) *zdx.Text { return e.Name },
	}
}

func idName(noun, about string, fetch fetchIDNames) datasource.DataSource {
	choices := choicesByName(noun, func(e zdx.IDName) *zdx.ID { return e.ID }, func(e zdx.IDName) *zdx.Text { return e.Name })
	if noun == "department" {
		choices[0].checks = []validator.String{isDepartment}
	}
	return &zdxSingle[zdx.IDName, zdx.IDName]{
		name: noun, noun: noun, about: about, window: true, choices: choices,
		fetch: fetch, whole: asFound[zdx.IDName],
		describe: func(e zdx.IDName) string { return describeIDName(plain(e.ID), plain(e.Name)) },
		members:  func() attributes { return idNameAttributes(noun) },
	}
}

var withinGeolocation = zdxArgument{
	name: "parent_geo_id", query: "parent_geo_id", about: "Only geolocations within this one, such as `0.0.us`.", checks: []validator.String{notEmpty},
}

func newZDXGeolocationsDataSource() datasource.DataSource {
	return &zdxList[zdx.Geolocation]{
		name: "geolocations", what: "geolocations",
		about:     "Places that devices were seen in. The service knows states and cities of the United States only.",
		arguments: []zdxArgument{withinGeolocation}, window: true, fetch: zdx.Geolocations.All,
		member: "geolocations", elements: "The geolocations.", element: geolocationAttributes,
		nameOf: func(g zdx.Geolocation) *zdx.Text { return g.Name },
	}
}

func newZDXGeolocationDataSource() datasource.DataSource {
	return &zdxSingle[zdx.Geolocation, zdx.Geolocation]{
		name: "geolocation", noun: "geolocation", arguments: []zdxArgument{withinGeolocation}, window: true,
		about: "A place that devices were seen in, by ID or by name. Exactly one must fit.",
		choices: []zdxChoice[zdx.Geolocation]{
			{"id", "ID of the geolocation, such as `0.0.us`.", []validator.String{notEmpty}, func(g zdx.Geolocation, id string) bool { return plain(g.ID) == id }},
			{"name", "Name of the geolocation; upper and lower case do not matter.", []validator.String{notEmpty}, func(g zdx.Geolocation, name string) bool {
				return strings.EqualFold(plain(g.Name), name)
			}},
		},
		fetch: zdx.Geolocations.All, whole: asFound[zdx.Geolocation],
		describe: func(g zdx.Geolocation) string { return describeIDName(plain(g.ID), plain(g.Name)) },
		members:  geolocationAttributes,
	}
}

func geolocationAttributes() attributes {
	return attributes{
		"id":          computedText("ID of the geolocation, such as `0.0.us`."),
		"name":        computedText("Name of the geolocation."),
		"geo_type":    computedText("Its type, such as country."),
		"description": computedText("Its description."),
		"children": computedList("The geolocations within.", attributes{
			"id":          computedText("ID of the geolocation."),
			"description": computedText("Its description."),
			"geo_type":    computedText("Its type."),
		}),
	}
}
