import {
  provider = pomerium # needed here as well

  to = zdx_deeptrace.slow_laptop
  identity = {
    device_id = "30989301"
    trace_id  = "342941739947287"
  }
}
