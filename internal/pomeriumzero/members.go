package pomeriumzero

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"
	"time"

	"github.com/pomerium-zdx/terraform-provider-pomerium/internal/ppl"
)

// member is one member of a properties struct, as its tags describe it.
type member struct {
	name        string
	optional    bool
	emptyCounts bool // an empty list is sent, as it differs from none at all
	secret      bool
}

func membersOf[P Properties]() []member {
	var list []member
	for field := range reflect.TypeFor[P]().Fields() {
		name, options, _ := strings.Cut(field.Tag.Get("json"), ",")
		list = append(list, member{
			name: name, optional: strings.Contains(options, "omit"), emptyCounts: options == "omitzero", secret: field.Tag.Get("secret") != "",
		})
	}
	return list
}

// members returns what is sent of the properties. An optional text that is "" is left out, as the service
// is believed to treat both alike (pomerium-zero.md 4.3), and a required list is sent even when empty.
func members[P Properties](properties P) (map[string]json.RawMessage, error) {
	data, err := json.Marshal(properties)
	if err != nil {
		return nil, err
	}
	var body map[string]json.RawMessage
	if err := json.Unmarshal(data, &body); err != nil {
		return nil, err
	}
	for _, member := range membersOf[P]() {
		switch value := string(body[member.name]); {
		case member.optional && value == `""`:
			delete(body, member.name)
		case !member.optional && value == "null":
			body[member.name] = json.RawMessage("[]")
		}
	}
	return body, nil
}

// layOver returns the body of a PUT: the object as the service has it, less what only the service sets, with
// the properties laid over it. A member of the service that this client does not know survives.
func (c Collection[P]) layOver(raw json.RawMessage, properties P) (map[string]any, error) {
	var body map[string]any
	decoder := json.NewDecoder(bytes.NewReader(raw))
	decoder.UseNumber() // what is not ours goes back as exact as it came
	if err := decoder.Decode(&body); err != nil {
		return nil, err
	}
	managed, err := members(properties)
	if err != nil {
		return nil, err
	}
	for _, name := range append([]string{"id", "createdAt", "updatedAt"}, c.computed...) {
		delete(body, name)
	}
	dropNulls(body)
	for _, member := range membersOf[P]() {
		if value, set := managed[member.name]; set {
			body[member.name] = value
		} else {
			delete(body, member.name)
		}
	}
	return body, nil
}

// dropNulls leaves out the members that are null, at any depth: the service refuses null where it means
// "unset" on the way out (pomerium-zero.md 4.3, 6).
func dropNulls(value any) {
	switch value := value.(type) {
	case map[string]any:
		maps.DeleteFunc(value, func(_ string, inner any) bool { return inner == nil })
		for _, inner := range value {
			dropNulls(inner)
		}
	case []any:
		for _, inner := range value {
			dropNulls(inner)
		}
	}
}

// same tells whether an object holds what was sent. The service may spell it in its own way.
func (c Collection[P]) same(object Object[P], sent map[string]json.RawMessage) bool {
	var held map[string]json.RawMessage
	if json.Unmarshal(object.raw, &held) != nil {
		return false
	}
	for _, member := range membersOf[P]() {
		value, isSent := sent[member.name]
		if member.secret || !isSent {
			continue // a secret may come back masked
		}
		if !sameValue(value, held[member.name]) {
			return false
		}
	}
	return true
}

// sameValue compares two JSON values: policies by meaning, durations by value, lists without their order,
// and nothing in any spelling.
func sameValue(a, b json.RawMessage) bool {
	if isEmpty(a) && isEmpty(b) || ppl.Equal(string(a), string(b)) {
		return true
	}
	var left, right any
	if json.Unmarshal(a, &left) != nil || json.Unmarshal(b, &right) != nil {
		return false
	}
	switch left := left.(type) {
	case string:
		right, isText := right.(string)
		d, err := time.ParseDuration(left)
		e, err2 := time.ParseDuration(right)
		return isText && (left == right || err == nil && err2 == nil && d == e)
	case []any:
		right, isList := right.([]any)
		return isList && slices.Equal(sorted(left), sorted(right))
	}
	return reflect.DeepEqual(left, right)
}

func sorted(list []any) []string {
	var texts []string
	for _, item := range list {
		texts = append(texts, fmt.Sprint(item))
	}
	slices.Sort(texts)
	return texts
}

// isEmpty tells whether a value is one of those that the service takes for unset, as isUnset does.
func isEmpty(value json.RawMessage) bool {
	switch string(bytes.TrimSpace(value)) {
	case "", "null", `""`, "false", "[]", "{}":
		return true
	}
	return false
}
