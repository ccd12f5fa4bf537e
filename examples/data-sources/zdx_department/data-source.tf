data "zdx_department" "sales" {
  provider = pomerium

  name = "Sales"
}

# Departments are filters of other look-ups.
data "zdx_applications" "of_sales" {
  provider = pomerium

  department_ids = [data.zdx_department.sales.id]
}

output "scores" {
  description = "How the applications do for the department, by name."
  value       = { for app in data.zdx_applications.of_sales.applications : app.name => app.score }
}
