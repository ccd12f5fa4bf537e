# Settings are known by their cluster. In the organization of the provider: the ID of the cluster.
terraform import pomerium_zero_cluster_settings.edge 2Wvj7FAc9QeWJKY40uvSwMFLZDe

# In an organization other than the provider's: organization and ID of the cluster.
terraform import pomerium_zero_cluster_settings.edge 2cTgnR8Xm4Kq0VbYwLs7HdJfZpE/2Wvj7FAc9QeWJKY40uvSwMFLZDe
