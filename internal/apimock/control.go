package apimock

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"time"
)

// Control serves the mock's other side as JSON, for a mock that is a process.
// Nothing of it is in the journal.
//
//	GET    /_mock/lab                  credentials and identifiers
//	GET    /_mock/journal              every request and answer
//	DELETE /_mock/journal              forget them
//	POST   /_mock/faults               add a fault: members as in Fault, in snake case; delay as "2s", drop as "before" or "after"
//	DELETE /_mock/faults               remove all faults
//	GET    /_mock/clock                {"now"}
//	POST   /_mock/clock                {"advance":"1h"} moves the clock, {"speed":60} lets it run faster
//	GET    /_mock/switches             all switches
//	PATCH  /_mock/switches             changes some: {"UnsetAs":"empty","TokenLifetime":"5m"}
//	GET    /_mock/objects/{kind}       what is stored, oldest first; the kinds are those of Objects
//	GET    /_mock/objects/{kind}/{id}  one object; settings by their own ID or the cluster's
//	POST   /_mock/objects/{kind}       makes an object in the lab's organization, answers {"id"}
//	PUT    /_mock/objects/{kind}/{id}  replaces an object's members behind the client's back
//	DELETE /_mock/objects/{kind}/{id}  removes an object
//	GET    /_mock/violations           answers that broke the contract
//
// A refusal is a 400 with {"error"}.
func (s *Server) Control() http.Handler {
	mux := http.NewServeMux()
	handle := func(pattern string, do func(*http.Request) (any, error)) {
		mux.HandleFunc(pattern, func(w http.ResponseWriter, r *http.Request) { control(w, r, do) })
	}
	handle("GET /_mock/lab", func(*http.Request) (any, error) { return s.Lab(), nil })
	handle("GET /_mock/journal", func(*http.Request) (any, error) { return s.journalJSON(), nil })
	handle("DELETE /_mock/journal", func(*http.Request) (any, error) { s.ResetJournal(); return nil, nil })
	handle("POST /_mock/faults", s.controlFault)
	handle("DELETE /_mock/faults", func(*http.Request) (any, error) { s.ClearFaults(); return nil, nil })
	handle("GET /_mock/clock", func(*http.Request) (any, error) { return map[string]any{"now": s.Now()}, nil })
	handle("POST /_mock/clock", s.controlClock)
	handle("GET /_mock/switches", func(*http.Request) (any, error) { return s.switchesJSON(), nil })
	handle("PATCH /_mock/switches", s.patchSwitches)
	handle("GET /_mock/objects/{kind}", s.controlObjects)
	handle("GET /_mock/objects/{kind}/{id}", s.controlObject)
	handle("POST /_mock/objects/{kind}", s.controlCreate)
	handle("PUT /_mock/objects/{kind}/{id}", s.controlReplace)
	handle("DELETE /_mock/objects/{kind}/{id}", s.controlRemove)
	handle("GET /_mock/violations", func(*http.Request) (any, error) { return s.ContractViolations(), nil })
	return mux
}

// control runs one endpoint. A panic is the library's way of refusing a
// mistake in a test; over HTTP it is a 400 like any other.
func control(w http.ResponseWriter, r *http.Request, do func(*http.Request) (any, error)) {
	answer, err := func() (answer any, err error) {
		defer func() {
			if p := recover(); p != nil {
				err = fmt.Errorf("%v", p)
			}
		}()
		r.Body = http.MaxBytesReader(w, r.Body, maxBody)
		return do(r)
	}()
	w.Header().Set("Content-Type", "application/json")
	if err != nil {
		w.WriteHeader(http.StatusBadRequest)
		answer = map[string]any{"error": err.Error()}
	} else if answer == nil {
		w.WriteHeader(http.StatusNoContent)
		return
	}
	if _, err := w.Write(append(encodeJSON(answer), '\n')); err != nil {
		panic(http.ErrAbortHandler)
	}
}

// read decodes a control body strictly: a misspelt member is an error.
func read(r *http.Request, into any) error {
	decoder := json.NewDecoder(r.Body)
	decoder.DisallowUnknownFields()
	decoder.UseNumber()
	return decoder.Decode(into)
}

// Lab is the seeded lab by the names of the Server's fields.
func (s *Server) Lab() map[string]string {
	return map[string]string{
		"APIUserToken": s.APIUserToken, "APIUserID": s.APIUserID, "ConsoleUserID": s.ConsoleUserID, "OrganizationID": s.OrganizationID,
		"RootNamespaceID": s.RootNamespaceID, "ClusterNamespaceID": s.ClusterNamespaceID,
		"KeyID": s.KeyID, "KeySecret": s.KeySecret,
		"ClientID": s.ClientID, "ClientSecret": s.ClientSecret, "PrivateKeyPEM": s.PrivateKeyPEM, "VanityDomain": s.VanityDomain,
		"DeviceID": s.DeviceID, "AppID": s.AppID, "WebProbeID": s.WebProbeID, "CloudPathProbeID": s.CloudPathProbeID,
		"UserID": s.UserID, "UserEmail": s.UserEmail, "AlertID": s.AlertID, "HistoricalAlertID": s.HistoricalAlertID,
		"DepartmentID": s.DepartmentID, "LocationID": s.LocationID, "GeolocationID": s.GeolocationID, "SoftwareKey": s.SoftwareKey,
	}
}

// journalJSON is the journal with bodies as text.
func (s *Server) journalJSON() any {
	list := []any{}
	for _, e := range s.Journal() {
		list = append(list, map[string]any{
			"time": e.Time, "service": e.Service, "method": e.Method, "path": e.Path,
			"template": e.Template, "operation_id": e.OperationID, "query": e.Query, "header": e.Header,
			"body": string(e.Body), "status": e.Status, "answer": string(e.Answer),
		})
	}
	return list
}

func (s *Server) controlFault(r *http.Request) (any, error) {
	var in struct {
		Method, Template, Object string
		Body, Delay, Drop        string
		ContentType              string `json:"content_type"`
		RedirectTo               string `json:"redirect_to"`
		AnswerAfterWork          bool   `json:"answer_after_work"`
		CutBody                  bool   `json:"cut_body"`
		Hang                     bool
		Skip, Times, Status      int
		Header                   http.Header
	}
	if err := read(r, &in); err != nil {
		return nil, err
	}
	f := Fault{
		Method: in.Method, Template: in.Template, Object: in.Object, Skip: in.Skip, Times: in.Times, Status: in.Status,
		Header: in.Header, Body: in.Body, ContentType: in.ContentType, Hang: in.Hang, CutBody: in.CutBody,
		AnswerAfterWork: in.AnswerAfterWork, RedirectTo: in.RedirectTo,
	}
	if in.Delay != "" {
		var err error
		if f.Delay, err = time.ParseDuration(in.Delay); err != nil {
			return nil, err
		}
	}
	drops := []string{"", "before", "after"}
	if err := oneOf("drop", in.Drop, drops...); err != nil {
		return nil, err
	}
	f.Drop = DropKind(slices.Index(drops, in.Drop))
	s.AddFault(f)
	return nil, nil
}

func (s *Server) controlClock(r *http.Request) (any, error) {
	var in struct {
		Advance string
		Speed   *float64
	}
	if err := read(r, &in); err != nil {
		return nil, err
	}
	var d time.Duration
	if in.Speed == nil || in.Advance != "" {
		var err error
		if d, err = time.ParseDuration(in.Advance); err != nil {
			return nil, err
		}
	}
	if in.Speed != nil {
		s.SetSpeed(*in.Speed)
	}
	s.Advance(d)
	return map[string]any{"now": s.Now()}, nil
}

func (s *Server) controlObjects(r *http.Request) (any, error) {
	kind := r.PathValue("kind")
	return s.Objects(kind), oneOf("kind", kind, kinds...)
}

func (s *Server) controlObject(r *http.Request) (any, error) {
	object := s.Object(r.PathValue("kind"), r.PathValue("id"))
	if object == nil {
		return nil, fmt.Errorf("there is no such object")
	}
	return object, nil
}

func (s *Server) controlCreate(r *http.Request) (any, error) {
	var members map[string]any
	if err := read(r, &members); err != nil {
		return nil, err
	}
	return map[string]any{"id": s.CreateObject(r.PathValue("kind"), s.OrganizationID, members)}, nil
}

func (s *Server) controlReplace(r *http.Request) (any, error) {
	var members map[string]any
	if err := read(r, &members); err != nil {
		return nil, err
	}
	kind, id := r.PathValue("kind"), r.PathValue("id")
	s.EditObject(kind, id, func(stored map[string]any) {
		clear(stored)
		for name, value := range members {
			stored[name] = value
		}
	})
	return s.Object(kind, id), nil
}

func (s *Server) controlRemove(r *http.Request) (any, error) {
	s.RemoveObject(r.PathValue("kind"), r.PathValue("id"))
	return nil, nil
}
