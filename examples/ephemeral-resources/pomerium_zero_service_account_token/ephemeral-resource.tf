data "pomerium_zero_cluster" "this" {
  name = "my-cluster"
}

resource "pomerium_zero_service_account" "ci" {
  cluster_id  = data.pomerium_zero_cluster.this.id
  description = "Deployments from CI"
  user_id     = "ci@example.com"
}

# The token is read when it is needed and kept nowhere. A secret store takes it in a write-only argument.
ephemeral "pomerium_zero_service_account_token" "ci" {
  cluster_id         = data.pomerium_zero_cluster.this.id
  service_account_id = pomerium_zero_service_account.ci.id
}
