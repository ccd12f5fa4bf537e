data "pomerium_zero_feature_flags" "this" {}

output "enabled" {
  description = "Features that the service has switched on for the organization."
  value       = data.pomerium_zero_feature_flags.this.enabled
}
