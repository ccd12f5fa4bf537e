# The service mints the domain. Routes of this cluster lie below pomerium_zero_cluster.edge.fqdn.
resource "pomerium_zero_cluster" "edge" {
  name = "edge"
}

# A cluster that Pomerium runs.
resource "pomerium_zero_cluster" "hosted" {
  name   = "hosted"
  flavor = "hosted"
}

# A cluster behind a load balancer whose address the service cannot detect.
resource "pomerium_zero_cluster" "datacenter" {
  name                       = "datacenter"
  manual_override_ip_address = "203.0.113.7"

  # Destroying a cluster destroys its routes, policies and key pairs as well.
  lifecycle {
    prevent_destroy = true
  }
}

# What lies in a cluster names its namespace.
resource "pomerium_zero_route" "wiki" {
  namespace_id = pomerium_zero_cluster.edge.namespace_id
  name         = "wiki"
  from         = "https://wiki.${pomerium_zero_cluster.edge.fqdn}"
  to           = ["http://wiki.internal:8080"]
}

# The replicas sign in with this token (POMERIUM_ZERO_TOKEN). The service shows it when the cluster is made and never
# again, so it is null after an import. It stands in the state.
output "edge_token" {
  value     = pomerium_zero_cluster.edge.refresh_token
  sensitive = true
}
