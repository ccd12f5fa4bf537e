package provider

import (
	"slices"

	"github.com/hashicorp/terraform-plugin-framework-validators/mapvalidator"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/booldefault"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringdefault"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// The attributes that schemas of resources are made of.

func text(description string, checks ...validator.String) schema.StringAttribute {
	return schema.StringAttribute{MarkdownDescription: description, Optional: true, Validators: checks}
}

// neededText is a text that must be given, and not as "".
func neededText(description string) schema.StringAttribute {
	return schema.StringAttribute{MarkdownDescription: description, Required: true, Validators: []validator.String{notEmpty}}
}

func duration(description string) schema.StringAttribute {
	return byMeaning(durationMeaning, text(description+" A duration such as `90s` or `1m30s`; `0s` means no limit.", isDuration))
}

func choice(description string, values []string) schema.StringAttribute {
	return text(description+" One of "+oneOf(values)+".", stringvalidator.OneOf(values...))
}

func flag(description string) schema.BoolAttribute {
	return schema.BoolAttribute{
		MarkdownDescription: description + " Default `false`.",
		Optional:            true, Computed: true, Default: booldefault.StaticBool(false),
	}
}

func texts(description string, checks ...validator.Set) schema.SetAttribute {
	return schema.SetAttribute{
		MarkdownDescription: description, ElementType: types.StringType, Optional: true,
		Validators: append(checks, eachNotEmpty),
	}
}

func textMap(description string, names validator.String) schema.MapAttribute {
	return schema.MapAttribute{
		MarkdownDescription: description, ElementType: types.StringType, Optional: true,
		Validators: []validator.Map{mapvalidator.KeysAre(names)},
	}
}

func secretMap(description string, names validator.String) schema.MapAttribute {
	attribute := textMap(description, names)
	attribute.Sensitive = true
	return attribute
}

// usually is a text that the contract leaves open: of another value than those that are known there is a warning.
func usually(description string, values []string) schema.StringAttribute {
	return text(description+" One of "+oneOf(values)+".", notEmpty, textCheck{
		"Not one of the known values", func(string) error { return nil },
		func(text string) string {
			if slices.Contains(values, text) {
				return ""
			}
			return "known are " + oneOf(values)
		},
	})
}

// emptyText is a text that the service requires and that may be empty.
func emptyText(description string) schema.StringAttribute {
	return schema.StringAttribute{
		MarkdownDescription: description + " Default `\"\"`.",
		Optional:            true, Computed: true, Default: stringdefault.StaticString(""),
	}
}

func originatorID(noun string) schema.StringAttribute {
	return schema.StringAttribute{
		MarkdownDescription: "Free tag that names the tool that owns the " + noun + ". The console shows it.", Optional: true,
	}
}

// keptText is a text that the service sets once.
func keptText(description string) schema.StringAttribute {
	return schema.StringAttribute{
		MarkdownDescription: description, Computed: true, PlanModifiers: []planmodifier.String{stringplanmodifier.UseStateForUnknown()},
	}
}

// replacing is a required text whose change replaces the object.
func replacing(description string, checks ...validator.String) schema.StringAttribute {
	return schema.StringAttribute{
		MarkdownDescription: description, Required: true, Validators: checks,
		PlanModifiers: []planmodifier.String{stringplanmodifier.RequiresReplace()},
	}
}

// seenText is a text that the service sets, and sets anew.
func seenText(description string) schema.StringAttribute {
	return schema.StringAttribute{MarkdownDescription: description, Computed: true}
}

func object(description string, attributes map[string]schema.Attribute) schema.SingleNestedAttribute {
	return schema.SingleNestedAttribute{MarkdownDescription: description, Optional: true, Attributes: attributes}
}

func number(description string, checks ...validator.Int64) schema.Int64Attribute {
	return schema.Int64Attribute{MarkdownDescription: description, Optional: true, Validators: checks}
}

func required(attribute schema.Int64Attribute) schema.Int64Attribute {
	attribute.Optional, attribute.Required = false, true
	return attribute
}

func optionalFlag(description string) schema.BoolAttribute {
	return schema.BoolAttribute{MarkdownDescription: description, Optional: true}
}
