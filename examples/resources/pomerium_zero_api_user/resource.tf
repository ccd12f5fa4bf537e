# A program that reads only. It is a member of the organization with a token of its own.
resource "pomerium_zero_api_user" "backup" {
  name = "configuration backup"
  role = "auditor"
}

# The API user of a pipeline. Do not manage the one that this configuration itself signs in as: to destroy or replace it
# cuts the provider off.
resource "pomerium_zero_api_user" "pipeline" {
  name = "pipeline"
  role = "admin"
}

# The service shows the token when the API user is made and never again, so it is null after an import. It stands in the
# state: hand it to a secret store.
output "pipeline_token" {
  value     = pomerium_zero_api_user.pipeline.refresh_token
  sensitive = true
}
