import {
  provider = pomerium # needed here as well

  to = zdx_deeptrace.slow_laptop
  id = "30989301/342941739947287"
}
