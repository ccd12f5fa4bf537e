import {
  provider = pomerium # needed here as well

  to = zdx_analysis.teams
  id = "900719925484099"
}
