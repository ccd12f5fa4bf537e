data "pomerium_zero_namespace" "cluster" {
  name = "my-cluster"
}

# Two ways in: the staff, on working days and for reading only, and whoever is on call. Interns stay out.
data "pomerium_zero_policy_document" "handbook" {
  allow = [
    {
      and = [
        { domain = { is = "example.com" } },
        { http_method = { in = ["GET", "HEAD"] } },
        { day_of_week = "mon-fri" },
        { time_of_day = { timezone = "Europe/Lisbon", after = "8:00 AM", before = "8:00 PM" } },
      ]
    },
    {
      or = [for group in ["sre", "database-admins"] : { claim = { path = "groups", has = group } }]
    },
  ]

  deny = [{
    or = [{ email = { starts_with = "intern-" } }]
  }]
}

# Documents merge: here with a rule that keeps out whoever does not come from the office. A source may also be YAML
# written by hand, such as file("staff.yaml").
data "pomerium_zero_policy_document" "handbook_in_office" {
  source_documents = [data.pomerium_zero_policy_document.handbook.json]

  deny = [{
    not = [{ source_ip = ["192.0.2.0/24", "2001:db8::/32"] }]
  }]
}

resource "pomerium_zero_policy" "handbook" {
  namespace_id = data.pomerium_zero_namespace.cluster.id
  name         = "handbook"
  ppl          = data.pomerium_zero_policy_document.handbook_in_office.json
}
