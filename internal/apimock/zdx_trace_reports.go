package apimock

import (
	"encoding/json"
	"fmt"
	"net/http"
	"time"
)

// jsonNull is a body that says null.
var jsonNull = json.RawMessage("null")

// traceReport is one report of a deep trace: which member of the start it needs,
// and what it shows of the samples.
type traceReport struct {
	needs string
	view  func(s *Server, times []int64, device, probe string) []any
}

var traceReports = map[string]traceReport{
	"getDeepTraceWebProbeMetrics": {"web_probe_id", func(_ *Server, times []int64, device, probe string) []any {
		return allSeries([]measured{pageFetch, availability}, times, device, probe)
	}},
	"getDeepTraceCloudPathMetrics": {"cloudpath_probe_id", func(_ *Server, times []int64, device, probe string) []any {
		return legStats(pathMetrics, times, device, probe)
	}},
	"getDeepTraceCloudPath": {"cloudpath_probe_id", func(s *Server, times []int64, device, probe string) []any {
		return s.cloudPaths(times, device, probe)
	}},
	"getDeepTraceHealthMetrics": {"probe_device", func(s *Server, times []int64, device, _ string) []any {
		return s.health(times, device)
	}},
	"getDeepTraceTopProcesses": {"probe_device", func(_ *Server, times []int64, _, _ string) []any {
		return topProcesses(times)
	}},
	"getDeepTraceEvents": {"probe_device", func(s *Server, times []int64, _, _ string) []any {
		return s.events(times)
	}},
}

// answer shows what the trace measured. What it did not measure, and what it has
// not measured yet, is an empty list or, by switch, 404.
func (r traceReport) answer(c *call) reply {
	t, device, p := c.trace()
	if p != nil {
		return c.refuse(p)
	}
	times := t.samples(c.s.now())
	wanted := t.request[r.needs]
	if wanted == nil || wanted == false || len(times) == 0 {
		if c.s.switches.NoDataStatus != http.StatusOK {
			return c.refuse(&problem{c.s.switches.NoDataStatus, "the deep trace has no such data"})
		}
		return c.report([]any{})
	}
	return c.report(r.view(c.s, times, device.id, fmt.Sprint(wanted)))
}

// samples are the moments of a trace's samples, Unix seconds: one a minute from
// its start to its end or now, none in the first minute.
func (t *trace) samples(now time.Time) []int64 {
	v := t.at(now)
	if v.StartedAt.IsZero() {
		return nil
	}
	end := now
	if !v.EndedAt.IsZero() {
		end = v.EndedAt
	}
	var found []int64
	for at := v.StartedAt.Add(time.Minute); !at.After(end); at = at.Add(time.Minute) {
		found = append(found, at.Unix())
	}
	return found
}
