package provider

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/pomerium-zdx/terraform-provider-pomerium/internal/apimock"
)

// addDesk adds a second device, with a user and in places of its own.
func addDesk(l *lab) { l.AddDevice("501", "desk pc") }

func TestZDXDevices(t *testing.T) {
	t.Parallel()
	lookups(t, "zdx_devices", "devices", map[string]lookup{
		"all":                       {nil, addDesk, nil, []string{"/devices?limit=100"}, "30989301 501", nil},
		"in a location":             {map[string]any{"location_ids": []string{"4294967293"}}, addDesk, nil, []string{"/devices?limit=100&loc=4294967293"}, "30989301", nil},
		"in two":                    {map[string]any{"location_ids": []string{"4294967293", "20"}}, addDesk, nil, []string{"/devices?limit=100&loc=20&loc=4294967293"}, "30989301 501", nil},
		"without department":        {map[string]any{"department_ids": []string{"0"}}, addDesk, nil, []string{"/devices?dept=0&limit=100"}, "501", nil},
		"in a geolocation":          {map[string]any{"geolocation_ids": []string{"0.1.us.ca"}}, addDesk, nil, []string{"/devices?geo=0.1.us.ca&limit=100"}, "501", nil},
		"outside a location":        {map[string]any{"exclude_location_ids": []string{"20"}}, addDesk, nil, []string{"/devices?exclude_loc=20&limit=100"}, "30989301", nil},
		"outside a department":      {map[string]any{"exclude_department_ids": []string{"10"}}, addDesk, nil, []string{"/devices?exclude_dept=10&limit=100"}, "501", nil},
		"outside a geolocation":     {map[string]any{"exclude_geolocation_ids": []string{"0.1.us.ca"}}, addDesk, nil, []string{"/devices?exclude_geo=0.1.us.ca&limit=100"}, "30989301", nil},
		"of a user":                 {map[string]any{"user_ids": []string{"1002"}}, addDesk, nil, []string{"/devices?limit=100&userids=1002"}, "501", nil},
		"of addresses":              {map[string]any{"emails": []string{"user@example.com", "desk-pc@example.com"}}, addDesk, nil, []string{"/devices?emails=desk-pc@example.com&emails=user@example.com&limit=100"}, "30989301 501", nil},
		"by MAC address":            {map[string]any{"mac_address": "02:00:00:00:00:02"}, addDesk, nil, []string{"/devices?limit=100&mac_address=02:00:00:00:00:02"}, "501", nil},
		"by IPv4 address":           {map[string]any{"private_ipv4": "10.0.0.1"}, addDesk, nil, []string{"/devices?limit=100&private_ipv4=10.0.0.1"}, "30989301", nil},
		"by name":                   {map[string]any{"name": "Lab-Laptop"}, addDesk, nil, []string{"/devices?limit=100"}, "30989301", nil},
		"no part of a name":         {map[string]any{"name": "laptop"}, addDesk, nil, []string{"/devices?limit=100"}, "", nil},
		"by part of the name":       {map[string]any{"name_contains": "K P"}, addDesk, nil, []string{"/devices?limit=100"}, "501", nil},
		"by both":                   {map[string]any{"name": "desk pc", "name_contains": "lab"}, addDesk, nil, []string{"/devices?limit=100"}, "", nil},
		"several filters":           {map[string]any{"user_ids": []string{"1002"}, "department_ids": []string{"10"}}, addDesk, nil, []string{"/devices?dept=10&limit=100&userids=1002"}, "", nil},
		"not to be seen":            {nil, forbidden("/devices"), nil, []string{"/devices?limit=100"}, "", []string{"Could not read the devices", roleAdvice}},
		"nothing with the role":     {map[string]any{"name": "nobody's"}, addDesk, nil, []string{"/devices?limit=100"}, "", nil},
		"a service without answers": {nil, func(l *lab) { l.AddFault(apimock.Fault{Template: "/devices", Status: 500}) }, nil, []string{"/devices?limit=100"}, "", []string{"could not be reached or had a fault of its own"}},
	})
	lookupRefusals(t, "zdx_devices", map[string]any{}, map[string]refusal{
		"a location's name":    {map[string]any{"location_ids": []string{"Road Warrior"}}, `AttributeName("location_ids").ElementKeyValue(tftypes.String<"Road Warrior">)`, "Not a decimal ID"},
		"an empty geolocation": {map[string]any{"geolocation_ids": []string{""}}, `AttributeName("geolocation_ids").ElementKeyValue(tftypes.String<"">)`, "at least 1"},
		"no location at all":   {map[string]any{"location_ids": []string{}}, `AttributeName("location_ids")`, "at least 1"},
		"a negative user":      {map[string]any{"user_ids": []string{"-1"}}, `AttributeName("user_ids").ElementKeyValue(tftypes.String<"-1">)`, "Not a decimal ID"},
		"an empty name":        {map[string]any{"name": ""}, `AttributeName("name")`, "at least 1"},
		"an empty part":        {map[string]any{"name_contains": ""}, `AttributeName("name_contains")`, "at least 1"},
		"an empty MAC address": {map[string]any{"mac_address": ""}, `AttributeName("mac_address")`, "at least 1"},
		"a time without zone":  {map[string]any{"from": "2026-01-01 12:00"}, `AttributeName("from")`, "Not a time"},
		"a duration of days":   {map[string]any{"to": "2d"}, `AttributeName("to")`, "Not a time"},
	})
}

// A device that is chosen by its ID is asked for by it; else a list is asked, narrowed where the service can.
func TestZDXDevice(t *testing.T) {
	t.Parallel()
	const laptop, desk = "/devices/30989301", "/devices/501"
	twoUsersOfOneName := func(l *lab) {
		addDesk(l)
		l.EditObject("users", "1002", func(m map[string]any) { m["name"] = "lab user" })
	}
	lookups(t, "zdx_device", "", map[string]lookup{
		"by ID":                    {map[string]any{"id": "30989301"}, addDesk, nil, []string{laptop}, "30989301", nil},
		"by name":                  {map[string]any{"name": "DESK PC"}, addDesk, nil, []string{"/devices?limit=100", desk}, "501", nil},
		"by ID and name":           {map[string]any{"id": "501", "name": "desk pc"}, addDesk, nil, []string{"/devices?limit=100", desk}, "501", nil},
		"by the user's address":    {map[string]any{"email": "user@example.com"}, addDesk, nil, []string{"/devices?emails=user@example.com&limit=100", laptop}, "30989301", nil},
		"by the user's ID":         {map[string]any{"user_id": "1002"}, addDesk, nil, []string{"/devices?limit=100&userids=1002", desk}, "501", nil},
		"by MAC address":           {map[string]any{"mac_address": "02:00:00:00:00:02"}, addDesk, nil, []string{"/devices?limit=100&mac_address=02:00:00:00:00:02", desk}, "501", nil},
		"by IPv4 address":          {map[string]any{"private_ipv4": "10.0.0.1"}, addDesk, nil, []string{"/devices?limit=100&private_ipv4=10.0.0.1", laptop}, "30989301", nil},
		"by the user's name":       {map[string]any{"user_name": "Lab User"}, addDesk, nil, []string{"/users?limit=100&q=Lab User", "/devices?limit=100&userids=1001", laptop}, "30989301", nil},
		"of the second lab user":   {map[string]any{"user_name": "lab user", "user_id": "1002"}, twoUsersOfOneName, nil, []string{"/users?limit=100&q=lab user", "/devices?limit=100&userids=1002", desk}, "501", nil},
		"of either lab user":       {map[string]any{"user_name": "lab user", "name": "desk pc"}, twoUsersOfOneName, nil, []string{"/users?limit=100&q=lab user", "/devices?limit=100&userids=1001&userids=1002", desk}, "501", nil},
		"unknown ID":               {map[string]any{"id": "77"}, addDesk, nil, []string{"/devices/77"}, "", []string{"No device matches", `ZDX has no device with id "77"`}},
		"another name than the ID": {map[string]any{"id": "501", "name": "lab-laptop"}, addDesk, nil, []string{"/devices?limit=100"}, "", []string{"No device matches", "These are there: 30989301 (lab-laptop), 501 (desk pc)."}},
		"part of a name":           {map[string]any{"name": "laptop"}, addDesk, nil, []string{"/devices?limit=100"}, "", []string{"No device matches", "30989301 (lab-laptop), 501 (desk pc)"}},
		"another device's name": {map[string]any{"email": "user@example.com", "name": "desk pc"}, addDesk, nil, []string{"/devices?emails=user@example.com&limit=100"}, "",
			[]string{"No device matches", "These are there: 30989301 (lab-laptop)."}},
		"two of one name": {map[string]any{"name": "desk pc"}, func(l *lab) { addDesk(l); l.AddDevice("502", "Desk PC") }, nil, []string{"/devices?limit=100"}, "",
			[]string{"2 devices match", "Narrow it down to one of: 501 (desk pc), 502 (Desk PC)."}},
		"two of one user": {map[string]any{"email": "user@example.com"}, func(l *lab) {
			l.CreateObject("devices", "", map[string]any{"id": "502", "name": "second", "userid": 1001})
		}, nil, []string{"/devices?emails=user@example.com&limit=100"}, "", []string{"2 devices match", "30989301 (lab-laptop), 502 (second)"}},
		"of two users of one name": {map[string]any{"user_name": "lab user"}, twoUsersOfOneName, nil, []string{"/users?limit=100&q=lab user", "/devices?limit=100&userids=1001&userids=1002"}, "",
			[]string{"2 devices match", "30989301 (lab-laptop), 501 (desk pc)"}},
		"unknown user": {map[string]any{"user_name": "lab"}, addDesk, nil, []string{"/users?limit=100&q=lab"}, "", []string{`ZDX has seen no user of the name "lab"`}},
		"another user's ID": {map[string]any{"user_name": "lab user", "user_id": "1002"}, addDesk, nil, []string{"/users?limit=100&q=lab user"}, "",
			[]string{`ZDX has seen no user of the name "lab user" with the ID 1002`}},
		"none has the address": {map[string]any{"mac_address": "02:00:00:00:00:99"}, addDesk, nil, []string{"/devices?limit=100&mac_address=02:00:00:00:00:99"}, "",
			[]string{"No device matches", "These are there: none."}},
		"an ignored filter, several devices": {map[string]any{"mac_address": "02:00:00:00:00:02"}, addDesk, ignoreAddresses, []string{"/devices?limit=100&mac_address=02:00:00:00:00:02"}, "",
			[]string{"2 devices match", "30989301 (lab-laptop), 501 (desk pc)"}},
		"an ignored MAC address, one device": {map[string]any{"mac_address": "02:00:00:00:00:99"}, nil, ignoreAddresses, []string{"/devices?limit=100&mac_address=02:00:00:00:00:99", laptop}, "",
			[]string{"30989301 (lab-laptop), does not have the mac_address", "02:00:00:00:00:99"}},
		"an ignored IPv4 address, one device": {map[string]any{"private_ipv4": "10.9.9.9"}, nil, ignoreAddresses, []string{"/devices?limit=100&private_ipv4=10.9.9.9", laptop}, "",
			[]string{"does not have the private_ipv4", "10.9.9.9"}},
		"an ignored filter that fits, in another spelling": {map[string]any{"mac_address": "02-00-00-00-00-01"}, nil, ignoreAddresses,
			[]string{"/devices?limit=100&mac_address=02-00-00-00-00-01", laptop}, "30989301", nil},
		"not to be seen":              {map[string]any{"id": "30989301"}, forbidden("/devices/{deviceid}"), nil, []string{laptop}, "", []string{`Could not read the device with id "30989301"`, roleAdvice}},
		"list not to be seen":         {map[string]any{"name": "desk pc"}, forbidden("/devices"), nil, []string{"/devices?limit=100"}, "", []string{"Could not read the device", roleAdvice}},
		"details not to be seen":      {map[string]any{"name": "lab-laptop"}, forbidden("/devices/{deviceid}"), nil, []string{"/devices?limit=100", laptop}, "", []string{"Could not read the device", roleAdvice}},
		"users not to be seen":        {map[string]any{"user_name": "lab user"}, forbidden("/users"), nil, []string{"/users?limit=100&q=lab user"}, "", []string{"Could not read the device", roleAdvice}},
		"in a time, all the way down": {map[string]any{"user_name": "lab user", "from": "24h"}, nil, nil, []string{"/users?from=946598400&limit=100&q=lab user&to=946684800", "/devices?from=946598400&limit=100&to=946684800&userids=1001", laptop + "?from=946598400&to=946684800"}, "30989301", nil},
	})
	lookupRefusals(t, "zdx_device", map[string]any{"id": "501"}, map[string]refusal{
		"a name for an ID": {map[string]any{"id": "lab-laptop"}, `AttributeName("id")`, "Not a decimal ID"},
		"an empty address": {map[string]any{"email": ""}, `AttributeName("email")`, "at least 1"},
		"an unknown time":  {map[string]any{"from": "yesterday"}, `AttributeName("from")`, "Not a time"},
	})
	if problems := validateDataSource(t, "zdx_device", nil); !strings.Contains(listed(problems), "Missing Attribute Configuration") {
		t.Errorf("without any choice: %s", listed(problems))
	}
}

func ignoreAddresses(w *apimock.Switches) { w.DeviceFilterIgnored = true }

// What the service tells of a device stands in the state under its type.
func TestZDXDeviceMembers(t *testing.T) {
	t.Parallel()
	still(t, func(t *testing.T, lab *lab) {
		p := lab.calm(t)
		state := p.mustRead("zdx_device", map[string]any{"name": "lab-laptop"})
		holds(t, "1001", state, "user_id")
		holds(t, "L14", state, "hardware", "hw_model")
		holds(t, json.Number("16384"), state, "hardware", "tot_mem")
		holds(t, json.Number("2.4"), state, "hardware", "speed_ghz")
		holds(t, "10.0.0.1", state, "network", 0, "ipv4")
		holds(t, nil, state, "network", 0, "ipv6") // the service writes ""
		holds(t, "lab user", state, "software", "user")
		holds(t, nil, state, "email") // an argument, of which the service tells nothing
		holds(t, nil, p.mustRead("zdx_device", map[string]any{"id": "30989301"}), "user_id")
		lab.EditObject("devices", "30989301", func(m map[string]any) {
			delete(m, "hardware")
			delete(m, "network")
			delete(m, "software")
		})
		lab.EditObject("devices", "30989301", func(m map[string]any) { m["hardware"], m["network"], m["software"] = nil, nil, nil })
		bare := p.mustRead("zdx_device", map[string]any{"id": "30989301"})
		holds(t, nil, bare, "hardware")
		holds(t, []any{}, bare, "network")
		holds(t, nil, bare, "software")
	})
}

// The range of time is sent as epoch seconds, by the service's clock, or not at all.
func TestZDXDevicesWindow(t *testing.T) {
	t.Parallel()
	lookups(t, "zdx_devices", "devices", map[string]lookup{
		"from a time":         {map[string]any{"from": "1999-12-31T12:00:00Z"}, nil, nil, []string{"/devices?from=946641600&limit=100&to=946684800"}, "30989301", nil},
		"in another zone":     {map[string]any{"from": "1999-12-31T12:00:00+02:00"}, nil, nil, []string{"/devices?from=946634400&limit=100&to=946684800"}, "30989301", nil},
		"from a while ago":    {map[string]any{"from": "48h"}, nil, nil, []string{"/devices?from=946512000&limit=100&to=946684800"}, "30989301", nil},
		"two hours to a time": {map[string]any{"to": "1999-12-31T12:00:00Z"}, nil, nil, []string{"/devices?from=946634400&limit=100&to=946641600"}, "", nil},
		"to a while ago":      {map[string]any{"from": "3h", "to": "90m"}, nil, nil, []string{"/devices?from=946674000&limit=100&to=946679400"}, "", nil},
		"a time and a while":  {map[string]any{"from": "1999-12-31T12:00:00Z", "to": "1h"}, nil, nil, []string{"/devices?from=946641600&limit=100&to=946681200"}, "", nil},
		"seen then only": {map[string]any{"from": "3h", "to": "1h"}, func(l *lab) {
			l.EditObject("devices", l.DeviceID, func(m map[string]any) { m["last_seen"] = l.Now().Add(-2 * time.Hour).Unix() })
		}, nil, []string{"/devices?from=946674000&limit=100&to=946681200"}, "30989301", nil},
		"the wrong way around": {map[string]any{"from": "1h", "to": "2h"}, nil, nil, []string{}, "",
			[]string{"Time ends before it begins", "from (1999-12-31T23:00:00Z) must lie before to (1999-12-31T22:00:00Z)"}},
		"no time at all": {map[string]any{"from": "1h", "to": "1h"}, nil, nil, []string{}, "", []string{"Time ends before it begins"}},
	})
	t.Run("error at from", func(t *testing.T) {
		t.Parallel()
		still(t, func(t *testing.T, lab *lab) {
			_, problems := lab.calm(t).read("zdx_devices", map[string]any{"from": "1h", "to": "2h"})
			if len(problems) != 1 || problems[0].Attribute.String() != `AttributeName("from")` {
				t.Error(listed(problems))
			}
		})
	})
	t.Run("clocks apart", func(t *testing.T) {
		t.Parallel()
		still(t, func(t *testing.T, lab *lab) {
			lab.Advance(90 * time.Minute)
			p := lab.calm(t)
			p.mustRead("zdx_device", map[string]any{"id": lab.DeviceID}) // any answer tells the service's time
			lab.ResetJournal()
			p.mustRead("zdx_devices", map[string]any{"from": "1h"})
			if got := lab.asked(); len(got) != 1 || got[0] != "/devices?from=946686600&limit=100&to=946690200" {
				t.Errorf("asked %v", got)
			}
		})
	})
}

// Pages are followed to the end, whatever the service makes of the size that is asked for.
func TestZDXDevicesPages(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		edit  func(*apimock.Switches)
		asked []string
	}{
		"cut down":             {func(w *apimock.Switches) { w.MaxPageSize = 10 }, []string{"100", "100 2", "100 3"}},
		"ended by empty text":  {func(w *apimock.Switches) { w.MaxPageSize, w.PageEndEmptyText = 10, true }, []string{"100", "100 2", "100 3"}},
		"a size that is taken": {func(*apimock.Switches) {}, []string{"100"}},
		"a size too large":     {func(w *apimock.Switches) { w.LimitRefused = true }, []string{"100", "", " 2", " 3"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			still(t, func(t *testing.T, lab *lab) {
				want := []string{"30989301"}
				for i := range 25 {
					id := fmt.Sprint(501 + i)
					lab.AddDevice(id, "desk "+id)
					want = append(want, id)
				}
				state := lab.calm(t).mustRead("zdx_devices", map[string]any{"exclude_department_ids": []string{"77"}})
				if got := idsOf(t, state, "devices"); got != strings.Join(want, " ") {
					t.Errorf("found %s", got)
				}
				var asked []string
				page := map[string]string{"": ""} // number of the page by its offset
				for _, exchange := range lab.Sent("GET", "/devices") {
					offset := exchange.Query.Get("offset")
					asked = append(asked, exchange.Query.Get("limit")+page[offset])
					if exchange.Query.Get("exclude_dept") != "77" {
						t.Errorf("%s has lost the filter", exchange.Path)
					}
					var answer struct {
						Next string `json:"next_offset"`
					}
					if err := json.Unmarshal(exchange.Answer, &answer); err != nil {
						t.Fatal(err)
					}
					if exchange.Status == 200 && answer.Next != "" {
						page[answer.Next] = fmt.Sprintf(" %d", len(page)+1)
					}
				}
				if strings.Join(asked, ",") != strings.Join(test.asked, ",") {
					t.Errorf("asked for %q, want %q", asked, test.asked)
				}
			}, test.edit)
		})
	}
	t.Run("circle", func(t *testing.T) {
		t.Parallel()
		still(t, func(t *testing.T, lab *lab) {
			lab.AddFault(apimock.Fault{Template: "/devices", Body: `{"devices":[{"id":1}],"next_offset":"a"}`})
			_, problems := lab.calm(t).read("zdx_devices", nil)
			if len(problems) != 1 || !strings.Contains(problems[0].Detail, "he pages of GET /devices go round in a circle") {
				t.Error(listed(problems))
			}
			if got := lab.asked(); len(got) != 2 || got[1] != "/devices?limit=100&offset=a" {
				t.Errorf("asked %v", got)
			}
		})
	})
}

// Of many devices an error lists twenty.
func TestZDXDeviceOfMany(t *testing.T) {
	t.Parallel()
	still(t, func(t *testing.T, lab *lab) {
		for i := range 25 {
			lab.AddDevice(fmt.Sprint(501+i), "desk")
		}
		_, problems := lab.calm(t).read("zdx_device", map[string]any{"name": "desk"})
		if len(problems) != 1 || problems[0].Summary != "25 devices match" || !strings.Contains(problems[0].Detail, "501 (desk)") ||
			!strings.Contains(problems[0].Detail, "520 (desk) and 5 more.") {
			t.Error(listed(problems))
		}
	})
}
