# Credentials from the environment: POMERIUM_ZERO_API_USER_TOKEN. A pipeline sets it from its secret store.
provider "pomerium" {
  pomerium_zero = {
    # Optional guard: a token that does not see this organization is refused.
    organization_id = var.organization_id
  }
}
