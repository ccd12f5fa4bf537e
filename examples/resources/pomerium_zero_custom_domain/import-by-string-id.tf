import {
  to = pomerium_zero_custom_domain.apps
  id = "2Wvj7FAc9QeWJKY40uvSwMFLZDe/2J0RlgLKOmxgJTeKdNnFRIBXuDL" # <cluster_id>/<id>
}
