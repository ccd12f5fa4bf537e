package apimock

import (
	"fmt"
	"maps"
	"strings"
	"time"
)

// The lab's part of ZDX. The location's number does not fit 32 bits and the
// alerts' do not fit a float64, as on the wire (zdx.md 6).
const (
	labDeviceID          = "30989301"
	labUserID            = "1001"
	labUserEmail         = "user@example.com"
	labAppID             = "7"
	labOtherAppID        = "8"
	labWebProbeID        = "311204"
	labCloudPathProbeID  = "311205"
	labDepartmentID      = "10"
	labLocationID        = "4294967293"
	labGeolocationID     = "0.0.us"
	labAlertID           = "7345920184650192837"
	labHistoricalAlertID = "7345920184650192844"
	labSoftwareKey       = "browser-128"
)

// Where a device is that AddDevice makes.
const (
	otherDepartmentID  = "0"
	otherLocationID    = "20"
	otherGeolocationID = "0.1.us.ca"
)

// seedZDX fills the lab. The first alert began half an hour ago; the other
// lasted for two hours and ended an hour ago.
func (s *Server) seedZDX() {
	s.mu.Lock()
	defer s.mu.Unlock()
	ago := func(d time.Duration) int64 { return s.now().Add(-d).Unix() }
	seed := func(kind, id string, members map[string]any) {
		members["id"] = id
		s.create(zdxKindOf(kind), normal(members))
	}
	seed("departments", otherDepartmentID, map[string]any{"name": "N/A"})
	seed("departments", labDepartmentID, map[string]any{"name": "Sales"})
	seed("locations", labLocationID, map[string]any{"name": "Road Warrior", "groups": []any{
		map[string]any{"id": 31, "name": "Remote"},
	}})
	seed("locations", otherLocationID, map[string]any{"name": "Lab office", "groups": []any{
		map[string]any{"id": 32, "name": "Offices"},
	}})
	seed("geolocations", labGeolocationID, map[string]any{
		"name": "United States", "description": "United States", "geo_type": "country", "country": "United States",
		"geo_lat": 39.76, "geo_long": -98.5,
	})
	seed("geolocations", otherGeolocationID, map[string]any{
		"name": "California", "description": "California, United States", "geo_type": "state", "parent_geo_id": labGeolocationID,
		"state": "California", "country": "United States", "geo_lat": 37.25, "geo_long": -119.75,
	})
	seed("apps", labAppID, map[string]any{"name": "Microsoft Teams", "conferencing": true})
	seed("apps", labOtherAppID, map[string]any{"name": "SharePoint Online"})
	seed("webProbes", labWebProbeID, map[string]any{"name": "Teams web probe", "app_id": number(labAppID)})
	seed("cloudPathProbes", labCloudPathProbeID, map[string]any{"name": "Teams Cloud Path", "app_id": number(labAppID)})
	seed("users", labUserID, map[string]any{"name": "lab user", "email": labUserEmail})
	seed("devices", labDeviceID, map[string]any{
		"name": "lab-laptop", "userid": number(labUserID),
		"department": number(labDepartmentID), "location": number(labLocationID), "geolocation": labGeolocationID,
	})
	seed("alerts", labAlertID, map[string]any{
		"rule_name": "Teams score", "severity": "1", "alert_type": "application", "alert_status": "ONGOING",
		"started_on": ago(30 * time.Minute), "ended_on": 0,
		"application": number(labAppID), "devices": []any{number(labDeviceID)},
	})
	seed("alerts", labHistoricalAlertID, map[string]any{
		"rule_name": "SharePoint score", "severity": "2", "alert_type": "application", "alert_status": "ENDED",
		"started_on": ago(3 * time.Hour), "ended_on": ago(time.Hour),
		"application": number(labOtherAppID), "devices": []any{number(labDeviceID)},
	})
	seed("software", labSoftwareKey, map[string]any{
		"software_name": "Browser", "vendor": "Example Software", "software_group": "Browsers", "install_type": "machine",
	})
	seed("software", "office-16", map[string]any{
		"software_name": "Office", "vendor": "Example Software", "software_group": "Office", "install_type": "machine",
	})
	seed("installations", "1", map[string]any{
		"software_key": labSoftwareKey, "device_id": number(labDeviceID), "software_version": "128.0", "install_date": "2026-01-15",
	})
}

// AddDevice makes a ZDX device and its user; id is decimal text. The user's
// name is "user of " and the device's name, its address <name>@example.com.
// The device stands in other places than the lab's (department 0, location 20,
// geolocation 0.1.us.ca), has an address and a MAC of its own, and every
// application; its member apps, a list of identifiers, leaves it some of them.
// EditObject("devices", …) with offline true takes it off the net: new traces
// then expire.
func (s *Server) AddDevice(id, name string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.create(zdxKindOf("devices"), map[string]any{"id": id, "name": name})
}

// deviceMembers are a new device's members: the given ones over the standard.
func (s *Server) deviceMembers(given map[string]any) map[string]any {
	name := text(given, "name")
	if name == "" {
		panic("apimock: devices need name")
	}
	if given["userid"] == nil {
		user := s.create(zdxKindOf("users"), map[string]any{
			"name": "user of " + name, "email": strings.ReplaceAll(name, " ", "-") + "@example.com",
		})
		given["userid"] = number(user.id)
	}
	s.made["interfaces"]++
	n := s.made["interfaces"]
	members := normal(map[string]any{
		"offline": false, "department": number(otherDepartmentID), "location": number(otherLocationID), "geolocation": otherGeolocationID,
		"hardware": map[string]any{
			"hw_model": "L14", "hw_mfg": "Example Hardware", "hw_type": "Laptop", "hw_serial": fmt.Sprintf("SN%06d", n),
			"tot_mem": 16384, "gpu": "Integrated", "disk_size": 512, "disk_model": "NVMe", "disk_type": "SSD",
			"cpu_mfg": "Example Hardware", "cpu_model": "C8", "speed_ghz": 2.4, "logical_proc": 8, "num_cores": 4,
		},
		"network": []any{map[string]any{
			"net_type": "Wi-Fi", "status": "Up", "ipv4": fmt.Sprintf("10.0.%d.%d", n/256, n%256), "ipv6": "",
			"dns_srvs": "10.0.0.53", "dns_suffix": "example.com", "gateway": "10.0.0.254",
			"mac": fmt.Sprintf("02:00:00:00:%02x:%02x", n/256, n%256), "guid": fmt.Sprintf("guid-%d", n),
			"wifi_adapter": "W6", "wifi_type": "802.11ax", "ssid": "lab", "channel": "36", "bssid": "02:00:00:00:ff:01",
		}},
		"software": map[string]any{
			"os_name": "Windows", "os_ver": "11", "os_build": "26100", "hostname": name, "netbios": strings.ToUpper(name),
			"user":            s.record("users", fmt.Sprint(given["userid"])).members["name"],
			"client_conn_ver": "4.5.0.1", "zdx_ver": "4.5.0.1",
		},
	})
	maps.Copy(members, given)
	return members
}
