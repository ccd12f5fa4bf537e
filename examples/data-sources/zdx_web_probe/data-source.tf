data "zdx_device" "laptop" {
  provider = pomerium

  email = "user@example.com"
}

data "zdx_application" "teams" {
  provider = pomerium

  name = "Microsoft Teams"
}

data "zdx_web_probe" "teams" {
  provider = pomerium

  device_id = data.zdx_device.laptop.id
  app_id    = data.zdx_application.teams.id
  name      = "Teams web probe"
}

# What a deep trace needs to look at the application.
resource "zdx_deeptrace" "teams" {
  provider = pomerium

  device_id    = data.zdx_device.laptop.id
  session_name = "ticket-4711"
  app_id       = data.zdx_application.teams.id
  web_probe_id = data.zdx_web_probe.teams.id
}
