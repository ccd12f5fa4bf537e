resource "pomerium_zero_route" "this" {
  for_each = var.services

  namespace_id = pomerium_zero_cluster.this.namespace_id
  name         = each.value.name
  from         = "https://${each.value.host}.${pomerium_zero_cluster.this.fqdn}"
  to           = [each.value.upstream]
  policy_ids   = [pomerium_zero_policy.this[each.value.policy].id]

  # Whoever is refused reads why.
  show_error_details = true

  # A slip in variables is told here, before "Invalid index" would be.
  lifecycle {
    precondition {
      condition     = contains(keys(local.policies), each.value.policy)
      error_message = "There is no policies/${each.value.policy}.yaml, which the service ${each.key} names."
    }
  }
}
