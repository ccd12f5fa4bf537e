# Users of one department, and nobody who was seen in the office.
data "zdx_department" "sales" {
  provider = pomerium

  name = "Sales"
}

data "zdx_location" "office" {
  provider = pomerium

  name = "Lab office"
}

data "zdx_users" "sales_on_the_road" {
  provider = pomerium

  department_ids       = [data.zdx_department.sales.id]
  exclude_location_ids = [data.zdx_location.office.id]
}

# Users whose name, ID or e-mail address the service finds for a text.
data "zdx_users" "found" {
  provider = pomerium

  search = "user@example.com"
}

output "sales_on_the_road" {
  description = "E-mail addresses of the users."
  value       = data.zdx_users.sales_on_the_road.users[*].email
}
