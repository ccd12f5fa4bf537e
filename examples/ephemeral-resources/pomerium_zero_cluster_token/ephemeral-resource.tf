data "pomerium_zero_cluster" "this" {
  name = "my-cluster"
}

# Each plan and each apply makes another token and kills the one before: replicas that run with it stop. Use it in a run
# that restarts them with the new one, and take it out again.
ephemeral "pomerium_zero_cluster_token" "fresh" {
  cluster_id            = data.pomerium_zero_cluster.this.id
  stop_running_replicas = true
}
