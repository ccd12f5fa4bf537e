data "pomerium_zero_namespace" "cluster" {
  name = "my-cluster"
}

resource "pomerium_zero_policy" "staff" {
  namespace_id = data.pomerium_zero_namespace.cluster.id
  name         = "staff"

  ppl = <<-EOT
    allow:
      and:
        - domain:
            is: example.com
  EOT
}

# [{"allow":{"and":[{"domain":{"is":"example.com"}}]}}], however the policy is written: to compare policies in a
# test or a check, or to hand one to another tool.
output "staff_policy" {
  value = provider::pomerium::ppl_normalize(pomerium_zero_policy.staff.ppl)
}
