package apimock

import (
	"fmt"
	"maps"
	"slices"
	"strconv"

	"github.com/getkin/kin-openapi/openapi3"
)

// closedWorld refuses members that a schema does not name. OpenAPI allows them
// unless additionalProperties is false; a service that ignores a misspelt
// member would hide the mistake, so the mock does not. The data of PPL criteria
// stays free because the contract says additionalProperties: true there.
type closedWorld struct {
	sealed           bool // also where additionalProperties is true
	refuseDeprecated bool
}

func (w closedWorld) check(ref *openapi3.SchemaRef, value any, place string) error {
	switch value := value.(type) {
	case map[string]any:
		return w.checkObject(ref.Value, value, place)
	case []any:
		items := itemsOf(ref.Value, value)
		if items == nil {
			return nil
		}
		for i, item := range value {
			if err := w.check(items, item, place+"/"+strconv.Itoa(i)); err != nil {
				return err
			}
		}
	}
	return nil
}

func (w closedWorld) checkObject(schema *openapi3.Schema, object map[string]any, place string) error {
	if isFree(schema) {
		return nil
	}
	named, unnamed := membersOf(schema, object), valuesOf(schema, object)
	for _, name := range slices.Sorted(maps.Keys(object)) {
		at := place + "/" + name
		member := named[name]
		switch {
		case member == nil && unnamed != nil:
			member = unnamed
		case member == nil && isOpen(schema) && !w.sealed:
			continue
		case member == nil:
			return fmt.Errorf("%s: the contract has no such member", at)
		case member.Value.Deprecated && w.refuseDeprecated:
			return fmt.Errorf("%s: deprecated, use the member that replaced it", at)
		}
		if err := w.check(member, object[name], at); err != nil {
			return err
		}
	}
	return nil
}

// isFree is the schema {} that stands for any value.
func isFree(s *openapi3.Schema) bool {
	return s.Type == nil && len(s.Properties) == 0 && len(s.OneOf) == 0 && len(s.AnyOf) == 0 && len(s.AllOf) == 0
}

// isOpen tells whether the schema allows members that it does not name.
func isOpen(s *openapi3.Schema) bool {
	return s.AdditionalProperties.Has != nil && *s.AdditionalProperties.Has
}

// membersOf returns the named members of an object: the schema's own, those of
// allOf, and those of the oneOf or anyOf branches that the value matches.
func membersOf(s *openapi3.Schema, value any) openapi3.Schemas {
	named := maps.Clone(s.Properties)
	if named == nil {
		named = openapi3.Schemas{}
	}
	for _, branch := range matching(s, value) {
		maps.Copy(named, membersOf(branch.Value, value))
	}
	return named
}

// valuesOf is the schema of the members that are not named, of the schema itself
// or of a branch that the value matches; nil if there is none.
func valuesOf(s *openapi3.Schema, value any) *openapi3.SchemaRef {
	if s.AdditionalProperties.Schema != nil {
		return s.AdditionalProperties.Schema
	}
	for _, branch := range matching(s, value) {
		if values := valuesOf(branch.Value, value); values != nil {
			return values
		}
	}
	return nil
}

func itemsOf(s *openapi3.Schema, value any) *openapi3.SchemaRef {
	if s.Items != nil {
		return s.Items
	}
	for _, branch := range matching(s, value) {
		if items := itemsOf(branch.Value, value); items != nil {
			return items
		}
	}
	return nil
}

func matching(s *openapi3.Schema, value any) openapi3.SchemaRefs {
	found := slices.Clone(s.AllOf)
	for _, branch := range slices.Concat(s.OneOf, s.AnyOf) {
		if branch.Value.VisitJSON(value) == nil {
			found = append(found, branch)
		}
	}
	return found
}
