import {
  to = pomerium_zero_organization.subsidiary
  id = "2wkNhFdnXsiVpzz63FfkCzJr4i0"
}
