data "pomerium_zero_cluster" "this" {
  name = "my-cluster"
}

# All service accounts of all clusters.
data "pomerium_zero_service_accounts" "all" {}

# Those of one cluster.
data "pomerium_zero_service_accounts" "cluster" {
  cluster_id = data.pomerium_zero_cluster.this.id
}

# <cluster_id>/<id> by ID, for an import block with for_each.
output "ids" {
  value = data.pomerium_zero_service_accounts.cluster.ids
}

output "endless" {
  description = "What those are for that never end."
  value       = [for account in data.pomerium_zero_service_accounts.all.service_accounts : account.description if account.expires_at == null]
}
