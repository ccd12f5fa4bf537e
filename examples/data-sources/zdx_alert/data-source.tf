# One that goes on, by the name of its rule. It is found as long as it goes on.
data "zdx_alert" "teams" {
  provider = pomerium

  rule_name = "Teams score"
}

# One that ended within the last day.
data "zdx_alert" "ended" {
  provider = pomerium

  rule_name = "SharePoint score"
  state     = "historical"
  from      = "24h"
}

# By ID, whether it goes on or has ended.
data "zdx_alert" "known" {
  provider = pomerium

  id = "7345920184650192837"
}

output "affected" {
  description = "IDs of the affected devices, by the e-mail address of the user."
  value       = { for device in data.zdx_alert.teams.affected_devices : device.user_email => device.id... }
}
