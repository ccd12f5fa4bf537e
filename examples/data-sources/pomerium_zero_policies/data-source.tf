data "pomerium_zero_namespace" "root" {
  type = "root"
}

# All policies that the API user sees.
data "pomerium_zero_policies" "all" {}

# Those of one namespace, by the beginning of their names.
data "pomerium_zero_policies" "team" {
  namespace_id = data.pomerium_zero_namespace.root.id
  name_prefix  = "team-"
}

# The IDs by name, for policy_ids of a route.
output "team" {
  value = data.pomerium_zero_policies.team.ids
}

output "unused" {
  description = "Names of the policies that guard nothing."
  value       = [for policy in data.pomerium_zero_policies.all.policies : policy.name if !policy.enforced && length(policy.routes) == 0]
}
