import {
  to = pomerium_zero_service_account.reports
  identity = {
    cluster_id      = "2Wvj7FAc9QeWJKY40uvSwMFLZDe"
    id              = "2u8jzPde0IgxLd6GncfBAepfJBd"
    organization_id = "2cTgnR8Xm4Kq0VbYwLs7HdJfZpE" # may be left out: the provider's
  }
}
