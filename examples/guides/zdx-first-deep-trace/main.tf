# ZDX's guide "Getting Started" as configuration. The guide gets a bearer token for an API key and starts a deep
# trace of a device; here the provider does the first.

terraform {
  required_providers {
    pomerium = {
      source = "pomerium-zdx/pomerium"
    }
  }
}

# 1. The cloud of the organization: https://api.zdxcloud.net/v1.
# 2. Authenticate. The key is exchanged for a token, which is renewed when it ends.
provider "pomerium" {
  zdx = {
    cloud      = "zdxcloud"
    key_id     = var.zdx_key_id
    key_secret = var.zdx_key_secret
  }
}

# 3. Start the trace: POST /devices/30989301/deeptraces. Destroying the resource stops a trace that still runs.
resource "zdx_deeptrace" "first" {
  provider = pomerium # every zdx_* block needs this line

  device_id = var.device_id
}
