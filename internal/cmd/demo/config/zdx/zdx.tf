# The deep trace of "Getting Started", the vendor's guide to the ZDX API.
resource "zdx_deeptrace" "laptop" {
  provider = pomerium

  device_id = "30989301"
}
