# What the organization may have, and what it has.
data "pomerium_zero_quotas" "all" {}

# The same, counted in one namespace.
data "pomerium_zero_namespace" "cluster" {
  name = "my-cluster"
}

data "pomerium_zero_quotas" "cluster" {
  namespace_id = data.pomerium_zero_namespace.cluster.id
}

output "routes_left" {
  description = "How many more routes the organization may have."
  value       = data.pomerium_zero_quotas.all.limits.routes - data.pomerium_zero_quotas.all.counts.routes
}

output "routes_of_cluster" {
  value = data.pomerium_zero_quotas.cluster.counts.routes
}
