# In the organization of the provider: the cluster's ID and the ID.
terraform import pomerium_zero_service_account.reports 2Wvj7FAc9QeWJKY40uvSwMFLZDe/2u8jzPde0IgxLd6GncfBAepfJBd

# In an organization other than the provider's: the organization before them.
terraform import pomerium_zero_service_account.reports 2cTgnR8Xm4Kq0VbYwLs7HdJfZpE/2Wvj7FAc9QeWJKY40uvSwMFLZDe/2u8jzPde0IgxLd6GncfBAepfJBd
