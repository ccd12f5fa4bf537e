terraform {
  required_version = ">= 1.6"

  required_providers {
    pomerium = {
      source = "pomerium-zdx/pomerium"
    }
  }
}
