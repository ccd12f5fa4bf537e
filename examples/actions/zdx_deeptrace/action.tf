data "zdx_device" "laptop" {
  provider = pomerium

  email = "user@example.com"
}

# Starts a trace, and prints what it found when it has ended.
action "zdx_deeptrace" "after_deployment" {
  provider = pomerium

  config {
    device_id    = data.zdx_device.laptop.id
    session_name = "after the deployment"
    probe_device = true
    wait_for     = "ended"
  }
}

# Each deployment of another version triggers it. `terraform apply -invoke=action.zdx_deeptrace.after_deployment` does so by hand.
resource "terraform_data" "deployment" {
  input = "1.4.2"

  lifecycle {
    action_trigger {
      events  = [after_create, after_update]
      actions = [action.zdx_deeptrace.after_deployment]
    }
  }
}
