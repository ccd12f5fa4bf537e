import {
  to = pomerium_zero_cluster_settings.edge
  identity = {
    id              = "2Wvj7FAc9QeWJKY40uvSwMFLZDe" # of the cluster
    organization_id = "2cTgnR8Xm4Kq0VbYwLs7HdJfZpE" # may be left out: the provider's
  }
}
