data "pomerium_zero_cluster" "this" {
  name = "my-cluster"
}

# The service obtains a certificate for *.apps.example.com once a CNAME record leads from cname_name to cname_target. In
# a configuration that makes the record too, for instance:
#
#   resource "aws_route53_record" "apps" {
#     name    = pomerium_zero_custom_domain.apps.cname_name
#     type    = "CNAME"
#     records = [pomerium_zero_custom_domain.apps.cname_target]
#     ...
#   }
resource "pomerium_zero_custom_domain" "apps" {
  cluster_id  = data.pomerium_zero_cluster.this.id
  domain_name = "apps.example.com"
}

# Where the record is there already, apply can wait for the certificate. If none comes in time, that is a warning.
resource "pomerium_zero_custom_domain" "tools" {
  cluster_id           = data.pomerium_zero_cluster.this.id
  domain_name          = "tools.example.com"
  wait_for_certificate = "10m"
}

resource "pomerium_zero_route" "wiki" {
  namespace_id = data.pomerium_zero_cluster.this.namespace_id
  name         = "wiki"
  from         = "https://wiki.${pomerium_zero_custom_domain.apps.domain_name}"
  to           = ["http://wiki.internal:8080"]
}

output "record" {
  description = "The CNAME record that is wanted."
  value       = "${pomerium_zero_custom_domain.apps.cname_name} CNAME ${pomerium_zero_custom_domain.apps.cname_target}"
}
