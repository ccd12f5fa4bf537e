package provider

import (
	"encoding/json"
	"strings"
	"testing"
)

func TestZDXUsers(t *testing.T) {
	t.Parallel()
	lookups(t, "zdx_users", "users", map[string]lookup{
		"all":                    {nil, addDesk, nil, []string{"/users?limit=100"}, "1001 1002", nil},
		"that the service finds": {map[string]any{"search": "desk-pc@"}, addDesk, nil, []string{"/users?limit=100&q=desk-pc@"}, "1002", nil},
		"by name":                {map[string]any{"name": "LAB USER"}, addDesk, nil, []string{"/users?limit=100"}, "1001", nil},
		"by part of the name":    {map[string]any{"name_contains": "User OF"}, addDesk, nil, []string{"/users?limit=100"}, "1002", nil},
		"in a department":        {map[string]any{"department_ids": []string{"0", "10"}}, addDesk, nil, []string{"/users?dept=0&dept=10&limit=100"}, "1001 1002", nil},
		"in a location":          {map[string]any{"location_ids": []string{"20"}}, addDesk, nil, []string{"/users?limit=100&loc=20"}, "1002", nil},
		"in a geolocation":       {map[string]any{"geolocation_ids": []string{"0.0.us"}}, addDesk, nil, []string{"/users?geo=0.0.us&limit=100"}, "1001 1002", nil},
		"outside all": {map[string]any{
			"exclude_location_ids": []string{"20"}, "exclude_department_ids": []string{"10"}, "exclude_geolocation_ids": []string{"0.0.us"},
		}, addDesk, nil, []string{"/users?exclude_dept=10&exclude_geo=0.0.us&exclude_loc=20&limit=100"}, "", nil},
		"in a time":      {map[string]any{"from": "1h"}, nil, nil, []string{"/users?from=946681200&limit=100&to=946684800"}, "1001", nil},
		"not to be seen": {nil, forbidden("/users"), nil, []string{"/users?limit=100"}, "", []string{"Could not read the users", roleAdvice}},
	})
	lookupRefusals(t, "zdx_users", map[string]any{}, map[string]refusal{
		"an empty search":     {map[string]any{"search": ""}, `AttributeName("search")`, "at least 1"},
		"an empty department": {map[string]any{"department_ids": []string{""}}, `AttributeName("department_ids").ElementKeyValue(tftypes.String<"">)`, "Not a decimal ID"},
		"department 00":       {map[string]any{"department_ids": []string{"00"}}, `AttributeName("department_ids").ElementKeyValue(tftypes.String<"00">)`, "Not a decimal ID"},
	})
}

func TestZDXUser(t *testing.T) {
	t.Parallel()
	twin := func(l *lab) {
		l.CreateObject("users", "", map[string]any{"name": "Lab User", "email": "second@example.com"})
	}
	const found = "/users?limit=100&q="
	lookups(t, "zdx_user", "", map[string]lookup{
		"by ID":             {map[string]any{"id": "1001"}, addDesk, nil, []string{"/users/1001"}, "1001", nil},
		"by ID in a time":   {map[string]any{"id": "1001", "from": "1h"}, nil, nil, []string{"/users/1001?from=946681200&to=946684800"}, "1001", nil},
		"by address":        {map[string]any{"email": "User@Example.com"}, addDesk, nil, []string{found + "User@Example.com"}, "1001", nil},
		"by name":           {map[string]any{"name": "user of desk pc"}, addDesk, nil, []string{found + "user of desk pc"}, "1002", nil},
		"by name and ID":    {map[string]any{"name": "lab user", "id": "1001"}, twin, nil, []string{found + "lab user"}, "1001", nil},
		"by name and email": {map[string]any{"name": "lab user", "email": "second@example.com"}, twin, nil, []string{found + "second@example.com"}, "1002", nil},
		"in a time":         {map[string]any{"name": "lab user", "from": "1h"}, nil, nil, []string{"/users?from=946681200&limit=100&q=lab user&to=946684800"}, "1001", nil},
		"unknown ID":        {map[string]any{"id": "9"}, nil, nil, []string{"/users/9"}, "", []string{"No user matches", `ZDX has no user with id "9"`}},
		"two of one name": {map[string]any{"name": "lab user"}, twin, nil, []string{found + "lab user"}, "",
			[]string{"2 users match", "1001 (lab user, user@example.com), 1002 (Lab User, second@example.com)"}},
		"part of a name": {map[string]any{"name": "user"}, addDesk, nil, []string{found + "user"}, "",
			[]string{"No user matches", "These are there: 1001 (lab user, user@example.com), 1002 (user of desk pc, desk-pc@example.com)."}},
		"another's address": {map[string]any{"name": "lab user", "email": "desk-pc@example.com"}, addDesk, nil, []string{found + "desk-pc@example.com"}, "",
			[]string{"No user matches", "1002 (user of desk pc, desk-pc@example.com)"}},
		"unknown name":    {map[string]any{"name": "nobody"}, nil, nil, []string{found + "nobody"}, "", []string{"No user matches", "These are there: none."}},
		"not to be seen":  {map[string]any{"id": "1001"}, forbidden("/users/{userid}"), nil, []string{"/users/1001"}, "", []string{`Could not read the user with id "1001"`, roleAdvice}},
		"list not to see": {map[string]any{"name": "lab user"}, forbidden("/users"), nil, []string{found + "lab user"}, "", []string{`Could not read the user with name "lab user"`, roleAdvice}},
	})
	lookupRefusals(t, "zdx_user", map[string]any{"id": "1001"}, map[string]refusal{
		"a name for an ID": {map[string]any{"id": "lab user"}, `AttributeName("id")`, "Not a decimal ID"},
		"ID 0":             {map[string]any{"id": "0"}, `AttributeName("id")`, "Not a decimal ID"},
		"an empty name":    {map[string]any{"name": ""}, `AttributeName("name")`, "at least 1"},
	})
	if problems := validateDataSource(t, "zdx_user", map[string]any{"from": "1h"}); !strings.Contains(listed(problems), "Missing Attribute Configuration") {
		t.Errorf("without any choice: %s", listed(problems))
	}
}

func TestZDXUserMembers(t *testing.T) {
	t.Parallel()
	still(t, func(t *testing.T, lab *lab) {
		p := lab.calm(t)
		state := p.mustRead("zdx_user", map[string]any{"email": "USER@example.com"})
		holds(t, "user@example.com", state, "email") // in the service's spelling
		holds(t, "lab user", state, "name")
		holds(t, nil, state, "score")
		holds(t, "30989301", state, "devices", 0, "id")
		holds(t, "4294967293", state, "devices", 0, "zs_loc", 0, "id")
		holds(t, json.Number("39.76"), state, "devices", 0, "geo_loc", 0, "geo_lat")
		holds(t, nil, state, "devices", 0, "geo_loc", 0, "city")
		lab.RemoveObject("devices", lab.DeviceID)
		holds(t, []any{}, p.mustRead("zdx_user", map[string]any{"id": "1001"}), "devices")
		holds(t, []any{}, p.mustRead("zdx_users", nil), "users", 0, "devices")
	})
}
