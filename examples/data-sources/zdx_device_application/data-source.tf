data "zdx_device" "laptop" {
  provider = pomerium

  email = "user@example.com"
}

data "zdx_device_application" "teams" {
  provider = pomerium

  device_id = data.zdx_device.laptop.id
  name      = "Microsoft Teams"
}

output "worst" {
  description = "The lowest score of the last two hours; null without data, for which a series has -1."
  value       = try(min([for point in data.zdx_device_application.teams.trend.datapoints : point.value if point.value >= 0]...), null)
}
