import {
  to = pomerium_zero_api_user.backup
  identity = {
    id              = "21f8rESQedUStPKR0CsTy4Qwb8D"
    organization_id = "2cTgnR8Xm4Kq0VbYwLs7HdJfZpE" # may be left out: the provider's
  }
}
