# The route of "Send your first request", the vendor's guide to the Pomerium Zero API. What the guide
# sends as false is the provider's default.
resource "pomerium_zero_route" "httpbin" {
  namespace_id = data.pomerium_zero_namespace.root.id
  name         = "HTTP Bin"
  from         = "https://httpbin.grand-viper-9697.pomerium.app"
  to           = ["http://httpbin:80"]
  policy_ids   = [pomerium_zero_policy.staff.id]
}

resource "pomerium_zero_policy" "staff" {
  namespace_id = data.pomerium_zero_namespace.root.id
  name         = "Staff"
  explanation  = "Only staff may use HTTP Bin."

  ppl = <<-EOT
    allow:
      and:
        - domain:
            is: example.com
  EOT
}
