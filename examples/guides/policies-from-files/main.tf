# Policies that live in files, where people review them, and services in a map: a new file is a new policy, a
# new entry a new route.

terraform {
  required_providers {
    pomerium = {
      source = "pomerium-zdx/pomerium"
    }
  }
}

# Credentials from the environment: POMERIUM_ZERO_API_USER_TOKEN.
provider "pomerium" {
  pomerium_zero = {
    # Optional guard: a token that does not see this organization is refused.
    organization_id = var.pomerium_zero_organization_id
  }
}

data "pomerium_zero_namespace" "cluster" {
  name = var.cluster
}

locals {
  # "policies/on-call.yaml" is the policy "on-call".
  policies = {
    for file in fileset("${path.module}/policies", "*.yaml") :
    trimsuffix(file, ".yaml") => file("${path.module}/policies/${file}")
  }
}

resource "pomerium_zero_policy" "this" {
  for_each = local.policies

  namespace_id = data.pomerium_zero_namespace.cluster.id
  name         = each.key
  ppl          = each.value
}

resource "pomerium_zero_route" "this" {
  for_each = var.services

  namespace_id     = data.pomerium_zero_namespace.cluster.id
  name             = each.key
  from             = "https://${each.key}.${var.domain}"
  to               = each.value.upstreams
  allow_websockets = each.value.websockets
  policy_ids       = [for name in each.value.policies : pomerium_zero_policy.this[name].id]
}
