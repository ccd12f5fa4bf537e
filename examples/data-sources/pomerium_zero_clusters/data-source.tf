# All clusters of the organization.
data "pomerium_zero_clusters" "all" {}

# Those of one environment, by the beginning of their names.
data "pomerium_zero_clusters" "staging" {
  name_prefix = "staging-"
}

# The IDs by name, for an import block with for_each.
output "ids" {
  value = data.pomerium_zero_clusters.all.ids
}

output "failing" {
  description = "Names of the clusters with a health check that fails."
  value       = [for cluster in data.pomerium_zero_clusters.all.clusters : cluster.name if cluster.has_failing_health_checks]
}
