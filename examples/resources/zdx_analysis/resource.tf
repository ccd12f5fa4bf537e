data "zdx_device" "laptop" {
  provider = pomerium

  email = "user@example.com"
}

data "zdx_application" "teams" {
  provider = pomerium

  name = "Microsoft Teams"
}

# Why Microsoft Teams scored as it did on the laptop in the last hour. Apply waits for the result.
resource "zdx_analysis" "teams" {
  provider = pomerium

  device_id = data.zdx_device.laptop.id
  app_id    = data.zdx_application.teams.id
  from      = "1h"

  # An analysis is not done again by itself: change a trigger for another one.
  triggers = {
    ticket = "4711"
  }
}

output "finding" {
  description = "What is at fault, in words; null without a result."
  value       = try(zdx_analysis.teams.result.message, null)
}
