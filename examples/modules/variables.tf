variable "cluster" {
  description = "Name of the cluster that serves the routes."
  type        = string
  default     = "my-cluster"
}

variable "emea_key_id" {
  description = "ID of the second tenant's ZDX API key."
  type        = string
  default     = null
}

variable "emea_key_secret" {
  description = "Secret of the second tenant's ZDX API key."
  type        = string
  sensitive   = true
  default     = null
}
