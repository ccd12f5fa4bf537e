# All API users of the provider's organization. Without limit, Terraform stops at 100.
list "pomerium_zero_api_user" "all" {
  provider = pomerium
  limit    = 1000
}

# Those of an organization, with all their attributes.
list "pomerium_zero_api_user" "organization" {
  provider         = pomerium
  include_resource = true

  config {
    organization_id = "2cTgnR8Xm4Kq0VbYwLs7HdJfZpE"
  }
}
