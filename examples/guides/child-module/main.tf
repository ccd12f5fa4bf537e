# The blocks of ZDX in a module of their own, where the provider is called zdx and no block has to say so.

terraform {
  required_providers {
    pomerium = {
      source = "pomerium-zdx/pomerium"
    }
  }
}

# Credentials from the environment: ZDX_API_KEY_ID and ZDX_API_SECRET.
provider "pomerium" {}

module "traces" {
  source   = "./modules/deep-trace"
  for_each = var.devices

  # The provider is declared once, here. Under two names in one module, one would be picked at random.
  providers = {
    zdx = pomerium
  }

  device_id    = each.value
  session_name = each.key
}
