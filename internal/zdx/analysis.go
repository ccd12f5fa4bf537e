package zdx

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"slices"
	"strings"

	"github.com/pomerium-zdx/terraform-provider-pomerium/internal/httpapi"
)

const analysisPath = "/analysis/{analysis_id}"

// AnalysisRequest asks why the score of an application on a device is what it is (zdx.md 6). The range of time is
// that of the service's choice when it is left out.
type AnalysisRequest struct {
	DeviceID ID     `json:"device_id"`
	AppID    ID     `json:"app_id"`
	T0       *int64 `json:"t0,omitempty"` // epoch seconds; so is the next
	T1       *int64 `json:"t1,omitempty"`
}

// Analysis is how far an analysis is, and what it found.
type Analysis struct {
	Status  *Text           `json:"status" tfsdk:"status"` // an open set; no value is documented
	Message *Text           `json:"err_msg" tfsdk:"err_msg"`
	Result  *AnalysisResult `json:"result" tfsdk:"result"`
}

// AnalysisResult is what an analysis found.
type AnalysisResult struct {
	Issue      *Text      `json:"issue" tfsdk:"issue"`
	Confidence *Number    `json:"confidence" tfsdk:"confidence"`
	Message    *Text      `json:"message" tfsdk:"message"`
	Times      List[Time] `json:"times" tfsdk:"times"`
}

// UnmarshalJSON reads a result that names no issue as none: it may be there, and empty, while the analysis runs.
func (a *Analysis) UnmarshalJSON(data []byte) error {
	type plain Analysis
	if err := json.Unmarshal(data, (*plain)(a)); err != nil {
		return err
	}
	tidy((*plain)(a))
	if r := a.Result; r != nil && r.Issue == nil && r.Message == nil && len(r.Times) == 0 {
		a.Result = nil
	}
	return nil
}

// Done tells whether the analysis has come to its end, well or not. The statuses are not documented, so a result or
// an error message counts, whatever the status says.
func (a Analysis) Done() bool {
	if a.Result != nil || a.Message != nil {
		return true
	}
	return a.Status != nil && (isOver(string(*a.Status)) ||
		slices.Contains([]string{"done", "finished", "success", "succeeded", "error", "cancelled", "canceled", "stopped"}, plainStatus(string(*a.Status))))
}

// StartAnalysis starts an analysis and returns its ID. A start without an answer cannot be looked up, because the
// service has no list of analyses, so that is said in the error.
func (c *Client) StartAnalysis(ctx context.Context, request AnalysisRequest) (ID, error) {
	var answer struct {
		ID ID `json:"analysis_id"`
	}
	err := c.do(ctx, c.api, httpapi.Request{Method: http.MethodPost, Path: "/analysis", Body: request}, &answer)
	if err == nil && !answer.ID.usable() {
		answer.ID, err = "", unnamed("/analysis")
	}
	return answer.ID, err
}

// unnamed is the failure of a start whose answer does not say what was started.
func unnamed(path string) error {
	return &httpapi.Error{
		Service: service, Method: http.MethodPost, Path: path, Status: http.StatusOK, Sent: true, Err: errors.New("the answer does not say which one was made"),
	}
}

// Analysis reads an analysis. One that was stopped or is too old is an error of which httpapi.IsNotFound is true.
func (c *Client) Analysis(ctx context.Context, id string) (analysis Analysis, err error) {
	err = c.get(ctx, analysisPath, nil, []string{id}, &analysis)
	return analysis, err
}

// WaitAnalysis reads an analysis until it is done.
func (c *Client) WaitAnalysis(ctx context.Context, id string) (analysis Analysis, err error) {
	err = c.poll(ctx, func() (bool, error) {
		analysis, err = c.Analysis(ctx, id)
		return analysis.Done(), err
	})
	return analysis, err
}

// StopAnalysis stops an analysis. It is no error when there is nothing to stop.
func (c *Client) StopAnalysis(ctx context.Context, id string) error {
	var done httpapi.Done
	err := c.do(ctx, c.api, httpapi.Request{Method: http.MethodDelete, Path: analysisPath, Values: []string{id}}, &done)
	switch {
	case err == nil && (done.Certain || done.Empty): // the answer is not documented (zdx.md 6)
		return nil
	case err == nil:
		err = httpapi.Unconfirmed(service, http.MethodDelete, analysisPath)
	case httpapi.IsNotFound(err):
		err = httpapi.Contradicted(err, shownAllTheSame)
	}
	if analysis, readErr := c.Analysis(ctx, id); httpapi.IsNotFound(readErr) || readErr == nil && analysis.Done() {
		return nil
	}
	return err
}

// Snapshot is a shareable view of an alert (zdx.md 6). The service can make one, and neither read nor delete it.
type Snapshot struct {
	ID          *Text      `json:"id"`
	URL         *Text      `json:"url"`
	Status      *Text      `json:"status"`
	Expiry      *Time      `json:"expiry"`
	Obfuscation List[Text] `json:"obfuscation"`
}

// SnapshotRequest asks for a snapshot.
type SnapshotRequest struct {
	Name        string   `json:"name"`
	AlertID     ID       `json:"alert_id"`
	Expiry      *int64   `json:"expiry,omitempty"` // epoch seconds, 2 hours to 90 days ahead; 2 hours when left out
	Obfuscation []string `json:"obfuscation,omitempty"`
}

// ShareAlert makes a snapshot of an alert. It is not sent twice: whether a start without an answer made one cannot
// be found out.
func (c *Client) ShareAlert(ctx context.Context, request SnapshotRequest) (snapshot Snapshot, err error) {
	err = c.do(ctx, c.api, httpapi.Request{Method: http.MethodPost, Path: "/snapshot/alert", Body: request}, &snapshot)
	tidy(&snapshot)
	if snapshot.ID != nil && (!ID(*snapshot.ID).usable() || strings.ContainsAny(string(*snapshot.ID), "{[")) {
		snapshot.ID = nil
	}
	if err == nil && snapshot.ID == nil {
		err = unnamed("/snapshot/alert")
	}
	return snapshot, err
}
