# Pipelines pass with a token instead of a person. The token stays out of the state: the pipeline's secret store gets it
# from the console, or a configuration of its own from the ephemeral resource pomerium_zero_service_account_token.
resource "pomerium_zero_service_account" "ci" {
  cluster_id  = pomerium_zero_cluster.this.id
  description = "CI"
  user_id     = "ci@machines.acme.test" # the one that policies/ci.yaml lets in
  store_token = false
}
