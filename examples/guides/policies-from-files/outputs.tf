output "addresses" {
  description = "Where users find the services."
  value       = { for name, route in pomerium_zero_route.this : name => route.from }
}
