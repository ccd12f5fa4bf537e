locals {
  # Each way in is one criterion, and they are joined by OR.
  ppl = {
    for name, policy in var.team.policies : name => yamlencode({
      allow = {
        or = concat(
          [for domain in policy.domains : { domain = { is = domain } }],
          [for email in policy.emails : { email = { is = email } }],
          [for group in policy.groups : { "claim/groups" = { has = group } }],
        )
      }
    })
  }
}

# Names are unique in a cluster, so the team's name stands before them.
resource "pomerium_zero_policy" "this" {
  for_each = var.team.policies

  namespace_id = var.cluster.namespace_id
  name         = "${var.team.name}: ${each.key}"
  ppl          = local.ppl[each.key]
}

resource "pomerium_zero_route" "this" {
  for_each = var.team.services

  namespace_id     = var.cluster.namespace_id
  name             = "${var.team.name}: ${each.key}"
  from             = "https://${coalesce(each.value.host, "${each.key}-${var.team.name}")}.${var.cluster.fqdn}"
  to               = each.value.upstreams
  allow_websockets = each.value.websockets
  policy_ids       = [for name in each.value.policies : pomerium_zero_policy.this[name].id]
}
