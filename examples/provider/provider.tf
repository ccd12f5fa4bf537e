terraform {
  required_providers {
    pomerium = {
      source = "pomerium-zdx/pomerium"
    }
  }
}

# Either service may be left out. What the block does not set comes from the environment: with
# POMERIUM_ZERO_API_USER_TOKEN, ZDX_API_KEY_ID and ZDX_API_SECRET set, `provider "pomerium" {}` is enough.
provider "pomerium" {
  pomerium_zero = {
    api_user_token = var.pomerium_zero_api_user_token
  }

  zdx = {
    key_id     = var.zdx_key_id
    key_secret = var.zdx_key_secret
  }
}

variable "pomerium_zero_api_user_token" {
  description = "Token of an API user, from the Zero console."
  type        = string
  sensitive   = true
}

variable "zdx_key_id" {
  description = "ID of a ZDX API key, from the ZDX Admin Portal."
  type        = string
}

variable "zdx_key_secret" {
  description = "Secret of the ZDX API key."
  type        = string
  sensitive   = true
}

data "pomerium_zero_namespace" "cluster" {
  name = "my-cluster"
}

resource "pomerium_zero_policy" "staff" {
  namespace_id = data.pomerium_zero_namespace.cluster.id
  name         = "staff"

  ppl = yamlencode({
    allow = {
      and = [{ domain = { is = "example.com" } }]
    }
  })
}

resource "pomerium_zero_route" "wiki" {
  namespace_id = data.pomerium_zero_namespace.cluster.id
  name         = "wiki"
  from         = "https://wiki.example.com"
  to           = ["http://wiki.internal:8080"]
  policy_ids   = [pomerium_zero_policy.staff.id]
}

resource "zdx_deeptrace" "slow_laptop" {
  provider = pomerium # every zdx_* block needs this line

  device_id              = "30989301"
  session_length_minutes = 15
}
