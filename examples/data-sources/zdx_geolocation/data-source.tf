# A country, by name.
data "zdx_geolocation" "us" {
  provider = pomerium

  name = "United States"
}

# A state of it.
data "zdx_geolocation" "california" {
  provider = pomerium

  parent_geo_id = data.zdx_geolocation.us.id
  name          = "California"
}

# Geolocations are filters of other look-ups.
data "zdx_devices" "in_california" {
  provider = pomerium

  geolocation_ids = [data.zdx_geolocation.california.id]
}
