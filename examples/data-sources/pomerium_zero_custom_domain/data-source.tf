data "pomerium_zero_cluster" "this" {
  name = "my-cluster"
}

resource "pomerium_zero_custom_domain" "apps" {
  cluster_id  = data.pomerium_zero_cluster.this.id
  domain_name = "apps.example.com"
}

# By domain, as one made in the console. depends_on is needed only because this example makes the custom domain itself.
data "pomerium_zero_custom_domain" "apps" {
  cluster_id  = data.pomerium_zero_cluster.this.id
  domain_name = "apps.example.com"
  depends_on  = [pomerium_zero_custom_domain.apps]
}

# By ID.
data "pomerium_zero_custom_domain" "known" {
  cluster_id = data.pomerium_zero_cluster.this.id
  id         = pomerium_zero_custom_domain.apps.id
}

# What stands in the way of the certificate, if there is none. This fails no plan; it is shown as a warning.
check "certificate" {
  assert {
    condition     = data.pomerium_zero_custom_domain.apps.last_error == null
    error_message = "No certificate for ${data.pomerium_zero_custom_domain.apps.domain_name} yet: ${coalesce(data.pomerium_zero_custom_domain.apps.last_error, "unknown")}"
  }
}
