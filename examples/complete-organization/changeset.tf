# The last step: what was changed goes live, all of it or nothing. Another change of any of these gives them another
# updated_at, one that is new or gone another key, and then it is applied again. A change that is undone by this
# configuration counts as well, which a hash of the arguments would miss.
resource "pomerium_zero_changeset_apply" "live" {
  cluster_id = pomerium_zero_cluster.this.id

  triggers = merge(
    { settings = pomerium_zero_cluster_settings.this.updated_at },
    { for name, policy in pomerium_zero_policy.this : "policy ${name}" => policy.updated_at },
    { for key, route in pomerium_zero_route.this : "route ${key}" => route.updated_at },
  )
}
