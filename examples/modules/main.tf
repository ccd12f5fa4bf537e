# How the modules are used.

# Credentials from the environment.
provider "pomerium" {}

# A second tenant of ZDX, with a key of its own. Without one, this configuration takes the key of the first.
provider "pomerium" {
  alias = "emea"

  zdx = {
    key_id     = var.emea_key_id
    key_secret = var.emea_key_secret
  }
}

data "pomerium_zero_cluster" "this" {
  name = var.cluster
}

# One block for each team.
module "payments" {
  source = "./team-services"

  cluster = {
    namespace_id = data.pomerium_zero_cluster.this.namespace_id
    fqdn         = data.pomerium_zero_cluster.this.fqdn
  }

  team = {
    name = "payments"

    policies = {
      team    = { groups = ["payments"] }
      support = { groups = ["payments", "support"], emails = ["front-desk@acme.test"] }
    }
    services = {
      ledger = {
        upstreams = ["http://ledger.internal:8080"]
        policies  = ["team"]
      }
      refunds = {
        upstreams = ["http://refunds-1.internal:8080", "http://refunds-2.internal:8080"]
        policies  = ["support"]
      }
    }
  }
}

# The modules' blocks say `provider = pomerium`, so nothing has to be said here.
module "ticket" {
  source = "./deep-trace"

  email        = "user@example.com"
  session_name = "ticket-4711"
}

# With the other configuration.
module "ticket_in_emea" {
  source = "./deep-trace"

  providers = {
    pomerium = pomerium.emea
  }

  device_id    = "30989302"
  session_name = "ticket-4712"
}

# With both.
module "between_tenants" {
  source = "./deep-trace-two-tenants"

  providers = {
    pomerium.here  = pomerium
    pomerium.there = pomerium.emea
  }

  device_id_here  = "30989303"
  device_id_there = "30989304"
  session_name    = "slow transfers"
}
