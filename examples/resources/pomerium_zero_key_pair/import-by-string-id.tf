import {
  to = pomerium_zero_key_pair.internal_ca
  id = "20Kh8oOOL8dKLzdocJ2isAjIhKt"
}
