# How a device fared between two and one hours ago.
data "zdx_device_health_metrics" "laptop" {
  provider = pomerium

  device_id = "30989301"
  from      = "2h"
  to        = "1h"
}

output "units" {
  description = "Units of the series, by kind and name."
  value = merge([
    for category in data.zdx_device_health_metrics.laptop.categories : merge([
      for instance in category.instances : { for series in instance.metrics : "${category.category} ${series.metric}" => series.unit }
    ]...)
  ]...)
}
