# What runs on a device, and what has run: a device takes one trace at a time, those of the portal included. The trace of
# this example is there to be found; depends_on is needed only for that.
resource "zdx_deeptrace" "slow_laptop" {
  provider = pomerium

  device_id    = "30989301"
  session_name = "ticket-4711"
}

data "zdx_deeptraces" "of_laptop" {
  provider   = pomerium
  depends_on = [zdx_deeptrace.slow_laptop]

  device_id = "30989301"
}

output "running" {
  description = "Sessions that keep the device busy."
  value       = [for trace in data.zdx_deeptraces.of_laptop.deeptraces : trace.session_name if !trace.ended]
}
