data "pomerium_zero_cluster" "this" {
  name = "my-cluster"
}

# All custom domains of all clusters.
data "pomerium_zero_custom_domains" "all" {}

# Those of one cluster.
data "pomerium_zero_custom_domains" "cluster" {
  cluster_id = data.pomerium_zero_cluster.this.id
}

# <cluster_id>/<id> by domain, for an import block with for_each.
output "ids" {
  value = data.pomerium_zero_custom_domains.cluster.ids
}

output "without_certificate" {
  description = "Domains without a certificate, and why."
  value       = { for domain in data.pomerium_zero_custom_domains.all.custom_domains : domain.domain_name => domain.last_error if domain.key_pair_id == null }
}
