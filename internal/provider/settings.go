package provider

import (
	"context"
	"math"
	"os"
	"strconv"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-framework/types/basetypes"

	"github.com/pomerium-zdx/terraform-provider-pomerium/internal/httpapi"
)

// The environment variables that stand for arguments of the provider block.
//
//nolint:gosec // names of variables, not their values
const (
	envZeroToken        = "POMERIUM_ZERO_API_USER_TOKEN"
	envZeroOrganization = "POMERIUM_ZERO_ORGANIZATION_ID"
	envZeroURL          = "POMERIUM_ZERO_URL"
	envZDXKeyID         = "ZDX_API_KEY_ID"
	envZDXKeySecret     = "ZDX_API_SECRET"
	envZDXHash          = "ZDX_HASH_KEY_SECRET"
	envZDXCloud         = "ZDX_CLOUD"
	envZDXURL           = "ZDX_URL"
	envZDXRate          = "ZDX_REQUESTS_PER_MINUTE"
	envZDXClientID      = "ZSCALER_CLIENT_ID"
	envZDXClientSecret  = "ZSCALER_CLIENT_SECRET"
	envZDXPrivateKey    = "ZSCALER_PRIVATE_KEY"
	envZDXVanityDomain  = "ZSCALER_VANITY_DOMAIN"
	envZDXOneAPICloud   = "ZSCALER_CLOUD"
	envZDXTokenURL      = "ZSCALER_TOKEN_URL"
)

// filePrefix marks a value that is read from a file.
const filePrefix = "file:"

// settings reads the arguments of one service, from HCL first and from the environment second.
type settings struct {
	path    path.Path
	diags   *diag.Diagnostics
	inHCL   bool
	unknown bool   // some value is not known before apply
	given   bool   // some value is set, in HCL or in the environment
	problem string // what is wrong with the environment alone
}

// readSettings fills target, a struct of framework values, from the object, which may be null or unknown.
func readSettings(ctx context.Context, at path.Path, object types.Object, target any, diags *diag.Diagnostics) *settings {
	s := &settings{path: at, diags: diags, inHCL: !object.IsNull(), unknown: object.IsUnknown(), given: !object.IsNull()}
	if !object.IsNull() && !object.IsUnknown() {
		diags.Append(object.As(ctx, target, basetypes.ObjectAsOptions{})...)
	}
	return s
}

// wrong reports a fault. What the user wrote for the service is an error at once; what only the environment
// holds, perhaps for another tool, is one when a block needs the service.
func (s *settings) wrong(name, summary, detail string) {
	if s.inHCL {
		s.diags.AddAttributeError(s.path.AtName(name), summary, detail)
	} else if s.problem == "" {
		s.problem = summary + ". " + detail
	}
}

// text returns an argument's value: HCL's, else the variable's. An unknown value is never replaced by the
// environment, which may belong to another account.
func (s *settings) text(value types.String, name, variable string) string {
	if value.IsUnknown() || s.unknown && value.IsNull() {
		s.unknown = true
		return ""
	}
	text, origin := value.ValueString(), "the argument"
	if value.IsNull() {
		text, origin = os.Getenv(variable), "the environment variable "+variable
	}
	if text == "" {
		return ""
	}
	s.given = true
	file, isFile := strings.CutPrefix(text, filePrefix)
	if !isFile {
		return text
	}
	content, err := os.ReadFile(file) //nolint:gosec // reading the file that the user names is the feature
	if err != nil {
		s.wrong(name, "File cannot be read",
			"The value of "+origin+" names a file after \"file:\", which cannot be read: "+err.Error()+".")
		return ""
	}
	return strings.TrimSpace(string(content))
}

// flag is text for a bool.
func (s *settings) flag(value types.Bool, name, variable string) bool {
	if !value.IsNull() {
		s.unknown = s.unknown || value.IsUnknown()
		return value.ValueBool()
	}
	text := s.text(types.StringNull(), name, variable)
	if text == "" {
		return false
	}
	on, err := strconv.ParseBool(text)
	if err != nil {
		s.wrong(name, "Value is neither true nor false",
			"The environment variable "+variable+" must be true or false.")
	}
	return on
}

// count is text for a whole number of at least 1; 0 stands for none. HCL's own is checked by the schema.
func (s *settings) count(value types.Int64, name, variable string) int {
	if !value.IsNull() {
		s.unknown = s.unknown || value.IsUnknown()
		return int(min(value.ValueInt64(), math.MaxInt32))
	}
	text := s.text(types.StringNull(), name, variable)
	if text == "" {
		return 0
	}
	number, err := strconv.ParseInt(text, 10, 32)
	if err != nil || number < 1 {
		s.wrong(name, "Value is not a number of at least 1",
			"The environment variable "+variable+" must be a whole number of at least 1.")
		return 0
	}
	return int(number)
}

// address is text for a base URL.
func (s *settings) address(value types.String, name, variable string) string {
	text := s.text(value, name, variable)
	if text == "" {
		return ""
	}
	base, err := httpapi.ParseBaseURL(text)
	if err != nil {
		s.wrong(name, "Address cannot be used",
			"The value of "+s.path.AtName(name).String()+" (or "+variable+") cannot be used: "+err.Error()+".")
	}
	return base
}
