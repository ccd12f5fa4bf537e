# Traces whatever ZDX_URL, ZDX_API_KEY_ID and ZDX_API_SECRET name: export those of the mock.

provider "pomerium" {}

variables {
  session_name = "ticket-4711"
}

# What is refused, before anything is made.
run "neither_user_nor_device" {
  command = plan

  expect_failures = [zdx_deeptrace.this]
}

run "no_such_length" {
  command = plan

  variables {
    email   = "user@example.com"
    minutes = 7
  }

  expect_failures = [var.minutes]
}

run "by_email" {
  variables {
    email    = "user@example.com"
    triggers = { release = "1.4.1" }
  }

  assert {
    condition     = output.device_id == "30989301"
    error_message = "Device ${output.device_id} is traced, which is not the user's."
  }
  assert {
    condition     = output.trace_id != ""
    error_message = "The trace has no ID."
  }
}

# The same device, named otherwise. Were the trace started again, its ID would be unknown. Terraform fails such a condition,
# OpenTofu lets it pass.
run "nothing_left_to_do" {
  command = plan

  variables {
    device_id = "30989301"
    triggers  = { release = "1.4.1" }
  }

  assert {
    condition     = output.trace_id != ""
    error_message = "The second plan starts the trace again."
  }
}

# Another trigger starts the trace again.
run "again_after_a_release" {
  variables {
    email    = "user@example.com"
    triggers = { release = "1.4.2" }
  }

  assert {
    condition     = zdx_deeptrace.this.triggers.release == "1.4.2" && output.trace_id != ""
    error_message = "Another trigger did not start the trace again."
  }
}
