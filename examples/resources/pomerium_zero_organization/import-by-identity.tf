import {
  to = pomerium_zero_organization.subsidiary
  identity = {
    id = "2wkNhFdnXsiVpzz63FfkCzJr4i0"
  }
}
