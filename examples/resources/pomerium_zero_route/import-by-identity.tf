import {
  to = pomerium_zero_route.wiki
  identity = {
    id              = "2j7HzLe2lBgkAP3GQy5Nv8xU0aM"
    organization_id = "2cTgnR8Xm4Kq0VbYwLs7HdJfZpE" # may be left out: the provider's
  }
}
