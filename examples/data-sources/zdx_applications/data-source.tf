# All applications that were in use within the last two hours.
data "zdx_applications" "all" {
  provider = pomerium
}

# Those of one country whose name contains a text.
data "zdx_geolocation" "us" {
  provider = pomerium

  name = "United States"
}

data "zdx_applications" "microsoft_in_us" {
  provider = pomerium

  geolocation_ids = [data.zdx_geolocation.us.id]
  name_contains   = "microsoft"
}

# A score is null where the service has no data.
output "poor" {
  description = "Names of the applications with a poor score."
  value       = [for app in data.zdx_applications.all.applications : app.name if coalesce(app.score, 100) < 34]
}
