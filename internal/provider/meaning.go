package provider

import (
	"context"
	"fmt"
	"net/url"
	"strings"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/types/basetypes"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/pomerium-zdx/terraform-provider-pomerium/internal/ppl"
)

// meaning compares texts by what they mean, so that another spelling of the same is no difference.
type meaning struct {
	name  string
	equal func(a, b string) bool
}

var (
	policyMeaning   = &meaning{name: "policy", equal: ppl.Equal}
	durationMeaning = &meaning{name: "duration", equal: sameDuration}
	instantMeaning  = &meaning{name: "time", equal: sameInstant}
	pemMeaning      = &meaning{name: "PEM", equal: samePEM}
	urlMeaning      = &meaning{name: "URL", equal: sameURL}
)

func sameDuration(a, b string) bool {
	left, err := time.ParseDuration(a)
	right, err2 := time.ParseDuration(b)
	return a == b || err == nil && err2 == nil && left == right
}

func sameInstant(a, b string) bool {
	left, err := time.Parse(time.RFC3339, a)
	right, err2 := time.Parse(time.RFC3339, b)
	return a == b || err == nil && err2 == nil && left.Equal(right)
}

// sameURL ignores the case of scheme and host and a lone slash at the end.
func sameURL(a, b string) bool {
	normal := func(text string) string {
		parsed, err := url.Parse(text)
		if err != nil {
			return text
		}
		parsed.Scheme, parsed.Host = strings.ToLower(parsed.Scheme), strings.ToLower(parsed.Host)
		if parsed.Path == "/" {
			parsed.Path = ""
		}
		return parsed.String()
	}
	return normal(a) == normal(b)
}

// byMeaning makes a text attribute compare by meaning, in what the service answers and in plans.
func byMeaning(m *meaning, attribute schema.StringAttribute) schema.StringAttribute {
	attribute.CustomType = textType{meaning: m}
	attribute.PlanModifiers = append(attribute.PlanModifiers, keepSpelling{m})
	return attribute
}

// keepSpelling plans the prior text when the configured one means the same. The framework compares by
// meaning only what comes from the provider, so without it an import of JSON would differ from YAML.
type keepSpelling struct{ *meaning }

func (k keepSpelling) Description(context.Context) string {
	return "another spelling of the same " + k.name + " is no difference"
}

func (k keepSpelling) MarkdownDescription(ctx context.Context) string { return k.Description(ctx) }

func (k keepSpelling) PlanModifyString(_ context.Context, req planmodifier.StringRequest, resp *planmodifier.StringResponse) {
	if req.StateValue.IsNull() || req.PlanValue.IsNull() || req.PlanValue.IsUnknown() {
		return
	}
	if k.equal(req.StateValue.ValueString(), req.PlanValue.ValueString()) {
		resp.PlanValue = req.StateValue
	}
}

// textType is the framework's side of a meaning.
type textType struct {
	basetypes.StringType
	meaning *meaning
}

var _ basetypes.StringTypable = textType{}

func (t textType) Equal(other attr.Type) bool {
	o, ok := other.(textType)
	return ok && o.meaning == t.meaning
}

func (t textType) String() string { return t.meaning.name + " text" }

func (t textType) ValueFromString(_ context.Context, value basetypes.StringValue) (basetypes.StringValuable, diag.Diagnostics) {
	return textValue{StringValue: value, meaning: t.meaning}, nil
}

func (t textType) ValueFromTerraform(ctx context.Context, value tftypes.Value) (attr.Value, error) {
	read, err := t.StringType.ValueFromTerraform(ctx, value)
	if err != nil {
		return nil, err
	}
	text, ok := read.(basetypes.StringValue)
	if !ok {
		return nil, fmt.Errorf("a %s cannot be made of %T", t.meaning.name, read)
	}
	return textValue{StringValue: text, meaning: t.meaning}, nil
}

func (t textType) ValueType(context.Context) attr.Value { return textValue{meaning: t.meaning} }

type textValue struct {
	basetypes.StringValue
	meaning *meaning
}

var _ basetypes.StringValuableWithSemanticEquals = textValue{}

func (v textValue) Type(context.Context) attr.Type { return textType{meaning: v.meaning} }

func (v textValue) Equal(other attr.Value) bool {
	o, ok := other.(textValue)
	return ok && o.meaning == v.meaning && v.StringValue.Equal(o.StringValue)
}

func (v textValue) StringSemanticEquals(_ context.Context, other basetypes.StringValuable) (bool, diag.Diagnostics) {
	o, ok := other.(textValue)
	return ok && v.meaning.equal(v.ValueString(), o.ValueString()), nil
}
