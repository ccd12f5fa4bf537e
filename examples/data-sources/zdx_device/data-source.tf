# By the e-mail address of its user. Somebody with several devices needs a name as well.
data "zdx_device" "of_user" {
  provider = pomerium

  email = "user@example.com"
}

# By name. A device that has been off for two hours is found only in a longer time.
data "zdx_device" "by_name" {
  provider = pomerium

  name = "lab-laptop"
  from = "24h"
}

# By ID.
data "zdx_device" "known" {
  provider = pomerium

  id = "30989301"
}

output "client_version" {
  description = "Version of the Client Connector on the device."
  value       = data.zdx_device.of_user.software.client_conn_ver
}
