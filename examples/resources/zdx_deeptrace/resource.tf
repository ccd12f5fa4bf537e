# The device alone, for as long as the service makes it by default: five minutes.
resource "zdx_deeptrace" "slow_laptop" {
  provider = pomerium

  device_id = "30989301"
}

# An application, with its Web probe and Cloud Path probe, and the device's own statistics. The IDs come from the data
# sources zdx_device, zdx_application, zdx_web_probe and zdx_cloudpath_probe. Apply waits until the device has begun.
resource "zdx_deeptrace" "slow_mail" {
  provider = pomerium

  device_id              = "30989302"
  session_name           = "ticket-4711"
  session_length_minutes = 15
  probe_device           = true

  app_id             = "7"
  web_probe_id       = "311204"
  cloudpath_probe_id = "311205"

  wait_for = "started"
}

# A trace that has ended is not started again by itself: change a trigger to run it once more.
resource "zdx_deeptrace" "after_update" {
  provider = pomerium

  device_id              = "30989303"
  session_name           = "after the client update"
  session_length_minutes = 60

  triggers = {
    client_version = "4.5.0"
  }

  # ZDX allows few requests a minute, and a large plan waits for its turn.
  timeouts = {
    create = "20m"
    read   = "20m"
    delete = "20m"
  }
}
