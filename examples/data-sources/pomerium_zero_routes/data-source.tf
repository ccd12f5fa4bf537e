data "pomerium_zero_namespace" "root" {
  type = "root"
}

# All routes that the API user sees.
data "pomerium_zero_routes" "all" {}

# Those of a namespace and the ones below it, by a part of their names.
data "pomerium_zero_routes" "staging" {
  namespace_id        = data.pomerium_zero_namespace.root.id
  include_descendants = true
  name_contains       = "staging"
}

# The IDs by name, for an import block with for_each.
output "ids" {
  value = data.pomerium_zero_routes.all.ids
}

output "unguarded" {
  description = "Addresses that no policy guards, so that nobody passes."
  value = [
    for route in data.pomerium_zero_routes.all.routes : route.from
    if length(route.policy_ids) == 0 && length(route.enforced_policy_ids) == 0
  ]
}
