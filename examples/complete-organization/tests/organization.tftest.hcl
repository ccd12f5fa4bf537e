# Applies to whatever POMERIUM_ZERO_URL and POMERIUM_ZERO_API_USER_TOKEN name: export those of the mock.

variables {
  cluster_name = "acme-test"
}

# What is refused, before anything is made.
run "two_services_on_one_host" {
  command = plan

  variables {
    services = {
      wiki = { name = "Wiki", host = "wiki", upstream = "http://wiki.internal:8080", policy = "staff" }
      docs = { name = "Documents", host = "wiki", upstream = "http://docs.internal:8080", policy = "staff" }
    }
  }

  expect_failures = [var.services]
}

run "from_nothing_to_live" {
  assert {
    condition     = length(output.addresses) == 3
    error_message = "There are ${length(output.addresses)} routes, want one for each of the three services."
  }
  assert {
    condition     = alltrue([for address in values(output.addresses) : endswith(address, ".${output.domain}")])
    error_message = "Not all routes lie below the cluster's domain: ${jsonencode(output.addresses)}"
  }
  assert {
    condition     = output.policies == { wiki = ["staff"], grafana = ["on-call"], deploy = ["ci"] }
    error_message = "Policies are bound otherwise: ${jsonencode(output.policies)}"
  }
  assert {
    condition     = output.changeset_id != null
    error_message = "Nothing was made live."
  }
  assert {
    condition     = pomerium_zero_service_account.ci.token == null
    error_message = "The token of the service account is in the state."
  }
}

# Were there anything to do, the changeset's ID would be unknown. Terraform fails such a condition, OpenTofu lets it pass.
run "nothing_left_to_do" {
  command = plan

  assert {
    condition     = output.changeset_id != null
    error_message = "The second plan is not empty."
  }
}

# What is changed and what is taken away goes live as well.
run "wiki_alone_and_elsewhere" {
  variables {
    services = {
      wiki = { name = "Wiki", host = "wiki", upstream = "http://wiki-2.internal:8080", policy = "staff" }
    }
  }

  assert {
    condition     = join(",", keys(output.addresses)) == "wiki"
    error_message = "Other routes are there than the one that is left: ${jsonencode(output.addresses)}"
  }
  assert {
    condition     = timecmp(pomerium_zero_changeset_apply.live.applied_at, pomerium_zero_route.this["wiki"].updated_at) >= 0
    error_message = "The change was not made live."
  }
}
