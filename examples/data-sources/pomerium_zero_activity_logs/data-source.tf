data "pomerium_zero_namespace" "cluster" {
  name = "my-cluster"
}

# The last ten routes that somebody deleted from the cluster.
data "pomerium_zero_activity_logs" "deleted_routes" {
  namespace_id  = data.pomerium_zero_namespace.cluster.id
  activity_type = "delete"
  entity_type   = "route"
  limit         = 10
}

# Who has changed anything lately.
data "pomerium_zero_activity_logs" "latest" {}

output "deleted_routes" {
  value = [
    for log in data.pomerium_zero_activity_logs.deleted_routes.activity_logs : "${log.created_at} ${log.entity_name}, by ${log.user_email}"
  ]
}

output "people" {
  value = distinct(data.pomerium_zero_activity_logs.latest.activity_logs[*].user_email)
}
