locals {
  # "policies/on-call.yaml" is the policy "on-call": people review files, and a new file is a new policy.
  policies = {
    for file in fileset("${path.module}/policies", "*.yaml") :
    trimsuffix(file, ".yaml") => file("${path.module}/policies/${file}")
  }
}

resource "pomerium_zero_policy" "this" {
  for_each = local.policies

  namespace_id = pomerium_zero_cluster.this.namespace_id
  name         = each.key
  ppl          = each.value

  # Not before auto_apply_changesets is off, or it would be live at once.
  depends_on = [pomerium_zero_cluster_settings.this]
}
