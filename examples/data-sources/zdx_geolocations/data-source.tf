# Every place that devices were seen in within the last two hours.
data "zdx_geolocations" "all" {
  provider = pomerium
}

# The places within a country.
data "zdx_geolocations" "in_us" {
  provider = pomerium

  parent_geo_id = "0.0.us"
}

output "states" {
  description = "IDs of the states, by name."
  value       = { for place in data.zdx_geolocations.in_us.geolocations : place.name => place.id if place.geo_type == "state" }
}
