package provider

import (
	"fmt"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	resourceschema "github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// computedAttributes turns a resource's attributes into those of a data source, so that none is described twice.
// Secrets are left out, which no state needs to hold a second time: write-only attributes with their version, and
// sensitive texts. Sensitive maps stay: they are headers, without which a route cannot be taken over.
func computedAttributes(attributes map[string]resourceschema.Attribute) map[string]schema.Attribute {
	computed := map[string]schema.Attribute{}
	for name, attribute := range attributes {
		if written := attributes[strings.TrimSuffix(name, "_version")]; written != nil && written.IsWriteOnly() {
			continue
		}
		if text, isText := attribute.(resourceschema.StringAttribute); isText && text.Sensitive {
			continue
		}
		computed[name] = computedAttribute(attribute)
	}
	return computed
}

func computedAttribute(attribute resourceschema.Attribute) schema.Attribute {
	about, sensitive := attribute.GetMarkdownDescription(), attribute.IsSensitive()
	object := func(nested resourceschema.NestedAttributeObject) schema.NestedAttributeObject {
		return schema.NestedAttributeObject{Attributes: computedAttributes(nested.Attributes)}
	}
	switch a := attribute.(type) {
	case resourceschema.StringAttribute:
		return schema.StringAttribute{MarkdownDescription: about, Computed: true, Sensitive: sensitive}
	case resourceschema.BoolAttribute:
		return schema.BoolAttribute{MarkdownDescription: about, Computed: true, Sensitive: sensitive}
	case resourceschema.Int64Attribute:
		return schema.Int64Attribute{MarkdownDescription: about, Computed: true, Sensitive: sensitive}
	case resourceschema.Float64Attribute:
		return schema.Float64Attribute{MarkdownDescription: about, Computed: true, Sensitive: sensitive}
	case resourceschema.ListAttribute:
		return schema.ListAttribute{MarkdownDescription: about, Computed: true, Sensitive: sensitive, ElementType: a.ElementType}
	case resourceschema.SetAttribute:
		return schema.SetAttribute{MarkdownDescription: about, Computed: true, Sensitive: sensitive, ElementType: a.ElementType}
	case resourceschema.MapAttribute:
		return schema.MapAttribute{MarkdownDescription: about, Computed: true, Sensitive: sensitive, ElementType: a.ElementType}
	case resourceschema.SingleNestedAttribute:
		return schema.SingleNestedAttribute{
			MarkdownDescription: about, Computed: true, Sensitive: sensitive, Attributes: computedAttributes(a.Attributes),
		}
	case resourceschema.ListNestedAttribute:
		return schema.ListNestedAttribute{MarkdownDescription: about, Computed: true, Sensitive: sensitive, NestedObject: object(a.NestedObject)}
	case resourceschema.SetNestedAttribute:
		return schema.SetNestedAttribute{MarkdownDescription: about, Computed: true, Sensitive: sensitive, NestedObject: object(a.NestedObject)}
	case resourceschema.MapNestedAttribute:
		return schema.MapNestedAttribute{MarkdownDescription: about, Computed: true, Sensitive: sensitive, NestedObject: object(a.NestedObject)}
	}
	panic(fmt.Sprintf("a data source cannot have a %T yet", attribute)) // any test of the schema meets it
}

// project brings a resource's value into the type of a data source, which lacks some members at any depth.
func project(value tftypes.Value, to tftypes.Type) (tftypes.Value, error) {
	if value.IsNull() || !value.IsKnown() {
		return tftypes.NewValue(to, nil), nil
	}
	switch to := to.(type) {
	case tftypes.Object:
		var members map[string]tftypes.Value
		if err := value.As(&members); err != nil {
			return value, err
		}
		kept := map[string]tftypes.Value{}
		for name, inner := range to.AttributeTypes {
			projected, err := project(members[name], inner)
			if err != nil {
				return value, err
			}
			kept[name] = projected
		}
		return tftypes.NewValue(to, kept), nil
	case tftypes.Map:
		var elements map[string]tftypes.Value
		if err := value.As(&elements); err != nil {
			return value, err
		}
		kept := map[string]tftypes.Value{}
		for name, element := range elements {
			projected, err := project(element, to.ElementType)
			if err != nil {
				return value, err
			}
			kept[name] = projected
		}
		return tftypes.NewValue(to, kept), nil
	case tftypes.List:
		elements, err := projectAll(value, to.ElementType)
		return tftypes.NewValue(to, elements), err
	case tftypes.Set:
		elements, err := projectAll(value, to.ElementType)
		return tftypes.NewValue(to, elements), err
	}
	return value, nil
}

func projectAll(value tftypes.Value, to tftypes.Type) ([]tftypes.Value, error) {
	var elements []tftypes.Value
	if err := value.As(&elements); err != nil {
		return nil, err
	}
	projected := slices.Clone(elements)
	for i, element := range elements {
		inner, err := project(element, to)
		if err != nil {
			return nil, err
		}
		projected[i] = inner
	}
	return projected, nil
}
