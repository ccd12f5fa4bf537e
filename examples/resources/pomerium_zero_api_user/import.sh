# In the organization of the provider: the ID.
terraform import pomerium_zero_api_user.backup 21f8rESQedUStPKR0CsTy4Qwb8D

# In an organization other than the provider's: organization and ID.
terraform import pomerium_zero_api_user.backup 2cTgnR8Xm4Kq0VbYwLs7HdJfZpE/21f8rESQedUStPKR0CsTy4Qwb8D
