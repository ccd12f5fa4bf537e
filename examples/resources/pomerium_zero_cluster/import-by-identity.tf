import {
  to = pomerium_zero_cluster.edge
  identity = {
    id              = "2Wvj7FAc9QeWJKY40uvSwMFLZDe"
    organization_id = "2cTgnR8Xm4Kq0VbYwLs7HdJfZpE" # may be left out: the provider's
  }
}
