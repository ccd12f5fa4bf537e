package provider

import (
	"strings"
	"testing"
)

func TestZDXDepartmentsAndLocations(t *testing.T) {
	t.Parallel()
	for _, kind := range []struct{ list, one, noun, path, id, name, other, otherName string }{
		{"zdx_departments", "zdx_department", "department", "/administration/departments", "10", "Sales", "0", "N/A"},
		{"zdx_locations", "zdx_location", "location", "/administration/locations", "4294967293", "Road Warrior", "20", "Lab office"},
	} {
		t.Run(kind.noun, func(t *testing.T) {
			t.Parallel()
			member := kind.noun + "s"
			addTwin := func(l *lab) {
				l.CreateObject(member, "", map[string]any{"id": "300", "name": strings.ToUpper(kind.name)})
			}
			both := kind.id + " " + kind.other
			if kind.noun == "department" {
				both = kind.other + " " + kind.id
			}
			lookups(t, kind.list, member, map[string]lookup{
				"all":                 {nil, nil, nil, []string{kind.path}, both, nil},
				"by name":             {map[string]any{"name": strings.ToLower(kind.name)}, nil, nil, []string{kind.path}, kind.id, nil},
				"by part of the name": {map[string]any{"name_contains": strings.ToUpper(kind.name[1:3])}, addTwin, nil, []string{kind.path}, kind.id + " 300", nil},
				"in a time":           {map[string]any{"from": "1h"}, nil, nil, []string{kind.path + "?from=946681200&to=946684800"}, both, nil},
				"not to be seen":      {nil, forbidden(kind.path), nil, []string{kind.path}, "", []string{"Could not read the " + member, roleAdvice}},
			})
			lookups(t, kind.one, "", map[string]lookup{
				"the one by ID":    {map[string]any{"id": kind.id}, addTwin, nil, []string{kind.path}, kind.id, nil},
				"the other by ID":  {map[string]any{"id": kind.other}, nil, nil, []string{kind.path}, kind.other, nil},
				"the one by name":  {map[string]any{"name": kind.name}, nil, nil, []string{kind.path}, kind.id, nil},
				"the other's name": {map[string]any{"name": kind.otherName, "from": "1h"}, nil, nil, []string{kind.path + "?from=946681200&to=946684800"}, kind.other, nil},
				"both":             {map[string]any{"name": kind.name, "id": "300"}, addTwin, nil, []string{kind.path}, "300", nil},
				"two of one name": {map[string]any{"name": kind.name}, addTwin, nil, []string{kind.path}, "",
					[]string{"2 " + kind.noun + "s match", kind.id + " (" + kind.name + ")", "300 (" + strings.ToUpper(kind.name) + ")"}},
				"unknown ID": {map[string]any{"id": "77"}, nil, nil, []string{kind.path}, "",
					[]string{"No " + kind.noun + " matches", kind.id + " (" + kind.name + ")", kind.other + " (" + kind.otherName + ")"}},
				"not to see": {map[string]any{"id": "77"}, forbidden(kind.path), nil, []string{kind.path}, "", []string{"Could not read the " + kind.noun + ` with id "77"`, roleAdvice}},
			})
			lookupRefusals(t, kind.one, map[string]any{"name": kind.name}, map[string]refusal{
				"a name for an ID": {map[string]any{"id": kind.name}, `AttributeName("id")`, "Not a decimal ID"},
				"an empty ID":      {map[string]any{"id": ""}, `AttributeName("id")`, "Not a decimal ID"},
				"an empty name":    {map[string]any{"name": ""}, `AttributeName("name")`, "at least 1"},
				"a time in words":  {map[string]any{"to": "now"}, `AttributeName("to")`, "Not a time"},
			})
		})
	}
}

func TestZDXGeolocations(t *testing.T) {
	t.Parallel()
	const path = "/active_geo"
	addTwin := func(l *lab) {
		l.CreateObject("geolocations", "", map[string]any{"id": "0.0.xx", "name": "UNITED states"})
	}
	lookups(t, "zdx_geolocations", "geolocations", map[string]lookup{
		"all":             {nil, nil, nil, []string{path}, "0.0.us", nil},
		"within":          {map[string]any{"parent_geo_id": "0.0.us"}, nil, nil, []string{path + "?parent_geo_id=0.0.us"}, "0.1.us.ca", nil},
		"by name":         {map[string]any{"name": "united STATES"}, addTwin, nil, []string{path}, "0.0.us 0.0.xx", nil},
		"by part":         {map[string]any{"name_contains": "canada"}, addTwin, nil, []string{path}, "", nil},
		"in a time":       {map[string]any{"from": "1h"}, nil, nil, []string{path + "?from=946681200&to=946684800"}, "0.0.us", nil},
		"not to be seen":  {nil, forbidden(path), nil, []string{path}, "", []string{"Could not read the geolocations", roleAdvice}},
		"within nowhere":  {map[string]any{"parent_geo_id": "0.0.fr"}, nil, nil, []string{path + "?parent_geo_id=0.0.fr"}, "", nil},
		"within and name": {map[string]any{"parent_geo_id": "0.0.us", "name": "California"}, nil, nil, []string{path + "?parent_geo_id=0.0.us"}, "0.1.us.ca", nil},
	})
	lookups(t, "zdx_geolocation", "", map[string]lookup{
		"the one by ID":   {map[string]any{"id": "0.0.us"}, addTwin, nil, []string{path}, "0.0.us", nil},
		"the one by name": {map[string]any{"name": "california", "parent_geo_id": "0.0.us", "from": "1h"}, nil, nil, []string{path + "?from=946681200&parent_geo_id=0.0.us&to=946684800"}, "0.1.us.ca", nil},
		"two of one name": {map[string]any{"name": "United States"}, addTwin, nil, []string{path}, "", []string{"2 geolocations match", "0.0.us (United States), 0.0.xx (UNITED states)"}},
		"unknown":         {map[string]any{"id": "0.1.us.ca"}, nil, nil, []string{path}, "", []string{"No geolocation matches", "These are there: 0.0.us (United States)."}},
		"not to see":      {map[string]any{"id": "0.0.us"}, forbidden(path), nil, []string{path}, "", []string{"Could not read the geolocation", roleAdvice}},
	})
	lookupRefusals(t, "zdx_geolocation", map[string]any{"id": "0.0.us"}, map[string]refusal{
		"an empty ID":     {map[string]any{"id": ""}, `AttributeName("id")`, "at least 1"},
		"an empty parent": {map[string]any{"parent_geo_id": ""}, `AttributeName("parent_geo_id")`, "at least 1"},
	})
	still(t, func(t *testing.T, lab *lab) {
		state := lab.calm(t).mustRead("zdx_geolocation", map[string]any{"name": "united states"})
		holds(t, "country", state, "geo_type")
		holds(t, []any{map[string]any{"id": "0.1.us.ca", "description": "California, United States", "geo_type": "state"}}, state, "children")
	})
}
