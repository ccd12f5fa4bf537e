# By name, with the scores of the last two hours.
data "zdx_application" "teams" {
  provider = pomerium

  name = "Microsoft Teams"
}

# By ID, as one location sees it.
data "zdx_location" "road" {
  provider = pomerium

  name = "Road Warrior"
}

data "zdx_application" "teams_on_the_road" {
  provider = pomerium

  id           = "7"
  location_ids = [data.zdx_location.road.id]
}

check "teams" {
  assert {
    condition     = coalesce(data.zdx_application.teams.score, 100) >= 34
    error_message = "Microsoft Teams has a poor score at the moment."
  }
}
