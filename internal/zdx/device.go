package zdx

// DeviceSummary is a device as lists show it.
type DeviceSummary struct {
	ID     *ID   `json:"id" tfsdk:"id"`
	Name   *Text `json:"name" tfsdk:"name"`
	UserID *ID   `json:"userid" tfsdk:"user_id"`
}

// Device is a device with its details. UserID stands in lists only.
type Device struct {
	ID       *ID                 `json:"id" tfsdk:"id"`
	Name     *Text               `json:"name" tfsdk:"name"`
	UserID   *ID                 `json:"userid" tfsdk:"user_id"`
	Hardware *DeviceHardware     `json:"hardware" tfsdk:"hardware"`
	Network  List[DeviceNetwork] `json:"network" tfsdk:"network"`
	Software *DeviceSoftware     `json:"software" tfsdk:"software"`
}

// DeviceHardware is what a device is made of. The service does not tell the units of memory and disk.
type DeviceHardware struct {
	HwModel     *Text   `json:"hw_model" tfsdk:"hw_model"`
	HwMfg       *Text   `json:"hw_mfg" tfsdk:"hw_mfg"`
	HwType      *Text   `json:"hw_type" tfsdk:"hw_type"`
	HwSerial    *Text   `json:"hw_serial" tfsdk:"hw_serial"`
	TotMem      *Count  `json:"tot_mem" tfsdk:"tot_mem"`
	GPU         *Text   `json:"gpu" tfsdk:"gpu"`
	DiskSize    *Count  `json:"disk_size" tfsdk:"disk_size"`
	DiskModel   *Text   `json:"disk_model" tfsdk:"disk_model"`
	DiskType    *Text   `json:"disk_type" tfsdk:"disk_type"`
	CPUMfg      *Text   `json:"cpu_mfg" tfsdk:"cpu_mfg"`
	CPUModel    *Text   `json:"cpu_model" tfsdk:"cpu_model"`
	SpeedGHz    *Number `json:"speed_ghz" tfsdk:"speed_ghz"`
	LogicalProc *Count  `json:"logical_proc" tfsdk:"logical_proc"`
	NumCores    *Count  `json:"num_cores" tfsdk:"num_cores"`
}

// DeviceNetwork is one network adapter.
type DeviceNetwork struct {
	NetType     *Text `json:"net_type" tfsdk:"net_type"`
	Status      *Text `json:"status" tfsdk:"status"`
	IPv4        *Text `json:"ipv4" tfsdk:"ipv4"`
	IPv6        *Text `json:"ipv6" tfsdk:"ipv6"`
	DNSSrvs     *Text `json:"dns_srvs" tfsdk:"dns_srvs"`
	DNSSuffix   *Text `json:"dns_suffix" tfsdk:"dns_suffix"`
	Gateway     *Text `json:"gateway" tfsdk:"gateway"`
	MAC         *Text `json:"mac" tfsdk:"mac"`
	GUID        *Text `json:"guid" tfsdk:"guid"`
	WiFiAdapter *Text `json:"wifi_adapter" tfsdk:"wifi_adapter"`
	WiFiType    *Text `json:"wifi_type" tfsdk:"wifi_type"`
	SSID        *Text `json:"ssid" tfsdk:"ssid"`
	Channel     *Text `json:"channel" tfsdk:"channel"`
	BSSID       *Text `json:"bssid" tfsdk:"bssid"`
}

// DeviceSoftware is what runs on a device.
type DeviceSoftware struct {
	OSName        *Text `json:"os_name" tfsdk:"os_name"`
	OSVer         *Text `json:"os_ver" tfsdk:"os_ver"`
	OSBuild       *Text `json:"os_build" tfsdk:"os_build"`
	Hostname      *Text `json:"hostname" tfsdk:"hostname"`
	NetBIOS       *Text `json:"netbios" tfsdk:"netbios"`
	User          *Text `json:"user" tfsdk:"user"`
	ClientConnVer *Text `json:"client_conn_ver" tfsdk:"client_conn_ver"` // of the Client Connector
	ZDXVer        *Text `json:"zdx_ver" tfsdk:"zdx_ver"`
}

// User is a user whose devices ZDX knows. Score stands under an application only.
type User struct {
	ID      *ID              `json:"id" tfsdk:"id"`
	Name    *Text            `json:"name" tfsdk:"name"`
	Email   *Text            `json:"email" tfsdk:"email"`
	Score   *Score           `json:"score" tfsdk:"score"`
	Devices List[UserDevice] `json:"devices" tfsdk:"devices"`
}

// UserDevice is a device of a user, and where it was seen.
type UserDevice struct {
	ID     *ID                         `json:"id" tfsdk:"id"`
	Name   *Text                       `json:"name" tfsdk:"name"`
	GeoLoc List[UserDeviceGeolocation] `json:"geo_loc" tfsdk:"geo_loc"`
	ZSLoc  List[IDName]                `json:"zs_loc" tfsdk:"zs_loc"`
}

// UserDeviceGeolocation is where a device was seen. Coordinates are degrees.
type UserDeviceGeolocation struct {
	ID           *Text   `json:"id" tfsdk:"id"`
	City         *Text   `json:"city" tfsdk:"city"`
	State        *Text   `json:"state" tfsdk:"state"`
	Country      *Text   `json:"country" tfsdk:"country"`
	GeoType      *Text   `json:"geo_type" tfsdk:"geo_type"`
	GeoLat       *Number `json:"geo_lat" tfsdk:"geo_lat"`
	GeoLong      *Number `json:"geo_long" tfsdk:"geo_long"`
	GeoDetection *Text   `json:"geo_detection" tfsdk:"geo_detection"`
}
