variable "zdx_key_id" {
  description = "ID of an API key, from the ZDX Admin Portal."
  type        = string
}

variable "zdx_key_secret" {
  description = "Secret of the API key."
  type        = string
  sensitive   = true
}

variable "device_id" {
  description = "The device to trace."
  type        = string
  default     = "30989301"
}
