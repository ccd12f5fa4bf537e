package provider

import (
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// documentCriterion is one condition of the policy language as an attribute of the policy document.
type documentCriterion struct {
	name    string // of the attribute, and in the language
	matcher matcher
	about   string // one or more sentences
}

// documentCriteria are those that Pomerium Zero may know (ppl.md 3). record is left out, which Enterprise alone has,
// and so is pomerium_routes, which Pomerium dropped with a security fix.
var documentCriteria = []documentCriterion{
	{"accept", flagMatcher, "Everyone, signed in or not: public access."},
	{"reject", flagMatcher, "No one."},
	{"authenticated_user", flagMatcher, "Any signed-in user."},
	{"domain", textMatcher, "The part of the user's mail address after `@`."},
	{"email", textMatcher, "The user's mail address."},
	{"user", textMatcher, "The user's ID, or that of a service account's user."},
	{"claim", claimMatcher, "A claim of the user's identity, such as the groups that the identity provider tells."},
	{"groups", listMatcher, "IDs of the user's directory groups. Documented for Pomerium Enterprise only; in Zero, `claim` with " +
		"`path = \"groups\"` is the usual way."},
	{"http_method", textMatcher, "The request's method."},
	{"http_path", textMatcher, "The request's path."},
	{"cors_preflight", flagMatcher, "A CORS preflight: an `OPTIONS` request with `Origin` and `Access-Control-Request-Method`."},
	{"source_ip", textsMatcher, "The client's address is one of these IP addresses or in one of these CIDR ranges."},
	{"client_certificate", certificateMatcher, "What is in the client's certificate."},
	{"invalid_client_certificate", flagMatcher, "The client's certificate is not valid. Meant for `deny`."},
	{"device", deviceMatcher, "The device's registration."},
	{"mcp_tool", textMatcher, "The tool of an MCP `tools/call`. False for any other MCP request, so meant for `deny`."},
	{"ssh_username", textMatcher, "The user name of an SSH login."},
	{"ssh_username_matches_email", flagMatcher, "The user name of an SSH login is the part of the user's mail address before `@`."},
	{"ssh_username_matches_claim", wordMatcher, "The user name of an SSH login is in the claim of this name."},
	{"ssh_publickey", textsMatcher, "The SSH public key is one of these, written as in `authorized_keys`."},
	{"ssh_ca", textsMatcher, "The SSH certificate was signed by one of these CAs, written as in `authorized_keys`."},
	{"date", dateMatcher, "The date and time of the request."},
	{"day_of_week", wordMatcher, "The day of the week of the request: `*`, a list such as `mon,wed,fri` or a range such as `mon-fri`."},
	{"time_of_day", timeMatcher, "The time of day of the request."},
}

// matcher is the form of a criterion's data (ppl.md 2).
type matcher struct {
	summary    string // what may be written, for the documentation
	attributes []operand
	attribute  func(about string) schema.Attribute // instead of attributes
}

// operand is a member of a matcher that is an object.
type operand struct {
	name  string
	about string
	// attribute is a text unless set.
	attribute func(about string) schema.Attribute
}

var (
	flagMatcher = matcher{summary: "`true`", attribute: func(about string) schema.Attribute {
		return schema.BoolAttribute{MarkdownDescription: about + " `true` or left out.", Optional: true}
	}}
	wordMatcher  = matcher{summary: "text", attribute: optionalText}
	textsMatcher = matcher{summary: "list of texts", attribute: optionalTexts}
	textMatcher  = matcher{summary: "text matcher", attributes: []operand{
		{"is", "Equal to this.", nil},
		{"not", "Not equal to this.", nil},
		{"contains", "Contains this.", nil},
		{"starts_with", "Begins with this.", nil},
		{"ends_with", "Ends with this.", nil},
		{"in", "Equal to one of these.", optionalTexts},
		{"not_in", "Equal to none of these.", optionalTexts},
	}}
	listMatcher = matcher{summary: "list matcher", attributes: []operand{
		{"has", "One of its values is this.", nil},
		{"is", "It has one value only, and that is this.", nil},
		{"exclude", "None of its values is this.", nil},
	}}
	claimMatcher = matcher{summary: "claim", attributes: append([]operand{
		{labelPath, "Name of the claim, such as `groups`. `/` and `.` step into nested objects, up to five steps.", requiredText},
	}, listMatcher.attributes...)}
	certificateMatcher = matcher{summary: "certificate", attributes: []operand{
		{"fingerprint", "SHA-256 of the certificate, one of these: 64 lower-case hexadecimal digits, or 32 upper-case pairs with colons.", optionalTexts},
		{"spki_hash", "SHA-256 of the certificate's public key (SPKI) in base64, one of these.", optionalTexts},
		{"san_dns", "A DNS name of the certificate.", textMatcher.schema},
		{"san_email", "A mail address of the certificate.", textMatcher.schema},
		{"san_uri", "A URI of the certificate.", textMatcher.schema},
	}}
	deviceMatcher = matcher{summary: "device", attributes: []operand{
		{"is", "ID of the device.", nil},
		{"approved", "Whether an administrator approved the device. Enterprise only.", func(about string) schema.Attribute {
			return schema.BoolAttribute{MarkdownDescription: about, Optional: true}
		}},
		{"type", "Type of the device, such as `any` or `enclave_only`.", nil},
	}}
	dateMatcher = matcher{summary: "date", attributes: []operand{
		{"after", "After this date and time (ISO 8601), such as `2031-04-01T08:00:00Z`.", nil},
		{"before", "Before this date and time (ISO 8601).", nil},
	}}
	timeMatcher = matcher{summary: "time of day", attributes: []operand{
		{labelZone, "IANA name of the time zone, such as `Europe/Lisbon`.", requiredText},
		{"after", "After this time, such as `9:00 AM` or `09:00`.", nil},
		{"before", "Before this time.", nil},
	}}
)

// The members of a matcher that say where to look and compare nothing.
const (
	labelPath = "path"
	labelZone = "timezone"
)

func isLabel(member string) bool { return member == labelPath || member == labelZone }

// schema is the attribute for data of this form.
func (m matcher) schema(about string) schema.Attribute {
	if m.attribute != nil {
		return m.attribute(about)
	}
	members := map[string]schema.Attribute{}
	for _, o := range m.attributes {
		attribute := optionalText
		if o.attribute != nil {
			attribute = o.attribute
		}
		members[o.name] = attribute(o.about)
	}
	return schema.SingleNestedAttribute{MarkdownDescription: about, Optional: true, Attributes: members}
}

// groupSchema is one of the lists of criteria of a rule.
func groupSchema(about string) schema.Attribute {
	criteria := map[string]schema.Attribute{}
	for _, c := range documentCriteria {
		criteria[c.name] = c.matcher.schema(c.about)
	}
	return schema.ListNestedAttribute{
		MarkdownDescription: about + " Each element holds exactly one criterion.", Optional: true,
		NestedObject: schema.NestedAttributeObject{Attributes: criteria},
	}
}

func optionalText(about string) schema.Attribute {
	return schema.StringAttribute{MarkdownDescription: about, Optional: true}
}

func requiredText(about string) schema.Attribute {
	return schema.StringAttribute{MarkdownDescription: about, Required: true, Validators: []validator.String{notEmpty}}
}

func optionalTexts(about string) schema.Attribute {
	return schema.ListAttribute{MarkdownDescription: about, Optional: true, ElementType: types.StringType}
}
