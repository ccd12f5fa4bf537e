# In the organization of the provider: the cluster's ID and the ID.
terraform import pomerium_zero_custom_domain.apps 2Wvj7FAc9QeWJKY40uvSwMFLZDe/2J0RlgLKOmxgJTeKdNnFRIBXuDL

# In an organization other than the provider's: the organization before them.
terraform import pomerium_zero_custom_domain.apps 2cTgnR8Xm4Kq0VbYwLs7HdJfZpE/2Wvj7FAc9QeWJKY40uvSwMFLZDe/2J0RlgLKOmxgJTeKdNnFRIBXuDL
