output "addresses" {
  description = "Where users find the services."
  value       = { for key, route in pomerium_zero_route.this : key => route.from }
}

output "policies" {
  description = "The policy that each service is bound to."
  value       = { for key, route in pomerium_zero_route.this : key => [for name, policy in pomerium_zero_policy.this : name if contains(route.policy_ids, policy.id)] }
}

output "changeset_id" {
  description = "The changeset that is live."
  value       = pomerium_zero_changeset_apply.live.changeset_id
}

output "domain" {
  description = "Domain of the cluster."
  value       = pomerium_zero_cluster.this.fqdn
}

output "cluster_token" {
  description = "Token for the replicas of the cluster (POMERIUM_ZERO_TOKEN)."
  value       = pomerium_zero_cluster.this.refresh_token
  sensitive   = true
}
