# Once somebody has accepted, the invitation stays in the state and asks nobody again. To destroy it withdraws it if it
# is open, and leaves a user alone who has accepted.
resource "pomerium_zero_invitation" "auditor" {
  email = "audit@audit.example.net"
  role  = "auditor"
}

# One for each of a team.
locals {
  platform_team = toset(["platform-1@example.com", "platform-2@example.com"])
}

resource "pomerium_zero_invitation" "platform" {
  for_each = local.platform_team

  email = each.value
  role  = "member"
}
