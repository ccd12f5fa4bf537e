import {
  to = pomerium_zero_policy.staff
  identity = {
    id              = "2k8XwTn3VqLcR6yZ0dJmHs5GfUb"
    organization_id = "2cTgnR8Xm4Kq0VbYwLs7HdJfZpE" # may be left out: the provider's
  }
}
