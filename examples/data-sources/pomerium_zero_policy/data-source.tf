data "pomerium_zero_namespace" "cluster" {
  name = "my-cluster"
}

resource "pomerium_zero_policy" "staff" {
  namespace_id = data.pomerium_zero_namespace.cluster.id
  name         = "staff"

  ppl = yamlencode({
    allow = {
      and = [{ domain = { is = "example.com" } }]
    }
  })
}

# By name, as one made in the console. depends_on is needed only because this example makes the policy itself.
data "pomerium_zero_policy" "staff" {
  namespace_id = data.pomerium_zero_namespace.cluster.id
  name         = "staff"
  depends_on   = [pomerium_zero_policy.staff]
}

# By ID.
data "pomerium_zero_policy" "known" {
  id = pomerium_zero_policy.staff.id
}

output "guarded" {
  description = "Names of the routes that the policy guards."
  value       = data.pomerium_zero_policy.staff.routes[*].name
}
