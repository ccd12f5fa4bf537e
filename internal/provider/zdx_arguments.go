package provider

import (
	"context"
	"net/url"
	"time"

	"github.com/hashicorp/terraform-plugin-framework-validators/setvalidator"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// zdxArgument is an argument of a look-up that the service itself understands.
type zdxArgument struct {
	name    string // attribute
	query   string // parameter of the API; "" for an ID in the path
	about   string
	several bool // a set of values, sent as a repeated parameter
	checks  []validator.String
}

// IDs in paths.
var (
	ofDevice = zdxArgument{name: "device_id", about: "ID of the device.", checks: []validator.String{isDecimal}}
	ofTrace  = zdxArgument{name: "trace_id", about: "ID of the deep trace on the device.", checks: []validator.String{isDecimal}}
	ofApp    = zdxArgument{name: "app_id", about: "ID of the application.", checks: []validator.String{isDecimal}}
	ofProbe  = zdxArgument{name: "probe_id", about: "ID of the probe.", checks: []validator.String{isDecimal}}
)

// Filters that many lists know.
var (
	byLocation    = ids("location_ids", "loc", "Only what was seen in one of these locations (IDs of `zdx_locations`).", isDecimal)
	byDepartment  = ids("department_ids", "dept", "Only what belongs to one of these departments (IDs of `zdx_departments`).", isDepartment)
	byGeolocation = ids("geolocation_ids", "geo", "Only what was seen in one of these geolocations (IDs of `zdx_geolocations`, such as `0.0.us`).", notEmpty)

	places   = []zdxArgument{byLocation, byDepartment, byGeolocation}
	noPlaces = []zdxArgument{
		ids("exclude_location_ids", "exclude_loc", "Nothing that was seen in one of these locations.", isDecimal),
		ids("exclude_department_ids", "exclude_dept", "Nothing that belongs to one of these departments.", isDepartment),
		ids("exclude_geolocation_ids", "exclude_geo", "Nothing that was seen in one of these geolocations.", notEmpty),
	}
)

func ids(name, query, about string, check validator.String) zdxArgument {
	return zdxArgument{name: name, query: query, about: about, several: true, checks: []validator.String{check}}
}

// isDepartment lets 0 through as well, the department of those without one (zdx.md 6).
var isDepartment = textCheck{"Not a decimal ID", func(text string) error {
	if text == "0" {
		return nil
	}
	return checkDecimal(text)
}, nil}

// attribute is the argument as part of a schema. IDs in the path are required.
func (a zdxArgument) attribute() schema.Attribute {
	if a.several {
		return schema.SetAttribute{
			MarkdownDescription: a.about, ElementType: types.StringType, Optional: true,
			Validators: []validator.Set{setvalidator.SizeAtLeast(1), setvalidator.ValueStringsAre(a.checks...)},
		}
	}
	return schema.StringAttribute{
		MarkdownDescription: a.about, Required: a.query == "", Optional: a.query != "", Validators: a.checks,
	}
}

// The window of time that reports and most lists look at (zdx.md 6, Common filters).
const (
	aboutFrom = "Start of the range of time: RFC 3339, or a duration back from now such as `48h`. Default: two hours before its end. " +
		"The service bounds what one request may span: two hours for most reports, and at most 14 days."
	aboutTo = "End of the range of time: RFC 3339, or a duration back from now. Default: now."
	// defaultWindow is the service's own, without a range.
	defaultWindow = 2 * time.Hour
)

func windowAttributes() attributes {
	return attributes{
		"from": schema.StringAttribute{MarkdownDescription: aboutFrom, Optional: true, Validators: []validator.String{isMoment}},
		"to":   schema.StringAttribute{MarkdownDescription: aboutTo, Optional: true, Validators: []validator.String{isMoment}},
	}
}

// momentOf reads what isMoment lets through.
func momentOf(text string, now time.Time) (time.Time, error) {
	if at, err := time.Parse(time.RFC3339, text); err == nil {
		return at, nil
	}
	back, err := time.ParseDuration(text)
	return now.Add(-back), err
}

// readWindow adds the range of time to the query, as epoch seconds. Without arguments the service's own default
// holds and nothing is sent.
func readWindow(ctx context.Context, config tfsdk.Config, now time.Time, query url.Values, diags *diag.Diagnostics) {
	var from, to types.String
	diags.Append(config.GetAttribute(ctx, path.Root("from"), &from)...)
	diags.Append(config.GetAttribute(ctx, path.Root("to"), &to)...)
	if diags.HasError() || from.IsNull() && to.IsNull() {
		return
	}
	end := now
	if !to.IsNull() {
		end, _ = momentOf(to.ValueString(), now)
	}
	begin := end.Add(-defaultWindow)
	if !from.IsNull() {
		begin, _ = momentOf(from.ValueString(), now)
	}
	if !begin.Before(end) {
		diags.AddAttributeError(path.Root("from"), "Time ends before it begins",
			"from ("+begin.UTC().Format(time.RFC3339)+") must lie before to ("+end.UTC().Format(time.RFC3339)+").")
		return
	}
	query.Set("from", epoch(begin))
	query.Set("to", epoch(end))
}

// readArguments returns the IDs of the path in the order of the arguments, and adds filters to the query.
func readArguments(ctx context.Context, config tfsdk.Config, arguments []zdxArgument, query url.Values, diags *diag.Diagnostics) (ids []string) {
	for _, argument := range arguments {
		if argument.several {
			var values []string
			diags.Append(config.GetAttribute(ctx, path.Root(argument.name), &values)...)
			if len(values) > 0 {
				query[argument.query] = values
			}
			continue
		}
		var value types.String
		diags.Append(config.GetAttribute(ctx, path.Root(argument.name), &value)...)
		switch {
		case argument.query == "":
			ids = append(ids, value.ValueString())
		case !value.IsNull():
			query.Set(argument.query, value.ValueString())
		}
	}
	return ids
}
