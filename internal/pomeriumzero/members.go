package pomeriumzero

import (
	"bytes"
	"encoding/json"
	"maps"
	"reflect"
	"strings"
	"sync"
)

// member is one member of a properties struct, as its tags describe it.
type member struct {
	index       int // of the field
	name        string
	optional    bool
	emptyCounts bool         // an empty list is sent, as it differs from none at all
	secret      bool         // may come back masked
	lasting     bool         // the service does not let it be unset
	filled      string       // what the service fills in when it is unset
	object      reflect.Type // of the struct that it is or lists; nil for a plain value
}

var knownMembers sync.Map // reflect.Type: []member

func membersOf(object reflect.Type) []member {
	if known, ok := knownMembers.Load(object); ok {
		return known.([]member) //nolint:errcheck // nothing else is stored
	}
	var list []member
	for i := range object.NumField() {
		field := object.Field(i)
		name, options, _ := strings.Cut(field.Tag.Get("json"), ",")
		if name == "-" {
			continue
		}
		list = append(list, member{
			index: i, name: name, optional: strings.HasPrefix(options, "omit"), emptyCounts: options == "omitzero",
			secret: field.Tag.Get("secret") != "", lasting: field.Tag.Get("lasting") != "", filled: field.Tag.Get("filled"), object: structWithin(field.Type),
		})
	}
	knownMembers.Store(object, list)
	return list
}

func structWithin(typ reflect.Type) reflect.Type {
	if typ.Kind() == reflect.Pointer || typ.Kind() == reflect.Slice {
		typ = typ.Elem()
	}
	if typ.Kind() != reflect.Struct {
		return nil
	}
	return typ
}

// members returns what is sent of the properties. An optional text that is "" is left out, as the service
// is believed to treat both alike (pomerium-zero.md 4.3), and a required list is sent even when empty.
func members[P Properties](properties P) (map[string]any, error) {
	data, err := json.Marshal(properties)
	if err != nil {
		return nil, err
	}
	body, err := decode(data)
	if err == nil {
		prune(body, reflect.TypeFor[P]())
	}
	return body, err
}

// secretsOf returns the secrets among what is sent, so that no error or log repeats them.
func secretsOf(body map[string]any, object reflect.Type) []string {
	var secrets []string
	for _, member := range membersOf(object) {
		switch value := body[member.name].(type) {
		case string:
			if member.secret {
				secrets = append(secrets, value)
			}
		case []any:
			for _, item := range value {
				if text, ok := item.(string); ok && member.secret {
					secrets = append(secrets, text)
				}
			}
		case map[string]any:
			if member.object != nil {
				secrets = append(secrets, secretsOf(value, member.object)...)
			}
		}
	}
	return secrets
}

// decode reads an object with its numbers as they stand: what is not ours goes back as exact as it came.
func decode(data []byte) (body map[string]any, err error) {
	decoder := json.NewDecoder(bytes.NewReader(data))
	decoder.UseNumber()
	return body, decoder.Decode(&body)
}

func prune(body map[string]any, object reflect.Type) {
	for _, member := range membersOf(object) {
		value, has := body[member.name]
		switch value := value.(type) {
		case string:
			if member.optional && value == "" {
				delete(body, member.name)
			}
		case nil:
			if has && !member.optional {
				body[member.name] = []any{}
			}
		case map[string]any:
			if member.object != nil {
				prune(value, member.object)
			}
		case []any:
			for _, item := range value {
				if item, ok := item.(map[string]any); ok && member.object != nil {
					prune(item, member.object)
				}
			}
		}
	}
}

// layOver returns the body of a PUT: the object as the service has it, less what only the service sets, with
// the properties laid over it. A member of the service that this client does not know survives.
func (c Collection[P]) layOver(raw json.RawMessage, properties P) (map[string]any, error) {
	body, err := decode(raw)
	if err != nil {
		return nil, err
	}
	managed, err := members(properties)
	if err != nil {
		return nil, err
	}
	for _, name := range append([]string{"id", "createdAt", "updatedAt"}, c.computed...) {
		delete(body, name)
	}
	for _, name := range c.first {
		delete(managed, name)
	}
	dropNulls(body)
	layMembers(body, managed, reflect.TypeFor[P]())
	return body, nil
}

// layMembers lays what is managed of an object over what there is of it. Lists are replaced as a whole: their
// items have no names by which to find them again.
func layMembers(body, managed map[string]any, object reflect.Type) {
	for _, member := range membersOf(object) {
		value, set := managed[member.name]
		inner, isObject := value.(map[string]any)
		current, wasObject := body[member.name].(map[string]any)
		switch {
		case !set:
			delete(body, member.name)
		case isObject && wasObject && member.object != nil:
			layMembers(current, inner, member.object)
		default:
			body[member.name] = value
		}
	}
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
