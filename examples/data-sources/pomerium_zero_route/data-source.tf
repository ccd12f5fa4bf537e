data "pomerium_zero_namespace" "cluster" {
  name = "my-cluster"
}

resource "pomerium_zero_route" "wiki" {
  namespace_id = data.pomerium_zero_namespace.cluster.id
  name         = "wiki"
  from         = "https://wiki.example.com"
  to           = ["http://wiki.internal:8080"]
}

# By name, as one made in the console. depends_on is needed only because this example makes the route itself.
data "pomerium_zero_route" "wiki" {
  namespace_id = data.pomerium_zero_namespace.cluster.id
  name         = "wiki"
  depends_on   = [pomerium_zero_route.wiki]
}

# By ID.
data "pomerium_zero_route" "known" {
  id = pomerium_zero_route.wiki.id
}

output "enforced" {
  description = "Names of the enforced policies that apply to the route."
  value       = data.pomerium_zero_route.wiki.enforced_policies[*].name
}
