package provider

import (
	"context"
	"reflect"

	"github.com/hashicorp/terraform-plugin-framework-validators/int64validator"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// A write-only value is in the configuration only: neither plan nor state hold it, so it is read from there
// whenever the object is written, and a version in the state says when it has changed.

// addSecret adds a secret and its write-only twin with a version to the attributes of an object. One that the service
// requires must be given in either way, and none may be given in both.
func addSecret(attributes map[string]schema.Attribute, name, description string, required bool) {
	sibling := func(suffix string) path.Expression { return path.MatchRelative().AtParent().AtName(name + suffix) }
	checks := []validator.String{stringvalidator.ConflictsWith(sibling("_wo"))}
	checksWO := []validator.String{stringvalidator.AlsoRequires(sibling("_wo_version"))}
	if required {
		checks = []validator.String{stringvalidator.ExactlyOneOf(sibling("_wo")), notEmpty}
		checksWO = append(checksWO, notEmpty)
		description += " Required, in this way or the other."
	}
	attributes[name] = schema.StringAttribute{
		MarkdownDescription: description + " It stands in the state; `" + name + "_wo` does not.", Optional: true, Sensitive: true,
		Validators: checks,
	}
	attributes[name+"_wo"] = schema.StringAttribute{
		MarkdownDescription: description + " Write-only: it is in neither plan nor state (Terraform and OpenTofu 1.11 and later). It needs `" +
			name + "_wo_version`.",
		Optional: true, WriteOnly: true, Sensitive: true,
		Validators: checksWO,
	}
	attributes[name+"_wo_version"] = schema.Int64Attribute{
		MarkdownDescription: "Version of `" + name + "_wo`. A change of it sends the secret anew.", Optional: true,
		Validators: []validator.Int64{int64validator.AlsoRequires(sibling("_wo"))},
	}
}

// fillSecrets puts the write-only secrets of the configuration into the properties and returns what takes them
// out again before the state is saved.
func fillSecrets(ctx context.Context, config tfsdk.Config, properties any, diags *diag.Diagnostics) (empty func()) {
	var filled []reflect.Value
	eachTwin(reflect.ValueOf(properties).Elem(), path.Empty(), func(secret reflect.Value, twin path.Path) {
		var value types.String
		diags.Append(config.GetAttribute(ctx, twin, &value)...)
		if !value.IsNull() {
			secret.Set(reflect.ValueOf(value.ValueStringPointer()))
			filled = append(filled, secret)
		}
	})
	return func() {
		for _, secret := range filled {
			secret.SetZero()
		}
	}
}

// eachTwin calls visit for each secret that has a write-only twin, with the twin's path.
func eachTwin(object reflect.Value, at path.Path, visit func(secret reflect.Value, twin path.Path)) {
	for i := range object.NumField() {
		field := object.Type().Field(i)
		if twin, found := object.Type().FieldByName(field.Name + "WO"); found {
			visit(object.Field(i), at.AtName(twin.Tag.Get("tfsdk")))
		}
		if value := object.Field(i); value.Kind() == reflect.Pointer && value.Elem().Kind() == reflect.Struct {
			eachTwin(value.Elem(), at.AtName(field.Tag.Get("tfsdk")), visit)
		}
	}
}
