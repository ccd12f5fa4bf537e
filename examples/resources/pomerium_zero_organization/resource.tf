# The organization belongs to whoever the API user's token makes it for. The service makes a first cluster with it.
resource "pomerium_zero_organization" "subsidiary" {
  name     = "Acme Subsidiary"
  logo_url = "https://static.example.com/subsidiary.svg"

  # To destroy an organization destroys all that is in it.
  lifecycle {
    prevent_destroy = true
  }
}

# What belongs to an organization other than the provider's names it.
resource "pomerium_zero_policy" "staff" {
  organization_id = pomerium_zero_organization.subsidiary.id
  namespace_id    = pomerium_zero_organization.subsidiary.root_namespace_id
  name            = "staff"

  ppl = yamlencode({
    allow = {
      and = [{ domain = { is = "subsidiary.example.com" } }]
    }
  })
}

# For the replicas of the first cluster. It stands in the state.
output "first_cluster_token" {
  value     = pomerium_zero_organization.subsidiary.first_cluster_token
  sensitive = true
}
