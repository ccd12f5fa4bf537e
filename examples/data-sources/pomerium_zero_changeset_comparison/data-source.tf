# A cluster has the ID of its namespace.
data "pomerium_zero_namespace" "cluster" {
  name = "my-cluster"
}

# What waits to be applied.
data "pomerium_zero_changeset_comparison" "pending" {
  cluster_id = data.pomerium_zero_namespace.cluster.id
}

# What came since the oldest of the last five changesets.
data "pomerium_zero_changesets" "latest" {
  cluster_id = data.pomerium_zero_namespace.cluster.id
  limit      = 5
}

data "pomerium_zero_changeset_comparison" "lately" {
  cluster_id = data.pomerium_zero_namespace.cluster.id
  first_id   = reverse(data.pomerium_zero_changesets.latest.changesets)[0].id
}

output "pending" {
  value = [
    for change in data.pomerium_zero_changeset_comparison.pending.changes :
    "${change.activity_type} ${change.entity_type} ${change.entity_id}, by ${change.user_email}"
  ]
}

output "changed_lately" {
  value = distinct(data.pomerium_zero_changeset_comparison.lately.changes[*].entity_id)
}
