variable "organization_id" {
  description = "The organization that the token must belong to. Null: the only one it sees."
  type        = string
  default     = null
}

variable "cluster_name" {
  description = "Name of the cluster."
  type        = string
  default     = "acme"
}

variable "identity_provider" {
  description = "Where users sign in: an OIDC provider, and the client that is registered there for Pomerium."
  type = object({
    url       = string
    client_id = string
  })

  default = {
    url       = "https://login.acme.test"
    client_id = "pomerium"
  }

  validation {
    condition     = startswith(var.identity_provider.url, "https://")
    error_message = "The address of the identity provider must begin with https://."
  }
}

variable "identity_provider_client_secret" {
  description = "Secret of that client. Set TF_VAR_identity_provider_client_secret; the default is good for the mock only."
  type        = string
  sensitive   = true
  default     = "an example, not a secret"
}

variable "services" {
  description = "What users find behind the proxy, by a key that never changes: the name they read, the host below the cluster's domain, where it runs, and the file in policies/ that says who may enter."
  type = map(object({
    name     = string
    host     = string
    upstream = string
    policy   = string
  }))

  default = {
    wiki = {
      name     = "Wiki"
      host     = "wiki"
      upstream = "http://wiki.internal:8080"
      policy   = "staff"
    }
    grafana = {
      name     = "Dashboards"
      host     = "grafana"
      upstream = "http://grafana.internal:3000"
      policy   = "on-call"
    }
    deploy = {
      name     = "Deployments"
      host     = "deploy"
      upstream = "http://deploy.internal:9000"
      policy   = "ci"
    }
  }

  validation {
    condition     = length(distinct(values(var.services)[*].host)) == length(var.services)
    error_message = "Two services have the same host."
  }
}
