data "pomerium_zero_cluster" "this" {
  name = "my-cluster"
}

resource "pomerium_zero_route" "wiki" {
  name         = "wiki"
  namespace_id = data.pomerium_zero_cluster.this.namespace_id
  from         = "https://wiki.${data.pomerium_zero_cluster.this.fqdn}"
  to           = ["http://wiki.internal:8080"]
}

# Makes live what waits in the cluster's changeset, each time the route has changed. A change that somebody else has
# made is not carried along: it would be an error that shows whose and what it is.
resource "pomerium_zero_changeset_apply" "live" {
  cluster_id = data.pomerium_zero_cluster.this.id

  triggers = {
    wiki = pomerium_zero_route.wiki.updated_at
  }
}
