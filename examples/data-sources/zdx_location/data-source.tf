# Road Warrior stands for users outside all locations.
data "zdx_location" "road" {
  provider = pomerium

  name = "Road Warrior"
}

# Locations are filters of other look-ups.
data "zdx_devices" "on_the_road" {
  provider = pomerium

  location_ids = [data.zdx_location.road.id]
}

output "on_the_road" {
  description = "Names of the devices that were seen outside all locations."
  value       = data.zdx_devices.on_the_road.devices[*].name
}
