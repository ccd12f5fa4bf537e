# The web probes of Microsoft Teams that ran on a device.
data "zdx_web_probes" "teams" {
  provider = pomerium

  device_id = "30989301"
  app_id    = "7"
}

output "page_fetch_times" {
  description = "Mean Page Fetch Time of each probe, by name."
  value       = { for probe in data.zdx_web_probes.teams.web_probes : probe.name => probe.avg_pft }
}
