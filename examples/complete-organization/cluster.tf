# The service mints the cluster's domain, and shows the token of its replicas once, now.
resource "pomerium_zero_cluster" "this" {
  name = var.cluster_name
}

# Only what stands here is managed; all other settings stay as they are.
resource "pomerium_zero_cluster_settings" "this" {
  cluster_id = pomerium_zero_cluster.this.id

  # Changes wait until changeset.tf applies them together: no moment in which a route is live and its policy is not.
  auto_apply_changesets = false

  # People sign in with the company's identity provider. These five go together. At the provider, register
  # https://authenticate.<domain of the cluster>/oauth2/callback as a redirect address.
  authenticate_service_url    = "https://authenticate.${pomerium_zero_cluster.this.fqdn}"
  identity_provider           = "oidc"
  identity_provider_url       = var.identity_provider.url
  identity_provider_client_id = var.identity_provider.client_id

  # A plain sensitive argument, because every CLI has those. The secret stands in the state; from Terraform or OpenTofu
  # 1.11 on, identity_provider_client_secret_wo keeps it out.
  identity_provider_client_secret = var.identity_provider_client_secret

  # policies/on-call.yaml asks for groups.
  identity_provider_scopes = ["openid", "profile", "email", "groups"]

  cookie_expire         = "8h" # a working day
  pass_identity_headers = true
}
