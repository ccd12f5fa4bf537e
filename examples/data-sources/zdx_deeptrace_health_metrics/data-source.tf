# A trace of the device itself: wait_for lets apply wait until the data is complete.
resource "zdx_deeptrace" "slow_laptop" {
  provider = pomerium

  device_id    = "30989301"
  session_name = "ticket-4711"
  probe_device = true
  wait_for     = "ended"
}

data "zdx_deeptrace_health_metrics" "slow_laptop" {
  provider = pomerium

  device_id = zdx_deeptrace.slow_laptop.device_id
  trace_id  = zdx_deeptrace.slow_laptop.trace_id
}

output "greatest" {
  description = "Greatest value of each series, by what was measured."
  value = merge([
    for category in data.zdx_deeptrace_health_metrics.slow_laptop.categories : merge([
      for instance in category.instances : {
        for series in instance.metrics : "${category.category} ${instance.name} ${series.metric}" => max(series.datapoints[*].value...)
        if length(series.datapoints) > 0
      }
    ]...)
  ]...)
}
