import {
  to = pomerium_zero_cluster_settings.edge
  id = "2Wvj7FAc9QeWJKY40uvSwMFLZDe" # of the cluster
}
