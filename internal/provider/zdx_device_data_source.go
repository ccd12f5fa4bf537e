package provider

import (
	"context"
	"fmt"
	"net/url"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"

	"github.com/pomerium-zdx/terraform-provider-pomerium/internal/zdx"
)

// The service can choose devices by the e-mail addresses and IDs of users, by MAC address and by private IPv4
// address; the last two are told of by one of its clients only, so a service that ignores them is found out (zdx.md 6).

func newZDXDevicesDataSource() datasource.DataSource {
	return &zdxList[zdx.DeviceSummary]{
		name: "devices", what: "devices",
		about: "Devices that ZDX has seen in a range of time. The service knows a device as active only if it was seen then.",
		arguments: slices.Concat(places, noPlaces, []zdxArgument{
			ids("user_ids", "userids", "Only devices of users with one of these IDs.", isDecimal),
			ids("emails", "emails", "Only devices of users with one of these e-mail addresses.", notEmpty),
			{name: "mac_address", query: "mac_address", about: aboutMAC + " The service may ignore it.", checks: []validator.String{notEmpty}},
			{name: "private_ipv4", query: "private_ipv4", about: aboutIPv4 + " The service may ignore it.", checks: []validator.String{notEmpty}},
		}),
		window: true, fetch: zdx.Devices.All,
		member: "devices", elements: "The devices.", element: deviceSummaryAttributes,
		nameOf: func(d zdx.DeviceSummary) *zdx.Text { return d.Name },
	}
}

const (
	aboutMAC  = "MAC address of the device."
	aboutIPv4 = "IPv4 address of the device in its own network."
	// The service may ignore both.
	aboutChecked = " The one device that is found is held against it."
)

func newZDXDeviceDataSource() datasource.DataSource {
	return &zdxSingle[zdx.DeviceSummary, zdx.Device]{
		name: "device", noun: "device", window: true,
		about: "A device that ZDX has seen: by its ID, by its user, by its name or by its address. All that is given must fit, and exactly one device must do.",
		choices: []zdxChoice[zdx.DeviceSummary]{
			{"id", "ID of the device.", []validator.String{isDecimal}, func(d zdx.DeviceSummary, id string) bool { return plain(d.ID) == id }},
			{"name", "Name of the device; upper and lower case do not matter.", []validator.String{notEmpty}, func(d zdx.DeviceSummary, name string) bool {
				return strings.EqualFold(plain(d.Name), name)
			}},
			{"email", "E-mail address of the device's user.", []validator.String{notEmpty}, nil},
			{"user_id", "ID of the device's user.", []validator.String{isDecimal}, func(d zdx.DeviceSummary, id string) bool {
				return d.UserID == nil || plain(d.UserID) == id
			}},
			{"user_name", "Name of the device's user; upper and lower case do not matter.", []validator.String{notEmpty}, nil},
			{"mac_address", aboutMAC + aboutChecked, []validator.String{notEmpty}, nil},
			{"private_ipv4", aboutIPv4 + aboutChecked, []validator.String{notEmpty}, nil},
		},
		fetch: zdx.Devices.All, narrow: narrowDevices, whole: wholeDevice,
		byID: func(ctx context.Context, c *zdx.Client, id string, query url.Values, _ []string) (zdx.Device, error) {
			return zdx.OneDevice.Get(ctx, c, query, id)
		},
		describe: func(d zdx.DeviceSummary) string { return describeIDName(plain(d.ID), plain(d.Name)) },
		members:  deviceAttributes,
	}
}

// narrowDevices lets the service choose. It knows no names of users, so those are looked up first.
func narrowDevices(ctx context.Context, c *zdx.Client, chosen map[string]string, query url.Values) error {
	for argument, parameter := range map[string]string{
		"email": "emails", "user_id": "userids", "mac_address": "mac_address", "private_ipv4": "private_ipv4",
	} {
		if wanted, given := chosen[argument]; given {
			query.Set(parameter, wanted)
		}
	}
	name, given := chosen["user_name"]
	if !given {
		return nil
	}
	users, err := usersLike(ctx, c, name, query)
	if err != nil {
		return err
	}
	byID, of := chosen["user_id"], ""
	if byID != "" {
		of = " with the ID " + byID
	}
	query.Del("userids")
	for _, user := range users {
		if strings.EqualFold(plain(user.Name), name) && (byID == "" || byID == plain(user.ID)) {
			query.Add("userids", plain(user.ID))
		}
	}
	if !query.Has("userids") { // without it the list would be of all users' devices
		return fmt.Errorf("ZDX has seen no user of the name %q%s", name, of)
	}
	return nil
}

// wholeDevice adds the details, and finds out whether the service ignored an address.
func wholeDevice(ctx context.Context, c *zdx.Client, found zdx.DeviceSummary, chosen map[string]string, query url.Values, _ []string) (zdx.Device, error) {
	device, err := zdx.OneDevice.Get(ctx, c, timeOf(query), plain(found.ID))
	if err != nil {
		return device, err
	}
	device.UserID = found.UserID
	for argument, of := range map[string]func(zdx.DeviceNetwork) *zdx.Text{
		"mac_address":  func(n zdx.DeviceNetwork) *zdx.Text { return n.MAC },
		"private_ipv4": func(n zdx.DeviceNetwork) *zdx.Text { return n.IPv4 },
	} {
		wanted, given := chosen[argument]
		if given && !slices.ContainsFunc(device.Network, func(n zdx.DeviceNetwork) bool { return sameAddress(plain(of(n)), wanted) }) {
			return device, fmt.Errorf("the only device that ZDX returned, %s, does not have the %s %q: the service ignored it, or the device's address changed",
				describeIDName(plain(found.ID), plain(found.Name)), argument, wanted)
		}
	}
	return device, nil
}

// sameAddress compares addresses in any spelling of MAC addresses.
func sameAddress(a, b string) bool {
	bare := strings.NewReplacer(":", "", "-", "")
	return strings.EqualFold(bare.Replace(a), bare.Replace(b))
}

// timeOf keeps of a list's parameters what a single object knows too.
func timeOf(query url.Values) url.Values {
	window := url.Values{}
	for _, name := range []string{"from", "to"} {
		if query.Has(name) {
			window.Set(name, query.Get(name))
		}
	}
	return window
}

func describeIDName(id, name string) string { return fmt.Sprintf("%s (%s)", id, name) }

func deviceSummaryAttributes() attributes {
	return attributes{
		"id":      computedText("ID of the device."),
		"name":    computedText("Name of the device."),
		"user_id": computedText("ID of the device's user."),
	}
}

func deviceAttributes() attributes {
	all := deviceSummaryAttributes()
	all["user_id"] = computedText("ID of the device's user; null when the device was chosen by `id`.")
	all["hardware"] = computedObject("What the device is made of. The service does not tell the units of memory and disk.", attributes{
		"hw_model":     computedText("Model."),
		"hw_mfg":       computedText("Manufacturer."),
		"hw_type":      computedText("Type, such as laptop."),
		"hw_serial":    computedText("Serial number."),
		"tot_mem":      computedNumber("Memory."),
		"gpu":          computedText("Graphics processor."),
		"disk_size":    computedNumber("Size of the disk."),
		"disk_model":   computedText("Model of the disk."),
		"disk_type":    computedText("Type of the disk."),
		"cpu_mfg":      computedText("Manufacturer of the processor."),
		"cpu_model":    computedText("Model of the processor."),
		"speed_ghz":    computedFloat("Speed of the processor in GHz."),
		"logical_proc": computedNumber("Logical processors."),
		"num_cores":    computedNumber("Cores."),
	})
	all["network"] = computedList("The network adapters.", attributes{
		"net_type":     computedText("Type, such as Wi-Fi."),
		"status":       computedText("Status."),
		"ipv4":         computedText("IPv4 address."),
		"ipv6":         computedText("IPv6 address."),
		"dns_srvs":     computedText("DNS servers."),
		"dns_suffix":   computedText("DNS suffix."),
		"gateway":      computedText("Gateway."),
		"mac":          computedText("MAC address."),
		"guid":         computedText("GUID of the adapter."),
		"wifi_adapter": computedText("Name of the Wi-Fi adapter."),
		"wifi_type":    computedText("Kind of Wi-Fi."),
		"ssid":         computedText("Name of the wireless network."),
		"channel":      computedText("Channel."),
		"bssid":        computedText("Address of the access point."),
	})
	all["software"] = computedObject("What runs on the device.", attributes{
		"os_name":         computedText("Operating system."),
		"os_ver":          computedText("Its version."),
		"os_build":        computedText("Its build."),
		"hostname":        computedText("Host name."),
		"netbios":         computedText("NetBIOS name."),
		"user":            computedText("User who is signed in."),
		"client_conn_ver": computedText("Version of the Zscaler Client Connector."),
		"zdx_ver":         computedText("Version of its ZDX module."),
	})
	return all
}
