# The same deep trace, asked for once more: a change of triggers starts a new run.
resource "zdx_deeptrace" "laptop" {
  provider = pomerium

  device_id = "30989301"
  triggers  = { reason = "still slow" }
}
