# All key pairs that the API user sees. Without limit, Terraform stops at 100.
list "pomerium_zero_key_pair" "all" {
  provider = pomerium
  limit    = 1000
}

# Those of an organization, with all their attributes.
list "pomerium_zero_key_pair" "organization" {
  provider         = pomerium
  include_resource = true

  config {
    organization_id = "2cTgnR8Xm4Kq0VbYwLs7HdJfZpE"
  }
}
