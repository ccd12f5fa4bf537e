package zdx

import (
	"encoding/json"
	"errors"
)

// wireTrace is a deep trace in each of its spellings: the answer to a start, to a read, and an element
// of the list (zdx.md 4.2, 4.3, and 11 rows 1 to 3 and 12).
type wireTrace struct {
	ID                  ID       `json:"trace_id"`
	Status              string   `json:"status"`
	ExpectedTime        *integer `json:"expected_time"`
	ExpectedTimeMinutes *integer `json:"expected_time_minutes"`
	CreatedAt           integer  `json:"created_at"`
	StartedAt           integer  `json:"started_at"`
	EndedAt             integer  `json:"ended_at"`
	Details             struct {
		DeviceID             ID      `json:"device_id"`
		DeviceName           *Text   `json:"device_name"`
		UserID               *ID     `json:"user_id"`
		UserName             *Text   `json:"username"`
		AppName              *Text   `json:"app_name"`
		WebProbeName         *Text   `json:"web_probe_name"`
		CloudPathProbeName   *Text   `json:"cloud_path_name"`
		SessionName          *string `json:"session_name"`
		SessionLength        integer `json:"session_length"`
		SessionLengthMinutes integer `json:"session_length_minutes"`
		ProbeDevice          *bool   `json:"probe_device"`
		AppID                ID      `json:"app_id"`
		WebProbeID           ID      `json:"web_probe_id"`
		CloudPathProbeID     ID      `json:"cloudpath_probe_id"`
	} `json:"trace_details"`
}

// toldTrace is the answer to a read, which tells something or is no answer.
type toldTrace wireTrace

// UnmarshalJSON refuses an answer that says nothing of a trace.
func (t *toldTrace) UnmarshalJSON(data []byte) error {
	if err := json.Unmarshal(data, (*wireTrace)(t)); err != nil {
		return err
	}
	if t.Status == "" && !t.ID.usable() {
		return errors.New("it says nothing of a deep trace")
	}
	return nil
}

// trace returns what was read. An ID of 0 is no ID.
func (w wireTrace) trace() DeepTrace {
	tidy(&w.Details)
	details := w.Details
	trace := DeepTrace{
		Status:    w.Status,
		CreatedAt: w.CreatedAt.time(),
		StartedAt: w.StartedAt.time(),
		EndedAt:   w.EndedAt.time(),
		Details: DeepTraceDetails{
			DeviceID: string(details.DeviceID), DeviceName: details.DeviceName, UserID: details.UserID, UserName: details.UserName,
			AppName: details.AppName, WebProbeName: details.WebProbeName, CloudPathProbeName: details.CloudPathProbeName,
			DeepTraceRequest: DeepTraceRequest{
				SessionName:          details.SessionName,
				SessionLengthMinutes: minutes(int64(details.SessionLengthMinutes), int64(details.SessionLength)),
				ProbeDevice:          details.ProbeDevice,
				AppID:                &details.AppID,
				WebProbeID:           &details.WebProbeID,
				CloudPathProbeID:     &details.CloudPathProbeID,
			}.withoutUnset(),
		},
	}
	if w.ID.usable() {
		trace.ID = string(w.ID)
	}
	for _, expected := range []*integer{w.ExpectedTime, w.ExpectedTimeMinutes} {
		if expected != nil {
			value := int64(*expected)
			trace.ExpectedTime = &value
			break
		}
	}
	return trace
}

// minutes is the length of a session. The member without a unit in its name is read by its value: the
// lengths that can be chosen are 5, 15, 30 and 60 minutes, and none of them is one of the others in
// seconds (zdx.md 4.1, 4.3). It is nil when neither tells.
func minutes(inMinutes, unknownUnit int64) *int64 {
	if inMinutes > 0 {
		return &inMinutes
	}
	switch unknownUnit {
	case 5, 15, 30, 60:
		return &unknownUnit
	case 5 * 60, 15 * 60, 30 * 60, 60 * 60:
		length := unknownUnit / 60
		return &length
	}
	return nil
}
