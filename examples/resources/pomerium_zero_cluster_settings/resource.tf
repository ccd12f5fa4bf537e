resource "pomerium_zero_cluster" "edge" {
  name = "edge"
}

# A few settings. All others stay as they are, whether the console or the service sets them.
resource "pomerium_zero_cluster_settings" "edge" {
  cluster_id = pomerium_zero_cluster.edge.id

  cookie_expire            = "8h"
  cookie_same_site         = "lax"
  default_upstream_timeout = "1m"
  log_level                = "info"
  pass_identity_headers    = true

  jwt_claims_headers = {
    "X-User-Email"  = "email"
    "X-User-Groups" = "groups"
  }
  set_response_headers = {
    "Strict-Transport-Security" = "max-age=31536000"
  }
}

# Your own identity provider instead of Pomerium's. The provider, the client and the address of the sign-in service go
# together.
variable "identity_provider_client_secret" {
  description = "Secret of the client at the identity provider."
  type        = string
  sensitive   = true
  default     = "an example, not a secret"
}

resource "pomerium_zero_cluster" "datacenter" {
  name = "datacenter"
}

resource "pomerium_zero_cluster_settings" "datacenter" {
  cluster_id = pomerium_zero_cluster.datacenter.id

  authenticate_service_url    = "https://authenticate.${pomerium_zero_cluster.datacenter.fqdn}"
  identity_provider           = "oidc"
  identity_provider_url       = "https://login.acme.test"
  identity_provider_client_id = "pomerium"
  identity_provider_scopes    = ["openid", "profile", "email", "groups"]

  # With Terraform or OpenTofu 1.11 and later, identity_provider_client_secret_wo keeps the secret out of the state.
  identity_provider_client_secret = var.identity_provider_client_secret

  # Nothing is changed if the service cannot sign in with this.
  check_identity_provider = true
}
