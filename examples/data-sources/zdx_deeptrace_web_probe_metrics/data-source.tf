# A trace with a web probe: wait_for lets apply wait until the data is complete.
resource "zdx_deeptrace" "slow_laptop" {
  provider = pomerium

  device_id    = "30989301"
  session_name = "ticket-4711"
  app_id       = "7"
  web_probe_id = "311204"
  wait_for     = "ended"
}

data "zdx_deeptrace_web_probe_metrics" "slow_laptop" {
  provider = pomerium

  device_id = zdx_deeptrace.slow_laptop.device_id
  trace_id  = zdx_deeptrace.slow_laptop.trace_id
}

output "means" {
  description = "Mean of each series, by name."
  value = {
    for series in data.zdx_deeptrace_web_probe_metrics.slow_laptop.metrics :
    series.metric => sum(series.datapoints[*].value) / length(series.datapoints) if length(series.datapoints) > 0
  }
}
