variable "devices" {
  description = "Devices to trace, by the name of the session."
  type        = map(string)

  default = {
    "ticket-4711" = "30989301"
    "ticket-4712" = "30989302"
  }
}
