package zdx

import (
	"cmp"
	"encoding/json"
)

// What a deep trace measures, and the same reports of a device without one (zdx.md 4.4, 6).

const (
	devicePath    = "/devices/{deviceid}"
	deviceAppPath = devicePath + "/apps/{appid}"
)

// Reports of a deep trace. IDs: device, trace. They are empty until there is data.
var (
	TraceWebProbeMetrics  = Listing[Metric]{path: tracePath + "/webprobe-metrics", parent: tracePath}
	TraceCloudPathMetrics = Listing[LegStats]{path: tracePath + "/cloudpath-metrics", parent: tracePath}
	TraceCloudPaths       = Listing[CloudPathSample]{path: tracePath + "/cloudpath", parent: tracePath}
	TraceHealthMetrics    = Listing[HealthCategory]{path: tracePath + "/health-metrics", parent: tracePath}
	TraceTopProcesses     = Listing[TopProcessesSample]{path: tracePath + "/top-processes", parent: tracePath}
	TraceEvents           = Listing[EventSample]{path: tracePath + "/events", parent: tracePath}
)

// Reports of a device. IDs: device; device and application; device, application and probe.
var (
	DeviceHealthMetrics = Listing[HealthCategory]{path: devicePath + "/health-metrics"}
	DeviceEvents        = Listing[EventSample]{path: devicePath + "/events"}
	DeviceCallQuality   = Listing[CallQuality]{path: deviceAppPath + "/call-quality-metrics"}
	WebProbeMetrics     = Listing[Metric]{path: deviceAppPath + "/web-probes/{probeid}"}
	CloudPathMetrics    = Listing[LegStats]{path: deviceAppPath + "/cloudpath-probes/{probeid}"}
	CloudPaths          = Listing[CloudPathSample]{path: deviceAppPath + "/cloudpath-probes/{probeid}/cloudpath"}
)

// Metric is a series of values.
type Metric struct {
	Metric     *Text           `json:"metric" tfsdk:"metric"`
	Unit       *Text           `json:"unit" tfsdk:"unit"`
	DataPoints List[DataPoint] `json:"datapoints" tfsdk:"datapoints"`
}

// DataPoint is one value of a series. In series of scores -1 stands for no data.
type DataPoint struct {
	Timestamp *Time   `json:"timestamp" tfsdk:"timestamp"`
	Value     *Number `json:"value" tfsdk:"value"`
}

// LegStats are the series of one leg of a cloud path.
type LegStats struct {
	LegSrc *Text        `json:"leg_src" tfsdk:"leg_src"`
	LegDst *Text        `json:"leg_dst" tfsdk:"leg_dst"`
	Stats  List[Metric] `json:"stats" tfsdk:"stats"`
}

// CloudPathSample is the way to an application at one time, leg by leg.
type CloudPathSample struct {
	Timestamp *Time              `json:"timestamp" tfsdk:"timestamp"`
	CloudPath List[CloudPathLeg] `json:"cloudpath" tfsdk:"cloudpath"`
}

// CloudPathLeg is one leg with its hops. The service does not tell the units.
type CloudPathLeg struct {
	Src           *Text     `json:"src" tfsdk:"src"`
	Dst           *Text     `json:"dst" tfsdk:"dst"`
	NumHops       *Count    `json:"num_hops" tfsdk:"num_hops"`
	Latency       *Number   `json:"latency" tfsdk:"latency"`
	Loss          *Number   `json:"loss" tfsdk:"loss"`
	NumUnrespHops *Count    `json:"num_unresp_hops" tfsdk:"num_unresp_hops"`
	TunnelType    *Count    `json:"tunnel_type" tfsdk:"tunnel_type"`
	Hops          List[Hop] `json:"hops" tfsdk:"hops"`
}

// Hop is one hop of a leg.
type Hop struct {
	IP          *Text   `json:"ip" tfsdk:"ip"`
	GwMAC       *Text   `json:"gw_mac" tfsdk:"gw_mac"`
	GwMACVendor *Text   `json:"gw_mac_vendor" tfsdk:"gw_mac_vendor"`
	PktSent     *Count  `json:"pkt_sent" tfsdk:"pkt_sent"`
	PktRcvd     *Count  `json:"pkt_rcvd" tfsdk:"pkt_rcvd"`
	LatencyMin  *Number `json:"latency_min" tfsdk:"latency_min"`
	LatencyMax  *Number `json:"latency_max" tfsdk:"latency_max"`
	LatencyAvg  *Number `json:"latency_avg" tfsdk:"latency_avg"`
	LatencyDiff *Number `json:"latency_diff" tfsdk:"latency_diff"`
}

// HealthCategory is one kind of a device's health, such as its CPU.
type HealthCategory struct {
	Category  *Text                `json:"category" tfsdk:"category"`
	Instances List[HealthInstance] `json:"instances" tfsdk:"instances"`
}

// HealthInstance is what was measured, such as one disk.
type HealthInstance struct {
	Name    *Text        `json:"name" tfsdk:"name"`
	Metrics List[Metric] `json:"metrics" tfsdk:"metrics"`
}

// UnmarshalJSON also takes the name from "metric", as some documents have it (zdx.md 4.4).
func (i *HealthInstance) UnmarshalJSON(data []byte) error {
	type plain HealthInstance
	both := struct {
		*plain
		Metric *Text `json:"metric"`
	}{plain: (*plain)(i)}
	err := json.Unmarshal(data, &both)
	i.Name = cmp.Or(i.Name, both.Metric)
	return err
}

// EventSample is what changed on a device at one time.
type EventSample struct {
	Timestamp *Time             `json:"timestamp" tfsdk:"timestamp"`
	Events    List[DeviceEvent] `json:"events" tfsdk:"events"`
}

// UnmarshalJSON also takes the events from "instances", as some documents have it (zdx.md 4.4).
func (s *EventSample) UnmarshalJSON(data []byte) error {
	type plain EventSample
	both := struct {
		*plain
		Instances List[DeviceEvent] `json:"instances"`
	}{plain: (*plain)(s)}
	err := json.Unmarshal(data, &both)
	s.Events = append(s.Events, both.Instances...)
	return err
}

// DeviceEvent is one change.
type DeviceEvent struct {
	Category    *Text `json:"category" tfsdk:"category"`
	Name        *Text `json:"name" tfsdk:"name"`
	DisplayName *Text `json:"display_name" tfsdk:"display_name"`
	Prev        *Text `json:"prev" tfsdk:"prev"`
	Curr        *Text `json:"curr" tfsdk:"curr"`
}

// TopProcessesSample names the processes that used most at one time.
type TopProcessesSample struct {
	Timestamp    *Time                    `json:"timestamp" tfsdk:"timestamp"`
	TopProcesses List[TopProcessCategory] `json:"top_processes" tfsdk:"top_processes"`
}

// TopProcessCategory is what was used: CPU, memory, disk or network.
type TopProcessCategory struct {
	Category  *Text         `json:"category" tfsdk:"category"`
	Unit      *Text         `json:"unit" tfsdk:"unit"`
	Processes List[Process] `json:"processes" tfsdk:"processes"`
}

// Process is a process of a device.
type Process struct {
	ID   *ID   `json:"id" tfsdk:"id"`
	Name *Text `json:"name" tfsdk:"name"`
}

// CallQuality is how a meeting went.
type CallQuality struct {
	MeetID        *Text        `json:"meet_id" tfsdk:"meet_id"`
	MeetSessionID *Text        `json:"meet_session_id" tfsdk:"meet_session_id"`
	MeetSubject   *Text        `json:"meet_subject" tfsdk:"meet_subject"`
	Metrics       List[Metric] `json:"metrics" tfsdk:"metrics"`
}
