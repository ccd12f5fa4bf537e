# A cluster has the ID of its namespace.
data "pomerium_zero_namespace" "cluster" {
  name = "my-cluster"
}

data "pomerium_zero_cluster_health" "this" {
  cluster_id = data.pomerium_zero_namespace.cluster.id
}

# Tells about it in each plan, and stops nothing.
check "healthy" {
  assert {
    condition = data.pomerium_zero_cluster_health.this.healthy
    error_message = join("\n", [
      for health in data.pomerium_zero_cluster_health.this.checks : "${health.description}: ${health.help_url}" if health.status == "error"
    ])
  }
}
