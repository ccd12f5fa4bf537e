data "pomerium_zero_namespace" "root" {
  type = "root"
}

# All key pairs that the API user sees, those that the service has obtained for custom domains among them.
data "pomerium_zero_key_pairs" "all" {}

# Those of a namespace and the ones below it, by the beginning of their names.
data "pomerium_zero_key_pairs" "wildcards" {
  namespace_id        = data.pomerium_zero_namespace.root.id
  include_descendants = true
  name_prefix         = "*."
}

# <namespace_id>/<name> to ID, for an import block with for_each.
output "ids" {
  value = data.pomerium_zero_key_pairs.all.ids
}

output "ends_soon" {
  description = "Certificates that end within thirty days, and when."
  value = {
    for pair in data.pomerium_zero_key_pairs.all.key_pairs : coalesce(pair.name, pair.id) => pair.certificate_info[0].not_after
    if try(timecmp(pair.certificate_info[0].not_after, timeadd(plantimestamp(), "720h")) < 0, false)
  }
}
