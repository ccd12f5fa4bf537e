package provider

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/pomerium-zdx/terraform-provider-pomerium/internal/apimock"
)

// The mock's first traces have these IDs, beyond what a float64 holds exactly.
const (
	firstTrace  = "9007199254740993"
	secondTrace = "9007199254740995"
)

// startTraces starts a whole trace, and another one after its end.
func startTraces(l *lab) {
	l.StartTrace(l.DeviceID, traceOfAll(l))
	l.Advance(10 * time.Minute)
	l.StartTrace(l.DeviceID, map[string]any{"session_name": "second"})
}

func traceOfAll(l *lab) map[string]any {
	return map[string]any{
		"session_name": "first", "session_length_minutes": 5, "probe_device": true, "app_id": json.Number(l.AppID),
		"web_probe_id": json.Number(l.WebProbeID), "cloudpath_probe_id": json.Number(l.CloudPathProbeID),
	}
}

func TestZDXDeepTraceLookups(t *testing.T) {
	t.Parallel()
	const list = "/devices/30989301/deeptraces"
	device := func(more map[string]any) map[string]any { return with(map[string]any{"device_id": "30989301"}, more) }
	twins := func(l *lab) {
		startTraces(l)
		l.Advance(10 * time.Minute)
		l.StartTrace(l.DeviceID, map[string]any{"session_name": "second"})
	}
	lookups(t, "zdx_deeptraces", "deeptraces", map[string]lookup{
		"none":           {device(nil), nil, nil, []string{list}, "", nil},
		"all":            {device(nil), startTraces, nil, []string{list}, firstTrace + " " + secondTrace, nil},
		"unknown device": {map[string]any{"device_id": "1"}, nil, nil, []string{"/devices/1/deeptraces"}, "", []string{"Could not read the deep traces of device 1", "check the IDs"}},
		"not to be seen": {device(nil), forbidden(tracesTemplate), nil, []string{list}, "", []string{"Could not read the deep traces of device 30989301", roleAdvice}},
	})
	lookups(t, "zdx_deeptrace", "", map[string]lookup{
		"by ID":   {device(map[string]any{"trace_id": firstTrace}), startTraces, nil, []string{list + "/" + firstTrace}, firstTrace, nil},
		"by name": {device(map[string]any{"session_name": "second"}), startTraces, nil, []string{list}, secondTrace, nil},
		"by both": {device(map[string]any{"session_name": "second", "trace_id": secondTrace}), twins, nil, []string{list}, secondTrace, nil},
		"two of one name": {device(map[string]any{"session_name": "second"}), twins, nil, []string{list}, "",
			[]string{"2 deep traces match", secondTrace + " (second), 9007199254740997 (second)"}},
		"another spelling": {device(map[string]any{"session_name": "Second"}), startTraces, nil, []string{list}, "",
			[]string{"No deep trace matches", firstTrace + " (first), " + secondTrace + " (second)"}},
		"unknown ID":      {device(map[string]any{"trace_id": "7"}), startTraces, nil, []string{list + "/7", list}, "", []string{"No deep trace matches", `trace_id "7"`}},
		"no name came":    {device(map[string]any{"session_name": "second"}), startTraces, func(w *apimock.Switches) { w.DetailsEcho = apimock.DetailsNone }, []string{list}, "", []string{"No deep trace matches", firstTrace + " ()"}},
		"not to be seen":  {device(map[string]any{"trace_id": firstTrace}), forbidden(traceTemplate), nil, []string{list + "/" + firstTrace}, "", []string{"Could not read the deep trace", roleAdvice}},
		"list not to see": {device(map[string]any{"session_name": "x"}), forbidden(tracesTemplate), nil, []string{list}, "", []string{"Could not read the deep trace", roleAdvice}},
	})
	lookupRefusals(t, "zdx_deeptrace", device(map[string]any{"trace_id": "1"}), map[string]refusal{
		"no device":     {map[string]any{"device_id": nil}, `AttributeName("device_id")`, "required"},
		"import syntax": {map[string]any{"trace_id": "30989301/7"}, `AttributeName("trace_id")`, "Not a decimal ID"},
		"trace 0":       {map[string]any{"trace_id": "0"}, `AttributeName("trace_id")`, "Not a decimal ID"},
		"an empty name": {map[string]any{"session_name": ""}, `AttributeName("session_name")`, "at least 1"},
	})
}

// A trace is shown as far as the service tells of it, from its start to its end.
func TestZDXDeepTraceLookupMembers(t *testing.T) {
	t.Parallel()
	still(t, func(t *testing.T, lab *lab) {
		id := lab.StartTrace(lab.DeviceID, traceOfAll(lab))
		p := lab.calm(t)
		arguments := map[string]any{"device_id": lab.DeviceID, "trace_id": id}
		want := map[string]any{
			"device_id": "30989301", "trace_id": firstTrace, "status": "not_started", "ended": false,
			"created_at": "2000-01-01T00:00:00Z", "started_at": nil, "ended_at": nil,
			"session_name": "first", "session_length_minutes": json.Number("5"), "probe_device": true, "device_name": "lab-laptop",
			"user_id": "1001", "user_name": "lab user", "app_id": "7", "app_name": nil, "web_probe_id": "311204", "web_probe_name": "Teams web probe",
			"cloudpath_probe_id": "311205", "cloudpath_probe_name": "Teams Cloud Path",
		}
		holds(t, want, p.mustRead("zdx_deeptrace", arguments))
		lab.Advance(2 * time.Minute)
		want["status"], want["started_at"] = "started", "2000-01-01T00:01:00Z"
		holds(t, want, p.mustRead("zdx_deeptrace", arguments))
		lab.Advance(10 * time.Minute)
		want["status"], want["ended"], want["ended_at"] = "completed", true, "2000-01-01T00:06:00Z"
		holds(t, want, p.mustRead("zdx_deeptrace", arguments))
		delete(want, "device_id")
		holds(t, []any{want}, p.mustRead("zdx_deeptraces", map[string]any{"device_id": lab.DeviceID}), "deeptraces")
		lab.StartTrace(lab.DeviceID, map[string]any{})
		bare := p.mustRead("zdx_deeptraces", map[string]any{"device_id": lab.DeviceID})
		for _, name := range []string{"session_name", "app_id", "web_probe_id", "web_probe_name", "cloudpath_probe_id", "cloudpath_probe_name"} {
			holds(t, nil, bare, "deeptraces", 1, name)
		}
		for _, ending := range []string{"aborted", "nobody_knows"} {
			lab.EndTrace(lab.DeviceID, secondTrace, ending)
			holds(t, true, p.mustRead("zdx_deeptraces", map[string]any{"device_id": lab.DeviceID}), "deeptraces", 1, "ended")
		}
		if asked := lab.asked(); len(asked) != 7 {
			t.Errorf("asked %v", asked)
		}
	}, func(w *apimock.Switches) { w.StartDelay = time.Minute })
}
