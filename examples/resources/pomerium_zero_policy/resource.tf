data "pomerium_zero_namespace" "cluster" {
  name = "my-cluster"
}

# A policy as YAML, the way Pomerium's own documentation writes it.
resource "pomerium_zero_policy" "staff" {
  namespace_id = data.pomerium_zero_namespace.cluster.id
  name         = "staff"
  description  = "Everyone with a mail address of the company."

  ppl = <<-EOT
    allow:
      and:
        - domain:
            is: example.com
  EOT
}

# The same language through yamlencode, for values that come from elsewhere in the configuration. Who is
# refused reads explanation and remediation, if the route has show_error_details.
locals {
  on_call_groups = ["sre", "database-admins"]
}

resource "pomerium_zero_policy" "on_call" {
  namespace_id = data.pomerium_zero_namespace.cluster.id
  name         = "on call"
  explanation  = "Only engineers who are on call may enter."
  remediation  = "Ask for the role \"on call\" at https://access.example.com and sign in again."

  ppl = yamlencode({
    allow = {
      or = [for group in local.on_call_groups : { "claim/groups" = { has = group } }]
    }
  })
}

# Access that begins and ends by itself, on working days only.
resource "pomerium_zero_policy" "auditors" {
  namespace_id = data.pomerium_zero_namespace.cluster.id
  name         = "auditors"

  ppl = <<-EOT
    allow:
      and:
        - email:
            ends_with: "@audit.example.net"
        - http_method:
            in: [GET, HEAD]
        - date:
            after: "2031-04-01T08:00:00"
            before: "2031-04-30T18:00:00"
        - day_of_week: mon-fri
  EOT
}

# An enforced policy reaches every route of its namespace. This one lets nobody in by itself: it keeps out
# whoever does not come from the office.
resource "pomerium_zero_policy" "office_only" {
  namespace_id = data.pomerium_zero_namespace.cluster.id
  name         = "office only"
  enforced     = true

  ppl = yamlencode({
    deny = {
      not = [{ source_ip = ["192.0.2.0/24", "2001:db8::/32"] }]
    }
  })
}
