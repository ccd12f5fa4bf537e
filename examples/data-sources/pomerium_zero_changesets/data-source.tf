# The last hundred changesets of all clusters, the latest first.
data "pomerium_zero_changesets" "latest" {}

# What waits in one cluster. A cluster has the ID of its namespace.
data "pomerium_zero_namespace" "cluster" {
  name = "my-cluster"
}

data "pomerium_zero_changesets" "pending" {
  cluster_id = data.pomerium_zero_namespace.cluster.id
  status     = "pending"
}

output "pending" {
  value = data.pomerium_zero_changesets.pending.changesets[*].id
}

output "failures" {
  description = "Why changesets could not be applied."
  value       = [for changeset in data.pomerium_zero_changesets.latest.changesets : changeset.failure_message if changeset.status == "failed"]
}
