package zdx

// Alert is a rule that fired. Its ID has 19 digits (zdx.md 6).
type Alert struct {
	ID              *ID                    `json:"id" tfsdk:"id"`
	RuleName        *Text                  `json:"rule_name" tfsdk:"rule_name"`
	Severity        *Text                  `json:"severity" tfsdk:"severity"`
	AlertType       *Text                  `json:"alert_type" tfsdk:"alert_type"`
	AlertStatus     *Text                  `json:"alert_status" tfsdk:"alert_status"`
	NumGeolocations *Count                 `json:"num_geolocations" tfsdk:"num_geolocations"`
	NumDevices      *Count                 `json:"num_devices" tfsdk:"num_devices"`
	StartedOn       *Time                  `json:"started_on" tfsdk:"started_on"`
	EndedOn         *Time                  `json:"ended_on" tfsdk:"ended_on"` // nil while it goes on
	Application     *IDName                `json:"application" tfsdk:"application"`
	Departments     List[CountedIDName]    `json:"departments" tfsdk:"departments"`
	Locations       List[AlertLocation]    `json:"locations" tfsdk:"locations"`
	Geolocations    List[AlertGeolocation] `json:"geolocations" tfsdk:"geolocations"`
}

// CountedIDName is a department with the number of its devices that an alert affects.
type CountedIDName struct {
	ID         *ID    `json:"id" tfsdk:"id"`
	Name       *Text  `json:"name" tfsdk:"name"`
	NumDevices *Count `json:"num_devices" tfsdk:"num_devices"`
}

// AlertLocation is a location with its groups.
type AlertLocation struct {
	ID         *ID          `json:"id" tfsdk:"id"`
	Name       *Text        `json:"name" tfsdk:"name"`
	NumDevices *Count       `json:"num_devices" tfsdk:"num_devices"`
	Groups     List[IDName] `json:"groups" tfsdk:"groups"`
}

// AlertGeolocation is a place in which devices are affected.
type AlertGeolocation struct {
	ID         *Text  `json:"id" tfsdk:"id"`
	Name       *Text  `json:"name" tfsdk:"name"`
	City       *Text  `json:"city" tfsdk:"city"`
	State      *Text  `json:"state" tfsdk:"state"`
	Country    *Text  `json:"country" tfsdk:"country"`
	NumDevices *Count `json:"num_devices" tfsdk:"num_devices"`
}

// AffectedDevice is a device that an alert touches, with its user.
type AffectedDevice struct {
	ID        *ID   `json:"id" tfsdk:"id"`
	Name      *Text `json:"name" tfsdk:"name"`
	UserID    *ID   `json:"userid" tfsdk:"user_id"`
	UserName  *Text `json:"userName" tfsdk:"user_name"`
	UserEmail *Text `json:"userEmail" tfsdk:"user_email"`
}
