# The cloud path probes of Microsoft Teams that ran on a device.
data "zdx_cloudpath_probes" "teams" {
  provider = pomerium

  device_id = "30989301"
  app_id    = "7"
}

output "latencies" {
  description = "Mean latency of each leg, by probe."
  value = {
    for probe in data.zdx_cloudpath_probes.teams.cloudpath_probes : probe.name => {
      for leg in probe.avg_latencies : "${leg.leg_src} to ${leg.leg_dst}" => leg.latency
    }
  }
}
