package apimock

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// ids are the identifiers of a list's elements, joined; key is the page's
// member, "" for a bare array.
func (a answer) ids(key, member string) string {
	a.t.Helper()
	list, ok := a.value().([]any)
	if key != "" {
		list, ok = a.object()[key].([]any)
	}
	if !ok {
		a.t.Fatalf("no list: %s", a.body)
	}
	found := []string{}
	for _, item := range list {
		found = append(found, fmt.Sprint(as[map[string]any](item)[member]))
	}
	return strings.Join(found, " ")
}

// filterLab has two further devices: 501 of user 1002 in the other places, and
// 502 of the lab's user, last seen three hours ago.
func filterLab(t *testing.T) *lab {
	l := zdxLab(t)
	l.AddDevice("501", "desk pc")
	l.CreateObject("devices", "", map[string]any{"id": "502", "name": "old pc", "userid": 1001, "last_seen": l.Now().Add(-3 * time.Hour).Unix()})
	return l
}

func TestFilters(t *testing.T) {
	t.Parallel()
	l := filterLab(t)
	now := l.Now().Unix()
	ago := func(hours int64) string { return fmt.Sprint(now - hours*3600) }
	for path, want := range map[string]string{
		"devices":                                            "30989301 501",
		"devices?from=" + ago(4):                             "30989301 501 502",
		"devices?to=" + ago(2):                               "502",
		"devices?from=" + ago(9) + "&to=" + ago(8):           "",
		"devices?loc=4294967293":                             "30989301",
		"devices?loc=20":                                     "501",
		"devices?loc=20&loc=4294967293":                      "30989301 501",
		"devices?exclude_loc=20":                             "30989301",
		"devices?dept=10":                                    "30989301",
		"devices?exclude_dept=10":                            "501",
		"devices?geo=0.0.us":                                 "30989301 501",
		"devices?geo=0.1.us.ca":                              "501",
		"devices?exclude_geo=0.1.us.ca":                      "30989301",
		"devices?userids=1002":                               "501",
		"devices?emails=USER@example.com":                    "30989301",
		"devices?emails=a@b&emails=desk-pc@example.com":      "501",
		"devices?mac_address=02:00:00:00:00:01":              "30989301",
		"devices?private_ipv4=10.0.0.2":                      "501",
		"devices?private_ipv4=10.0.0.9":                      "",
		"users":                                              "1001 1002",
		"users?q=USER":                                       "1001 1002",
		"users?q=Lab":                                        "1001",
		"users?q=desk-pc@":                                   "1002",
		"users?q=1002":                                       "1002",
		"users?q=100":                                        "",
		"users?loc=20":                                       "1001 1002",
		"users?dept=10":                                      "1001",
		"apps":                                               "7 8",
		"apps?dept=1":                                        "",
		"apps/7/users":                                       "1001 1002",
		"apps/7/users?score_bucket=good":                     "1001 1002",
		"apps/7/users?score_bucket=poor":                     "",
		"apps/7/users?loc=20":                                "1002",
		"administration/departments":                         "0 10",
		"administration/departments?search=SAL":              "10",
		"administration/departments?search=10":               "10",
		"administration/locations?q=office":                  "20",
		"administration/locations?search=road":               "4294967293",
		"active_geo":                                         "0.0.us",
		"active_geo?parent_geo_id=0.0.us":                    "0.1.us.ca",
		"active_geo?parent_geo_id=0.1.us.ca":                 "",
		"active_geo?search=united":                           "0.0.us",
		"active_geo?q=france":                                "",
		"alerts/ongoing":                                     "7345920184650192837",
		"alerts/historical":                                  "7345920184650192844",
		"alerts/ongoing?loc=20":                              "",
		"alerts/ongoing?dept=10":                             "7345920184650192837",
		"alerts/ongoing?to=" + ago(1):                        "",
		"alerts/historical?from=" + fmt.Sprint(now-1800):     "",
		"alerts/historical?to=" + ago(2):                     "7345920184650192844",
		"alerts/7345920184650192837/affected_devices":        "30989301",
		"alerts/7345920184650192837/affected_devices?loc=20": "",
	} {
		t.Run(path, func(t *testing.T) {
			t.Parallel()
			l := l.in(t)
			resource := path
			if i := strings.Index(path, "?"); i >= 0 {
				resource = path[:i]
			}
			key := map[string]string{
				"devices": "devices", "users": "users", "apps/7/users": "users", "alerts/ongoing": "alerts", "alerts/historical": "alerts",
				"alerts/7345920184650192837/affected_devices": "devices",
			}[resource]
			if got := l.do("GET", "/v1/"+path, nil).want(200).ids(key, "id"); got != want {
				t.Errorf("%q, want %q", got, want)
			}
		})
	}
}

func TestInventory(t *testing.T) {
	t.Parallel()
	l := filterLab(t)
	for path, want := range map[string]string{
		"inventory/software":                             "browser-128 office-16",
		"inventory/software?dept=10":                     "browser-128",
		"inventory/software?loc=20":                      "",
		"inventory/software?userids=1001":                "browser-128",
		"inventory/software?deviceids=501":               "",
		"inventory/software/browser-128":                 "browser-128",
		"inventory/software/browser-128?deviceids=501":   "",
		"inventory/software/browser-128?exclude_nothing": "refused",
		"inventory/software/office-16":                   "",
	} {
		a := l.do("GET", "/v1/"+path, nil)
		if want == "refused" {
			a.want(400)
			continue
		}
		if got := a.want(200).ids("software", "software_key"); got != want {
			t.Errorf("%s: %q, want %q", path, got, want)
		}
	}
	l.do("GET", "/v1/inventory/software", nil).want(200, `"user_total":1`, `"device_total":1`, `"user_total":0`, `"sw_install_type":"machine"`)
	l.do("GET", "/v1/inventory/software/browser-128", nil).want(200,
		`"device_id":30989301`, `"user_id":1001`, `"username":"lab user"`, `"hostname":"lab-laptop"`, `"software_version":"128.0"`)
	l.do("GET", "/v1/inventory/software/none", nil).want(404, "no such software")
	l.CreateObject("installations", "", map[string]any{"software_key": "browser-128", "device_id": 502})
	l.do("GET", "/v1/inventory/software?deviceids=502&deviceids=30989301", nil).want(200, `"user_total":1`, `"device_total":2`)
	l.RemoveObject("devices", "502")
	l.do("GET", "/v1/inventory/software/browser-128", nil).want(200, `"next_offset":null`)
	l.SetSwitches(func(w *Switches) { w.SoftwarePathPlural, w.InstallTypeLong = true, true })
	l.do("GET", "/v1/inventory/software/browser-128", nil).want(404, "no such path")
	l.do("GET", "/v1/inventory/softwares/browser-128", nil).want(200, `"device_id":30989301`)
	l.do("GET", "/v1/inventory/software", nil).want(200, `"software_install_type":"machine"`)
	for range 11 { // no page can be asked for on this path, so all are on the first
		l.CreateObject("installations", "", map[string]any{"software_key": "browser-128", "device_id": 501})
	}
	if n := strings.Count(l.do("GET", "/v1/inventory/softwares/browser-128", nil).want(200, `"next_offset":null`).body, "install_date"); n != 12 {
		t.Errorf("%d installations", n)
	}
}

func TestWindowsAreRefused(t *testing.T) {
	t.Parallel()
	l := zdxLab(t)
	now := l.Now().Unix()
	for query, says := range map[string]string{
		fmt.Sprintf("from=%d&to=%d", now-10, now-20): "from: is after to",
		fmt.Sprintf("from=%d", now+1):                "from: is after to",
		fmt.Sprintf("to=%d", now+61):                 "to: is in the future",
		fmt.Sprintf("from=%d000", now-10):            "from: is after to",
		"from=99999999999999999999":                  "from",
		"from=yesterday":                             "from",
		"to=-1":                                      "from: is after to",
		"to=-9223372036854775808":                    "from: is after to",
	} {
		l.do("GET", "/v1/devices?"+query, nil).want(400, says)
		l.do("GET", "/v1/devices/30989301/events?"+query, nil).want(400, says)
		l.do("GET", "/v1/users/1001?"+query, nil).want(400, says)
	}
	// A client's clock may be a minute off, either way.
	for _, to := range []int64{now + 60, now - 60} {
		l.do("GET", fmt.Sprintf("/v1/devices?to=%d", to), nil).want(200, "30989301")
	}
	if got := l.do("GET", fmt.Sprintf("/v1/devices?to=%d", now-61), nil).want(200).ids("devices", "id"); got != "" {
		t.Errorf("seen before: %s", got)
	}
}

func TestZDXPages(t *testing.T) {
	t.Parallel()
	l := zdxLab(t)
	devices := []any{}
	for i := range 11 {
		id := fmt.Sprint(501 + i)
		l.AddDevice(id, "pc-"+id)
		devices = append(devices, number(id))
		l.CreateObject("installations", "", map[string]any{"software_key": l.SoftwareKey, "device_id": number(id)})
		l.CreateObject("alerts", "", map[string]any{"rule_name": "rule"})
		l.CreateObject("alerts", "", map[string]any{"rule_name": "rule", "ended_on": l.Now().Unix()})
		l.CreateObject("software", "", map[string]any{"id": "key-" + id, "software_name": "tool"})
	}
	l.EditObject("alerts", l.AlertID, func(m map[string]any) { m["devices"] = append(devices, number(l.DeviceID)) })
	other := ""
	for path, c := range map[string]struct {
		key   string
		total int
	}{
		"devices": {"devices", 12}, "users": {"users", 12}, "apps/7/users": {"users", 12},
		"alerts/ongoing": {"alerts", 12}, "alerts/historical": {"alerts", 12},
		"alerts/" + l.AlertID + "/affected_devices": {"devices", 12},
		"inventory/software":                        {"software", 13}, "inventory/software/" + l.SoftwareKey: {"software", 12},
	} {
		seen := map[string]bool{}
		first := l.do("GET", "/v1/"+path, nil).want(200).object()
		if n := len(as[[]any](first[c.key])); n != 10 {
			t.Errorf("%s: first page has %d", path, n)
		}
		offset, pages := "", 0
		for more := true; more; pages++ {
			page := l.do("GET", "/v1/"+path+"?limit=5"+offset, nil).want(200).object()
			for _, item := range as[[]any](page[c.key]) {
				seen[string(encodeJSON(item))] = true
			}
			next, _ := page["next_offset"].(string)
			if more = next != ""; more {
				if other != "" {
					l.do("GET", "/v1/"+path+"?offset="+other, nil).want(400, "next_offset")
				}
				offset = "&offset=" + next
			}
		}
		if len(seen) != c.total || pages != 3 {
			t.Errorf("%s: %d elements on %d pages, want %d on 3", path, len(seen), pages, c.total)
		}
		other = strings.TrimPrefix(offset, "&offset=")
		for _, bad := range []string{"10", "LTE", "eA"} {
			l.do("GET", "/v1/"+path+"?offset="+bad, nil).want(400, "offset")
		}
		l.do("GET", "/v1/"+path+"?limit=0", nil).want(400, "limit")
		l.do("GET", "/v1/"+path+"?limit=99999999999999999999", nil).want(400, "limit")
	}
	l.SetSwitches(func(w *Switches) { w.MaxPageSize = 3 })
	if n := len(as[[]any](l.do("GET", "/v1/users?limit=9", nil).want(200).object()["users"])); n != 3 {
		t.Errorf("beyond the maximum: %d", n)
	}
	l.SetSwitches(func(w *Switches) { w.LimitRefused = true })
	l.do("GET", "/v1/users?limit=11", nil).want(400, "limit")
	l.do("GET", "/v1/users?limit=10", nil).want(200)
	l.do("GET", "/v1/alerts/"+l.AlertID+"/affected_devices?location_groups=1", nil).want(501, "location_groups")
}

func TestLookedUpObjects(t *testing.T) {
	t.Parallel()
	l := zdxLab(t)
	l.AddDevice("501", "desk pc")
	device := l.do("GET", "/v1/devices/30989301", nil).want(200, `"id":30989301`, `"ipv4":"10.0.0.1"`, `"mac":"02:00:00:00:00:01"`, `"hostname":"lab-laptop"`, `"tot_mem":16384`).object()
	if device["name"] != "lab-laptop" || device["userid"] != nil {
		t.Errorf("device %v", device)
	}
	l.do("GET", "/v1/devices/501", nil).want(200, `"ipv4":"10.0.0.2"`, `"mac":"02:00:00:00:00:02"`)
	want := map[string]any{
		"id": number("1001"), "name": "lab user", "email": "user@example.com", "devices": []any{map[string]any{
			"id": number("30989301"), "name": "lab-laptop",
			"geo_loc": []any{map[string]any{
				"id": "0.0.us", "country": "United States", "geo_type": "country", "geo_detection": "ip",
				"geo_lat": number("39.76"), "geo_long": number("-98.5"),
			}},
			"zs_loc": []any{map[string]any{"id": number("4294967293"), "name": "Road Warrior"}},
		}},
	}
	if diff := cmp.Diff(want, l.do("GET", "/v1/users/1001", nil).want(200).object()); diff != "" {
		t.Error(diff)
	}
	want["score"] = number("87")
	if diff := cmp.Diff(want, l.do("GET", "/v1/apps/7/users/1001", nil).want(200).object()); diff != "" {
		t.Error(diff)
	}
	l.do("GET", "/v1/users/1002", nil).want(200, `"name":"user of desk pc"`, `"email":"desk-pc@example.com"`, `"state":"California"`)
	l.do("GET", "/v1/alerts/7345920184650192837", nil).want(200, `"id":7345920184650192837`, `"severity":"1"`, `"ended_on":0`,
		`"application":{"id":7,"name":"Microsoft Teams"}`, `"num_devices":1`, `"num_geolocations":1`,
		`"departments":[{"id":10,"name":"Sales","num_devices":1}]`, `"groups":[{"id":31,"name":"Remote"}]`)
	l.do("GET", "/v1/active_geo", nil).want(200, `"children":[{"description":"California, United States","geo_type":"state","id":"0.1.us.ca"}]`)
	for path, says := range map[string]string{
		"devices/1": "no such device", "users/1": "no such user", "apps/1": "no such application", "alerts/1": "no such alert",
		"apps/1/users": "no such application", "apps/7/users/1": "no such user", "apps/1/users/1001": "no such application",
		"alerts/1/affected_devices": "no such alert",
	} {
		l.do("GET", "/v1/"+path, nil).want(404, says)
	}
	l.SetSwitches(func(w *Switches) { w.CoordinatesText, w.GroupsAsObject, w.IDsText = true, true, true })
	l.do("GET", "/v1/users/1001", nil).want(200, `"geo_lat":"39.76"`, `"id":"1001"`, `"id":"30989301"`, `"id":"4294967293"`)
	l.do("GET", "/v1/alerts/7345920184650192837", nil).want(200, `"groups":{"id":"31","name":"Remote"}`, `"id":"7345920184650192837"`)
	l.do("GET", "/v1/administration/departments", nil).want(200, `[{"id":"0","name":"N/A"},{"id":"10","name":"Sales"}]`)
	l.do("GET", "/v1/devices", nil).want(200, `"id":"501"`, `"userid":"1002"`)
	l.SetSwitches(func(w *Switches) { w.DeviceFilterIgnored = true })
	if got := l.do("GET", "/v1/devices?mac_address=x&private_ipv4=y", nil).want(200).ids("devices", "id"); got != "30989301 501" {
		t.Errorf("ignored filters leave %q", got)
	}
}

// TestLooseEnds takes away what records point to.
func TestLooseEnds(t *testing.T) {
	t.Parallel()
	l := zdxLab(t)
	for kind, id := range map[string]string{
		"users": l.UserID, "locations": l.LocationID, "geolocations": l.GeolocationID, "departments": l.DepartmentID, "apps": l.AppID,
	} {
		l.RemoveObject(kind, id)
	}
	l.do("GET", "/v1/alerts/"+l.AlertID, nil).want(200, `"departments":[]`, `"num_geolocations":0`)
	l.do("GET", "/v1/alerts/"+l.AlertID+"/affected_devices", nil).want(200, `"userName":""`)
	l.do("GET", "/v1/devices?emails=user@example.com", nil).want(200, `"devices":[]`)
	other := l.CreateObject("users", "", map[string]any{"name": "second", "email": "second@example.com"})
	l.EditObject("devices", l.DeviceID, func(m map[string]any) {
		m["userid"], m["hardware"], m["network"] = number(other), nil, nil
		delete(m, "location")
		delete(m, "department")
		delete(m, "geolocation")
	})
	l.do("GET", "/v1/users/"+other, nil).want(200, `"geo_loc":[]`, `"zs_loc":[]`)
	l.do("GET", "/v1/devices?private_ipv4=10.0.0.1", nil).want(200, `"devices":[]`)
	if got := l.do("GET", "/v1/devices/"+l.DeviceID, nil).want(200).object(); got["hardware"] != nil {
		t.Errorf("device %v", got)
	}
	l.do("GET", "/v1/devices/"+l.DeviceID+"/deeptraces", nil).want(200, "[]")
	l.do("GET", "/v1/apps/8", nil).want(200, `"total_users":1`)
}

func TestZDXKinds(t *testing.T) {
	t.Parallel()
	l := zdxLab(t)
	id := l.CreateObject("devices", l.OrganizationID, map[string]any{"name": "made"})
	if got := l.Object("devices", id); got["userid"] != number("1002") || got["name"] != "made" || got["hardware"] == nil {
		t.Errorf("device %v", got)
	}
	if a, b := l.CreateObject("alerts", "", map[string]any{"rule_name": "a"}), l.CreateObject("alerts", "", map[string]any{"rule_name": "b"}); a == b || len(a) != 19 {
		t.Errorf("alerts %s, %s", a, b)
	}
	l.do("GET", "/v1/alerts/ongoing", nil).want(200, `"alert_status":"STARTED"`)
	if n := len(l.Objects("departments")); n != 2 {
		t.Errorf("%d departments", n)
	}
	if got := l.Object("departments", "10")["name"]; got != "Sales" {
		t.Errorf("department %v", got)
	}
	if key := l.CreateObject("software", "", map[string]any{"software_name": "x"}); key == "" {
		t.Error("no key")
	}
	for name, slip := range map[string]func(){
		"no name":        func() { l.CreateObject("apps", "", nil) },
		"kind of Zero":   func() { l.CreateObject("namespaces", l.OrganizationID, nil) },
		"taken":          func() { l.CreateObject("apps", "", map[string]any{"id": "7", "name": "x"}) },
		"no number":      func() { l.CreateObject("apps", "", map[string]any{"id": "x", "name": "x"}) },
		"unknown app":    func() { l.CreateObject("webProbes", "", map[string]any{"name": "x", "app_id": 9}) },
		"unknown user":   func() { l.EditObject("devices", id, func(m map[string]any) { m["userid"] = 9 }) },
		"edit takes out": func() { l.EditObject("users", "1001", func(m map[string]any) { delete(m, "email") }) },
		"unknown":        func() { l.EditObject("users", "9", func(map[string]any) {}) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			mustPanic(t, slip)
		})
	}
}
