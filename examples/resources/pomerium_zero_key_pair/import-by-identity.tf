import {
  to = pomerium_zero_key_pair.internal_ca
  identity = {
    id              = "20Kh8oOOL8dKLzdocJ2isAjIhKt"
    organization_id = "2cTgnR8Xm4Kq0VbYwLs7HdJfZpE" # may be left out: the provider's
  }
}
