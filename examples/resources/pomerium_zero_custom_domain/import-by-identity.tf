import {
  to = pomerium_zero_custom_domain.apps
  identity = {
    cluster_id      = "2Wvj7FAc9QeWJKY40uvSwMFLZDe"
    id              = "2J0RlgLKOmxgJTeKdNnFRIBXuDL"
    organization_id = "2cTgnR8Xm4Kq0VbYwLs7HdJfZpE" # may be left out: the provider's
  }
}
