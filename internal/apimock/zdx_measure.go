package apimock

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// measured is what any measurement of the mock is: it follows from the minute
// and from what was measured, so that a test can tell it and a second look shows
// the same.
type measured struct {
	metric, unit string
	base, spread int64
}

func (m measured) at(second int64, ids ...string) int64 {
	sum := second / 60
	for _, id := range ids {
		sum += idNumber(id)
	}
	return m.base + sum%m.spread
}

// series is a Metric over the times.
func (m measured) series(times []int64, ids ...string) map[string]any {
	return metric(m.metric, m.unit, times, func(second int64) int64 { return m.at(second, ids...) })
}

func metric(name, unit string, times []int64, value func(int64) int64) map[string]any {
	points := []any{}
	for _, second := range times {
		points = append(points, map[string]any{"timestamp": second, "value": value(second)})
	}
	return map[string]any{"metric": name, "unit": unit, "datapoints": points}
}

func (m measured) average(times []int64, ids ...string) int64 {
	if len(times) == 0 {
		return -1
	}
	sum := int64(0)
	for _, second := range times {
		sum += m.at(second, ids...)
	}
	return sum / int64(len(times))
}

var (
	pageFetch    = measured{"pft", "ms", 400, 300}
	lookupTime   = measured{"dns", "ms", 5, 20}
	availability = measured{"availability", "%", 95, 6}
	legLatency   = measured{"latency", "ms", 10, 30}
	legLoss      = measured{"loss", "%", 0, 3}
	deviceScore  = measured{"score", "", 60, 41}

	webMetrics  = []measured{pageFetch, lookupTime, availability}
	pathMetrics = []measured{legLatency, legLoss}
	callMetrics = []measured{{"mos", "", 3, 2}, {"jitter", "ms", 2, 9}, {"latency", "ms", 20, 60}}
)

// named picks a metric by name; none if there is no such one.
func namedMetrics(all []measured, name string) []measured {
	return slices.DeleteFunc(slices.Clone(all), func(m measured) bool { return m.metric != name })
}

func allSeries(metrics []measured, times []int64, ids ...string) []any {
	found := []any{}
	for _, m := range metrics {
		found = append(found, m.series(times, ids...))
	}
	return found
}

// leg is a stretch of a Cloud Path; client, egress and zen are the names on
// record (zdx.md 4.4).
type leg struct{ src, dst string }

var legs = []leg{{"client", "egress"}, {"egress", "zen"}, {"zen", "application"}}

// legStats are the series of each leg.
func legStats(metrics []measured, times []int64, ids ...string) []any {
	found := []any{}
	for i, l := range legs {
		found = append(found, map[string]any{
			"leg_src": l.src, "leg_dst": l.dst, "stats": allSeries(metrics, times, append(ids, fmt.Sprint(i))...),
		})
	}
	return found
}

// cloudPaths are hop-by-hop samples. By switch a sample has one leg, as an
// object, and there is one for each leg.
func (s *Server) cloudPaths(times []int64, ids ...string) []any {
	found := []any{}
	for _, second := range times {
		path := []any{}
		for i, l := range legs {
			path = append(path, l.path(i, second, ids...))
		}
		if !s.switches.CloudPathAsObject {
			found = append(found, map[string]any{"timestamp": second, "cloudpath": path})
			continue
		}
		for _, one := range path {
			found = append(found, map[string]any{"timestamp": second, "cloudpath": one})
		}
	}
	return found
}

// hopsOfLeg is how many hops a leg has; the second of them keeps silent.
const hopsOfLeg = 3

func (l leg) path(i int, second int64, ids ...string) map[string]any {
	number := fmt.Sprint(i)
	hops := []any{}
	for hop := range hopsOfLeg {
		ip, mac, received := fmt.Sprintf("10.%d.0.%d", i+1, hop+1), fmt.Sprintf("02:00:00:01:%02x:%02x", i+1, hop+1), 11
		latency := legLatency.at(second, append(ids, number)...) * int64(hop+1) / hopsOfLeg
		if hop == 1 {
			ip, mac, received, latency = "", "", 0, 0
		}
		hops = append(hops, map[string]any{
			"ip": ip, "gw_mac": mac, "gw_mac_vendor": "", "pkt_sent": 11, "pkt_rcvd": received,
			"latency_min": latency, "latency_max": latency, "latency_avg": latency, "latency_diff": 0,
		})
	}
	return map[string]any{
		"src": l.src, "dst": l.dst, "num_hops": hopsOfLeg, "num_unresp_hops": 1, "tunnel_type": i % 2,
		"latency": legLatency.at(second, append(ids, number)...), "loss": legLoss.at(second, append(ids, number)...), "hops": hops,
	}
}

// healthOf are the categories of a device's health, each with one instance.
var healthOf = []struct {
	category, instance string
	metrics            []measured
}{
	{"cpu", "total", []measured{{"cpu_usage", "%", 10, 60}}},
	{"memory", "total", []measured{{"memory_usage", "%", 40, 30}}},
	{"disk", "C:", []measured{{"disk_usage", "%", 50, 10}, {"disk_queue", "", 0, 3}}},
	{"network", "Wi-Fi", []measured{{"bytes_sent", "KB", 100, 400}, {"bytes_received", "KB", 200, 900}}},
	{"wifi", "lab", []measured{{"signal_strength", "%", 70, 30}}},
}

func (s *Server) health(times []int64, ids ...string) []any {
	if len(times) == 0 {
		return []any{}
	}
	member := "name"
	if s.switches.HealthInstancesNamedMetric {
		member = "metric"
	}
	found := []any{}
	for _, h := range healthOf {
		found = append(found, map[string]any{"category": h.category, "instances": []any{
			map[string]any{member: h.instance, "metrics": allSeries(h.metrics, times, ids...)},
		}})
	}
	return found
}

// changes are what happens on a device, one after the other; prev and curr
// change places from one round to the next.
var changes = []struct{ category, name, display, one, other string }{
	{"Zscaler", "tunType", "Tunnel type", "1", "2"},
	{"Hardware", "powerSource", "Power source", "battery", "mains"},
	{"Software", "osBuild", "OS build", "26100", "26101"},
	{"Network", "ssid", "SSID", "lab", "guest"},
}

func (s *Server) events(times []int64) []any {
	member := "events"
	if s.switches.EventsAsInstances {
		member = "instances"
	}
	found := []any{}
	for i, second := range times {
		change := changes[i%len(changes)]
		prev, curr := change.one, change.other
		if i/len(changes)%2 == 1 {
			prev, curr = curr, prev
		}
		found = append(found, map[string]any{"timestamp": second, member: []any{map[string]any{
			"category": change.category, "name": change.name, "display_name": change.display, "prev": prev, "curr": curr,
		}}})
	}
	return found
}

// topProcesses are two processes for each kind of use.
func topProcesses(times []int64) []any {
	found := []any{}
	for _, second := range times {
		uses := []any{}
		for i, use := range []struct{ category, unit string }{{"cpu", "%"}, {"memory", "MB"}, {"disk", "KB"}, {"network", "KB"}} {
			processes := []any{}
			for j, name := range []string{"browser.exe", "teams.exe"} {
				processes = append(processes, map[string]any{"id": 1000 + 10*i + j, "name": name})
			}
			uses = append(uses, map[string]any{"category": use.category, "unit": use.unit, "processes": processes})
		}
		found = append(found, map[string]any{"timestamp": second, "top_processes": uses})
	}
	return found
}

// meeting is the call of a conferencing application.
func meeting(app *record, times []int64, ids ...string) []any {
	if app.members["conferencing"] != true || len(times) == 0 {
		return []any{}
	}
	return []any{map[string]any{
		"meet_id": "meet-" + app.id, "meet_session_id": "session-" + strings.Join(ids, "-"), "meet_subject": "Weekly call",
		"metrics": allSeries(callMetrics, times, ids...),
	}}
}

// sampleEvery is the step of reports without a trace; a long window has longer
// ones, so that no answer has more than maxSamples.
const (
	sampleEvery = int64(15 * time.Minute / time.Second)
	maxSamples  = 96
)

// times are the moments of the window at which there are samples, on the
// quarters of the hour.
func (q *query) times() []int64 {
	step := sampleEvery
	for (q.to-q.from)/step >= maxSamples {
		step *= 2
	}
	found := []int64{}
	for at := (q.from + step - 1) / step * step; at <= q.to; at += step {
		found = append(found, at)
	}
	return found
}

// seenTimes are the times until a record was last seen.
func (q *query) seenTimes(r *record) []int64 {
	last, known := seconds(r.members["last_seen"])
	if !known {
		last = q.s.now().Unix()
	}
	return slices.DeleteFunc(q.times(), func(at int64) bool { return at > last })
}
