import {
  to = pomerium_zero_policy.staff
  id = "2k8XwTn3VqLcR6yZ0dJmHs5GfUb"
}
