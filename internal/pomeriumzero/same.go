package pomeriumzero

import (
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"time"

	"github.com/pomerium-zdx/terraform-provider-pomerium/internal/ppl"
)

// same tells whether an object holds what was sent. The service may spell it in its own way.
func (c Collection[P]) same(object Object[P], sent map[string]any) bool {
	held, err := decode(object.raw)
	for name, shown := range c.renamed {
		held[name] = held[shown]
	}
	return err == nil && sameMembers(sent, held, reflect.TypeFor[P]())
}

func sameMembers(sent, held map[string]any, object reflect.Type) bool {
	for _, member := range membersOf(object) {
		value, isSent := sent[member.name]
		if member.secret || !isSent {
			continue // a secret may come back masked
		}
		inner, isObject := value.(map[string]any)
		other, isObjectToo := held[member.name].(map[string]any)
		switch {
		case isObject && isObjectToo && member.object != nil:
			if !sameMembers(inner, other, member.object) {
				return false
			}
		case !sameValue(value, held[member.name]):
			return false
		}
	}
	return true
}

// sameValue compares two JSON values: policies by meaning, durations by value, lists without their order,
// and nothing in any spelling.
func sameValue(a, b any) bool {
	if isEmpty(a) && isEmpty(b) || ppl.Equal(text(a), text(b)) {
		return true
	}
	switch left := a.(type) {
	case string:
		right, isText := b.(string)
		d, err := time.ParseDuration(left)
		e, err2 := time.ParseDuration(right)
		return isText && err == nil && err2 == nil && d == e
	case []any:
		right, isList := b.([]any)
		return isList && slices.Equal(sorted(left), sorted(right))
	}
	return false
}

// text is a value's JSON, with sorted members.
func text(value any) string {
	data, err := json.Marshal(value)
	if err != nil {
		return fmt.Sprint(value)
	}
	return string(data)
}

func sorted(list []any) []string {
	var texts []string
	for _, item := range list {
		texts = append(texts, text(item))
	}
	slices.Sort(texts)
	return texts
}

// isEmpty tells whether a value is one of those that the service takes for unset, as isUnset does.
func isEmpty(value any) bool {
	switch text(value) {
	case "null", `""`, "false", "[]", "{}":
		return true
	}
	return false
}
