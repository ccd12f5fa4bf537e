package provider

import (
	"context"
	"net/url"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"

	"github.com/pomerium-zdx/terraform-provider-pomerium/internal/zdx"
)

// The inventory knows no range of time. Its users and devices have parameters of their own spelling (zdx.md 6).
var ofInventory = slices.Concat(places, []zdxArgument{
	ids("user_ids", "userids", "Only what users with one of these IDs have.", isDecimal),
	ids("device_ids", "deviceids", "Only what devices with one of these IDs have.", isDecimal),
})

func newZDXSoftwareInventoryDataSource() datasource.DataSource {
	return &zdxList[zdx.Software]{
		name: "software_inventory", what: "software inventory", about: "Software that is installed in the organization.",
		arguments: ofInventory, fetch: zdx.SoftwareInventory.All,
		member: "software", elements: "The software.", element: softwareAttributes,
		nameOf: func(s zdx.Software) *zdx.Text { return s.SoftwareName },
	}
}

// softwareWithInstallations is software and where it is installed.
type softwareWithInstallations struct {
	zdx.Software
	Installations []zdx.SoftwareInstallation `tfsdk:"installations"`
}

func newZDXSoftwareDataSource() datasource.DataSource {
	return &zdxSingle[zdx.Software, softwareWithInstallations]{
		name: "software", noun: "software product", arguments: ofInventory,
		about: "Software that is installed in the organization, with its installations: by key or by name. All that is given must fit, and exactly one must do.",
		choices: []zdxChoice[zdx.Software]{
			{"software_key", "Key of the software, as the inventory tells it.", []validator.String{notEmpty}, func(s zdx.Software, key string) bool {
				return plain(s.SoftwareKey) == key
			}},
			{"software_name", "Name of the software; upper and lower case do not matter.", []validator.String{notEmpty}, func(s zdx.Software, name string) bool {
				return strings.EqualFold(plain(s.SoftwareName), name)
			}},
			{"vendor", "Vendor of the software; upper and lower case do not matter.", []validator.String{notEmpty}, func(s zdx.Software, vendor string) bool {
				return strings.EqualFold(plain(s.Vendor), vendor)
			}},
		},
		fetch: zdx.SoftwareInventory.All,
		whole: func(ctx context.Context, c *zdx.Client, found zdx.Software, _ map[string]string, query url.Values, _ []string) (softwareWithInstallations, error) {
			installations, err := zdx.SoftwareInstallations.All(ctx, c, query, plain(found.SoftwareKey))
			return softwareWithInstallations{found, installations}, err
		},
		describe: func(s zdx.Software) string { return describeIDName(plain(s.SoftwareKey), plain(s.SoftwareName)) },
		members: func() attributes {
			all := softwareAttributes()
			all["installations"] = computedList("Where it is installed.", attributes{
				"software_key":     computedText("Key of the software with its version."),
				"software_name":    computedText("Name of the software."),
				"software_version": computedText("Version."),
				"software_group":   computedText("Group that the service counts it to."),
				"os":               computedText("Operating system."),
				"vendor":           computedText("Vendor."),
				"user_id":          computedText("ID of the device's user."),
				"device_id":        computedText("ID of the device."),
				"hostname":         computedText("Host name of the device."),
				"username":         computedText("Name of the device's user."),
				"install_date":     computedText("When it was installed, as the service writes it."),
			})
			return all
		},
	}
}

func softwareAttributes() attributes {
	return attributes{
		"software_key":    computedText("Key of the software."),
		"software_name":   computedText("Name of the software."),
		"vendor":          computedText("Vendor."),
		"software_group":  computedText("Group that the service counts it to."),
		"sw_install_type": computedText("How it was installed."),
		"user_total":      computedNumber("How many users have it."),
		"device_total":    computedNumber("How many devices have it."),
	}
}
