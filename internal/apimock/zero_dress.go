package apimock

import (
	"slices"
	"strings"
	"time"

	"github.com/getkin/kin-openapi/openapi3"
)

// This file turns what was sent into what is stored and what is stored into
// what is answered, by walking the contract's schemas, so that every kind of
// object obeys the switches without a line of its own.

// freeMember is the one member whose inside is the user's text and is left as it is.
const freeMember = "ppl"

// stored is what a body leaves behind: an optional text that was sent empty is
// unset (pomerium-zero.md 4.3), by switch an empty list or map as well.
func (s *Server) stored(schema *openapi3.SchemaRef, body any) map[string]any {
	members := as[map[string]any](clone(body))
	dropEmpty(schema.Value, members, s.switches.EmptyAs == EmptyUnset)
	return members
}

func dropEmpty(schema *openapi3.Schema, members map[string]any, collectionsToo bool) {
	required := slices.Clone(schema.Required)
	for _, branch := range schema.OneOf {
		required = append(required, branch.Value.Required...)
	}
	for name, member := range membersOf(schema, members) {
		value, ok := members[name]
		if !ok || name == freeMember {
			continue
		}
		optional := !slices.Contains(required, name)
		switch value := value.(type) {
		case string:
			if value == "" && optional {
				delete(members, name)
			}
		case []any:
			if len(value) == 0 && optional && collectionsToo {
				delete(members, name)
			}
			if items := itemsOf(member.Value, value); items != nil {
				for _, item := range value {
					if object, ok := item.(map[string]any); ok {
						dropEmpty(items.Value, object, collectionsToo)
					}
				}
			}
		case map[string]any:
			if len(value) == 0 && optional && collectionsToo && isMap(member.Value) {
				delete(members, name)
				continue
			}
			dropEmpty(member.Value, value, collectionsToo)
		}
	}
}

// isMap tells a map of texts from an object with members of its own.
func isMap(s *openapi3.Schema) bool { return s.AdditionalProperties.Schema != nil }

// dress applies the switches about answers. What breaks the contract (null for
// unset text) is put off until the answer was checked.
func (s *Server) dress(schema *openapi3.SchemaRef, answer *reply) {
	answer.body = dressing{Switches: s.switches, unset: s.switches.UnsetAs == UnsetEmpty}.value(schema, clone(answer.body))
	if s.switches.UnsetAs == UnsetNull && answer.distort == nil {
		answer.distort = func(body any) any { return dressing{nulls: true}.value(schema, body) }
	}
}

type dressing struct {
	Switches
	unset bool // print unset members as "", [] and {}
	nulls bool // print unset texts as null, and do nothing else
}

func (d dressing) value(ref *openapi3.SchemaRef, value any) any {
	switch value := value.(type) {
	case []any:
		if items := itemsOf(ref.Value, value); items != nil {
			for i := range value {
				value[i] = d.value(items, value[i])
			}
		}
	case map[string]any:
		d.object(ref.Value, value)
	case string:
		if strings.HasSuffix(ref.Ref, "/Duration") && d.CanonicalDurations {
			if duration, err := time.ParseDuration(value); err == nil {
				return duration.String()
			}
		}
	}
	return value
}

func (d dressing) object(schema *openapi3.Schema, object map[string]any) {
	d.quirks(schema, object)
	for name, member := range membersOf(schema, object) {
		value, ok := object[name]
		required := slices.Contains(schema.Required, name)
		switch {
		case name == freeMember:
		case !ok && !required:
			if empty, prints := d.unsetValue(member.Value); prints {
				object[name] = empty
			}
		case ok && isSecret(name, member.Value) && !d.nulls:
			d.hide(object, name, required)
		case ok:
			object[name] = d.value(member, value)
		}
	}
}

// quirks are the switches about single members.
func (d dressing) quirks(schema *openapi3.Schema, object map[string]any) {
	if d.nulls {
		return
	}
	named := schema.Properties
	if _, ok := object["passIdentityHeaders"]; !ok && named["passIdentityHeaders"] != nil && d.PassIdentityHeadersFalse {
		object["passIdentityHeaders"] = false
	}
	if _, ok := object["codecClientType"]; !ok && object["type"] == "http" && d.HealthCheckCodecFilled {
		object["codecClientType"] = "http1"
	}
	if ids, ok := object["policyIds"].([]any); ok && d.SortPolicyIDs {
		slices.Reverse(ids)
	}
}

// unsetValue is what an unset optional member is printed as, if at all.
func (d dressing) unsetValue(s *openapi3.Schema) (any, bool) {
	isText := s.Type.Is("string") && (s.Format == "") && (s.Enum == nil || slices.Contains(s.Enum, any("")))
	switch {
	case d.nulls:
		return nil, isText
	case !d.unset:
		return nil, false
	case isText:
		return "", true
	case s.Type.Is("array"):
		return []any{}, true
	case isMap(s):
		return map[string]any{}, true
	}
	return nil, false
}

// isSecret knows secrets by the contract's description, and two by name: the MCP
// client's secret, and the connection that may hold a password. Tokens that are shown once on creation are
// described otherwise and stay.
func isSecret(name string, s *openapi3.Schema) bool {
	return s.Description == "Secret." || name == "clientSecret" || name == "databrokerStorageConnection"
}

func (d dressing) hide(object map[string]any, name string, required bool) {
	const mask = "********"
	list, isList := object[name].([]any)
	switch {
	case d.SecretsOnRead == SecretsMasked && isList:
		for i := range list {
			list[i] = mask
		}
	case d.SecretsOnRead == SecretsMasked:
		object[name] = mask
	case d.SecretsOnRead == SecretsOmitted && required:
		object[name] = ""
	case d.SecretsOnRead == SecretsOmitted:
		delete(object, name)
	}
}
