# The way from a device to an application, as it was seen within the last hour.
data "zdx_cloudpath_probe_cloudpath" "teams" {
  provider = pomerium

  device_id = "30989301"
  app_id    = "7"
  probe_id  = "311205"
  from      = "1h"
}

# Those hops that did not respond have no address.
output "addresses" {
  description = "Addresses on the way, each once."
  value = distinct(flatten([
    for sample in data.zdx_cloudpath_probe_cloudpath.teams.samples : [
      for leg in sample.cloudpath : compact(leg.hops[*].ip)
    ]
  ]))
}
