# The provider's organization: the one it was told, or the only one that the token sees.
data "pomerium_zero_organization" "this" {}

# By name.
data "pomerium_zero_organization" "personal" {
  name = "personal"
}

# By ID.
data "pomerium_zero_organization" "known" {
  id = "2cTgnR8Xm4Kq0VbYwLs7HdJfZpE"
}

# The organization of a namespace, and of what stands in it.
data "pomerium_zero_namespace" "root" {
  organization_id = data.pomerium_zero_organization.personal.id
  type            = "root"
}

output "routes_allowed" {
  description = "How many routes the organization may have."
  value       = data.pomerium_zero_organization.this.quotas.routes
}
