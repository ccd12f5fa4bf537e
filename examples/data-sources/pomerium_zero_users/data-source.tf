# All users of the organization.
data "pomerium_zero_users" "all" {}

# Only the API users that programs sign in as.
data "pomerium_zero_users" "programs" {
  type = "api_access"
}

output "administrators" {
  description = "Addresses of those who may change everything."
  value       = [for user in data.pomerium_zero_users.all.users : user.email if contains(["owner", "admin"], user.organization_role)]
}

output "programs" {
  description = "Names of the API users."
  value       = data.pomerium_zero_users.programs.users[*].display_name
}
