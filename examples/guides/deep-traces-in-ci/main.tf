# A deep trace of every device of a group after each release.

terraform {
  required_providers {
    pomerium = {
      source = "pomerium-zdx/pomerium"
    }
  }
}

# Credentials from the environment: ZDX_API_KEY_ID and ZDX_API_SECRET.
provider "pomerium" {
  zdx = {
    requests_per_minute = 15 # half of what the account may send: two pipelines share the address
  }
}

variable "release" {
  description = "What was deployed, such as a tag or a commit. Another one starts the traces anew."
  type        = string
  default     = "1.4.2"
}

# The devices that were on within the last two hours.
data "zdx_devices" "canary" {
  provider = pomerium

  name_contains = "laptop"
}

resource "zdx_deeptrace" "canary" {
  provider = pomerium
  for_each = { for device in data.zdx_devices.canary.devices : device.name => device.id }

  device_id    = each.value
  session_name = "release ${var.release}"
  probe_device = true
  wait_for     = "ended"

  triggers = {
    release = var.release
  }

  timeouts = {
    create = "30m"
    read   = "30m"
    delete = "30m"
  }
}

output "without_result" {
  description = "Devices whose trace did not run its length, and how it stands."
  value       = { for name, trace in zdx_deeptrace.canary : name => trace.status if trace.status != "completed" }
}
