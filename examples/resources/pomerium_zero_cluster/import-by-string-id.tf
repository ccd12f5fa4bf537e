import {
  to = pomerium_zero_cluster.edge
  id = "2Wvj7FAc9QeWJKY40uvSwMFLZDe"
}
