# The meetings of a user, by e-mail address, in Microsoft Teams.
data "zdx_device" "laptop" {
  provider = pomerium

  email = "user@example.com"
}

data "zdx_application" "teams" {
  provider = pomerium

  name = "Microsoft Teams"
}

data "zdx_device_call_quality" "teams" {
  provider = pomerium

  device_id = data.zdx_device.laptop.id
  app_id    = data.zdx_application.teams.id
}

output "meetings" {
  description = "Subjects of the meetings, by the ID of the session."
  value       = { for meeting in data.zdx_device_call_quality.teams.meetings : meeting.meet_session_id => meeting.meet_subject }
}
