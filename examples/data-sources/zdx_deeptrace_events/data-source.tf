# A trace of the device itself: wait_for lets apply wait until the data is complete.
resource "zdx_deeptrace" "slow_laptop" {
  provider = pomerium

  device_id    = "30989301"
  session_name = "ticket-4711"
  probe_device = true
  wait_for     = "ended"
}

data "zdx_deeptrace_events" "slow_laptop" {
  provider = pomerium

  device_id = zdx_deeptrace.slow_laptop.device_id
  trace_id  = zdx_deeptrace.slow_laptop.trace_id
}

output "changes" {
  description = "What changed on the device during the trace, in words."
  value = flatten([
    for sample in data.zdx_deeptrace_events.slow_laptop.samples : [
      for event in sample.events : "${sample.timestamp} ${event.display_name}: ${event.prev} to ${event.curr}"
    ]
  ])
}
