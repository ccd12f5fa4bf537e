variable "device_id_here" {
  description = "The device in the first tenant."
  type        = string
}

variable "device_id_there" {
  description = "The device in the second tenant."
  type        = string
}

variable "session_name" {
  description = "Name of the session in both."
  type        = string
}
