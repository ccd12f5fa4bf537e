# A trace with a cloud path probe: wait_for lets apply wait until the data is complete.
resource "zdx_deeptrace" "slow_laptop" {
  provider = pomerium

  device_id          = "30989301"
  session_name       = "ticket-4711"
  app_id             = "7"
  cloudpath_probe_id = "311205"
  wait_for           = "ended"
}

data "zdx_deeptrace_cloudpath" "slow_laptop" {
  provider = pomerium

  device_id = zdx_deeptrace.slow_laptop.device_id
  trace_id  = zdx_deeptrace.slow_laptop.trace_id
}

output "silent_hops" {
  description = "How many hops did not respond, at each time."
  value = {
    for sample in data.zdx_deeptrace_cloudpath.slow_laptop.samples :
    sample.timestamp => sum([for leg in sample.cloudpath : leg.num_unresp_hops])
  }
}
