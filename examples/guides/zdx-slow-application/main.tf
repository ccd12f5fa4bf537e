# Why is an application slow for a user? From an e-mail address to a table of hops.

terraform {
  required_providers {
    pomerium = {
      source = "pomerium-zdx/pomerium"
    }
  }
}

# Credentials from the environment: ZDX_API_KEY_ID and ZDX_API_SECRET.
provider "pomerium" {}

variable "email" {
  description = "E-mail address of the user who complains."
  type        = string
  default     = "user@example.com"
}

variable "application" {
  description = "The application that is slow, as ZDX calls it."
  type        = string
  default     = "Microsoft Teams"
}

variable "web_probe" {
  description = "Name of its web probe."
  type        = string
  default     = "Teams web probe"
}

variable "cloudpath_probe" {
  description = "Name of its cloud path probe."
  type        = string
  default     = "Teams Cloud Path"
}

variable "ticket" {
  description = "Names the session. Another ticket starts another trace."
  type        = string
  default     = "ticket-4711"
}

# 1. Who and what.
data "zdx_device" "this" {
  provider = pomerium

  email = var.email
}

data "zdx_device_application" "slow" {
  provider = pomerium

  device_id = data.zdx_device.this.id
  name      = var.application
}

data "zdx_web_probe" "slow" {
  provider = pomerium

  device_id = data.zdx_device.this.id
  app_id    = data.zdx_device_application.slow.id
  name      = var.web_probe
}

data "zdx_cloudpath_probe" "slow" {
  provider = pomerium

  device_id = data.zdx_device.this.id
  app_id    = data.zdx_device_application.slow.id
  name      = var.cloudpath_probe
}

# 2. The trace. Apply waits until it has ended.
resource "zdx_deeptrace" "slow" {
  provider = pomerium

  device_id              = data.zdx_device.this.id
  session_name           = var.ticket
  session_length_minutes = 5
  probe_device           = true

  app_id             = data.zdx_device_application.slow.id
  web_probe_id       = data.zdx_web_probe.slow.id
  cloudpath_probe_id = data.zdx_cloudpath_probe.slow.id

  wait_for = "ended"
}

# 3. What it measured.
data "zdx_deeptrace_web_probe_metrics" "slow" {
  provider = pomerium

  device_id = zdx_deeptrace.slow.device_id
  trace_id  = zdx_deeptrace.slow.trace_id
}

data "zdx_deeptrace_cloudpath" "slow" {
  provider = pomerium

  device_id = zdx_deeptrace.slow.device_id
  trace_id  = zdx_deeptrace.slow.trace_id
}

output "status" {
  description = "How the trace ended."
  value       = zdx_deeptrace.slow.status
}

output "web_probe" {
  description = "The greatest value of each series of the web probe."
  value = {
    for series in data.zdx_deeptrace_web_probe_metrics.slow.metrics :
    series.metric => max(series.datapoints[*].value...) if length(series.datapoints) > 0
  }
}

# The way at its last sample. It is empty while the service has no data.
output "hops" {
  description = "The way to the application, hop by hop."
  value = flatten([
    for leg in try(reverse(data.zdx_deeptrace_cloudpath.slow.samples)[0].cloudpath, []) : [
      for index, hop in leg.hops : {
        leg     = "${leg.src} to ${leg.dst}"
        number  = index + 1
        ip      = hop.ip == null ? "no response" : hop.ip
        latency = hop.ip == null ? null : hop.latency_avg
      }
    ]
  ])
}
