package provider

import (
	"context"
	"net/url"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"

	"github.com/pomerium-zdx/terraform-provider-pomerium/internal/zdx"
)

// Alerts that go on and alerts that have ended are two lists of the service. Here they are one, chosen by state.
const (
	ongoing    = "ongoing"
	historical = "historical"
)

// alertState is no parameter of the service: it chooses the list.
var alertState = zdxArgument{
	name: "state", query: "state", about: "`" + ongoing + "` or `" + historical + "`, for alerts that have ended (at most 14 days back). Default `" + ongoing + "`.",
	checks: []validator.String{stringvalidator.OneOf(ongoing, historical)},
}

func listAlerts(ctx context.Context, c *zdx.Client, query url.Values, _ ...string) ([]zdx.Alert, error) {
	state := query.Get("state")
	query.Del("state")
	if state == historical {
		return zdx.HistoricalAlerts.All(ctx, c, query)
	}
	return zdx.OngoingAlerts.All(ctx, c, query)
}

func newZDXAlertsDataSource() datasource.DataSource {
	return &zdxList[zdx.Alert]{
		name: "alerts", what: "alerts", about: "Alerts that go on, or that have ended.",
		arguments: append([]zdxArgument{alertState}, places...), window: true, fetch: listAlerts,
		member: "alerts", elements: "The alerts.", element: alertAttributes,
		nameOf: func(a zdx.Alert) *zdx.Text { return a.RuleName },
	}
}

// alertWithDevices is an alert and what it touches.
type alertWithDevices struct {
	zdx.Alert
	AffectedDevices []zdx.AffectedDevice `tfsdk:"affected_devices"`
}

func newZDXAlertDataSource() datasource.DataSource {
	return &zdxSingle[zdx.Alert, alertWithDevices]{
		name: "alert", noun: "alert", arguments: append([]zdxArgument{alertState}, places...), window: true,
		about: "An alert with the devices it affects: by its ID, or by the name of its rule among the alerts of the chosen `state`. Exactly one must fit.",
		choices: []zdxChoice[zdx.Alert]{
			{"id", "ID of the alert. An alert that is chosen by its ID alone is found whatever its state.", []validator.String{isDecimal}, func(a zdx.Alert, id string) bool {
				return plain(a.ID) == id
			}},
			{"rule_name", "Name of the rule that fired; upper and lower case do not matter.", []validator.String{notEmpty}, func(a zdx.Alert, name string) bool {
				return strings.EqualFold(plain(a.RuleName), name)
			}},
		},
		fetch: listAlerts,
		whole: func(ctx context.Context, c *zdx.Client, found zdx.Alert, _ map[string]string, _ url.Values, _ []string) (alertWithDevices, error) {
			return oneAlert(ctx, c, plain(found.ID))
		},
		byID: func(ctx context.Context, c *zdx.Client, id string, _ url.Values, _ []string) (alertWithDevices, error) {
			return oneAlert(ctx, c, id)
		},
		describe: func(a zdx.Alert) string { return describeIDName(plain(a.ID), plain(a.RuleName)) },
		members: func() attributes {
			all := alertAttributes()
			all["affected_devices"] = computedList("The devices that the alert affects.", attributes{
				"id":         computedText("ID of the device."),
				"name":       computedText("Name of the device."),
				"user_id":    computedText("ID of its user."),
				"user_name":  computedText("Name of its user."),
				"user_email": computedText("E-mail address of its user."),
			})
			return all
		},
	}
}

func oneAlert(ctx context.Context, c *zdx.Client, id string) (alertWithDevices, error) {
	alert, err := zdx.OneAlert.Get(ctx, c, nil, id)
	if err != nil {
		return alertWithDevices{}, err
	}
	devices, err := zdx.AffectedDevices.All(ctx, c, nil, id)
	return alertWithDevices{alert, devices}, err
}

func alertAttributes() attributes {
	affected := computedNumber("How many devices are affected there.")
	return attributes{
		"id":               computedText("ID of the alert, exact to all of its digits."),
		"rule_name":        computedText("Name of the rule that fired."),
		"severity":         computedText("Severity, a digit as the service writes it."),
		"alert_type":       computedText("`device`, `application` or `network`."),
		"alert_status":     computedText("Status as the service spells it, such as `STARTED` or `ONGOING`."),
		"num_geolocations": computedNumber("How many geolocations are affected."),
		"num_devices":      computedNumber("How many devices are affected."),
		"started_on":       computedText("When it began (RFC 3339)."),
		"ended_on":         computedText("When it ended (RFC 3339), null while it goes on."),
		"application":      computedObject("The application that it is about.", idNameAttributes("application")),
		"departments": computedList("Departments that are affected.", attributes{
			"id": computedText("ID of the department."), "name": computedText("Name of the department."), "num_devices": affected,
		}),
		"locations": computedList("Zscaler locations that are affected.", attributes{
			"id": computedText("ID of the location."), "name": computedText("Name of the location."), "num_devices": affected,
			"groups": computedList("Groups that the location belongs to.", idNameAttributes("location group")),
		}),
		"geolocations": computedList("Geolocations that are affected.", attributes{
			"id": computedText("ID of the geolocation."), "name": computedText("Name of the geolocation."), "city": computedText("City."),
			"state": computedText("State."), "country": computedText("Country."), "num_devices": affected,
		}),
	}
}
