package apimock

import (
	"encoding/json"
	"fmt"
	"net/http"
	"reflect"
	"time"
)

// switchesJSON is every switch by its Go name; durations are Go duration texts.
func (s *Server) switchesJSON() map[string]any {
	s.mu.Lock()
	value := reflect.ValueOf(s.switches)
	s.mu.Unlock()
	all := map[string]any{}
	for field, member := range value.Fields() {
		if d, ok := member.Interface().(time.Duration); ok {
			all[field.Name] = d.String()
			continue
		}
		all[field.Name] = member.Interface()
	}
	return all
}

// patchSwitches changes the switches that the body names.
func (s *Server) patchSwitches(r *http.Request) (any, error) {
	var changes map[string]json.RawMessage
	if err := read(r, &changes); err != nil {
		return nil, err
	}
	var failed error
	s.SetSwitches(func(w *Switches) {
		before := *w
		for name, raw := range changes {
			if err := setSwitch(reflect.ValueOf(w).Elem().FieldByName(name), raw); err != nil {
				failed = fmt.Errorf("switch %s: %w", name, err)
				*w = before // all or nothing
				return
			}
		}
	})
	if failed != nil {
		return nil, failed
	}
	return s.switchesJSON(), nil
}

func setSwitch(field reflect.Value, raw json.RawMessage) error {
	if !field.IsValid() {
		return fmt.Errorf("there is none")
	}
	if _, ok := field.Interface().(time.Duration); !ok {
		return json.Unmarshal(raw, field.Addr().Interface())
	}
	var written string
	if err := json.Unmarshal(raw, &written); err != nil {
		return err
	}
	d, err := time.ParseDuration(written)
	field.SetInt(int64(d))
	return err
}
