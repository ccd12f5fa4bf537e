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

func newZDXUsersDataSource() datasource.DataSource {
	return &zdxList[zdx.User]{
		name: "users", what: "users", about: "Users whose devices ZDX has seen in a range of time, with the devices.",
		arguments: slices.Concat(places, noPlaces, []zdxArgument{
			{name: "search", query: "q", about: "Text that the service looks for in names, IDs and e-mail addresses.", checks: []validator.String{notEmpty}},
		}),
		window: true, fetch: zdx.Users.All,
		member: "users", elements: "The users.", element: userAttributes,
		nameOf: func(u zdx.User) *zdx.Text { return u.Name },
	}
}

func newZDXUserDataSource() datasource.DataSource {
	return &zdxSingle[zdx.User, zdx.User]{
		name: "user", noun: "user", window: true,
		about: "A user whose devices ZDX has seen: by ID, e-mail address or name. All that is given must fit, and exactly one user must do.",
		choices: []zdxChoice[zdx.User]{
			{"id", "ID of the user.", []validator.String{isDecimal}, func(u zdx.User, id string) bool { return plain(u.ID) == id }},
			{"email", "E-mail address of the user; upper and lower case do not matter.", []validator.String{notEmpty}, func(u zdx.User, email string) bool {
				return strings.EqualFold(plain(u.Email), email)
			}},
			{"name", "Name of the user; upper and lower case do not matter.", []validator.String{notEmpty}, func(u zdx.User, name string) bool {
				return strings.EqualFold(plain(u.Name), name)
			}},
		},
		fetch: zdx.Users.All, narrow: narrowUsers, whole: asFound[zdx.User],
		byID: func(ctx context.Context, c *zdx.Client, id string, query url.Values, _ []string) (zdx.User, error) {
			return zdx.OneUser.Get(ctx, c, query, id)
		},
		describe: func(u zdx.User) string {
			return fmt.Sprintf("%s (%s, %s)", plain(u.ID), plain(u.Name), plain(u.Email))
		},
		members: userAttributes,
	}
}

// narrowUsers lets the service search for one of the texts; which one is left does not matter, all are compared.
func narrowUsers(_ context.Context, _ *zdx.Client, chosen map[string]string, query url.Values) error {
	for _, argument := range []string{"email", "name", "id"} {
		if wanted, given := chosen[argument]; given {
			query.Set("q", wanted)
			return nil
		}
	}
	return nil
}

// usersLike searches for users in the time of another look-up.
func usersLike(ctx context.Context, c *zdx.Client, text string, query url.Values) ([]zdx.User, error) {
	search := timeOf(query)
	search.Set("q", text)
	return zdx.Users.All(ctx, c, search)
}

func userAttributes() attributes {
	return attributes{
		"id":    computedText("ID of the user."),
		"name":  computedText("Name of the user."),
		"email": computedText("E-mail address of the user."),
		"score": computedScore("the user, where the service tells one"),
		"devices": computedList("The user's devices.", attributes{
			"id":   computedText("ID of the device."),
			"name": computedText("Name of the device."),
			"geo_loc": computedList("Where the device was seen.", attributes{
				"id":            computedText("ID of the geolocation."),
				"city":          computedText("City."),
				"state":         computedText("State."),
				"country":       computedText("Country."),
				"geo_type":      computedText("Type of the geolocation."),
				"geo_lat":       computedFloat("Latitude in degrees."),
				"geo_long":      computedFloat("Longitude in degrees."),
				"geo_detection": computedText("How the place was found."),
			}),
			"zs_loc": computedList("Zscaler locations that the device was seen in.", idNameAttributes("location")),
		}),
	}
}

func idNameAttributes(noun string) attributes {
	return attributes{"id": computedText("ID of the " + noun + "."), "name": computedText("Name of the " + noun + ".")}
}
