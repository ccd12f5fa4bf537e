data "zdx_device" "laptop" {
  provider = pomerium

  email = "user@example.com"
}

data "zdx_device_applications" "laptop" {
  provider = pomerium

  device_id = data.zdx_device.laptop.id
}

output "scores" {
  description = "Scores of the applications on the device, by name; null without data."
  value       = { for app in data.zdx_device_applications.laptop.applications : app.name => app.score }
}
