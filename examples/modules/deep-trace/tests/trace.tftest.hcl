# Traces whatever ZDX_URL, ZDX_API_KEY_ID and ZDX_API_SECRET name: export those of the mock.

provider "pomerium" {}

variables {
  session_name = "ticket-4711"
}

# What is refused comes first: at the end OpenTofu destroys with the variables of the last run, which must be good.
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

# The same device, named otherwise. Were the trace started again, its ID would be unknown, and the condition an error.
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

# Here the trigger is the ID of the trace before.
run "again_with_another_trigger" {
  variables {
    email    = "user@example.com"
    triggers = { after = run.by_email.trace_id }
  }

  assert {
    condition     = output.trace_id != var.triggers.after
    error_message = "Another trigger did not start the trace again."
  }
}
