data "pomerium_zero_cluster" "this" {
  name = "my-cluster"
}

resource "pomerium_zero_service_account" "reports" {
  cluster_id  = data.pomerium_zero_cluster.this.id
  description = "Nightly reports"
  user_id     = "reports@machines.acme.test"
}

# By ID: neither description nor user_id is unique. The token is left out.
data "pomerium_zero_service_account" "known" {
  cluster_id = data.pomerium_zero_cluster.this.id
  id         = pomerium_zero_service_account.reports.id
}

# A policy for it.
resource "pomerium_zero_policy" "reports" {
  namespace_id = data.pomerium_zero_cluster.this.namespace_id
  name         = "reports"

  ppl = yamlencode({
    allow = {
      and = [{ user = { is = data.pomerium_zero_service_account.known.user_id } }]
    }
  })
}
