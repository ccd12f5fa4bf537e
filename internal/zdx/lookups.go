package zdx

import (
	"cmp"
	"encoding/json"
)

// What deep traces and reports refer to (zdx.md 6). All of it can only be read.

// Lists with pages.
var (
	Devices               = Listing[DeviceSummary]{path: "/devices", member: "devices"}
	Users                 = Listing[User]{path: "/users", member: "users"}
	OngoingAlerts         = Listing[Alert]{path: "/alerts/ongoing", member: "alerts"}
	HistoricalAlerts      = Listing[Alert]{path: "/alerts/historical", member: "alerts"}
	AffectedDevices       = Listing[AffectedDevice]{path: "/alerts/{alert_id}/affected_devices", member: "devices"}
	SoftwareInventory     = Listing[Software]{path: "/inventory/software", member: "software"}
	SoftwareInstallations = Listing[SoftwareInstallation]{
		path: "/inventory/software/{software_key}", another: "/inventory/softwares/{software_key}", member: "software", // zdx.md 11, row 21
	}
)

// Lists without pages.
var (
	Apps            = Listing[App]{path: "/apps"}
	DeviceApps      = Listing[DeviceApp]{path: devicePath + "/apps"}
	WebProbes       = Listing[WebProbe]{path: deviceAppPath + "/web-probes"}
	CloudPathProbes = Listing[CloudPathProbe]{path: deviceAppPath + "/cloudpath-probes"}
	Departments     = Listing[IDName]{path: "/administration/departments"}
	Locations       = Listing[IDName]{path: "/administration/locations"}
	Geolocations    = Listing[Geolocation]{path: "/active_geo"}
)

// Single objects. The score trend of an application on a device is a Metric in most documents, and has nothing
// where it is the application's score instead (zdx.md 6).
var (
	OneDevice      = Item[Device]{path: devicePath}
	OneUser        = Item[User]{path: "/users/{userid}"}
	OneApp         = Item[AppDetails]{path: "/apps/{appid}"}
	OneAlert       = Item[Alert]{path: "/alerts/{alert_id}"}
	DeviceAppScore = Item[Metric]{path: deviceAppPath}
)

// IDName is all that a department or a location tells.
type IDName struct {
	ID   *ID   `json:"id" tfsdk:"id"`
	Name *Text `json:"name" tfsdk:"name"`
}

// Geolocation is a place that devices were seen in. Its ID is text such as 0.0.us.
type Geolocation struct {
	ID          *Text                  `json:"id" tfsdk:"id"`
	Name        *Text                  `json:"name" tfsdk:"name"`
	GeoType     *Text                  `json:"geo_type" tfsdk:"geo_type"`
	Description *Text                  `json:"description" tfsdk:"description"`
	Children    List[GeolocationChild] `json:"children" tfsdk:"children"`
}

// GeolocationChild is a place within another.
type GeolocationChild struct {
	ID          *Text `json:"id" tfsdk:"id"`
	Description *Text `json:"description" tfsdk:"description"`
	GeoType     *Text `json:"geo_type" tfsdk:"geo_type"`
}

// App is an application that ZDX monitors.
type App struct {
	ID                 *ID        `json:"id" tfsdk:"id"`
	Name               *Text      `json:"name" tfsdk:"name"`
	Score              *Score     `json:"score" tfsdk:"score"`
	TotalUsers         *Count     `json:"total_users" tfsdk:"total_users"`
	MostImpactedRegion *AppRegion `json:"most_impacted_region" tfsdk:"most_impacted_region"`
}

// AppDetails is an application that was asked for alone.
type AppDetails struct {
	App

	Stats *AppStats `json:"stats" tfsdk:"stats"`
}

// AppRegion is where an application does worst.
type AppRegion struct {
	ID      *Text `json:"id" tfsdk:"id"`
	City    *Text `json:"city" tfsdk:"city"`
	Region  *Text `json:"region" tfsdk:"region"`
	Country *Text `json:"country" tfsdk:"country"`
	GeoType *Text `json:"geo_type" tfsdk:"geo_type"`
}

// AppStats counts an application's users by their score.
type AppStats struct {
	ActiveUsers   *Count `json:"active_users" tfsdk:"active_users"`
	ActiveDevices *Count `json:"active_devices" tfsdk:"active_devices"`
	NumPoor       *Count `json:"num_poor" tfsdk:"num_poor"`
	NumOkay       *Count `json:"num_okay" tfsdk:"num_okay"`
	NumGood       *Count `json:"num_good" tfsdk:"num_good"`
}

// DeviceApp is an application as a device sees it.
type DeviceApp struct {
	ID    *ID    `json:"id" tfsdk:"id"`
	Name  *Text  `json:"name" tfsdk:"name"`
	Score *Score `json:"score" tfsdk:"score"`
}

// WebProbe fetches pages of an application. Its ID is the web_probe_id of a deep trace.
type WebProbe struct {
	ID        *ID     `json:"id" tfsdk:"id"`
	Name      *Text   `json:"name" tfsdk:"name"`
	NumProbes *Count  `json:"num_probes" tfsdk:"num_probes"`
	AvgScore  *Score  `json:"avg_score" tfsdk:"avg_score"`
	AvgPFT    *Number `json:"avg_pft" tfsdk:"avg_pft"`
}

// CloudPathProbe measures the way to an application. Its ID is the cloudpath_probe_id of a deep trace.
type CloudPathProbe struct {
	ID           *ID              `json:"id" tfsdk:"id"`
	Name         *Text            `json:"name" tfsdk:"name"`
	NumProbes    *Count           `json:"num_probes" tfsdk:"num_probes"`
	AvgLatencies List[LegLatency] `json:"avg_latencies" tfsdk:"avg_latencies"`
}

// LegLatency is the latency of one leg.
type LegLatency struct {
	LegSrc  *Text   `json:"leg_src" tfsdk:"leg_src"`
	LegDst  *Text   `json:"leg_dst" tfsdk:"leg_dst"`
	Latency *Number `json:"latency" tfsdk:"latency"`
}

// Software is an installed program, over the organization.
type Software struct {
	SoftwareKey   *Text  `json:"software_key" tfsdk:"software_key"`
	SoftwareName  *Text  `json:"software_name" tfsdk:"software_name"`
	Vendor        *Text  `json:"vendor" tfsdk:"vendor"`
	SoftwareGroup *Text  `json:"software_group" tfsdk:"software_group"`
	InstallType   *Text  `json:"sw_install_type" tfsdk:"sw_install_type"`
	UserTotal     *Count `json:"user_total" tfsdk:"user_total"`
	DeviceTotal   *Count `json:"device_total" tfsdk:"device_total"`
}

// UnmarshalJSON also takes the other name of the type of installation (zdx.md 11, row 24).
func (s *Software) UnmarshalJSON(data []byte) error {
	type plain Software
	both := struct {
		*plain
		Long *Text `json:"software_install_type"`
	}{plain: (*plain)(s)}
	err := json.Unmarshal(data, &both)
	s.InstallType = cmp.Or(s.InstallType, both.Long)
	return err
}

// SoftwareInstallation is a program on a device.
type SoftwareInstallation struct {
	SoftwareKey     *Text `json:"software_key" tfsdk:"software_key"`
	SoftwareName    *Text `json:"software_name" tfsdk:"software_name"`
	SoftwareVersion *Text `json:"software_version" tfsdk:"software_version"`
	SoftwareGroup   *Text `json:"software_group" tfsdk:"software_group"`
	OS              *Text `json:"os" tfsdk:"os"`
	Vendor          *Text `json:"vendor" tfsdk:"vendor"`
	UserID          *ID   `json:"user_id" tfsdk:"user_id"`
	DeviceID        *ID   `json:"device_id" tfsdk:"device_id"`
	Hostname        *Text `json:"hostname" tfsdk:"hostname"`
	Username        *Text `json:"username" tfsdk:"username"`
	InstallDate     *Text `json:"install_date" tfsdk:"install_date"`
}
