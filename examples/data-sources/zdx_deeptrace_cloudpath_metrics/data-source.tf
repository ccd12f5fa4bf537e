# A trace with a cloud path probe: wait_for lets apply wait until the data is complete.
resource "zdx_deeptrace" "slow_laptop" {
  provider = pomerium

  device_id          = "30989301"
  session_name       = "ticket-4711"
  app_id             = "7"
  cloudpath_probe_id = "311205"
  wait_for           = "ended"
}

data "zdx_deeptrace_cloudpath_metrics" "slow_laptop" {
  provider = pomerium

  device_id = zdx_deeptrace.slow_laptop.device_id
  trace_id  = zdx_deeptrace.slow_laptop.trace_id
}

output "greatest" {
  description = "Greatest value of each series, by leg."
  value = {
    for leg in data.zdx_deeptrace_cloudpath_metrics.slow_laptop.legs : "${leg.leg_src} to ${leg.leg_dst}" => {
      for series in leg.stats : series.metric => max(series.datapoints[*].value...) if length(series.datapoints) > 0
    }
  }
}
