# Applies to whatever POMERIUM_ZERO_URL and POMERIUM_ZERO_API_USER_TOKEN name: export those of the mock.

provider "pomerium" {}

variables {
  team = {
    name = "payments"

    policies = {
      team    = { groups = ["payments"] }
      support = { domains = ["support.acme.test"], emails = ["front-desk@acme.test"] }
    }
    services = {
      ledger = {
        upstreams = ["http://ledger.internal:8080"]
        policies  = ["team"]
      }
      refunds = {
        upstreams = ["http://refunds.internal:8080"]
        policies  = ["team", "support"]
        host      = "refunds"
      }
    }
  }
}

run "cluster" {
  module {
    source = "./tests/cluster"
  }
}

# What is refused, before anything is made.
run "policy_of_another_team" {
  command = plan

  variables {
    cluster = run.cluster.cluster
    team = {
      name     = "payments"
      policies = { team = { groups = ["payments"] } }
      services = { ledger = { upstreams = ["http://ledger.internal:8080"], policies = ["staff"] } }
    }
  }

  expect_failures = [var.team]
}

run "policy_for_nobody" {
  command = plan

  variables {
    cluster = run.cluster.cluster
    team = {
      name     = "payments"
      policies = { team = {} }
      services = { ledger = { upstreams = ["http://ledger.internal:8080"], policies = ["team"] } }
    }
  }

  expect_failures = [var.team]
}

run "team" {
  variables {
    cluster = run.cluster.cluster
  }

  assert {
    condition     = length(output.addresses) == 2
    error_message = "There are ${length(output.addresses)} routes, want one for each of the two services."
  }
  assert {
    condition     = output.addresses.ledger == "https://ledger-payments.${var.cluster.fqdn}" && output.addresses.refunds == "https://refunds.${var.cluster.fqdn}"
    error_message = "The services are found elsewhere: ${jsonencode(output.addresses)}"
  }
  assert {
    condition     = output.bound.ledger == 1 && output.bound.refunds == 2
    error_message = "Another number of policies guards the services: ${jsonencode(output.bound)}"
  }
  assert {
    condition     = length(output.policy_ids) == 2
    error_message = "There are ${length(output.policy_ids)} policies, want two."
  }
}

# Were an object to be changed, its time would be unknown. Terraform fails such a condition, OpenTofu lets it pass.
run "nothing_left_to_do" {
  command = plan

  variables {
    cluster = run.cluster.cluster
  }

  assert {
    condition     = alltrue([for time in values(output.changed_at) : time != null])
    error_message = "The second plan is not empty."
  }
}
