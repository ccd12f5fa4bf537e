# By name. Where two vendors have software of one name, the vendor tells them apart.
data "zdx_software" "browser" {
  provider = pomerium

  software_name = "Browser"
  vendor        = "Example Software"
}

output "outdated" {
  description = "Devices with a version other than the present one, and the version they have."
  value       = { for found in data.zdx_software.browser.installations : found.hostname => found.software_version if found.software_version != "131.0" }
}
