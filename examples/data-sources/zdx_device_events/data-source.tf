# What changed on a device within the last two hours.
data "zdx_device_events" "laptop" {
  provider = pomerium

  device_id = "30989301"
}

output "software_changes" {
  description = "Changes of software, in words."
  value = flatten([
    for sample in data.zdx_device_events.laptop.samples : [
      for event in sample.events : "${sample.timestamp} ${event.display_name}: ${event.prev} to ${event.curr}" if event.category == "Software"
    ]
  ])
}
