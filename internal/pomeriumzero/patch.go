package pomeriumzero

import (
	"encoding/json"
	"reflect"
	"strings"
)

// operation is a step of a JSON Patch (RFC 6902). "add" sets a member whether or not it exists.
type operation struct {
	Op    string `json:"op"`
	Path  string `json:"path"`
	Value any    `json:"value,omitzero"`
}

func isEmptyList(value any) bool {
	list, isList := value.([]any)
	return isList && len(list) == 0
}

// emptyOf is a text or a list without anything.
func emptyOf(typ reflect.Type) any {
	if typ.Kind() == reflect.Slice {
		return []any{}
	}
	return ""
}

// patch lists what makes an object hold what is managed of it. What the properties do not know stays as it is, and so does
// what they leave unset, unless it is to go.
func patch(raw json.RawMessage, managed map[string]any, object reflect.Type, goes func(member) bool) ([]operation, error) {
	current, err := decode(raw)
	if err != nil {
		return nil, err
	}
	var operations []operation
	for _, member := range membersOf(object) {
		path := "/" + strings.NewReplacer("~", "~0", "/", "~1").Replace(member.name)
		value, set := managed[member.name]
		held, has := current[member.name]
		switch {
		case set && (!has || isEmptyList(held) || text(value) != text(held)): // one that is unset may be printed as empty
			operations = append(operations, operation{"add", path, value})
		case !set && goes(member):
			if isEmptyList(held) || !has && member.secret { // only what is there can be removed, which is not known of these
				operations = append(operations, operation{"add", path, emptyOf(object.Field(member.index).Type)}, operation{Op: "remove", Path: path})
			} else if has && held != nil && held != "" && (text(held) != "{}" || member.object != nil) {
				operations = append(operations, operation{Op: "remove", Path: path})
			}
		}
	}
	return operations, nil
}
