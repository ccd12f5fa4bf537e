# A cluster has the ID of its namespace.
data "pomerium_zero_namespace" "cluster" {
  name = "my-cluster"
}

data "pomerium_zero_cluster_ping" "this" {
  cluster_id = data.pomerium_zero_namespace.cluster.id
}

# Tells about it in each plan, and stops nothing.
check "reachable" {
  assert {
    condition     = data.pomerium_zero_cluster_ping.this.success
    error_message = "Pomerium Zero does not reach the cluster: ${coalesce(data.pomerium_zero_cluster_ping.this.error_message, "no reason told")}"
  }
}
