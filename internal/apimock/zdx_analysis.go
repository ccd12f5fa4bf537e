package apimock

import (
	"fmt"
	"net/http"
	"time"
)

// firstAnalysisID is the first score analysis's identifier. As with traces, no
// identifier fits a float64.
const firstAnalysisID = 9007199254840993

// Analysis is a score analysis as it stands by the mock's clock. Status is
// in_progress, completed, failed or aborted.
type Analysis struct {
	ID, DeviceID, AppID, Status, ErrorMessage string
	StartedAt                                 time.Time
}

// analysis reads a record: where it stands follows from the clock, unless
// somebody stopped it or let it fail.
func (s *Server) analysis(r *record) Analysis {
	a := Analysis{
		ID: r.id, DeviceID: fmt.Sprint(r.members["device_id"]), AppID: fmt.Sprint(r.members["app_id"]),
		Status: "in_progress", ErrorMessage: text(r.members, "err_msg"), StartedAt: r.created,
	}
	takes, err := time.ParseDuration(text(r.members, "takes"))
	if err != nil { // made as if from the portal
		takes = s.switches.AnalysisTakes
	}
	switch {
	case r.members["aborted"] == true:
		a.Status = "aborted"
	case a.ErrorMessage != "":
		a.Status = "failed"
	case !s.now().Before(r.created.Add(takes)):
		a.Status = "completed"
	}
	return a
}

func (c *call) analysis() (*record, *problem) {
	return c.named(parent{"analyses", "analysis_id", "no such analysis"})
}

// startAnalysis is POST /analysis. Nothing says what an unknown device is
// answered with; it is a value of the body, so 400.
func startAnalysis(c *call) reply {
	body := as[map[string]any](clone(c.body))
	device := c.s.record("devices", fmt.Sprint(body["device_id"]))
	if device == nil {
		return c.refuse(&problem{http.StatusBadRequest, "/device_id: no such device"})
	}
	app := fmt.Sprint(body["app_id"])
	if c.s.record("apps", app) == nil || !hasApp(device, app) {
		return c.refuse(&problem{http.StatusBadRequest, "/app_id: the device has no such application"})
	}
	t0, begins := seconds(body["t0"])
	t1, ends := seconds(body["t1"])
	if begins && ends && t0 >= t1 {
		return c.refuse(&problem{http.StatusBadRequest, "/t0: is not before t1"})
	}
	body["takes"] = c.s.switches.AnalysisTakes.String()
	r := c.s.create(zdxKindOf("analyses"), body)
	return reply{status: http.StatusOK, body: map[string]any{"analysis_id": c.s.id(r.id)}}
}

func getAnalysis(c *call) reply {
	r, p := c.analysis()
	if p != nil {
		return c.refuse(p)
	}
	a := c.s.analysis(r)
	body := map[string]any{"status": spelled(a.Status, c.s.switches.StatusSpelling)}
	switch a.Status {
	case "failed":
		body["err_msg"] = a.ErrorMessage
	case "completed":
		body["result"] = result(r)
	}
	return reply{status: http.StatusOK, body: body}
}

// result is what every analysis finds: in the range that was asked for, or in
// the two hours before it began.
func result(r *record) map[string]any {
	t0, t1 := r.members["t0"], r.members["t1"]
	if t0 == nil {
		t0 = r.created.Add(-defaultWindow).Unix()
	}
	if t1 == nil {
		t1 = r.created.Unix()
	}
	return map[string]any{
		"issue": "High latency", "confidence": 0.9, "message": "The leg from client to egress was slow.", "times": []any{t0, t1},
	}
}

// stopAnalysis stops a running analysis; what it does to one that has ended is
// a switch. The body of the answer is not documented: an empty object.
func stopAnalysis(c *call) reply {
	r, p := c.analysis()
	if p != nil {
		return c.refuse(p)
	}
	running, w := c.s.analysis(r).Status == "in_progress", c.s.switches
	switch {
	case !running && w.AnalysisDeleteEndedStatus != http.StatusOK:
		return c.refuse(&problem{w.AnalysisDeleteEndedStatus, "the analysis has ended"})
	case !running || w.AnalysisGone:
		c.s.remove(r)
	default:
		r.members["aborted"] = true
	}
	return reply{status: http.StatusOK, body: map[string]any{}}
}

// Analyses returns the score analyses, oldest first.
func (s *Server) Analyses() []Analysis {
	s.mu.Lock()
	defer s.mu.Unlock()
	found := []Analysis{}
	for _, r := range s.records["analyses"] {
		found = append(found, s.analysis(r))
	}
	return found
}

// FailAnalysis lets an analysis fail with a message. It panics if there is no
// such analysis or no message.
func (s *Server) FailAnalysis(id, message string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	r := s.mustKnow("analyses", id)
	if message == "" {
		panic("apimock: a failed analysis needs a message")
	}
	r.members["err_msg"] = message
}
