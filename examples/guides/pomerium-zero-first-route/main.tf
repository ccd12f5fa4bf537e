# Pomerium's guide "Send your first request" as configuration. The guide exchanges a token, looks up two IDs
# and sends a request for the route; here the provider does the first and the configuration says the rest.

terraform {
  required_providers {
    pomerium = {
      source = "pomerium-zdx/pomerium"
    }
  }
}

# 1. Authenticate. The API user token is exchanged for an ID token, which is renewed when it ends.
provider "pomerium" {
  pomerium_zero = {
    api_user_token = var.pomerium_zero_api_user_token
  }
}

# 2. The IDs that the guide reads out of two lists.
data "pomerium_zero_organization" "personal" {
  name = "personal"
}

data "pomerium_zero_namespace" "root" {
  organization_id = data.pomerium_zero_organization.personal.id
  type            = "root"
}

# 3. Who may pass.
resource "pomerium_zero_policy" "staff" {
  namespace_id = data.pomerium_zero_namespace.root.id
  name         = "Staff"
  description  = "Everyone with a mail address of the company."

  ppl = <<-EOT
    allow:
      and:
        - domain:
            is: example.com
  EOT
}

# 4. The route. The seven flags that the guide sends as false are false unless set.
resource "pomerium_zero_route" "httpbin" {
  namespace_id = data.pomerium_zero_namespace.root.id
  name         = "HTTP Bin"
  from         = "https://httpbin.${var.starter_domain}"
  to           = ["http://httpbin:80"]
  policy_ids   = [pomerium_zero_policy.staff.id]
}
