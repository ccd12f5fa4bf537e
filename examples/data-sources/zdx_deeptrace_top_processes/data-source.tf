# A trace of the device itself: wait_for lets apply wait until the data is complete.
resource "zdx_deeptrace" "slow_laptop" {
  provider = pomerium

  device_id    = "30989301"
  session_name = "ticket-4711"
  probe_device = true
  wait_for     = "ended"
}

data "zdx_deeptrace_top_processes" "slow_laptop" {
  provider = pomerium

  device_id = zdx_deeptrace.slow_laptop.device_id
  trace_id  = zdx_deeptrace.slow_laptop.trace_id
}

output "busiest" {
  description = "Names of the processes that were ever the first of their kind."
  value = distinct(flatten([
    for sample in data.zdx_deeptrace_top_processes.slow_laptop.samples : [
      for use in sample.top_processes : slice(use.processes[*].name, 0, min(1, length(use.processes)))
    ]
  ]))
}
