# In the organization of the provider: the ID.
terraform import pomerium_zero_invitation.auditor 27DxtpYlSXpfKtHF4vUCsMehGAk

# In an organization other than the provider's: organization and ID.
terraform import pomerium_zero_invitation.auditor 2cTgnR8Xm4Kq0VbYwLs7HdJfZpE/27DxtpYlSXpfKtHF4vUCsMehGAk
