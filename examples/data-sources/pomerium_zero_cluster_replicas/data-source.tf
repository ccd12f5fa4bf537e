# A cluster has the ID of its namespace.
data "pomerium_zero_namespace" "cluster" {
  name = "my-cluster"
}

# The replicas that were heard of within the last hour.
data "pomerium_zero_cluster_replicas" "now" {
  cluster_id = data.pomerium_zero_namespace.cluster.id
}

# Those of the last week.
data "pomerium_zero_cluster_replicas" "week" {
  cluster_id = data.pomerium_zero_namespace.cluster.id
  since      = "168h"
}

output "hostnames" {
  value = data.pomerium_zero_cluster_replicas.now.replicas[*].hostname
}

output "silent" {
  description = "Hostnames of the replicas that were not heard of for an hour."
  value = setsubtract(
    data.pomerium_zero_cluster_replicas.week.replicas[*].hostname,
    data.pomerium_zero_cluster_replicas.now.replicas[*].hostname,
  )
}
