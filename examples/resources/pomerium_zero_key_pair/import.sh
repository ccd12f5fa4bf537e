# In the organization of the provider: the ID.
terraform import pomerium_zero_key_pair.internal_ca 20Kh8oOOL8dKLzdocJ2isAjIhKt

# In an organization other than the provider's: organization and ID.
terraform import pomerium_zero_key_pair.internal_ca 2cTgnR8Xm4Kq0VbYwLs7HdJfZpE/20Kh8oOOL8dKLzdocJ2isAjIhKt
