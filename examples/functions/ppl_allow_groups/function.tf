data "pomerium_zero_namespace" "cluster" {
  name = "my-cluster"
}

resource "pomerium_zero_policy" "on_call" {
  namespace_id = data.pomerium_zero_namespace.cluster.id
  name         = "on call"
  ppl          = provider::pomerium::ppl_allow_groups(["sre", "database-admins"])
}
