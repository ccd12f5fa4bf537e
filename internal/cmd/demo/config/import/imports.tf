variable "policy_id" {
  type = string
}

variable "route_id" {
  type = string
}

import {
  to = pomerium_zero_policy.staff
  id = var.policy_id
}

import {
  to = pomerium_zero_route.httpbin
  id = var.route_id
}
