# How long the names of an application took to resolve on a device, within the last hour.
data "zdx_web_probe_metrics" "dns" {
  provider = pomerium

  device_id   = "30989301"
  app_id      = "7"
  probe_id    = "311204"
  metric_name = "dns"
  from        = "1h"
}

output "dns" {
  description = "The values by time."
  value       = merge([for series in data.zdx_web_probe_metrics.dns.metrics : { for point in series.datapoints : point.timestamp => point.value }]...)
}
