# By name.
data "pomerium_zero_cluster" "this" {
  name = "my-cluster"
}

# By ID. A cluster and its namespace have the same.
data "pomerium_zero_namespace" "cluster" {
  name = "my-cluster"
}

data "pomerium_zero_cluster" "known" {
  id = data.pomerium_zero_namespace.cluster.id
}

# Routes lie in the cluster's namespace and below its domain.
resource "pomerium_zero_route" "wiki" {
  namespace_id = data.pomerium_zero_cluster.this.namespace_id
  name         = "wiki"
  from         = "https://wiki.${data.pomerium_zero_cluster.this.fqdn}"
  to           = ["http://wiki.internal:8080"]
}

output "needs_attention" {
  description = "Whether a health check of the cluster fails, or its first steps are not done."
  value       = data.pomerium_zero_cluster.this.has_failing_health_checks || data.pomerium_zero_cluster.this.onboarding_status != "complete"
}
