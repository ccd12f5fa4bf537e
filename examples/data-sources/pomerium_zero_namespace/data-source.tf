# By name: a cluster's namespace has the name of the cluster.
data "pomerium_zero_namespace" "cluster" {
  name = "my-cluster"
}

# By ID: here the namespace above the cluster's.
data "pomerium_zero_namespace" "above" {
  id = data.pomerium_zero_namespace.cluster.parent_id
}

# By type: the root namespace.
data "pomerium_zero_namespace" "root" {
  type = "root"
}

# With more than one of them. All that is given must fit exactly one namespace.
data "pomerium_zero_namespace" "below_root" {
  name      = "my-cluster"
  type      = "cluster"
  parent_id = data.pomerium_zero_namespace.root.id
}

# Objects name their namespace by ID.
resource "pomerium_zero_policy" "staff" {
  namespace_id = data.pomerium_zero_namespace.cluster.id
  name         = "staff"

  ppl = yamlencode({
    allow = {
      and = [{ domain = { is = "example.com" } }]
    }
  })
}
