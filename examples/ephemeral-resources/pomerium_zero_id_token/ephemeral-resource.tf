# A token for calls that the provider does not know. It stands in neither plan nor state.
ephemeral "pomerium_zero_id_token" "this" {}

# It goes into another provider's block, for example, or into a write-only argument:
#
#   provider "http-client" {
#     headers = { Authorization = "Bearer ${ephemeral.pomerium_zero_id_token.this.token}" }
#   }
