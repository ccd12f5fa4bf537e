data "pomerium_zero_cluster" "this" {
  name = "my-cluster"
}

data "pomerium_zero_cluster_settings" "this" {
  cluster_id = data.pomerium_zero_cluster.this.id
}

output "changes_wait" {
  description = "Whether changes wait in a changeset until somebody applies it."
  value       = !data.pomerium_zero_cluster_settings.this.auto_apply_changesets
}

output "session" {
  description = "How long a session lasts."
  value       = data.pomerium_zero_cluster_settings.this.cookie_expire
}
