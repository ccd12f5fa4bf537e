variable "cluster" {
  description = "The cluster that serves the routes: the ID of its namespace, and its domain. Take both from pomerium_zero_cluster, the resource or the data source."
  type = object({
    namespace_id = string
    fqdn         = string
  })
}

variable "team" {
  description = <<-EOT
    The team and what it offers.

    policies: by name, who may enter. Whoever fits one of domains, emails and groups does.
    services: by name, where it runs and which of the policies guard it. The host below the cluster's domain is
    <service>-<team> unless host says otherwise.
  EOT

  type = object({
    name = string
    policies = map(object({
      domains = optional(set(string), [])
      emails  = optional(set(string), [])
      groups  = optional(set(string), [])
    }))
    services = map(object({
      upstreams  = list(string)
      policies   = set(string)
      host       = optional(string)
      websockets = optional(bool, false)
    }))
  })

  validation {
    condition     = can(regex("^[a-z]([a-z0-9-]*[a-z0-9])?$", var.team.name))
    error_message = "The team's name becomes a part of hosts: use lower case letters, digits and hyphens."
  }

  validation {
    condition     = alltrue([for policy in values(var.team.policies) : length(policy.domains) + length(policy.emails) + length(policy.groups) > 0])
    error_message = "A policy without domains, emails and groups lets nobody in."
  }

  validation {
    condition     = alltrue([for service in values(var.team.services) : length(setsubtract(service.policies, keys(var.team.policies))) == 0])
    error_message = "A service names a policy that the team does not have."
  }

  validation {
    condition     = alltrue([for service in values(var.team.services) : length(service.policies) > 0])
    error_message = "Nobody passes a service without a policy."
  }
}
