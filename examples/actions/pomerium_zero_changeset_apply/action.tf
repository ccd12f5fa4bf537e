data "pomerium_zero_cluster" "this" {
  name = "my-cluster"
}

# Makes live what waits in the cluster's changeset, if anything does.
action "pomerium_zero_changeset_apply" "live" {
  config {
    cluster_id = data.pomerium_zero_cluster.this.id
    timeout    = "10m"
  }
}

# Each change of the route triggers it. `terraform apply -invoke=action.pomerium_zero_changeset_apply.live` does so by hand.
resource "pomerium_zero_route" "wiki" {
  name         = "wiki"
  namespace_id = data.pomerium_zero_cluster.this.namespace_id
  from         = "https://wiki.${data.pomerium_zero_cluster.this.fqdn}"
  to           = ["http://wiki.internal:8080"]

  lifecycle {
    action_trigger {
      events  = [after_create, after_update]
      actions = [action.pomerium_zero_changeset_apply.live]
    }
  }
}
