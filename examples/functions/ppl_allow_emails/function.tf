data "pomerium_zero_namespace" "cluster" {
  name = "my-cluster"
}

resource "pomerium_zero_policy" "owners" {
  namespace_id = data.pomerium_zero_namespace.cluster.id
  name         = "owners"
  ppl          = provider::pomerium::ppl_allow_emails(["ana@example.com", "bo@example.com"])
}
