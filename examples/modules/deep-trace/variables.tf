variable "session_name" {
  description = "Name of the session in ZDX, such as the number of a ticket."
  type        = string
}

variable "email" {
  description = "E-mail address of the user whose device is traced. Somebody with several devices needs device_id instead."
  type        = string
  default     = null

  validation {
    condition     = var.email == null || can(regex("@", var.email))
    error_message = "That is no e-mail address."
  }
}

variable "device_id" {
  description = "ID of the device, instead of email."
  type        = string
  default     = null
}

variable "minutes" {
  description = "How long the trace runs: 5, 15, 30 or 60."
  type        = number
  default     = 5

  validation {
    condition     = contains([5, 15, 30, 60], var.minutes)
    error_message = "ZDX traces for 5, 15, 30 or 60 minutes."
  }
}

variable "triggers" {
  description = "A change of any of these starts the trace anew. One that has ended is not started again by itself."
  type        = map(string)
  default     = null
}

variable "wait" {
  description = "Whether apply waits for the end of the trace."
  type        = bool
  default     = false
}
