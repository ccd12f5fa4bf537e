output "organization_id" {
  description = "What the guide calls <ORG-ID>."
  value       = data.pomerium_zero_organization.personal.id
}

output "namespace_id" {
  description = "What the guide calls <NAMESPACE-ID>."
  value       = data.pomerium_zero_namespace.root.id
}

output "address" {
  description = "Where users find the route."
  value       = pomerium_zero_route.httpbin.from
}
