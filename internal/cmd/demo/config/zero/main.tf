terraform {
  required_providers {
    pomerium = {
      source = "pomerium-zdx/pomerium"
    }
  }
}

# Addresses and credentials come from the environment.
provider "pomerium" {}

data "pomerium_zero_organization" "mine" {}

data "pomerium_zero_namespace" "root" {
  organization_id = data.pomerium_zero_organization.mine.id
  type            = "root"
}
