# Every block of ZDX says `provider = pomerium`: Terraform would take the first word of its type for the name of the
# provider. With that, whoever calls the module has to say nothing.

data "zdx_device" "this" {
  provider = pomerium
  count    = var.email == null ? 0 : 1

  email = var.email
}

resource "zdx_deeptrace" "this" {
  provider = pomerium

  device_id              = var.email == null ? var.device_id : data.zdx_device.this[0].id
  session_name           = var.session_name
  session_length_minutes = var.minutes
  probe_device           = true
  triggers               = var.triggers
  wait_for               = var.wait ? "ended" : null

  # Large plans wait for their turn: ZDX takes few requests a minute. A trace that is waited for takes its time as well.
  timeouts = {
    create = var.wait ? "${var.minutes + 30}m" : "30m"
    read   = "30m"
    delete = "30m"
  }

  lifecycle {
    precondition {
      condition     = (var.device_id == null) != (var.email == null)
      error_message = "Give either email or device_id."
    }
  }
}
