# One session in two tenants of ZDX, such as of two companies that merge: what is slow between them is seen from both
# ends. A configuration of the provider holds the key of one tenant, so the module is given two.

terraform {
  required_providers {
    pomerium = {
      source                = "pomerium-zdx/pomerium"
      configuration_aliases = [pomerium.here, pomerium.there]
    }
  }
}

module "here" {
  source = "../deep-trace"

  providers = {
    pomerium = pomerium.here
  }

  device_id    = var.device_id_here
  session_name = var.session_name
}

module "there" {
  source = "../deep-trace"

  providers = {
    pomerium = pomerium.there
  }

  device_id    = var.device_id_there
  session_name = var.session_name
}
