# By e-mail address.
data "zdx_user" "lab" {
  provider = pomerium

  email = "user@example.com"
}

# By ID.
data "zdx_user" "known" {
  provider = pomerium

  id = data.zdx_user.lab.id
}

output "devices" {
  description = "Names of the user's devices, by ID."
  value       = { for device in data.zdx_user.lab.devices : device.id => device.name }
}
