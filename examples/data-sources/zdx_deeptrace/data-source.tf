# A trace that somebody started in the portal, by the name of its session. This example starts it itself; depends_on is
# needed only for that.
resource "zdx_deeptrace" "slow_laptop" {
  provider = pomerium

  device_id    = "30989301"
  session_name = "ticket-4711"
}

data "zdx_deeptrace" "of_ticket" {
  provider   = pomerium
  depends_on = [zdx_deeptrace.slow_laptop]

  device_id    = "30989301"
  session_name = "ticket-4711"
}

# By ID.
data "zdx_deeptrace" "known" {
  provider = pomerium

  device_id = "30989301"
  trace_id  = zdx_deeptrace.slow_laptop.trace_id
}

output "status" {
  value = data.zdx_deeptrace.of_ticket.status
}
