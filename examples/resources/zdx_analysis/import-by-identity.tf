import {
  provider = pomerium # needed here as well

  to = zdx_analysis.teams
  identity = {
    id = "900719925484099"
  }
}
