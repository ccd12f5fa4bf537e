data "zdx_locations" "offices" {
  provider = pomerium

  name_contains = "office"
}

# How the applications do in each of the offices.
data "zdx_applications" "by_office" {
  provider = pomerium
  for_each = { for location in data.zdx_locations.offices.locations : location.name => location.id }

  location_ids = [each.value]
}

output "scores" {
  description = "Scores of the applications, by office."
  value       = { for office, found in data.zdx_applications.by_office : office => { for app in found.applications : app.name => app.score } }
}
