# All software of the devices of one user.
data "zdx_user" "lab" {
  provider = pomerium

  email = "user@example.com"
}

data "zdx_software_inventory" "of_user" {
  provider = pomerium

  user_ids = [data.zdx_user.lab.id]
}

output "software" {
  description = "How many devices have each software, by key."
  value       = { for software in data.zdx_software_inventory.of_user.software : software.software_key => software.device_total }
}
