# A view of an alert for somebody without an account, for three days and without names of users and devices.
#
# The service can neither read nor delete a snapshot: destroying this only forgets it, and it cannot be imported.
resource "zdx_alert_snapshot" "for_vendor" {
  provider = pomerium

  name        = "Teams score, for the vendor"
  alert_id    = "7345920184650192837" # from the portal, or a data source such as zdx_alerts
  expiry      = "72h"
  obfuscation = ["USER_NAME", "DEVICE_NAME"]
}

output "address" {
  description = "Whoever has it may see the alert."
  value       = zdx_alert_snapshot.for_vendor.url
  sensitive   = true
}
