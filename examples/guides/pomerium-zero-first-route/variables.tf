variable "pomerium_zero_api_user_token" {
  description = "Token of an API user. The Zero console shows it once, when the API user is added under API Tokens."
  type        = string
  sensitive   = true
}

variable "starter_domain" {
  description = "Domain that Pomerium gave to the cluster."
  type        = string
  default     = "grand-viper-9697.pomerium.app"
}
