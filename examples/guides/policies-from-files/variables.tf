variable "pomerium_zero_organization_id" {
  description = "The organization that the token must belong to. Null: the only one it sees."
  type        = string
  default     = null
}

variable "cluster" {
  description = "Name of the cluster that serves the routes."
  type        = string
  default     = "my-cluster"
}

variable "domain" {
  description = "Domain below which the services are found."
  type        = string
  default     = "example.com"
}

variable "services" {
  description = "Services by name: where they run, and the files of the policies that let users in."
  type = map(object({
    upstreams  = list(string)
    policies   = set(string)
    websockets = optional(bool, false)
  }))

  default = {
    wiki = {
      upstreams = ["http://wiki.internal:8080"]
      policies  = ["staff"]
    }
    grafana = {
      upstreams  = ["http://grafana-1.internal:3000", "http://grafana-2.internal:3000"]
      policies   = ["staff", "on-call"]
      websockets = true
    }
    status = {
      upstreams = ["http://status.internal:8080"]
      policies  = ["public"]
    }
  }
}
