data "pomerium_zero_namespace" "cluster" {
  name = "my-cluster"
}

resource "pomerium_zero_key_pair" "internal_ca" {
  namespace_id = data.pomerium_zero_namespace.cluster.id
  name         = "internal CA"

  certificate = <<-EOT
    -----BEGIN CERTIFICATE-----
    MIIBkzCCATmgAwIBAgIBATAKBggqhkjOPQQDAjAwMRAwDgYDVQQKEwdFeGFtcGxl
    MRwwGgYDVQQDExNFeGFtcGxlIEludGVybmFsIENBMCAXDTI1MDEwMTAwMDAwMFoY
    DzIwNzUwMTAxMDAwMDAwWjAwMRAwDgYDVQQKEwdFeGFtcGxlMRwwGgYDVQQDExNF
    eGFtcGxlIEludGVybmFsIENBMFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEUD6f
    hroXAHuad0wgWOt/wKvHNClTKyunNL70ca/GrCElIVMO4mj1WXu2huZhOmfyb3QZ
    ohE/36/aelp+LTGBNqNCMEAwDgYDVR0PAQH/BAQDAgEGMA8GA1UdEwEB/wQFMAMB
    Af8wHQYDVR0OBBYEFLG1UZ00pii6KxxYhvr/noCSarYxMAoGCCqGSM49BAMCA0gA
    MEUCIE47Apb7gk6YEb/W6/cd0SEFk4Hr7aAB7p15Ox+1PRUCAiEA56C3oubkkV/s
    Q8w9tgdd3b0TStScrERMOJb2wEe3vYA=
    -----END CERTIFICATE-----
  EOT
}

# By name, as one made in the console. depends_on is needed only because this example makes the key pair itself.
data "pomerium_zero_key_pair" "internal_ca" {
  namespace_id = data.pomerium_zero_namespace.cluster.id
  name         = "internal CA"
  depends_on   = [pomerium_zero_key_pair.internal_ca]
}

# By ID.
data "pomerium_zero_key_pair" "known" {
  id = pomerium_zero_key_pair.internal_ca.id
}

resource "pomerium_zero_route" "billing" {
  namespace_id              = data.pomerium_zero_namespace.cluster.id
  name                      = "billing"
  from                      = "https://billing.example.com"
  to                        = ["https://billing.internal:8443"]
  tls_custom_ca_key_pair_id = data.pomerium_zero_key_pair.known.id
}

output "issued_to" {
  description = "Whom the certificate names."
  value       = data.pomerium_zero_key_pair.internal_ca.certificate_info[0].subject.common_name
}
