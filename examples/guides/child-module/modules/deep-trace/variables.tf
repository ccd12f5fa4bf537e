variable "device_id" {
  description = "The device to trace."
  type        = string
}

variable "session_name" {
  description = "Name of the session in ZDX."
  type        = string
}

variable "minutes" {
  description = "How long the trace runs: 5, 15, 30 or 60."
  type        = number
  default     = 15
}
