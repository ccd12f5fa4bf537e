# A token for calls that the provider does not know. It stands in neither plan nor state.
ephemeral "zdx_token" "this" {
  provider = pomerium
}
