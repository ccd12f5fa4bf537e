# All custom domains that the API user sees. Without limit, Terraform stops at 100.
list "pomerium_zero_custom_domain" "all" {
  provider = pomerium
  limit    = 1000
}

# Those of a cluster, with all their attributes.
list "pomerium_zero_custom_domain" "cluster" {
  provider         = pomerium
  include_resource = true

  config {
    cluster_id = "2Wvj7FAc9QeWJKY40uvSwMFLZDe"
  }
}
