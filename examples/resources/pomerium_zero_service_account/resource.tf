data "pomerium_zero_cluster" "this" {
  name = "my-cluster"
}

# The token stays out of the state. The console shows it, and so does the service to whoever manages the cluster.
resource "pomerium_zero_service_account" "reports" {
  cluster_id  = data.pomerium_zero_cluster.this.id
  description = "Nightly reports"
  user_id     = "reports@machines.acme.test"
}

# Policies know a service account by its user_id.
resource "pomerium_zero_policy" "reports" {
  namespace_id = data.pomerium_zero_cluster.this.namespace_id
  name         = "reports"

  ppl = yamlencode({
    allow = {
      and = [{ user = { is = pomerium_zero_service_account.reports.user_id } }]
    }
  })
}

# One that ends by itself, and whose token is needed elsewhere in the configuration. Whoever reads the state can use it.
resource "pomerium_zero_service_account" "migration" {
  cluster_id  = data.pomerium_zero_cluster.this.id
  description = "Migration of the wiki"
  user_id     = "migration@machines.acme.test"
  expires_at  = "2041-06-30T18:00:00Z"
  store_token = true
}

# For a header `Authorization: Pomerium <token>`.
output "migration_token" {
  value     = pomerium_zero_service_account.migration.token
  sensitive = true
}
