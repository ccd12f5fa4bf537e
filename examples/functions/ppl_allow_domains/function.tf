data "pomerium_zero_namespace" "cluster" {
  name = "my-cluster"
}

resource "pomerium_zero_policy" "staff" {
  namespace_id = data.pomerium_zero_namespace.cluster.id
  name         = "staff"
  ppl          = provider::pomerium::ppl_allow_domains(["example.com", "example.net"])
}
