output "addresses" {
  description = "Where users find the team's services."
  value       = module.payments.addresses
}

output "traces" {
  description = "IDs of the deep traces."
  value = {
    ticket         = module.ticket.trace_id
    ticket_in_emea = module.ticket_in_emea.trace_id
    here           = module.between_tenants.trace_ids.here
    there          = module.between_tenants.trace_ids.there
  }
}
