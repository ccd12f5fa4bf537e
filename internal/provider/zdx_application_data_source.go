package provider

import (
	"context"
	"net/url"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"

	"github.com/pomerium-zdx/terraform-provider-pomerium/internal/zdx"
)

func newZDXApplicationsDataSource() datasource.DataSource {
	return &zdxList[zdx.App]{
		name: "applications", what: "applications", about: "Applications that ZDX monitors and that were in use in a range of time, with their scores.",
		arguments: places, window: true, fetch: zdx.Apps.All,
		member: "applications", elements: "The applications.", element: appAttributes,
		nameOf: func(a zdx.App) *zdx.Text { return a.Name },
	}
}

func newZDXApplicationDataSource() datasource.DataSource {
	return &zdxSingle[zdx.App, zdx.AppDetails]{
		name: "application", noun: "application", arguments: places, window: true,
		about:   "An application that ZDX monitors, by ID or by name. Exactly one must fit.",
		choices: choicesByName("application", func(a zdx.App) *zdx.ID { return a.ID }, func(a zdx.App) *zdx.Text { return a.Name }),
		fetch:   zdx.Apps.All,
		whole: func(ctx context.Context, c *zdx.Client, found zdx.App, _ map[string]string, query url.Values, _ []string) (zdx.AppDetails, error) {
			return zdx.OneApp.Get(ctx, c, query, plain(found.ID))
		},
		byID: func(ctx context.Context, c *zdx.Client, id string, query url.Values, _ []string) (zdx.AppDetails, error) {
			return zdx.OneApp.Get(ctx, c, query, id)
		},
		describe: func(a zdx.App) string { return describeIDName(plain(a.ID), plain(a.Name)) },
		members: func() attributes {
			all := appAttributes()
			all["stats"] = computedObject("How many users and devices it has, and how they fare.", attributes{
				"active_users":   computedNumber("Users in the range of time."),
				"active_devices": computedNumber("Devices in the range of time."),
				"num_poor":       computedNumber("Users with a poor score."),
				"num_okay":       computedNumber("Users with an okay score."),
				"num_good":       computedNumber("Users with a good score."),
			})
			return all
		},
	}
}

// choicesByName are those of objects with an ID and a name.
func choicesByName[T any](noun string, id func(T) *zdx.ID, name func(T) *zdx.Text) []zdxChoice[T] {
	return []zdxChoice[T]{
		{"id", "ID of the " + noun + ".", []validator.String{isDecimal}, func(e T, wanted string) bool { return plain(id(e)) == wanted }},
		{"name", "Name of the " + noun + "; upper and lower case do not matter.", []validator.String{notEmpty}, func(e T, wanted string) bool {
			return strings.EqualFold(plain(name(e)), wanted)
		}},
	}
}

func appAttributes() attributes {
	return attributes{
		"id":          computedText("ID of the application."),
		"name":        computedText("Name of the application."),
		"score":       computedScore("the application"),
		"total_users": computedNumber("How many users it has."),
		"most_impacted_region": computedObject("Where it does worst.", attributes{
			"id":       computedText("ID of the geolocation."),
			"city":     computedText("City."),
			"region":   computedText("Region."),
			"country":  computedText("Country."),
			"geo_type": computedText("Type of the geolocation."),
		}),
	}
}

// deviceApp is an application of a device with its score over time.
type deviceApp struct {
	zdx.DeviceApp
	Trend zdx.Metric `tfsdk:"trend"`
}

func newZDXDeviceApplicationsDataSource() datasource.DataSource {
	return &zdxList[zdx.DeviceApp]{
		name: "device_applications", what: "applications of device", about: "Applications that a device used in a range of time, with the scores they had on it.",
		arguments: []zdxArgument{ofDevice}, window: true, fetch: zdx.DeviceApps.All,
		member: "applications", elements: "The applications.", element: deviceAppAttributes,
		nameOf: func(a zdx.DeviceApp) *zdx.Text { return a.Name },
	}
}

func newZDXDeviceApplicationDataSource() datasource.DataSource {
	return &zdxSingle[zdx.DeviceApp, deviceApp]{
		name: "device_application", noun: "device application", arguments: []zdxArgument{ofDevice}, window: true,
		about:   "An application as a device sees it, by ID or by name, with its score over time. Exactly one must fit.",
		choices: choicesByName("application", func(a zdx.DeviceApp) *zdx.ID { return a.ID }, func(a zdx.DeviceApp) *zdx.Text { return a.Name }),
		fetch:   zdx.DeviceApps.All,
		whole: func(ctx context.Context, c *zdx.Client, found zdx.DeviceApp, _ map[string]string, query url.Values, ids []string) (deviceApp, error) {
			trend, err := zdx.DeviceAppScore.Get(ctx, c, query, ids[0], plain(found.ID))
			return deviceApp{found, trend}, err
		},
		describe: func(a zdx.DeviceApp) string { return describeIDName(plain(a.ID), plain(a.Name)) },
		members: func() attributes {
			all := deviceAppAttributes()
			all["trend"] = computedObject("The score over time. It has no values where the service tells the present score only.", metricAttributes())
			return all
		},
	}
}

func deviceAppAttributes() attributes {
	return attributes{
		"id":    computedText("ID of the application."),
		"name":  computedText("Name of the application."),
		"score": computedScore("the application on the device"),
	}
}
