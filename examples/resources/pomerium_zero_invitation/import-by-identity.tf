import {
  to = pomerium_zero_invitation.auditor
  identity = {
    id              = "27DxtpYlSXpfKtHF4vUCsMehGAk"
    organization_id = "2cTgnR8Xm4Kq0VbYwLs7HdJfZpE" # may be left out: the provider's
  }
}
