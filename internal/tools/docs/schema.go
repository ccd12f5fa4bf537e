package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// object is one JSON object of the `providers schema -json` format, version 1.0:
// https://developer.hashicorp.com/terraform/cli/commands/providers/schema
type object = map[string]any

// providerSchema holds what the provider serves: for each kind of thing, named as in that format,
// the schemas by type name.
type providerSchema struct {
	provider object
	kinds    map[string]object
}

// readSchema asks the provider for everything it serves. An error diagnostic of the provider is an error here.
func readSchema(ctx context.Context, server tfprotov6.ProviderServer) (*providerSchema, error) {
	served, err := server.GetProviderSchema(ctx, &tfprotov6.GetProviderSchemaRequest{})
	if err != nil {
		return nil, err
	}
	identities, err := server.GetResourceIdentitySchemas(ctx, &tfprotov6.GetResourceIdentitySchemasRequest{})
	if err != nil {
		return nil, err
	}
	var faults []error
	for _, d := range append(served.Diagnostics, identities.Diagnostics...) {
		if d.Severity == tfprotov6.DiagnosticSeverityError {
			faults = append(faults, fmt.Errorf("%s: %s", d.Summary, d.Detail))
		}
	}
	if len(faults) > 0 {
		return nil, errors.Join(faults...)
	}
	return &providerSchema{
		provider: schemaObject(served.Provider),
		kinds: map[string]object{
			"resource_schemas":           objects(served.ResourceSchemas, schemaObject),
			"data_source_schemas":        objects(served.DataSourceSchemas, schemaObject),
			"ephemeral_resource_schemas": objects(served.EphemeralResourceSchemas, schemaObject),
			"list_resource_schemas":      objects(served.ListResourceSchemas, schemaObject),
			"action_schemas":             objects(served.ActionSchemas, actionObject),
			"functions":                  objects(served.Functions, functionObject),
			"resource_identity_schemas":  objects(identities.IdentitySchemas, identityObject),
		},
	}, nil
}

// only returns the part of the schema that documents one prefix. Functions have no prefix; they and
// the provider block stand with the first one.
func (s *providerSchema) only(prefix string) object {
	part := object{"provider": s.provider}
	for kind, all := range s.kinds {
		kept := object{}
		for name, schema := range all {
			if ownPrefix(kind, name) == prefix {
				kept[name] = schema
			}
		}
		part[kind] = kept
	}
	return part
}

// checkPrefixes refuses a type that no pass would document.
func (s *providerSchema) checkPrefixes() error {
	for kind, all := range s.kinds {
		for name := range all {
			known := false
			for _, prefix := range prefixes {
				known = known || ownPrefix(kind, name) == prefix
			}
			if !known {
				return fmt.Errorf("%s: no documentation for the prefix of %q", kind, name)
			}
		}
	}
	return nil
}

func ownPrefix(kind, name string) string {
	if kind == "functions" {
		return prefixes[0]
	}
	prefix, _, _ := strings.Cut(name, "_")
	return prefix
}

func objects[T any](served map[string]T, convert func(T) object) object {
	all := object{}
	for name, one := range served {
		all[name] = convert(one)
	}
	return all
}

func schemaObject(s *tfprotov6.Schema) object {
	if s == nil {
		return object{"version": 0, "block": object{}}
	}
	return object{"version": s.Version, "block": blockObject(s.Block)}
}

func actionObject(s *tfprotov6.ActionSchema) object {
	return object{"block": schemaObject(s.Schema)["block"]}
}

func blockObject(b *tfprotov6.SchemaBlock) object {
	blocks := object{}
	for _, nested := range b.BlockTypes {
		blocks[nested.TypeName] = object{
			"nesting_mode": strings.ToLower(nested.Nesting.String()),
			"block":        blockObject(nested.Block),
			"min_items":    nested.MinItems,
			"max_items":    nested.MaxItems,
		}
	}
	return object{
		"attributes":       attributeObjects(b.Attributes),
		"block_types":      blocks,
		"description":      b.Description,
		"description_kind": strings.ToLower(b.DescriptionKind.String()),
		"deprecated":       b.Deprecated,
	}
}

func attributeObjects(attributes []*tfprotov6.SchemaAttribute) object {
	all := object{}
	for _, a := range attributes {
		one := object{
			"description":      a.Description,
			"description_kind": strings.ToLower(a.DescriptionKind.String()),
			"required":         a.Required,
			"optional":         a.Optional,
			"computed":         a.Computed,
			"sensitive":        a.Sensitive,
			"write_only":       a.WriteOnly,
			"deprecated":       a.Deprecated,
		}
		if a.NestedType != nil {
			one["nested_type"] = object{
				"nesting_mode": strings.ToLower(a.NestedType.Nesting.String()),
				"attributes":   attributeObjects(a.NestedType.Attributes),
			}
		} else {
			one["type"] = typeJSON(a.Type)
		}
		all[a.Name] = one
	}
	return all
}

func identityObject(s *tfprotov6.ResourceIdentitySchema) object {
	attributes := object{}
	for _, a := range s.IdentityAttributes {
		attributes[a.Name] = object{
			"type":                typeJSON(a.Type),
			"description":         a.Description,
			"required_for_import": a.RequiredForImport,
			"optional_for_import": a.OptionalForImport,
		}
	}
	return object{"version": s.Version, "attributes": attributes}
}

func functionObject(f *tfprotov6.Function) object {
	parameters := make([]object, 0, len(f.Parameters))
	for _, p := range f.Parameters {
		parameters = append(parameters, parameterObject(p))
	}
	one := object{
		"summary":             f.Summary,
		"description":         f.Description,
		"deprecation_message": f.DeprecationMessage,
		"return_type":         typeJSON(f.Return.Type),
		"parameters":          parameters,
	}
	if f.VariadicParameter != nil {
		one["variadic_parameter"] = parameterObject(f.VariadicParameter)
	}
	return one
}

func parameterObject(p *tfprotov6.FunctionParameter) object {
	return object{
		"name":        p.Name,
		"description": p.Description,
		"is_nullable": p.AllowNullValue,
		"type":        typeJSON(p.Type),
	}
}

// typeJSON writes a type as the protocol and the schema format both write it: "string", ["list","string"].
func typeJSON(t tftypes.Type) json.RawMessage {
	text, err := t.MarshalJSON() //nolint:staticcheck // deprecated for providers' own use; the only way to this form
	if err != nil {
		// Every type that a schema can hold has this form; anything else is a mistake in the schema.
		panic(fmt.Sprintf("type %s has no JSON form: %v", t, err))
	}
	return text
}
