import {
  to = pomerium_zero_service_account.reports
  id = "2Wvj7FAc9QeWJKY40uvSwMFLZDe/2u8jzPde0IgxLd6GncfBAepfJBd" # <cluster_id>/<id>
}
