# The invitations that are open: whoever has accepted is a user, and no longer here.
data "pomerium_zero_invitations" "open" {}

# The IDs by address, for an import block with for_each.
output "ids" {
  value = data.pomerium_zero_invitations.open.ids
}

output "future_admins" {
  description = "Addresses of those who are invited as admins."
  value       = [for invitation in data.pomerium_zero_invitations.open.invitations : invitation.email if invitation.role == "admin"]
}
