# The cluster that the tests put a team into.

terraform {
  required_providers {
    pomerium = {
      source = "pomerium-zdx/pomerium"
    }
  }
}

resource "pomerium_zero_cluster" "this" {
  name = "team-services-test"
}

output "cluster" {
  value = {
    namespace_id = pomerium_zero_cluster.this.namespace_id
    fqdn         = pomerium_zero_cluster.this.fqdn
  }
}
