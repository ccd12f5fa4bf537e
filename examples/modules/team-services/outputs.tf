output "addresses" {
  description = "Where users find the services, by name."
  value       = { for name, route in pomerium_zero_route.this : name => route.from }
}

output "policy_ids" {
  description = "IDs of the policies, by name: for routes that are made elsewhere."
  value       = { for name, policy in pomerium_zero_policy.this : name => policy.id }
}

output "bound" {
  description = "How many policies guard each service, by name."
  value       = { for name, route in pomerium_zero_route.this : name => length(route.policy_ids) }
}

# For triggers of pomerium_zero_changeset_apply, where changes wait.
output "changed_at" {
  description = "When each policy and each route was last changed."
  value = merge(
    { for policy in pomerium_zero_policy.this : "policy ${policy.name}" => policy.updated_at },
    { for route in pomerium_zero_route.this : "route ${route.name}" => route.updated_at },
  )
}
