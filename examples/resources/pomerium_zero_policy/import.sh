# In the organization of the provider: the ID.
terraform import pomerium_zero_policy.staff 2k8XwTn3VqLcR6yZ0dJmHs5GfUb

# In an organization other than the provider's: organization and ID.
terraform import pomerium_zero_policy.staff 2cTgnR8Xm4Kq0VbYwLs7HdJfZpE/2k8XwTn3VqLcR6yZ0dJmHs5GfUb
