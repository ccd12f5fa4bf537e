package provider

import (
	"context"
	"encoding/hex"
	"fmt"
	"net/mail"
	"net/netip"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/hashicorp/terraform-plugin-framework-validators/setvalidator"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/pomerium-zdx/terraform-provider-pomerium/internal/ppl"
)

// textCheck validates a text that is known. check returns what is wrong and what to write instead; doubt what the
// service may refuse, "" for nothing.
type textCheck struct {
	summary string
	check   func(text string) error
	doubt   func(text string) string
}

var (
	isDuration = textCheck{"Not a duration", checkDuration, nil}
	isRegex    = textCheck{"Not a regular expression", checkRegex, nil}
	isRouteURL = textCheck{"Not a URL that a route can listen on", checkFrom, doubtFrom}
	isUpstream = textCheck{"Not an upstream URL", checkTo, nil}
	isURL      = textCheck{"Not a URL", checkWebURL, nil}
	isDecimal  = textCheck{"Not a decimal ID", checkDecimal, nil}
	isHex      = textCheck{"Not hexadecimal", checkHex, nil}
	isIP       = textCheck{"Not an IP address", checkIP, nil}
	isInstant  = textCheck{"Not a time", checkInstant, nil}
	isDomain   = textCheck{"Not a domain", checkDomain, nil}
	isEmail    = textCheck{"Not an address", checkEmail, nil}
	isMoment   = textCheck{"Not a time", checkMoment, nil}
	isExpiry   = textCheck{"Not a time for a snapshot to end", checkExpiry, nil}

	isHeader        = textCheck{"Not the name of a header", checkHeader, nil}
	isRequestHeader = textCheck{"Not a header that can be set", checkRequestHeader, nil}
)

// notEmpty refuses "" where the service needs a text.
var notEmpty = stringvalidator.LengthAtLeast(1)

func (c textCheck) Description(context.Context) string             { return strings.ToLower(c.summary) }
func (c textCheck) MarkdownDescription(ctx context.Context) string { return c.Description(ctx) }
func (c textCheck) ValidateString(_ context.Context, req validator.StringRequest, resp *validator.StringResponse) {
	if req.ConfigValue.IsNull() || req.ConfigValue.IsUnknown() {
		return
	}
	text := req.ConfigValue.ValueString()
	if err := c.check(text); err != nil {
		resp.Diagnostics.AddAttributeError(req.Path, c.summary, fmt.Sprintf("%q: %s.", text, err))
		return
	}
	if c.doubt != nil && c.doubt(text) != "" {
		resp.Diagnostics.AddAttributeWarning(req.Path, c.summary+", perhaps", fmt.Sprintf("%q: %s.", text, c.doubt(text)))
	}
}

func checkDuration(text string) error {
	switch duration, err := time.ParseDuration(text); {
	case err != nil:
		return fmt.Errorf("write a number and a unit, such as 30s, 5m or 1h30m; 0s stands for no limit")
	case duration < 0:
		return fmt.Errorf("it must not be negative")
	}
	return nil
}

func checkInstant(text string) error {
	if _, err := time.Parse(time.RFC3339, text); err != nil {
		return fmt.Errorf("write a time such as 2027-01-31T08:00:00Z")
	}
	return nil
}

var domainForm = regexp.MustCompile(`^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}$`)

func checkDomain(text string) error {
	if len(text) > 253 || !domainForm.MatchString(text) {
		return fmt.Errorf("write a domain in lower case such as apps.example.com, without a scheme and without *")
	}
	return nil
}

func checkEmail(text string) error {
	if address, err := mail.ParseAddress(text); err != nil || address.Address != text {
		return fmt.Errorf("write an address such as ana@example.com")
	}
	return nil
}

func checkIP(text string) error {
	if _, err := netip.ParseAddr(text); err != nil {
		return fmt.Errorf("write an address such as 203.0.113.7 or 2001:db8::7")
	}
	return nil
}

func checkMoment(text string) error {
	back, err := time.ParseDuration(text)
	if _, noTime := time.Parse(time.RFC3339, text); noTime != nil && (err != nil || back < 0) {
		return fmt.Errorf("write a time such as 2026-11-24T08:00:00Z, or a duration back from now such as 90m or 48h")
	}
	return nil
}

// checkExpiry checks durations whole; of a time it cannot tell whether it will be ahead when the snapshot is made.
func checkExpiry(text string) error {
	ahead, err := time.ParseDuration(text)
	if _, noTime := time.Parse(time.RFC3339, text); noTime != nil && (err != nil || ahead < shortestSnapshot || ahead > longestSnapshot) {
		return fmt.Errorf("write a time such as 2027-01-31T08:00:00Z, or a duration from 2h to 2160h such as 72h")
	}
	return nil
}

func checkRegex(text string) error {
	if _, err := regexp.Compile(text); err != nil {
		return fmt.Errorf("%w (the syntax is RE2)", err)
	}
	return nil
}

// checkFrom knows the schemes of pomerium-zero.md 4.1. A path is taken behind tcp and udp only, where it
// names the host and port behind a proxy.
func checkFrom(text string) error {
	const instead = "write https://, tcp+https://, udp+https:// or ssh:// and a host, such as https://app.example.pomerium.app"
	parsed, err := url.Parse(text)
	switch {
	case err != nil || parsed.Hostname() == "":
		return fmt.Errorf("%s", instead)
	case !slices.Contains([]string{"https", "tcp+https", "udp+https", "ssh", "http"}, strings.ToLower(parsed.Scheme)):
		return fmt.Errorf("the scheme %q is not known; %s", parsed.Scheme, instead)
	case parsed.User != nil || parsed.RawQuery != "" || parsed.Fragment != "":
		return fmt.Errorf("it must hold neither a user nor a query nor a fragment")
	case strings.Trim(parsed.Path, "/") != "" && !strings.Contains(parsed.Scheme, "+"):
		return fmt.Errorf("it must not hold a path; use prefix, path or regex")
	}
	return nil
}

// doubtFrom is for http, which the proxy takes with a warning; whether the service does is not known.
func doubtFrom(text string) string {
	if scheme, _, _ := strings.Cut(text, "://"); strings.EqualFold(scheme, "http") {
		return "the service may refuse http, and nothing would protect what is sent; write https"
	}
	return ""
}

// upstreamSchemes are those of pomerium-zero.md 4.1.
var upstreamSchemes = []string{"http", "https", "h2c", "tcp", "udp", "ssh", "unix", "https+unix", "http+unix"}

func checkTo(text string) error {
	address, weight, weighted := strings.Cut(text, ",")
	parsed, err := url.Parse(address)
	switch {
	case err != nil || !slices.Contains(upstreamSchemes, strings.ToLower(parsed.Scheme)):
		return fmt.Errorf("write one of %s and a host, such as http://10.0.0.7:8080", strings.Join(upstreamSchemes, "://, ")+"://")
	case strings.HasSuffix(strings.ToLower(parsed.Scheme), "unix") && parsed.Path == "":
		return fmt.Errorf("it needs the path of a socket, such as unix:///run/app.sock")
	case !strings.HasSuffix(strings.ToLower(parsed.Scheme), "unix") && parsed.Hostname() == "":
		return fmt.Errorf("it needs a host, such as http://10.0.0.7:8080")
	}
	if number, err := strconv.ParseUint(weight, 10, 32); weighted && (err != nil || number == 0) {
		return fmt.Errorf("the weight behind the comma must be a whole number above 0")
	}
	return nil
}

// upstreamsAgree wants a weight on all upstreams or on none, and keeps those apart that cannot be mixed
// (pomerium-zero.md 4.1).
type upstreamsAgree struct{}

func (upstreamsAgree) Description(context.Context) string { return "upstreams agree" }

func (v upstreamsAgree) MarkdownDescription(ctx context.Context) string { return v.Description(ctx) }

func (upstreamsAgree) ValidateList(_ context.Context, req validator.ListRequest, resp *validator.ListResponse) {
	weighted, kinds, count := 0, map[string]bool{}, 0
	for _, element := range req.ConfigValue.Elements() {
		value, ok := element.(types.String)
		if !ok || value.IsNull() || value.IsUnknown() {
			return
		}
		count++
		address, _, hasWeight := strings.Cut(value.ValueString(), ",")
		if hasWeight {
			weighted++
		}
		scheme, _, _ := strings.Cut(strings.ToLower(address), "://")
		switch scheme {
		case "tcp", "udp", "unix", "https+unix":
			kinds[scheme] = true
		default:
			kinds["http"] = true
		}
	}
	if weighted > 0 && weighted < count {
		resp.Diagnostics.AddAttributeError(req.Path, "Weight on some upstreams only", "Write a weight, such as \",2\", behind each URL or behind none.")
	}
	if len(kinds) > 1 {
		resp.Diagnostics.AddAttributeError(req.Path, "Upstreams that do not go together",
			"tcp, udp, unix and https+unix upstreams cannot be mixed with others. Make a route for each.")
	}
}

func checkWebURL(text string) error {
	if parsed, err := url.Parse(text); err != nil || parsed.Host == "" || parsed.Scheme != "https" && parsed.Scheme != "http" {
		return fmt.Errorf("write an address such as https://example.com/logo.svg")
	}
	return nil
}

func checkDecimal(text string) error {
	if text == "" || strings.Trim(text, "0123456789") != "" || strings.Trim(text, "0") == "" {
		return fmt.Errorf("ZDX names things by whole numbers, such as 30989301")
	}
	return nil
}

// headerName is a token of HTTP (RFC 9110, 5.6.2).
var headerName = regexp.MustCompile("^[!#$%&'*+.^_`|~0-9A-Za-z-]+$")

func checkHeader(text string) error {
	if !headerName.MatchString(text) {
		return fmt.Errorf("write a name such as X-Request-Via")
	}
	return nil
}

// checkRequestHeader refuses what the service does not set (pomerium-zero.md 4.1); pseudo headers such as :path are no
// names of headers to begin with.
func checkRequestHeader(text string) error {
	if strings.EqualFold(text, "Host") {
		return fmt.Errorf("the Host header is set by host_rewrite, host_rewrite_header or preserve_host_header")
	}
	return checkHeader(text)
}

func checkHex(text string) error {
	if _, err := hex.DecodeString(text); err != nil {
		return fmt.Errorf("write two hexadecimal digits for each byte, such as 50494e47")
	}
	return nil
}

// alone refuses an attribute together with any of the others.
func alone(others ...string) validator.String {
	return stringvalidator.ConflictsWith(expressions(others)...)
}

// needs refuses an attribute without another text. "" is none, as for the service.
func needs(other string) needed { return needed(other) }

type needed string

func (n needed) Description(context.Context) string             { return "needs " + string(n) }
func (n needed) MarkdownDescription(ctx context.Context) string { return n.Description(ctx) }

func (n needed) ValidateString(ctx context.Context, req validator.StringRequest, resp *validator.StringResponse) {
	if !req.ConfigValue.IsUnknown() && req.ConfigValue.ValueString() != "" {
		n.check(ctx, req.Config, req.Path, &resp.Diagnostics)
	}
}

func (n needed) ValidateInt64(ctx context.Context, req validator.Int64Request, resp *validator.Int64Response) {
	if !req.ConfigValue.IsNull() && !req.ConfigValue.IsUnknown() {
		n.check(ctx, req.Config, req.Path, &resp.Diagnostics)
	}
}

func (n needed) check(ctx context.Context, config tfsdk.Config, at path.Path, diags *diag.Diagnostics) {
	var other types.String
	diags.Append(config.GetAttribute(ctx, path.Root(string(n)), &other)...)
	if !other.IsUnknown() && other.ValueString() == "" {
		diags.AddAttributeError(at, "Invalid Attribute Combination", fmt.Sprintf("Attribute %q must be specified when %q is specified.", string(n), at))
	}
}

func expressions(names []string) []path.Expression {
	var list []path.Expression
	for _, name := range names {
		list = append(list, path.MatchRoot(name))
	}
	return list
}

// eachNotEmpty refuses "" in a set of texts.
var eachNotEmpty = setvalidator.ValueStringsAre(notEmpty)

// isPolicy checks the policy language: faults of grammar are errors, doubts about criteria are warnings,
// because the service knows criteria that are not public (ppl.md 3).
type isPolicy struct{}

func (isPolicy) Description(context.Context) string               { return "Pomerium Policy Language" }
func (v isPolicy) MarkdownDescription(ctx context.Context) string { return v.Description(ctx) }

func (isPolicy) ValidateString(_ context.Context, req validator.StringRequest, resp *validator.StringResponse) {
	if req.ConfigValue.IsNull() || req.ConfigValue.IsUnknown() {
		return
	}
	_, problems := ppl.Parse(req.ConfigValue.ValueString())
	for _, problem := range problems {
		addPolicyProblem(&resp.Diagnostics, req.Path, problem.Severity, problem.String())
	}
}
