terraform {
  required_providers {
    zdx = {
      source = "pomerium-zdx/pomerium"
    }
  }
}

resource "zdx_deeptrace" "this" {
  device_id              = var.device_id
  session_name           = var.session_name
  session_length_minutes = var.minutes
  probe_device           = true
}
