# How the legs to an application fared, from a device, within the last two hours.
data "zdx_cloudpath_probe_metrics" "teams" {
  provider = pomerium

  device_id = "30989301"
  app_id    = "7"
  probe_id  = "311205"
}

output "greatest" {
  description = "Greatest value of each series, by leg."
  value = {
    for leg in data.zdx_cloudpath_probe_metrics.teams.legs : "${leg.leg_src} to ${leg.leg_dst}" => {
      for series in leg.stats : series.metric => max(series.datapoints[*].value...) if length(series.datapoints) > 0
    }
  }
}
