data "pomerium_zero_namespace" "cluster" {
  name = "my-cluster"
}

# A certificate of yours and its key, for routes below a domain of yours. Certificate and key of this example protect
# nothing. In real use both come from elsewhere, such as the tls or acme provider:
#
#   certificate = tls_self_signed_cert.apps.cert_pem
#   key         = tls_private_key.apps.private_key_pem
#
# or from files: file("apps.pem"), file("apps.key"). A chain goes into certificate, that of the key first. With Terraform or
# OpenTofu 1.11 and later, key_wo keeps the key out of the state.
resource "pomerium_zero_key_pair" "apps" {
  namespace_id = data.pomerium_zero_namespace.cluster.id
  name         = "apps.example.com"

  certificate = <<-EOT
    -----BEGIN CERTIFICATE-----
    MIIBtDCCAVugAwIBAgIBAjAKBggqhkjOPQQDAjAvMRAwDgYDVQQKEwdFeGFtcGxl
    MRswGQYDVQQDDBIqLmFwcHMuZXhhbXBsZS5jb20wIBcNMjUwMTAxMDAwMDAwWhgP
    MjA3NTAxMDEwMDAwMDBaMC8xEDAOBgNVBAoTB0V4YW1wbGUxGzAZBgNVBAMMEiou
    YXBwcy5leGFtcGxlLmNvbTBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABEsYJNz1
    rW/YJM1Z4aCA+P7nFc83cRqR9aQ3A7d0MV9r9uEEZ6CKMfJVgiROQOikQ13VX7M7
    VZw4STmQWen2aS6jZjBkMA4GA1UdDwEB/wQEAwIHgDATBgNVHSUEDDAKBggrBgEF
    BQcDATAMBgNVHRMBAf8EAjAAMC8GA1UdEQQoMCaCEiouYXBwcy5leGFtcGxlLmNv
    bYIQYXBwcy5leGFtcGxlLmNvbTAKBggqhkjOPQQDAgNHADBEAiBcGjrNexmB3+NF
    7zzD9Sv2kTxhEbmLgq3nFcjicTVmQwIgLCRdBuI/Fp1m8iCNaFLQt5lRv+VSql71
    cARTdjgibdU=
    -----END CERTIFICATE-----
  EOT

  # An example, which protects nothing.
  key = <<-EOT
    -----BEGIN PRIVATE KEY-----
    MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgQ87ULlohzNUCL7Bk
    XSFiJeb+zK6qfyLdiMLjkQGG7H6hRANCAARLGCTc9a1v2CTNWeGggPj+5xXPN3Ea
    kfWkNwO3dDFfa/bhBGegijHyVYIkTkDopENd1V+zO1WcOEk5kFnp9mku
    -----END PRIVATE KEY-----
  EOT
}

# A certificate without a key: the authority that upstreams' certificates are checked with.
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

resource "pomerium_zero_route" "billing" {
  namespace_id              = data.pomerium_zero_namespace.cluster.id
  name                      = "billing"
  from                      = "https://billing.apps.example.com"
  to                        = ["https://billing.internal:8443"]
  tls_custom_ca_key_pair_id = pomerium_zero_key_pair.internal_ca.id
}

output "renew_before" {
  description = "When the certificate ends."
  value       = pomerium_zero_key_pair.apps.expires_at
}
