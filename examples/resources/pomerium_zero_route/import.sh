# In the organization of the provider: the ID.
terraform import pomerium_zero_route.wiki 2j7HzLe2lBgkAP3GQy5Nv8xU0aM

# In an organization other than the provider's: organization and ID.
terraform import pomerium_zero_route.wiki 2cTgnR8Xm4Kq0VbYwLs7HdJfZpE/2j7HzLe2lBgkAP3GQy5Nv8xU0aM
